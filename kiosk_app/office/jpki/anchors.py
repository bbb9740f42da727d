"""The certificate authorities that an office trusts: files that a technician installed, never part of the product.

There are three generations with one and the same name, so an authority is known by its key. A file that is no
authority of user authentication is left out and named, with the reason: a technician reads that line.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography.x509.oid import NameOID

from kiosk_app.office.jpki.certificate import CardCertificate, Unreadable, read
from kiosk_app.office.jpki.profile import AUTHENTICATION_UNIT, HIERARCHY
from kiosk_app.office.jpki.signatures import signed_by

FILES_MAX = 32
FILE_BYTES_MAX = 65_536
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Anchor:
    """One authority that may issue certificates of user authentication."""

    file: str
    certificate: CardCertificate = field(repr=False)
    test: bool
    """Not of the real hierarchy."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, as authorities publish it."""
        return sha256(self.certificate.der).hexdigest().upper()

    def covers(self, at: datetime) -> bool:
        return self.certificate.not_before <= at <= self.certificate.not_after


@dataclass(frozen=True, slots=True)
class Anchors:
    anchors: tuple[Anchor, ...] = ()
    left_out: tuple[str, ...] = ()
    """One line a file or certificate that is not trusted, and why."""

    def __bool__(self) -> bool:
        return bool(self.anchors)


def anchors_of(files: Mapping[str, bytes], *, test_hierarchy: bool = False) -> Anchors:
    """Of the contents of files by their names, DER or PEM. `test_hierarchy` takes those that are not real as well."""
    taken: dict[str, Anchor] = {}
    left_out: list[str] = []
    for name in sorted(files):
        if len(taken) >= FILES_MAX or len(files[name]) > FILE_BYTES_MAX:
            left_out.append(f"{name}: left out, expected {FILES_MAX} authorities of {FILE_BYTES_MAX} bytes at most")
            continue
        for der in _ders(files[name]):
            found = _anchor(name, der, test_hierarchy)
            if isinstance(found, str):
                left_out.append(f"{name}: left out, {found}")
            else:
                taken.setdefault(found.fingerprint, found)
    return Anchors(tuple(taken.values()), tuple(left_out))


def _ders(content: bytes) -> Iterator[bytes]:
    blocks = _PEM.findall(content)
    if not blocks:
        yield content
    for block in blocks:
        try:
            yield b64decode(block)
        except Base64Error:
            yield b""


def _anchor(name: str, der: bytes, test_hierarchy: bool) -> Anchor | str:
    found = read(der)
    if isinstance(found, Unreadable):
        return f"no certificate in DER or PEM ({found.what})"
    if not found.is_authority or "key_cert_sign" not in found.usage:
        return "not the certificate of an authority"
    if AUTHENTICATION_UNIT not in _values(found, NameOID.ORGANIZATIONAL_UNIT_NAME):
        return f"not an authority of user authentication: expected OU={AUTHENTICATION_UNIT}"
    if not signed_by(found, found.key):
        return "not signed by its own key"
    test = _values(found, NameOID.ORGANIZATION_NAME) != {HIERARCHY}
    if test and not test_hierarchy:
        return f"a test hierarchy: expected O={HIERARCHY}"
    return Anchor(name, found, test)


def _values(found: CardCertificate, oid: object) -> set[str]:
    return {str(part.value) for part in found.subject if part.oid == oid}
