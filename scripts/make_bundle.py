"""`scripts/bundle`: writes a release and, where asked, the wheels it needs, signs it, and packs it into one file."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk_app.bundle import FORMAT, BundleError, Manifest, make
from scripts.installer.release_files import version_of, write

PRODUCT = Path(__file__).parents[1]
PYTHON_OF_DEBIAN = {"12": "3.11", "13": "3.13"}


def make_key(path: Path) -> None:
    """Raises OSError where one of the files exists: a key that machines know is never replaced."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for place, content, mode in ((path, private, 0o600), (path.with_name(f"{path.name}.pem"), public, 0o644)):
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)


def build(
    product: Path,
    key: Ed25519PrivateKey,
    out: Path,
    wheels: Path | None = None,
    debian: str = "12",
    roles: tuple[str, ...] = (),
) -> str:
    """The version that was packed."""
    version = version_of(product)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(product, folder / "release", version)
        if wheels is not None:
            shutil.copytree(wheels, folder / "wheels")
        requirements = (folder / "release/requirements.txt").read_bytes()
        manifest = Manifest(
            format=FORMAT,
            version=version,
            debian=debian,
            python=PYTHON_OF_DEBIAN[debian],
            roles=roles,
            requirements=hashlib.sha256(requirements).hexdigest(),
            made=datetime.now(UTC).strftime("%Y-%m-%d"),
            files={},
        )
        make(folder, manifest, key, out)
    return version


def main() -> int:
    told = argparse.ArgumentParser(prog="scripts/bundle", description=__doc__)
    told.add_argument("--make-key", type=Path)
    told.add_argument("--key", type=Path)
    told.add_argument("--out", type=Path)
    told.add_argument("--wheels", type=Path)
    told.add_argument("--debian", choices=sorted(PYTHON_OF_DEBIAN), default="12")
    told.add_argument("--role", action="append", default=[], help="as in machine.toml; none is every machine")
    chosen = told.parse_args()
    try:
        if chosen.make_key is not None:
            make_key(chosen.make_key)
            return 0
        if chosen.key is None or chosen.out is None:
            told.error("expected --key and --out, or --make-key")
        key = serialization.load_pem_private_key(chosen.key.read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        print(build(PRODUCT, key, chosen.out, chosen.wheels, chosen.debian, tuple(chosen.role)))
    except (OSError, BundleError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
