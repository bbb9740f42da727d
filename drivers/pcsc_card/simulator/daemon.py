"""A real pcscd of one's own with virtual readers, for tests and trials: unprivileged, in a folder, several at once.

pcscd's socket is compiled in, but it takes a listening one as descriptor 3, as from systemd. Its virtual readers listen
on every address of the computer (vpcd cannot do otherwise), which is why none may ever be on an installed machine.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PCSCD = Path("/usr/sbin/pcscd")
VPCD_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
READY_S = 10.0
END_S = 5.0
LOOK_AGAIN_S = 0.01
PORTS_TRIED = 50
UNPRIVILEGED = 65534
RUN_FOLDER = Path("/run/pcscd")
OWN_RUN = f"mount -t tmpfs none {RUN_FOLDER.parent} && mkdir {RUN_FOLDER}"


class CannotStart(RuntimeError):
    """In one sentence."""


class PrivatePcscd:
    """Its readers are "Hitofuda VPCD 00 00" and "… 00 01" behind `port` and `port + 1`."""

    def __init__(self, folder: Path, readers: bool = True) -> None:
        """`folder` is short (a socket's path has 107 bytes at most), its own, and readable for the daemon's user."""
        for needed, package in ((PCSCD, "pcscd"), (VPCD_DRIVER, "vsmartcard-vpcd")):
            if not needed.exists():
                raise CannotStart(f"{needed} is not there: apt-get install {package}")
        self.folder = folder
        self.socket_path = folder / "pcscd.sock"
        self.port = free_pair()
        self._configuration = folder / "readers"
        self._configuration.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        self.plug(readers)

    @property
    def environment(self) -> dict[str, str]:
        """For programs that shall use this daemon: read once a process, before the first use."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket_path)}

    def plug(self, readers: bool = True) -> None:
        """Takes effect at the next start."""
        written = self._configuration / "virtual"
        written.unlink(missing_ok=True)
        if readers:
            written.write_text(
                f'FRIENDLYNAME "Hitofuda VPCD"\nDEVICENAME /dev/null:0x{self.port:04X}\n'
                f"LIBPATH {VPCD_DRIVER}\nCHANNELID 0x{self.port:04X}\n"
            )

    def start(self) -> None:
        """Returns when its readers take cards."""
        self.socket_path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(self.socket_path))
        # The daemon's clients may be of another user.
        os.chmod(self.socket_path, 0o666)
        listening.listen(16)
        command = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&0 0</dev/null'
        shell = ["/bin/sh", "-c", command]
        arguments = [str(PCSCD), "--foreground", "--config", str(self._configuration), *_without_polkit()]
        is_root = os.geteuid() == 0
        if is_root:
            RUN_FOLDER.mkdir(exist_ok=True)
        elif not RUN_FOLDER.is_dir():
            # pcscd ends without it, and only root can make it: a /run of its own then, in a name space.
            shell = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", f"{OWN_RUN}; {command}"]
        with (self.folder / "pcscd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*shell, "pcscd", *arguments],
                stdin=listening.fileno(),
                stdout=log,
                stderr=log,
                user=UNPRIVILEGED if is_root else None,
                group=UNPRIVILEGED if is_root else None,
                extra_groups=[] if is_root else None,
            )
        listening.close()
        if any(self._configuration.iterdir()):
            self._wait_for_readers()

    def _wait_for_readers(self) -> None:
        """Seen in the kernel's table: a connection would already be a card."""
        assert self._process is not None
        until_s = time.monotonic() + READY_S
        while not {self.port, self.port + 1} <= listening_ports():
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise CannotStart(f"pcscd does not come up; see {self.folder / 'pcscd.log'}")
            time.sleep(LOOK_AGAIN_S)

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """As a crash. Nobody listens any more."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.socket_path.unlink(missing_ok=True)


def _without_polkit() -> list[str]:
    """Debian 13's pcscd asks polkit, which is not there in a test; Debian 12's does not know the option."""
    shown = subprocess.run([str(PCSCD), "--help"], capture_output=True, text=True, check=False)
    return ["--disable-polkit"] if "--disable-polkit" in shown.stdout + shown.stderr else []


def listening_ports(table: Path = Path("/proc/net/tcp")) -> set[int]:
    """On which somebody on this computer takes IPv4 connections."""
    ports = set()
    for line in table.read_text().splitlines()[1:]:
        _, local, _, state = line.split()[:4]
        if state == "0A":
            ports.add(int(local.rpartition(":")[2], 16))
    return ports


def free_pair() -> int:
    """Two ports in a row on which nobody listens."""
    for _ in range(PORTS_TRIED):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("0.0.0.0", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("0.0.0.0", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise CannotStart("no two free ports in a row")
