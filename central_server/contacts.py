"""How a visitor can be reached: sealed before it touches the database, and found again only by who holds the key.

What the database holds says neither who booked nor whether two bookings of two offices are one person's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import unicodedata
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
"""What goes into a mail's head: nothing that could end a line or begin a second address."""
NONCE_BYTES = 12
LAST_DIGITS = 4


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least one of `mail` and `phone`. `name` as the visitor wrote or said it; never shown but to staff."""

    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    mail: Annotated[str, msgspec.Meta(max_length=254)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""


class NotOurs(Exception):
    """Sealed with another key, of another booking, or changed."""


def phone_digits(written: str) -> str:
    """Wide digits, blanks and hyphens are how people write; +81 is how telephones do. Empty for what is no number."""
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"[\s\-ー‐−–().]", "", text)
    text = re.sub(r"^\+81", "0", text)
    return text if re.fullmatch(r"0[0-9]{8,10}", text) else ""


def contact_fault(contact: Contact) -> Literal["", "none", "mail", "phone", "name"]:
    """What is wrong with what was typed; `none`: neither a mail address nor a telephone number. Empty: right."""
    if contact.mail and MAIL.fullmatch(contact.mail.strip()) is None:
        return "mail"
    if contact.phone and not phone_digits(contact.phone):
        return "phone"
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in contact.name):
        return "name"
    return "" if contact.mail or contact.phone else "none"


class Box:
    """`key`: 32 bytes from a file that only this service may read."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"expected a key of {KEY_BYTES} bytes")
        # Two keys of one: what is searched for must not help with what is sealed.
        self._seal = AESGCM(hmac.digest(key, b"hitofuda contacts seal 1", hashlib.sha256))
        self._mark = hmac.digest(key, b"hitofuda contacts mark 1", hashlib.sha256)

    def seal(self, office: str, contact_id: str, contact: Contact) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, msgspec.msgpack.encode(contact), _bound(office, contact_id))

    def open(self, office: str, contact_id: str, sealed: bytes) -> Contact:
        """Raises NotOurs."""
        try:
            plain = self._seal.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(office, contact_id))
        except (InvalidTag, ValueError) as error:
            raise NotOurs from error
        return msgspec.msgpack.decode(plain, type=Contact)

    def seal_secret(self, office: str, of: str, secret: bytes) -> bytes:
        """`of`: what it is the secret of: a contact's id, or a word."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, secret, _bound(office, f"secret\0{of}"))

    def open_secret(self, office: str, of: str, sealed: bytes) -> bytes:
        """Raises NotOurs."""
        try:
            return self._seal.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(office, f"secret\0{of}"))
        except (InvalidTag, ValueError) as error:
            raise NotOurs from error

    def try_mark(self, kind: str, text: str) -> bytes:
        """Of who tries something, or of what is tried."""
        return self._marked("", kind, text)

    def address_mark(self, office: str, contact: Contact) -> bytes:
        """The same for the same address within one office, so that its bookings can be counted unopened."""
        told = phone_digits(contact.phone) or contact.mail.strip().casefold()
        return self._marked(office, "address", told)

    def phone_mark(self, office: str, digits: str) -> bytes:
        """Of the last digits, which a visitor types at the ticket machine. Many share them: they prove nothing."""
        return self._marked(office, "last digits", digits[-LAST_DIGITS:])

    def _marked(self, office: str, kind: str, text: str) -> bytes:
        return hmac.digest(self._mark, f"{office}\0{kind}\0{text}".encode(), hashlib.sha256)


def _bound(office: str, contact_id: str) -> bytes:
    return f"{office}\0{contact_id}".encode()
