"""A CUPS of the test's own: Debian's cupsd with Debian's policy, a folder and a port of its own, and queues whose
paper is a folder.

The backend `paper` writes what it is given, byte for byte, and does what the test leaves for it: it waits while a file
`wait` is there, says what stands in `say`, ends with the number in `exit`.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from drivers.cups_printer.driver import QueueSettings

CUPSD = "/usr/sbin/cupsd"
DEBIAN_POLICY = Path("/usr/share/cups/cupsd.conf.default")
PATIENCE_S = 30.0
FIRST_PORT, PORTS = 20_000, 10_000
BACKEND = """#!/bin/sh
# job user title copies options [file]; without arguments cupsd asks what there is
[ $# -lt 5 ] && exit 0
folder="{folder}"
printf '%s\\n' "$1|$2|$3|$4|$5" >> "$folder/started"
[ -e "$folder/say" ] && cat "$folder/say" >&2
if [ $# -ge 6 ]; then cat "$6" > "$folder/part.$1.$$"; else cat > "$folder/part.$1.$$"; fi
trap 'echo "$1" >> "$folder/broken"; exit 0' TERM
while [ -e "$folder/wait" ]; do sleep 0.05; done
mv "$folder/part.$1.$$" "$folder/paper.$1.$$"
[ -e "$folder/exit" ] && exit "$(cat "$folder/exit")"
exit 0
"""


class RealCups:
    """Started by `start`, ended by `stop` or, as by a power cut, by `kill`."""

    def __init__(self, queues: dict[str, str], preserve_files: str = "No") -> None:
        """`queues`: the error policy of each."""
        self.root = Path(tempfile.mkdtemp(prefix="hitofuda-cups-"))
        self.root.chmod(0o755)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("etc", "cache", "state", "spool", "tmp", "bin", "paper"):
            (self.root / name).mkdir()
        for there in Path("/usr/lib/cups").iterdir():
            if there.name != "backend":
                (self.root / "bin" / there.name).symlink_to(there)
        (self.root / "bin/backend").mkdir()
        backend = self.root / "bin/backend/paper"
        for queue in queues:
            (self.paper(queue)).mkdir()
        backend.write_text(BACKEND.format(folder=f"{self.root}/paper/${{DEVICE_URI##*/}}"))
        backend.chmod(0o700)
        # By its path a cupsd is confined to the system's own folders, where AppArmor is on.
        shutil.copy(CUPSD, self.root / "bin/cupsd")
        self._configure(queues, preserve_files)

    def paper(self, queue: str) -> Path:
        return self.root / "paper" / queue

    def settings(self, queue: str) -> QueueSettings:
        return QueueSettings(
            queue,
            port=self.port,
            answer_timeout_s=PATIENCE_S,
            send_timeout_s=PATIENCE_S,
            document_timeout_s=PATIENCE_S * 2,
            settle_timeout_s=PATIENCE_S,
            poll_s=0.02,
        )

    def printed(self, queue: str) -> list[bytes]:
        """Whole sheets of paper, in no order."""
        return [path.read_bytes() for path in self.paper(queue).glob("paper.*")]

    def started(self, queue: str) -> list[list[str]]:
        """Each start of the queue's backend: job, user, title, copies, options."""
        log = self.paper(queue) / "started"
        return [line.split("|", 4) for line in log.read_text().splitlines()] if log.exists() else []

    def spooled(self) -> list[str]:
        """The documents that CUPS still holds."""
        return sorted(path.name for path in (self.root / "spool").glob("d*"))

    # --- life

    def start(self, empties_spool: bool = True) -> None:
        """`empties_spool`: as the unit that docs/document-printer.md has a technician write."""
        if empties_spool:
            subprocess.run(
                ["find", str(self.root / "spool"), "-maxdepth", "1", "-type", "f", "-name", "d[0-9]*", "-delete"],
                check=True,
            )
        etc = self.root / "etc"
        command = [
            str(self.root / "bin/cupsd"),
            "-f",
            "-c",
            str(etc / "cupsd.conf"),
            "-s",
            str(etc / "cups-files.conf"),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        # In the order of its configuration: who asked by the second too early would find nobody.
        until(lambda: _answers(self.port) and _answers_at(self.root / "cups.sock"), "cupsd listens")

    def stop(self) -> None:
        """As the service manager stops it."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def close(self) -> None:
        for folder in (self.root / "paper").iterdir():
            (folder / "wait").unlink(missing_ok=True)
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def admin(self, *command: str) -> None:
        """cupsdisable and the like, by the unix socket, where the administrator is known by his user."""
        subprocess.run([command[0], "-h", str(self.root / "cups.sock"), *command[1:]], check=True, timeout=PATIENCE_S)

    # --- files

    def _configure(self, queues: dict[str, str], preserve_files: str) -> None:
        root, etc = self.root, self.root / "etc"
        me = pwd.getpwuid(os.getuid()).pw_name
        my_group = grp.getgrgid(os.getgid()).gr_name
        # As root cupsd wants another user for its programs; as anybody else it cannot change.
        user, group = ("lp", "lp") if os.getuid() == 0 else (me, my_group)
        (etc / "cups-files.conf").write_text(
            f"ServerRoot {etc}\nServerBin {root}/bin\nCacheDir {root}/cache\nStateDir {root}/state\n"
            f"RequestRoot {root}/spool\nTempDir {root}/tmp\nDataDir /usr/share/cups\nErrorLog {root}/error_log\n"
            f"AccessLog {root}/access_log\nPageLog {root}/page_log\nUser {user}\nGroup {group}\n"
            f"SystemGroup {my_group}\nPrintcap\n"
        )
        policy = re.search(r"<Policy default>.*?</Policy>", DEBIAN_POLICY.read_text(), re.DOTALL)
        assert policy is not None
        (etc / "cupsd.conf").write_text(
            f"Listen 127.0.0.1:{self.port}\nListen {root}/cups.sock\n"
            "Browsing No\nWebInterface No\nDefaultAuthType Basic\n"
            f"LogLevel debug\nPreserveJobHistory Yes\nPreserveJobFiles {preserve_files}\nDirtyCleanInterval 0\n"
            "<Location />\n  Order allow,deny\n</Location>\n"
            f"{policy[0]}\n"
        )
        tables = [
            f"<Printer {queue}>\nInfo {queue}\nDeviceURI paper:/{queue}\nState Idle\nAccepting Yes\n"
            f"JobSheets none none\nErrorPolicy {error_policy}\nOpPolicy default\n</Printer>\n"
            for queue, error_policy in queues.items()
        ]
        (etc / "printers.conf").write_text("".join(tables))
        (etc / "printers.conf").chmod(0o600)


def until(there: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline_s, f"never came: {what}"
        time.sleep(0.01)


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _answers_at(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


def _free_port() -> int:
    """Below those that the system gives away: while a cupsd is down, nobody else is given its port."""
    for at in range(PORTS):
        port = FIRST_PORT + (os.getpid() + at) % PORTS
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                line.bind(("127.0.0.1", port))
                return port
    raise OSError("no free port")
