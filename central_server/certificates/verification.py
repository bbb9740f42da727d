"""The code on a certificate by which anybody can ask whether this product issued it: a few numbers under an Ed25519
signature, as short as a coarse two-dimensional code needs. Pure.

It holds no name. Of the person there is a keyed mark of the birth date alone, with which central can answer whether a
date that somebody reads off the paper is the one of the person for whom it was made.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk_app.office.certificates import Kind

VERSION = 1
_CLAIMS = struct.Struct(">B4sBBHI8s")
"""Version, key, office, kind, day, number, mark: 21 bytes before the signature's 64."""
FIRST_DAY = date(2020, 1, 1)
CODE_LETTERS = 114
KEY_BYTES, MARK_BYTES = 32, 8
NUMBERS: Mapping[Kind, int] = {
    "resident-record": 1,
    "seal-registration": 2,
    "family-register": 3,
    "family-register-person": 4,
    "family-register-addresses": 5,
    "income-tax": 6,
    "tax-payment": 7,
}
"""On paper for ever: a number is never given to another kind."""
_KINDS = {number: kind for kind, number in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Claims:
    """`office` and `number` are its serial number."""

    office: int
    kind: Kind
    day: date
    number: int
    mark: bytes


class Signer:
    """Holds the private key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"expected a key of {KEY_BYTES} bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def code(self, claims: Claims) -> str:
        """CODE_LETTERS letters that may stand in an address."""
        day = (claims.day - FIRST_DAY).days
        told = _CLAIMS.pack(VERSION, self.key_id, claims.office, NUMBERS[claims.kind], day, claims.number, claims.mark)
        return _text(told + self._key.sign(told))


def key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:4]


def read(code: str, keys: Mapping[bytes, bytes]) -> Claims | None:
    """What a code claims if one of `keys` (public, by id) has signed it; None for every other text. Each claim has one
    writing only: a changed letter is always another code."""
    if len(code) != CODE_LETTERS or not code.isascii():
        return None
    try:
        data = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (Base64Error, ValueError):
        return None
    if _text(data) != code:
        return None
    told, signature = data[: _CLAIMS.size], data[_CLAIMS.size :]
    version, key, office, kind, day, number, mark = _CLAIMS.unpack(told)
    if version != VERSION or key not in keys or kind not in _KINDS:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(signature, told)
    except InvalidSignature:
        return None
    return Claims(office, _KINDS[kind], FIRST_DAY + timedelta(days=day), number, mark)


def serial(office: int, number: int) -> str:
    """As it stands on the paper: 01-00000123-4, with a check digit (ISO 7064 MOD 11,10 over the digits)."""
    digits = f"{office:02}{number:08}"
    return f"{digits[:2]}-{digits[2:]}-{_check(digits)}"


def birth_mark(secret: bytes, office: int, number: int, birth: date) -> bytes:
    """The same for the same date on this paper alone."""
    told = f"{office}/{number}/{birth.isoformat()}".encode()
    return hmac.digest(secret, b"hitofuda certificate birth 1\0" + told, hashlib.sha256)[:MARK_BYTES]


def _check(digits: str) -> int:
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
