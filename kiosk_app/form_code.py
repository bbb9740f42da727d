"""The two-dimensional code of a form: what stands on the paper, sealed so that the office's counters alone can read it.

HF1, then base32 (the one alphabet that keyboards of every layout type alike, for scanners that play a keyboard) of

    4 bytes    which key of the office: the beginning of the SHA-256 of its public key
    4 bytes    until when it may be read, in minutes since 1970
    32 bytes   X25519 public key made for this one code
    the rest   ChaCha20-Poly1305 of deflated msgpack [form, version, title, [[label, text], ...]]; the first 40 bytes
               and HF1 are bound to it, and the key follows by HKDF-SHA256 from the agreed value and both public keys

A sealing key serves once, so its nonce is always zero. Whoever finds the paper reads what is printed, and nothing more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
import zlib
from typing import Literal, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = "HF1"
KEY_BYTES = 32
HEAD_BYTES = 4 + 4 + KEY_BYTES
TEXT_MAX = 4_296
"""Letters that the largest two-dimensional code holds."""
INSIDE_MAX = 20_000
NONCE = bytes(12)
DAY_MIN = 24 * 60

Why = Literal["not_a_form", "damaged", "other_key", "expired"]


class Coded(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed. Personal."""

    form: str
    version: int
    title: str
    rows: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Coded({self.form!r})"


class Unread(NamedTuple):
    """not_a_form: another code. damaged: not as it was printed. other_key: of another office, or an older key."""

    why: Why


def new_key() -> bytes:
    """A private key of an office: 32 bytes, for the machines where staff scan."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """For the kiosks."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(coded: Coded, public: bytes, until_min: int) -> str:
    """`public`: the office's. Capitals and digits alone."""
    own = X25519PrivateKey.generate()
    point = own.public_key().public_bytes_raw()
    head = _name_of(public) + until_min.to_bytes(4, "big") + point
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    inside = deflate.compress(msgspec.msgpack.encode(coded)) + deflate.flush()
    key = _key(own.exchange(X25519PublicKey.from_public_bytes(public)), point, public)
    sealed = ChaCha20Poly1305(key).encrypt(NONCE, inside, MAGIC.encode() + head)
    return MAGIC + base64.b32encode(head + sealed).decode().rstrip("=")


def open_(text: str, private: bytes, now_min: int) -> Coded | Unread:
    """`text`: as the scanner typed it, in whatever width and case. Never raises for what somebody can scan."""
    plain = "".join(unicodedata.normalize("NFKC", text[: 2 * TEXT_MAX]).split()).upper()
    if not plain.startswith(MAGIC):
        return Unread("not_a_form")
    letters = plain[len(MAGIC) :]
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        return Unread("damaged")
    if len(raw) <= HEAD_BYTES:
        return Unread("damaged")
    head, sealed = raw[:HEAD_BYTES], raw[HEAD_BYTES:]
    public = public_of(private)
    if head[:4] != _name_of(public):
        return Unread("other_key")
    inside = _unsealed(head, sealed, private, public)
    if inside is None:
        return Unread("damaged")
    # After the seal: until then the day in the head is anybody's word.
    if now_min >= int.from_bytes(head[4:8], "big"):
        return Unread("expired")
    try:
        return msgspec.msgpack.decode(inside, type=Coded)
    except msgspec.DecodeError:
        return Unread("damaged")


def _unsealed(head: bytes, sealed: bytes, private: bytes, public: bytes) -> bytes | None:
    point = head[8:]
    try:
        agreed = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(point))
        packed = ChaCha20Poly1305(_key(agreed, point, public)).decrypt(NONCE, sealed, MAGIC.encode() + head)
        inflate = zlib.decompressobj(-15)
        inside = inflate.decompress(packed, INSIDE_MAX)
    except (InvalidTag, ValueError, zlib.error):
        # ValueError: a point that gives no agreement.
        return None
    return inside if inflate.eof else None


def _name_of(public: bytes) -> bytes:
    return hashlib.sha256(b"hitofuda form key " + public).digest()[:4]


def _key(agreed: bytes, point: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"hitofuda form code 1" + point + public).derive(agreed)
