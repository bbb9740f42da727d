"""Writes one release of the product into a folder: its own files, what they need of Python, and what belongs elsewhere
on the computer. Simulators, and the parts of Qt that are GPL, are left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOMS = ("kiosk_app", "drivers", "offline_store", "ui", "central_server")
LEFT_OUT = ("**/simulator", "**/simulator.py", "**/simulated_*.py", "kiosk_app/*_trial.py", "**/__pycache__")
ISSUER_OF_SAMPLES = "central_server/certificates/simulator.py"
"""Prints 見本 of people who do not exist, and says so: a port's adapter, no simulated device."""
HOST = {
    "host/sysusers.d": "etc/sysusers.d",
    "host/tmpfiles.d": "etc/tmpfiles.d",
    "host/udev": "etc/udev/rules.d",
    "host/polkit": "etc/polkit-1/rules.d",
    "host/pam.d": "etc/pam.d",
    "host/modules-load.d": "etc/modules-load.d",
    "host/modprobe.d": "etc/modprobe.d",
    "host/sysctl.d": "etc/sysctl.d",
    "host/system.conf.d": "etc/systemd/system.conf.d",
    "host/logind.conf.d": "etc/systemd/logind.conf.d",
    "host/journald.conf.d": "etc/systemd/journald.conf.d",
    "hitofuda-.service.d": "etc/systemd/system/hitofuda-.service.d",
    "pcscd.service.d": "etc/systemd/system/pcscd.service.d",
}
STARTER = """#!/bin/sh
# The program of this one release, whatever `current` means later.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
export PYTHONPATH="$here/app" PYTHONSAFEPATH=1 PYTHONUTF8=1 PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
exec "$here/venv/bin/python" -P -m kiosk_app.main "$@"
"""


def version_of(product: Path) -> str:
    """Also of what is installed: another content never has the same version."""
    project = tomllib.loads((product / "pyproject.toml").read_text())["project"]
    found = hashlib.sha256()
    for path in (*_files(product), product / "uv.lock", Path(__file__)):
        found.update(f"{path.name}\0".encode() + path.read_bytes())
    return f"{project['version']}+{found.hexdigest()[:8]}"


def write(product: Path, folder: Path, version: str) -> None:
    """Everything but the environment: app/, host/, bin/hitofuda."""
    for path in _files(product):
        name = path.relative_to(product)
        if name.parts[0] == "systemd":
            continue
        place = folder / "app" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    for name, content in host_of(product / "systemd").items():
        place = folder / "host" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for name in ("nftables", "drop-ins"):
        source = product / "systemd" / ("host/nftables" if name == "nftables" else name)
        shutil.copytree(source, folder / name)
    _tell_python(product, folder / "app", version)
    starter = folder / "bin" / "hitofuda"
    starter.parent.mkdir(parents=True)
    starter.write_text(STARTER)
    starter.chmod(0o755)
    (folder / "release.json").write_text(json.dumps({"version": version}) + "\n")
    (folder / "requirements.txt").write_text(requirements(product / "uv.lock"))


def host_of(systemd: Path) -> dict[str, bytes]:
    """By place below the root: units, rules, users."""
    found = {
        f"etc/systemd/system/{path.name}": path.read_bytes()
        for path in sorted(systemd.iterdir())
        if path.suffix in (".service", ".timer", ".path", ".target")
    }
    for source, place in HOST.items():
        found |= {f"{place}/{path.name}": path.read_bytes() for path in sorted((systemd / source).iterdir())}
    return found


def requirements(lock_file: Path) -> str:
    """What the product needs of Python, each by its hashes, as pip reads it; without what only developers need."""
    packages = tomllib.loads(lock_file.read_text())["package"]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for one in packages:
        by_name.setdefault(one["name"], []).append(one)
    wanted: dict[tuple[str, str], str] = {}
    waiting = list(by_name["hitofuda"][0]["dependencies"])
    while waiting:
        needed = waiting.pop()
        (found,) = (p for p in by_name[needed["name"]] if p["version"] == needed.get("version", p["version"]))
        key, marker = (found["name"], found["version"]), needed.get("marker", "")
        if key in wanted:
            # Needed by two, under two conditions: it is needed.
            wanted[key] = marker if wanted[key] == marker else ""
            continue
        wanted[key] = marker
        waiting += found.get("dependencies", [])
    lines = []
    for name, version in sorted(wanted):
        (package,) = (p for p in by_name[name] if p["version"] == version)
        hashes = sorted(file["hash"] for file in (*package.get("wheels", []), *filter(None, [package.get("sdist")])))
        marker = f" ; {wanted[name, version]}" if wanted[name, version] else ""
        lines.append(f"{name}=={version}{marker} " + " ".join(f"--hash={one}" for one in hashes))
    return "\n".join(lines) + "\n"


def _files(product: Path) -> Iterator[Path]:
    left_out = {path for pattern in LEFT_OUT for room in ROOMS for path in (product / room).glob(pattern)}
    left_out |= {path for pattern in LEFT_OUT for path in product.glob(pattern) if "kiosk_app" in path.parts}
    left_out.discard(product / ISSUER_OF_SAMPLES)
    for room in (*ROOMS, "config", "systemd"):
        for path in sorted((product / room).rglob("*")):
            if path.is_file() and path.suffix not in (".mo", ".pyc") and not left_out & {path, *path.parents}:
                yield path
    yield product / "NOTICE"
    yield product / "LICENSE"


def _tell_python(product: Path, app: Path, version: str) -> None:
    """So that Python knows the version, and finds the commands of other rooms."""
    project = tomllib.loads((product / "pyproject.toml").read_text())["project"]
    folder = app / f"hitofuda-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: hitofuda\nVersion: {version}\nLicense: {project['license']}\n"
    )
    groups = project.get("entry-points", {})
    lines = [
        line
        for group, commands in groups.items()
        for line in (f"[{group}]", *(f"{name} = {where}" for name, where in commands.items()))
    ]
    (folder / "entry_points.txt").write_text("\n".join(lines) + "\n")
