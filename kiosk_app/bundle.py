"""An update as one file that can be carried on a stick: signed with Ed25519, and believed only where its key is known.

    manifest.json   version, Debian release, Python, roles, and each file's size and SHA-256
    manifest.sig    64 bytes over SIGNED_AS + manifest.json (RFC 8032)
    files…          release/… (app, host, bin), wheels/…

A tar archive without compression, in this order, so that nothing is written before the signature has been checked.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Generic, NamedTuple, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from kiosk_app.releases import order

SIGNED_AS = b"hitofuda update 1\n"
"""A signature of anything else by the same key is none of an update."""
FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MANIFEST_MAX, FILE_MAX, WHOLE_MAX = 8 << 20, 512 << 20, 4 << 30
FILES_MAX = 20_000
SAFE = re.compile(r"(release|wheels)(/[A-Za-z0-9@+_.,=-]+)+")
PIECE = 1 << 20
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class BundleError(Exception):
    """Why it is not taken, and what to do."""


class File(msgspec.Struct, frozen=True):
    size: Annotated[int, Meta(ge=0, le=FILE_MAX)]
    sha256: Sha
    executable: bool = False


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every signed file says of itself."""

    format: int
    made: str
    files: Annotated[dict[str, File], Meta(max_length=FILES_MAX)]


class Manifest(Signed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`debian`: 12 or 13. `roles`: of machines that it is for; empty is all. `requirements`: what it needs of Python,
    by its hash; a bundle without wheels is for machines that have just that."""

    version: str
    debian: str
    python: str
    roles: tuple[str, ...] = ()
    requirements: Sha

    @property
    def has_wheels(self) -> bool:
        return any(name.startswith("wheels/") for name in self.files)


M = TypeVar("M", bound=Signed)


class Form(NamedTuple, Generic[M]):
    """What a signed file is for: one of another form is never taken for it, whoever has signed it. `safe`: names of
    files, whose first part is the room that they go to."""

    signed_as: bytes
    safe: re.Pattern[str]
    manifest: type[M]


RELEASE = Form(SIGNED_AS, SAFE, Manifest)


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """The machine that it is to be taken by."""

    version: str
    debian: str
    python: str
    roles: tuple[str, ...]
    requirements: str


def make(folder: Path, manifest: Manifest, key: Ed25519PrivateKey, out: Path) -> None:
    """`folder` holds release/ and wheels/. The manifest's files are filled in here."""
    make_signed(folder, manifest, key, out, RELEASE)


def make_signed(folder: Path, manifest: M, key: Ed25519PrivateKey, out: Path, form: Form[M]) -> None:
    """`folder` holds the form's rooms. Raises BundleError."""
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    if unsafe := [name for name in found if form.safe.fullmatch(name) is None]:
        raise BundleError(f"{unsafe[0]}: a name that is not taken")
    whole = msgspec.structs.replace(manifest, files={name: _file(path) for name, path in found.items()})
    raw = msgspec.json.format(msgspec.json.encode(whole), indent=1)
    with tarfile.open(out, "w") as archive:
        for name, content in ((MANIFEST, raw), (SIGNATURE, key.sign(form.signed_as + raw))):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, path in found.items():
            archive.add(path, name, recursive=False)


def _file(path: Path) -> File:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path.stat().st_size, found, os.access(path, os.X_OK))


def load_keys(folder: Path) -> list[Ed25519PublicKey]:
    """Of *.pem. Raises BundleError: where nobody is believed, nothing can be taken."""
    keys = []
    for path in sorted(folder.glob("*.pem")):
        try:
            found = serialization.load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise BundleError(f"{path}: is no public key: {error}") from None
        if not isinstance(found, Ed25519PublicKey):
            raise BundleError(f"{path}: expected a key of Ed25519")
        keys.append(found)
    if not keys:
        raise BundleError(f"{folder}: no key is known here; next: put the publisher's public key there (*.pem)")
    return keys


def read_manifest(path: Path, keys: Sequence[Ed25519PublicKey]) -> Manifest:
    """Believed: signed by one of the keys. Raises BundleError."""
    return read_signed(path, keys, RELEASE)


def read_signed(path: Path, keys: Sequence[Ed25519PublicKey], form: Form[M]) -> M:
    """Raises BundleError."""
    with _opened(path) as archive:
        return _manifest(path, archive, iter(archive), keys, form)


def refusal(manifest: Manifest, here: Here) -> str:
    """Why this machine does not take it, with what to do; empty when it does."""
    if manifest.format != FORMAT:
        return f"its format is {manifest.format}, {FORMAT} is known; next: take the update before this one first"
    if here.version and order(manifest.version) <= order(here.version):
        return f"it is {manifest.version}, and {here.version} runs; next: get a newer one, an older never replaces it"
    if manifest.debian != here.debian:
        return f"it is for Debian {manifest.debian}, this is Debian {here.debian}; next: get the one for this Debian"
    if manifest.python != here.python:
        return f"it is for Python {manifest.python}, here is {here.python}; next: get the one for this Debian"
    if manifest.roles and not set(here.roles) <= set(manifest.roles):
        missing = ", ".join(sorted(set(here.roles) - set(manifest.roles)))
        return f"it is not for machines with the role {missing}; next: get the one for this kind of machine"
    if not manifest.has_wheels and manifest.requirements != here.requirements:
        return "it is a small one, and this machine lacks libraries for it; next: get the whole one (with wheels)"
    return ""


def unpack(path: Path, keys: Sequence[Ed25519PublicKey], release: Path, wheels: Path) -> Manifest:
    """release/… into `release`, wheels/… into `wheels`: both exist and are empty. Raises BundleError, and what was
    written by then is to be thrown away."""
    return unpack_signed(path, keys, {"release": release, "wheels": wheels}, RELEASE)


def unpack_signed(path: Path, keys: Sequence[Ed25519PublicKey], rooms: Mapping[str, Path], form: Form[M]) -> M:
    """`rooms`: an empty folder for each first part of a name. Raises BundleError, and what was written by then is to be
    thrown away."""
    with _opened(path) as archive:
        entries = iter(archive)
        manifest = _manifest(path, archive, entries, keys, form)
        left = dict(manifest.files)
        for entry in entries:
            wanted = left.pop(entry.name, None)
            is_safe = form.safe.fullmatch(entry.name) is not None
            if wanted is None or not entry.isreg() or entry.size != wanted.size or not is_safe:
                raise BundleError(f"{path.name}: {entry.name[:80]}: stands there and should not")
            room, _, name = entry.name.partition("/")
            if ".." in name.split("/"):
                raise BundleError(f"{path.name}: {entry.name[:80]}: leads elsewhere")
            place = rooms[room] / name
            source = archive.extractfile(entry)
            assert source is not None
            _write(place, source, wanted, f"{path.name}: {entry.name}")
        if left:
            raise BundleError(f"{path.name}: {min(left)}: is missing; next: copy the file again")
    return manifest


def _write(place: Path, source: IO[bytes], wanted: File, named: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755 if wanted.executable else 0o644), "wb") as out:
        while piece := source.read(PIECE):
            found.update(piece)
            out.write(piece)
    if found.hexdigest() != wanted.sha256:
        raise BundleError(f"{named}: is not what was signed; next: copy the file again")


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """A file that ends in the middle is noticed wherever it is read."""
    try:
        archive = tarfile.open(path, "r:")  # noqa: SIM115 - what is wrong with its opening is said apart
    except (OSError, tarfile.TarError) as error:
        raise BundleError(f"{path.name}: cannot be read: {error}; next: copy the file again") from None
    with archive:
        try:
            yield archive
        except tarfile.TarError as error:
            raise BundleError(f"{path.name}: cannot be read: {error}; next: copy the file again") from None


def _manifest(
    path: Path,
    archive: tarfile.TarFile,
    entries: Iterator[tarfile.TarInfo],
    keys: Iterable[Ed25519PublicKey],
    form: Form[M],
) -> M:
    raw, signature = (_first(path, archive, next(entries, None), name) for name in (MANIFEST, SIGNATURE))
    if not any(_signed(key, form.signed_as + raw, signature) for key in keys):
        raise BundleError(f"{path.name}: is not signed by a key that is known here; nothing of it was taken")
    try:
        manifest = msgspec.json.decode(raw, type=form.manifest)
    except msgspec.DecodeError as error:
        raise BundleError(f"{path.name}: {MANIFEST}: {error}") from None
    if sum(one.size for one in manifest.files.values()) > WHOLE_MAX:
        raise BundleError(f"{path.name}: more than {WHOLE_MAX >> 30} GiB")
    return manifest


def _first(path: Path, archive: tarfile.TarFile, entry: tarfile.TarInfo | None, name: str) -> bytes:
    if entry is None or entry.name != name or not entry.isreg() or entry.size > MANIFEST_MAX:
        raise BundleError(f"{path.name}: is no update of this product: expected {name}")
    source = archive.extractfile(entry)
    assert source is not None
    return source.read()


def _signed(key: Ed25519PublicKey, said: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, said)
    except InvalidSignature:
        return False
    return True
