"""What a city changes itself, as one signed file: its catalogue, its fees, its words. The same container as an update
of the program (bundle.py), and never taken for one, nor the other way round.

    data/office.toml   data/fees.toml   data/words/LANGUAGE/LC_MESSAGES/DOMAIN.po

Each is optional. `number` grows with each: an old file that somebody kept changes nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from kiosk_app import bundle
from kiosk_app.bundle import BundleError, Form, Signed

FORMAT = 1
ROOM = "data"
OFFICE, FEES, WORDS = "office.toml", "fees.toml", "words"
NAMES = re.compile(rf"{ROOM}/(office\.toml|fees\.toml|words/[a-z]{{2,8}}/LC_MESSAGES/[a-z_]{{1,40}}\.po)")


class DataManifest(Signed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`office`: whose it is; empty: every office's, and then it has no catalogue. `title`: what it is for, for
    people."""

    office: Annotated[str, Meta(max_length=64)]
    number: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    title: Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,200}\Z")]


DATA = Form(b"hitofuda data 1\n", NAMES, DataManifest)


def make(folder: Path, office: str, number: int, title: str, key: Ed25519PrivateKey, out: Path, today: date) -> None:
    """`folder` holds data/. Raises BundleError."""
    manifest = DataManifest(format=FORMAT, made=today.isoformat(), files={}, office=office, number=number, title=title)
    if not any((folder / ROOM).rglob("*.*")):
        raise BundleError(f"{folder}: nothing is in {ROOM}/")
    if not office and (folder / ROOM / OFFICE).exists():
        raise BundleError(f"{folder}: {OFFICE} is one office's; next: say which (--office)")
    bundle.make_signed(folder, manifest, key, out, DATA)


def read_manifest(path: Path, keys: Sequence[Ed25519PublicKey]) -> DataManifest:
    """Believed. Raises BundleError."""
    return bundle.read_signed(path, keys, DATA)


def unpack(path: Path, keys: Sequence[Ed25519PublicKey], into: Path) -> DataManifest:
    """`into`: an empty folder. Raises BundleError, and what was written by then is to be thrown away."""
    return bundle.unpack_signed(path, keys, {ROOM: into}, DATA)


def refusal(manifest: DataManifest, office: str, taken: int) -> str:
    """Why this office does not take it, with what to do; empty when it does. `taken`: the number of the last one."""
    if manifest.format != FORMAT:
        return f"its format is {manifest.format}, {FORMAT} is known; next: take the update of the program first"
    if manifest.office not in ("", office):
        return f"it is for {manifest.office}, this is {office}; next: get the one for this office"
    if manifest.number <= taken:
        return f"it is number {manifest.number}, and {taken} was taken; next: get a newer one, or `hitofuda data undo`"
    if not manifest.office and f"{ROOM}/{OFFICE}" in manifest.files:
        return f"{OFFICE} is one office's, and this is for every office; next: make it anew with --office"
    return ""
