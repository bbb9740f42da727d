"""Reads a certificate that came from a card: hostile bytes in, plain values or one named fault out, never an exception.

cryptography reads lazily and raises many kinds of error at the first look at a field. So every field that we use is
looked at here, once, and nothing else touches its objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

LARGEST_BYTES = 8192
"""A card's certificate has some 1,500."""
LATEST_YEAR = 9000
JAPAN = timezone(timedelta(hours=9))

PublicKey = RSAPublicKey | EllipticCurvePublicKey
FAULTS = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Everything that cryptography is documented or was seen (by byte flips) to raise for bytes that are no certificate."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No certificate as X.509 has them. `what` names the part, never its contents."""

    what: str


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """Nothing about it is verified. It identifies a person at the authority, so it prints as nothing."""

    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signature_algorithm: str
    key: PublicKey = field(repr=False)
    serial: int = field(repr=False)
    issuer: x509.Name = field(repr=False)
    subject: x509.Name = field(repr=False)
    not_before: datetime
    not_after: datetime
    policies: frozenset[str]
    usage: frozenset[str]
    """Of digital_signature, content_commitment, key_cert_sign, crl_sign; empty where it says nothing."""
    is_authority: bool
    critical: frozenset[str]
    """Object identifiers of what its issuer calls critical."""

    @property
    def last_day(self) -> date:
        """As it is said in Japan: on this day it can still be used."""
        return self.not_after.astimezone(JAPAN).date()

    @property
    def first_day(self) -> date:
        return self.not_before.astimezone(JAPAN).date()


def read(der: bytes) -> CardCertificate | Unreadable:
    """One certificate in DER, with nothing after it."""
    if len(der) > LARGEST_BYTES:
        return Unreadable("size")
    try:
        return _read(x509.load_der_x509_certificate(der))
    except FAULTS as fault:
        return Unreadable(type(fault).__name__)


def _read(found: x509.Certificate) -> CardCertificate | Unreadable:
    key = found.public_key()
    not_before, not_after = found.not_valid_before_utc, found.not_valid_after_utc
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        return Unreadable("key")
    if found.serial_number <= 0:
        return Unreadable("serial number")
    if not_before > not_after or not_after.year > LATEST_YEAR or not_before.year < 1900:
        return Unreadable("validity")
    return CardCertificate(
        der=found.public_bytes(Encoding.DER),
        tbs=found.tbs_certificate_bytes,
        signature=found.signature,
        signature_algorithm=found.signature_algorithm_oid.dotted_string,
        key=key,
        serial=found.serial_number,
        issuer=found.issuer,
        subject=found.subject,
        not_before=not_before,
        not_after=not_after,
        policies=_policies(found),
        usage=_usage(found),
        is_authority=_is_authority(found),
        critical=frozenset(e.oid.dotted_string for e in found.extensions if e.critical),
    )


def _policies(found: x509.Certificate) -> frozenset[str]:
    policies = [e.value for e in found.extensions if isinstance(e.value, x509.CertificatePolicies)]
    return frozenset(p.policy_identifier.dotted_string for one in policies for p in one)


def _usage(found: x509.Certificate) -> frozenset[str]:
    names = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
    usages = [e.value for e in found.extensions if isinstance(e.value, x509.KeyUsage)]
    return frozenset(name for usage in usages for name in names if getattr(usage, name))


def _is_authority(found: x509.Certificate) -> bool:
    return any(e.value.ca for e in found.extensions if isinstance(e.value, x509.BasicConstraints))
