"""A machine that is really started: the product's installer has been at it, and Debian's own systemd runs its units.

It is this computer over again: its root folder is the lower layer of an overlay in memory, so nothing here changes, and
it has a network, processes and devices of its own (systemd-nspawn). What it cannot have is said by `MISSING`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.appliance.machine_root import OFFICE, ROOT, staff_file

MISSING = "logind's seats (screens are headless), real devices, the kernel's own watchdog, BPF's SocketBindDeny"
PROGRAMS = ("systemd-nspawn", "nsenter", "cage", "nft", "chroot")
PYTHON = Path("/usr/bin/python3")
ENVIRONMENT = "opt/environment"
PATIENCE_S = 90.0
HOLDS = "HOLDS_S = 10.0"
HOLDS_HERE = "HOLDS_S = 2.0"
"""Here nothing takes its time: what ends by itself has ended by then."""
HEADLESS = """[Service]
PAMName=
Environment=WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1
"""
NO_TERMINAL = "[Service]\n"


TRIED = "mount -t tmpfs t /mnt && cd /mnt && mkdir u w r && mount -t overlay o -o lowerdir=/,upperdir=u,workdir=w r"


@cache
def why_not() -> str:
    """Why no machine can be started here; empty where one can."""
    if os.geteuid() != 0:
        return "a machine of its own needs root"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"{', '.join(missing)}: not on this computer"
    if not PYTHON.exists() or _version(PYTHON) != f"{sys.version_info.major}.{sys.version_info.minor}":
        return "Debian's Python is of another version than the environment of the tests"
    # In a namespace of its own, of which nothing stays.
    tried = subprocess.run(["unshare", "-m", "sh", "-c", TRIED], capture_output=True, text=True, check=False)
    return tried.stderr.strip() and f"no layer can be mounted here: {tried.stderr.strip()}"


def _version(python: Path) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@dataclass
class Booted:
    """`root` is its root folder as seen from here. `leader` is its first process while it is switched on."""

    root: Path
    installed: str
    console: Path
    leader: int = 0
    _nspawn: subprocess.Popen[bytes] | None = None

    def switch_on(self, lend: bool = True) -> None:
        """`lend`: what the product needs of Python is this computer's."""
        self._nspawn = _nspawn(self.root, self.console, lend)
        self.leader = _leader(self._nspawn, self.console)

    def cut_power(self) -> None:
        """Every process of it ends at once, with its first one; what was in memory is gone."""
        assert self._nspawn is not None
        # None sees another one end, and acts upon it: the service manager stands still first, then whoever it started.
        os.kill(self.leader, signal.SIGSTOP)
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        os.kill(self.leader, signal.SIGKILL)
        self._nspawn.wait(PATIENCE_S)
        self._nspawn = None

    def _processes(self) -> Iterator[int]:
        here = os.readlink(f"/proc/{self.leader}/ns/pid")
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(FileNotFoundError, PermissionError, ProcessLookupError):
                if os.readlink(path / "ns/pid") == here:
                    yield int(path.name)

    def switch_off(self) -> None:
        """In order."""
        if self._nspawn is None:
            return
        self._nspawn.send_signal(signal.SIGTERM)
        try:
            self._nspawn.wait(30)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._nspawn = None

    def run(self, *command: str, check: bool = True) -> str:
        """Within it, as root; what it printed."""
        return self.within(*command, check=check).stdout.strip()

    def within(
        self, *command: str, check: bool = False, timeout_s: float = PATIENCE_S
    ) -> subprocess.CompletedProcess[str]:
        whole = ["nsenter", "-t", str(self.leader), "-a", *command]
        return subprocess.run(whole, capture_output=True, text=True, timeout=timeout_s, check=check)

    def of_unit(self, unit: str, key: str) -> str:
        return self.run("systemctl", "show", "-p", key, "--value", unit)

    def until(self, true: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + patience_s
        while not true():
            if time.monotonic() > deadline:
                told = self.run("journalctl", "--no-pager", "-o", "cat", "-n", "60", "-u", "hitofuda*")
                raise AssertionError(f"{what}: not within {patience_s} s\n{told}")
            time.sleep(0.1)

    def until_active(self, unit: str) -> None:
        self.until(lambda: self.of_unit(unit, "ActiveState") == "active", f"{unit} is active")


@contextmanager
def layered(folder: Path) -> Iterator[Path]:
    """This computer's root folder, to be changed and forgotten."""
    memory = folder / "memory"
    memory.mkdir()
    _do("mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(memory))
    try:
        upper, work, root = (memory / name for name in ("upper", "work", "root"))
        for one in (upper, work, root):
            one.mkdir()
        _do("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", str(root))
        try:
            yield root
        finally:
            _do("umount", "-l", str(root))
    finally:
        _do("umount", "-l", str(memory))


def prepare(root: Path) -> None:
    """The tests' virtual card reader is here, and must not be there; what the product needs of Python is lent."""
    for path in root.glob("usr/lib/pcsc/drivers/serial/*vpcd*"):
        path.unlink()
    (root / "etc/reader.conf.d/vpcd").unlink(missing_ok=True)
    (root / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    environment = root / ENVIRONMENT
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").symlink_to(PYTHON)
    (environment / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    _packages(environment).mkdir(parents=True)
    drop_ins = root / "etc/systemd/system/hitofuda-screen@.service.d"
    drop_ins.mkdir(parents=True)
    (drop_ins / "zz-headless.conf").write_text(HEADLESS)


def _packages(environment: Path) -> Path:
    return environment / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


def _here() -> Path:
    return _packages(Path(sys.prefix))


@contextmanager
def booted(folder: Path, *roles: str) -> Iterator[Booted]:
    """Installed with these roles, started, and ended."""
    with layered(folder) as root:
        prepare(root)
        lent = root / ENVIRONMENT
        _do("mount", "--bind", str(_here()), str(_packages(lent)))
        try:
            installed = _install(root, staff_file(folder), roles)
        finally:
            _do("umount", str(_packages(lent)))
        for path in root.glob("etc/systemd/system/hitofuda-screen@*.service.d/seat0.conf"):
            path.write_text(NO_TERMINAL)
        (rest,) = root.glob("opt/hitofuda/releases/*/app/kiosk_app/units_at_rest.py")
        text = rest.read_text()
        assert HOLDS in text
        rest.write_text(text.replace(HOLDS, HOLDS_HERE))
        machine = Booted(root, installed, folder / "console.txt")
        try:
            machine.switch_on()
            yield machine
        finally:
            machine.switch_off()


def _install(root: Path, staff: Path, roles: tuple[str, ...]) -> str:
    named = ("--code", "m1", "--name", "1号機", "--printer", "tcp:127.0.0.1:9100")
    wished = [word for role in roles for word in ("--role", role)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(ROOT / "scripts/install"), "--root", str(root), "--environment", f"/{ENVIRONMENT}", *wished, *named]
    done = subprocess.run(
        [*command, "--office", str(OFFICE), "--staff", str(staff)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _nspawn(root: Path, console: Path, lend: bool) -> subprocess.Popen[bytes]:
    command = ["systemd-nspawn", "-q", f"--directory={root}", "--register=no", "--keep-unit", "--private-network"]
    if lend:
        command += [f"--bind-ro={_here()}:/{_packages(Path(ENVIRONMENT))}", f"--bind-ro={ROOT}:/mnt"]
    command += ["--boot", "--", "systemd.unit=hitofuda.target"]
    command += ["systemd.show_status=false"]
    with console.open("ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)


def _leader(process: subprocess.Popen[bytes], console: Path) -> int:
    """Its first process, once a service manager answers there."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            asked = ["nsenter", "-t", child, "-a", "systemctl", "show", "-p", "ActiveState", "hitofuda.target"]
            if "=active" in subprocess.run(asked, capture_output=True, text=True, check=False).stdout:
                return int(child)
        time.sleep(0.1)
    raise AssertionError(f"it did not start: {console.read_text(errors='replace')[-2000:]}")


def _do(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
