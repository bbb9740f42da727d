"""A PostgreSQL of our own for a trial or a test: in one folder, on a unix socket there, ended with whoever started it.

In production any PostgreSQL serves; its address stands in central.toml.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.supervisor import end_with_us

DEBIAN = Path("/usr/lib/postgresql")
USER = "postgres"
READY_S = 60.0
END_S = 20.0
SOCKET_PATH_BYTES_MAX = 107 - len("/.s.PGSQL.5432")


class CannotStart(Exception):
    """What is missing, and what to do."""


def programs() -> Path:
    """The folder of the newest PostgreSQL that is installed, or of the one on the path. Raises CannotStart."""
    versions = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parent.parent.name))
    if versions:
        return versions[-1].parent
    found = shutil.which("postgres")
    if found is None:
        raise CannotStart("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


def _as_whom() -> tuple[int | None, int | None]:
    """User and group. PostgreSQL refuses to run as root, and rightly; Debian's package has a user for it."""
    if os.getuid() != 0:
        return None, None
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        raise CannotStart(f"there is no user {USER}: apt-get install postgresql") from None
    return user.pw_uid, user.pw_gid


class Cluster:
    """`folder` is made where there is none; what lies in it survives `stop` and `kill`."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        if len(bytes(folder)) > SOCKET_PATH_BYTES_MAX:
            raise CannotStart(f"{folder}: too long a name for a socket in it")
        self.folder = folder
        self._bin = programs()
        self._user, self._group = _as_whom()
        self._settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "max_connections": "60",
            "shared_buffers": "128MB",
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        return f"host={self.folder} user={USER} dbname={USER}"

    @property
    def pid(self) -> int:
        """While it runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns when it answers; at once where it runs already. Raises CannotStart with what it said."""
        if self._process is not None and self._process.poll() is None:
            return
        data = self.folder / "data"
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user is not None and self._group is not None:
            os.chown(self.folder, self._user, self._group)
        if not (data / "PG_VERSION").exists():
            self._run(
                "initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
            )
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", str(data), *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=end_with_us,
                user=self._user,
                group=self._group,
            )
        self._wait_ready()

    def _wait_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self._process.poll() is None:
            asked = subprocess.run(
                [self._bin / "pg_isready", "-q", "-h", self.folder, "-U", USER], check=False, cwd="/", timeout=READY_S
            )
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        said = (self.folder / "log.txt").read_text(errors="replace")[-2_000:]
        self.stop()
        raise CannotStart(f"PostgreSQL did not start: {said}")

    def stop(self) -> None:
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As if its power was cut, as far as its processes are concerned."""
        self._end(signal.SIGQUIT)

    def kill_hard(self) -> None:
        """None of its processes does anything more, not even end: SIGKILL, the postmaster first."""
        if self._process is None:
            return
        all_of_it = [self._process.pid, *_children(self._process.pid)]
        for pid in all_of_it:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + END_S
        # Whoever is attached to the old memory keeps the next one from starting.
        while any(Path(f"/proc/{pid}").exists() for pid in all_of_it) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            check=False,
            cwd="/",
            capture_output=True,
            timeout=READY_S,
            user=self._user,
            group=self._group,
        )
        if done.returncode != 0:
            raise CannotStart(f"{program}: {done.stderr.decode(errors='replace')[-2_000:]}")


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold blanks: the state, then the parent.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


@contextlib.contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    cluster = Cluster(folder, settings)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
