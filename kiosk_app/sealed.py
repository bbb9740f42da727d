"""A file that only the holder of one private key can read; whoever writes it can open none of the others.

    MAGIC, 32 bytes: the writer's public key of this one file (X25519, RFC 7748)
    pieces: AES-256-GCM, each of up to PIECE bytes and its tag of 16; the nonce is the piece's number, 11 bytes, and 1
    for the last one: so no piece can be left out, moved or cut off

The key of the file is HKDF-SHA256 of the agreed secret, with both public keys as its salt.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"hitofuda sealed 1\n"
PIECE = 1 << 20
TAG = 16
FileKey = bytes


class NotOpened(Exception):
    """Another key, or not the file that was written."""


def seal(source: IO[bytes], out: IO[bytes], reader: X25519PublicKey) -> FileKey:
    """The key of this one file, by which the writer can look at once whether it is whole."""
    own = X25519PrivateKey.generate()
    key = _key(own.exchange(reader), own.public_key(), reader)
    out.write(MAGIC + own.public_key().public_bytes_raw())
    cipher = AESGCM(key)
    for number, piece, last in _pieces(source, PIECE):
        out.write(cipher.encrypt(_nonce(number, last), piece, MAGIC))
    return key


def open_sealed(source: IO[bytes], out: IO[bytes], key: X25519PrivateKey | FileKey) -> None:
    """Raises NotOpened; what was written by then is to be thrown away."""
    head = source.read(len(MAGIC) + 32)
    if len(head) != len(MAGIC) + 32 or not head.startswith(MAGIC):
        raise NotOpened("is no sealed file")
    if isinstance(key, X25519PrivateKey):
        writer = X25519PublicKey.from_public_bytes(head[len(MAGIC) :])
        key = _key(key.exchange(writer), writer, key.public_key())
    cipher = AESGCM(key)
    for number, piece, last in _pieces(source, PIECE + TAG):
        try:
            out.write(cipher.decrypt(_nonce(number, last), piece, MAGIC))
        except InvalidTag:
            raise NotOpened("is of another key, or was changed, or is not whole") from None


def make_key(path: Path) -> None:
    """The private key, and path.pem for the machines. Raises OSError, also where one of the files exists."""
    key = X25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for place, content, mode in ((path, private, 0o600), (path.with_name(f"{path.name}.pem"), public, 0o644)):
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)


def load_public(path: Path) -> X25519PublicKey:
    """Raises NotOpened."""
    try:
        found = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotOpened(f"{path}: is no public key: {error}") from None
    if not isinstance(found, X25519PublicKey):
        raise NotOpened(f"{path}: expected a key of X25519")
    return found


def load_private(path: Path) -> X25519PrivateKey:
    """Raises NotOpened."""
    try:
        found = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise NotOpened(f"{path}: is no private key: {error}") from None
    if not isinstance(found, X25519PrivateKey):
        raise NotOpened(f"{path}: expected a key of X25519")
    return found


def sealed_bytes(content: bytes, reader: X25519PublicKey) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(content), out, reader)
    return out.getvalue()


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """At least one, which may be empty."""
    number, piece = 0, source.read(size)
    while True:
        following = source.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _key(secret: bytes, writer: X25519PublicKey, reader: X25519PublicKey) -> FileKey:
    salt = writer.public_bytes_raw() + reader.public_bytes_raw()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=MAGIC).derive(secret)
