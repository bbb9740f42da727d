"""`hitofuda update`: verify, stage, wait until the office has closed, switch, look whether it is well, confirm or go
back.

What is staged is whole and changes nothing. From the switch on, kiosk_app/releases.py takes the release back unless it
was confirmed; so whatever is cut off here leaves the old one running.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk_app import bundle
from kiosk_app.bundle import BundleError, Here, Manifest
from kiosk_app.into_service import Service
from kiosk_app.release_environment import compile_app, lend_environment, make_environment
from kiosk_app.releases import ReleaseError, Releases
from kiosk_app.settings import ConfigError, load_machine

Say = Callable[[str], None]
KEYS = "etc/hitofuda/update-keys"
ROOM_BYTES = 32 << 20
"""Units, rules and links are written anew while a release is tried, and again where it is taken back."""


def show(path: Path, root: Path, say: Say) -> int:
    """What it is and what it would change. 0: it can be taken; 1: it cannot; 2: it is not believed."""
    try:
        manifest = bundle.read_manifest(path, bundle.load_keys(root / KEYS))
    except BundleError as error:
        say(str(error))
        return 2
    releases = Releases(root)
    say(f"{releases.current() or 'nothing'} -> {manifest.version} (made {manifest.made}, Debian {manifest.debian})")
    for line in _changes(manifest, releases):
        say(line)
    if why := bundle.refusal(manifest, here(root)):
        say(f"{path.name}: {why}")
        return 1
    return 0


def _changes(manifest: Manifest, releases: Releases) -> list[str]:
    """Files that differ, by the part of the product that people speak of."""
    now = releases.folder(releases.current()) if releases.current() else None
    parts = {"config/": "words, fees and catalogues", "host/": "services and rules", "": "program"}
    found: dict[str, int] = {}
    for name, file in manifest.files.items():
        inside = name.removeprefix("release/")
        if name == inside:
            continue
        known = now / inside if now is not None else None
        if known is not None and known.is_file() and _digest(known) == file.sha256:
            continue
        short = inside.removeprefix("app/")
        part = next(words for start, words in parts.items() if short.startswith(start))
        found[part] = found.get(part, 0) + 1
    return [f"{words}: {count} files" for words, count in found.items()]


def stage(path: Path, root: Path, say: Say) -> int:
    """0: it waits for the office to close; 1: it cannot be taken; 2: it is not believed. What runs is not touched."""
    releases = Releases(root)
    try:
        keys = bundle.load_keys(root / KEYS)
        manifest = bundle.read_manifest(path, keys)
        if why := bundle.refusal(manifest, here(root)):
            say(f"{path.name}: {why}")
            return 1
        with releases.alone():
            return _staged(path, keys, manifest, releases, say)
    except (BundleError, ReleaseError) as error:
        say(str(error))
        return 2 if isinstance(error, BundleError) else 1


def _staged(path: Path, keys: list[Ed25519PublicKey], manifest: Manifest, releases: Releases, say: Say) -> int:
    try:
        _stage(path, keys, manifest, releases)
    except BundleError as error:
        releases.sweep()
        say(str(error))
        return 2
    except (ReleaseError, OSError, subprocess.CalledProcessError) as error:
        releases.sweep()
        told = getattr(error, "stderr", "") or str(error)
        say(f"{path.name}: could not be made ready: {told.strip()}")
        return 1
    say(f"{manifest.version} is ready and is taken when the office has closed, or at the next start")
    return 0


def _stage(path: Path, keys: list[Ed25519PublicKey], manifest: Manifest, releases: Releases) -> None:
    folder = releases.staging(manifest.version)
    with tempfile.TemporaryDirectory(prefix=".wheels-", dir=releases.base) as wheels:
        # Read again from the first byte: what was shown may have been exchanged since.
        again = bundle.unpack(path, keys, folder, Path(wheels))
        if again != manifest:
            raise BundleError(f"{path.name}: has changed while it was read; nothing of it was taken")
        if _requirements(folder) != manifest.requirements:
            raise BundleError(f"{path.name}: requirements.txt is not what was signed")
        if manifest.has_wheels:
            make_environment(folder, "/usr/bin/python3", Path(wheels))
        else:
            lend_environment(releases.folder(releases.current()), folder)
            compile_app(folder)
    releases.staged(manifest.version)
    releases.wait(manifest.version)


def _no_room(releases: Releases) -> str:
    for place in (releases.base, releases.root / "etc"):
        free = shutil.disk_usage(place).free
        if free < ROOM_BYTES:
            where = f"/{place.relative_to(releases.root)}"
            return f"{where} has {free >> 20} MiB left; next: make room for {ROOM_BYTES >> 20} MiB"
    return ""


def apply(root: Path, say: Say, service: Service | None = None) -> int:
    """What waits is tried now. 0: it runs, or nothing waits; 1: it was taken back."""
    releases = Releases(root)
    service = service or Service(root)
    try:
        with releases.alone():
            version = releases.state().waiting
            if not version:
                say("nothing waits")
                return 0
            if why := _no_room(releases):
                say(f"{version} waits: {why}")
                return 1
            if why := service.switch(releases, version):
                releases.wait("")
                say(f"{version} was taken back: {why}; {releases.current()} runs")
                return 1
    except ReleaseError as error:
        say(str(error))
        return 1
    say(f"{version} runs")
    for unit in service.waiting:
        say(f"{unit} waits for a person, as before; next: journalctl -u {unit}")
    return 0


def here(root: Path) -> Here:
    releases = Releases(root)
    version = releases.current()
    told = dict(line.split("=", 1) for line in _text(root / "etc/os-release").splitlines() if "=" in line)
    try:
        roles = load_machine(root / "etc/hitofuda/machine.toml").roles
    except ConfigError:
        roles = ()
    return Here(
        version=version,
        debian=told.get("VERSION_ID", "").strip('"'),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        roles=tuple(roles),
        requirements=_requirements(releases.folder(version)) if version else "",
    )


def _requirements(release: Path) -> str:
    path = release / "requirements.txt"
    return _digest(path) if path.exists() else ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
