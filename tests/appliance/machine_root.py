"""A computer's root folder for the installer: as bare as Debian's, as far as the installer looks at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OFFICE = ROOT / "config/offices/kokura-kita.toml"
MACHINE_ID = "0123456789abcdef0123456789abcdef"
BOARD = "4c4c4544-0031-3010-8036-b2c04f303532"
PRODUCT = ("kiosk_app", "drivers", "offline_store", "ui", "central_server", "config", "systemd", "scripts")


def bare(folder: Path, debian: str = "12") -> Path:
    put(folder, "etc/os-release", f'PRETTY_NAME="Debian GNU/Linux {debian}"\nID=debian\nVERSION_ID="{debian}"\n')
    put(folder, "etc/machine-id", MACHINE_ID + "\n")
    put(folder, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
    put(folder, "etc/group", "root:x:0:\naudio:x:29:\n")
    put(folder, "sys/class/dmi/id/product_uuid", BOARD + "\n")
    return folder


def put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def staff_file(folder: Path) -> Path:
    """Two people with PINs that stand in no example."""
    import argon2

    hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    people = "".join(
        f'[[staff]]\ncode = "{code}"\nrole = "{role}"\npin_hash = "{hasher.hash(pin)}"\n\n'
        for code, role, pin in (("4001", "clerk", "8251"), ("9102", "technician", "60719"))
    )
    return put(folder, "staff.toml", f"schema = 1\n\n{people}")


def product_copy(folder: Path) -> Path:
    """Of the product's source, to be changed into a later version."""
    for name in PRODUCT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "uv.lock", "NOTICE", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def install(root: Path, *arguments: str, product: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`scripts/install` of that product into that root, with the environment that the tests run in."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    trial = () if "--uninstall" in arguments else ("--environment", sys.prefix)
    return subprocess.run(
        [str(product / "scripts/install"), "--root", str(root), *trial, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def tree(root: Path) -> dict[str, bytes | str]:
    """Every file and link below, with what is in it."""
    return {
        str(path.relative_to(root)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
