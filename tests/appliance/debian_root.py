"""A Debian of one's own in a folder, as debootstrap makes it, with this computer's way to packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.appliance.machine_root import MACHINE_ID, ROOT, put

SUITES = {"12": "bookworm", "13": "trixie"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PROGRAMS = ("debootstrap", "systemd-nspawn", "chroot")
FROM_THE_START = "python3,python3-venv,ca-certificates,systemd,systemd-sysv,dbus,iproute2"
"""What every Debian with a service manager has, and what scripts/install asks for."""
PIP = (Path("/etc/pip.conf"), Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf")


def why_not() -> str:
    """Empty where such a root can be made."""
    if os.geteuid() != 0:
        return "a root folder needs root"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"{', '.join(missing)}: not on this computer (apt-get install debootstrap systemd-container)"
    if not KEYRING.exists():
        return f"{KEYRING}: apt-get install debian-archive-keyring"
    return "" if mirror() else "this computer knows no mirror of Debian"


def mirror() -> str:
    """Of this computer's own sources, in either form."""
    apt = Path("/etc/apt")
    texts = [path.read_text() for path in (*apt.glob("sources.list"), *apt.glob("sources.list.d/*"))]
    uris = (uri for text in texts for uri in re.findall(r"^(?!#).*?(https?://\S+/debian/?)(?:\s|$)", text, re.M))
    found = [uri.rstrip("/") for uri in uris]
    return found[0] if found else ""


@dataclass
class DebianRoot:
    root: Path
    debian: str

    def run(self, *command: str, check: bool = True, timeout_s: float = 1500) -> subprocess.CompletedProcess[str]:
        """Within it, as root, with this computer's network; no service manager runs."""
        whole = ["systemd-nspawn", "-q", f"--directory={self.root}", "--register=no", "--keep-unit", "--as-pid2"]
        whole += [f"--setenv={name}={value}" for name, value in _of_pip().items()]
        whole += ["--resolv-conf=copy-host", "--pipe", "--", *command]
        done = subprocess.run(
            whole, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


def made(folder: Path, debian: str) -> DebianRoot:
    """Takes a minute, and a network."""
    root = folder / f"debian-{debian}"
    command = ["debootstrap", "--variant=minbase", f"--include={FROM_THE_START}", f"--keyring={KEYRING}"]
    done = subprocess.run(
        [*command, SUITES[debian], str(root), mirror()], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    # As systemd's first start would do it.
    put(root, "etc/machine-id", MACHINE_ID + "\n")
    _lend_ways(root)
    return DebianRoot(root, debian)


def _lend_ways(root: Path) -> None:
    """Where packages come from here is this computer's matter."""
    told = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    ways = [one for one in told.splitlines() if one.startswith("Acquire::")]
    put(root, "etc/apt/apt.conf.d/90lent", "\n".join(ways) + "\n")
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs/ca-certificates.crt")
    for path in PIP:
        if path.exists():
            name = "etc/pip.conf" if path.is_relative_to("/etc") else f"root/{path.relative_to(Path.home())}"
            put(root, name, path.read_text())


def _of_pip() -> dict[str, str]:
    wanted = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT")
    return {name: os.environ[name] for name in wanted if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": ""}


def product_inside(found: DebianRoot, product: Path = ROOT) -> str:
    """A copy of the source within it, as a technician has one; its path there."""
    place = found.root / "srv/product"
    shutil.rmtree(place, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", ".venv", ".git", ".setup", "tests", "*_cache")
    shutil.copytree(product, place, ignore=ignore, symlinks=True)
    return "/srv/product"
