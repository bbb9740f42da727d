"""The product's units as systemd would see them on a machine: together, Debian's own beside them, names filled in."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
OF_DEBIAN = (Path("/lib/systemd/system/pcscd.service"), Path("/lib/systemd/system/pcscd.socket"))
INSTANCES = {"hitofuda-screen@": ("citizen", "staff", "display"), "hitofuda-face@": ("citizen", "staff", "display"),
             "hitofuda-remote-face@": ("staff", "display")}  # fmt: skip
SERVICES = sorted(
    [path.name for path in SYSTEMD.glob("*.service") if "@" not in path.name]
    + [f"{name}{one}.service" for name, ones in INSTANCES.items() for one in ones]
    + ["pcscd.service"]
)
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")


def laid(folder: Path) -> Path:
    """A folder of units. What an installation puts beside them for the first screen and the hub is there too."""
    for path in SYSTEMD.iterdir():
        if path.suffix in (".service", ".timer", ".path", ".target"):
            shutil.copy(path, folder)
    for name in ("hitofuda-.service.d", "pcscd.service.d"):
        shutil.copytree(SYSTEMD / name, folder / name)
    drops = SYSTEMD / "drop-ins"
    shutil.copytree(drops / "hitofuda-core.service.d", folder / "hitofuda-core.service.d")
    shutil.copytree(drops / "hitofuda-screen@.service.d", folder / "hitofuda-screen@citizen.service.d")
    for path in OF_DEBIAN:
        shutil.copy(path, folder)
    for name, ones in INSTANCES.items():
        for one in ones:
            (folder / f"{name}{one}.service").symlink_to(f"{name}.service")
    return folder


def exposure(folder: Path, unit: str, threshold: int = 20) -> tuple[float, int]:
    """What `systemd-analyze security` says of it, without a running service manager; and its exit code: 1 is over."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={threshold}", f"./{unit}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for .*: ([0-9.]+) ", done.stdout + done.stderr)
    assert found is not None, done
    return float(found[1]), done.returncode
