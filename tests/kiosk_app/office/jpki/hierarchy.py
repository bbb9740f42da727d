"""A hierarchy as J-LIS's is made, with keys of this run: two generations of one name, and certificates of nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kiosk_app.office.jpki.anchors import Anchors, anchors_of
from kiosk_app.office.jpki.profile import AUTHENTICATION_POLICY, AUTHENTICATION_UNIT

NOW = datetime(2026, 4, 6, 1, 12, tzinfo=UTC)
FROM = datetime(2023, 5, 10, 0, 0, tzinfo=UTC)
UNTIL = datetime(2028, 5, 10, 14, 59, 59, tzinfo=UTC)
"""The last second of 10 May 2028 in Japan."""


@lru_cache(16)
def a_key(name: str) -> rsa.RSAPrivateKey:
    """The same for the same name."""
    return rsa.generate_private_key(65537, 1024 if name == "short" else 2048)


def authority_name(organisation: str = "JPKI", unit: str = AUTHENTICATION_UNIT) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )


def usage(**named: bool) -> x509.KeyUsage:
    every = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**{**every, **named})


def authority(key: str = "root-2", name: x509.Name | None = None, signer: str = "", **dates: datetime) -> bytes:
    name = name or authority_name()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(a_key(key).public_key())
        .serial_number(7)
        .not_valid_before(dates.get("start", datetime(2019, 9, 8, tzinfo=UTC)))
        .not_valid_after(dates.get("end", datetime(2029, 9, 7, tzinfo=UTC)))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    )
    return builder.sign(a_key(signer or key), SHA256()).public_bytes(Encoding.DER)


def card(
    signer: str = "root-2",
    key: str = "card",
    policy: str = AUTHENTICATION_POLICY,
    start: datetime = FROM,
    end: datetime = UNTIL,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    digest: HashAlgorithm | None = None,
    serial: int = 0x1234,
    **usages: bool,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "000000TESTONLY00000000")]))
        .issuer_name(authority_name())
        .public_key(a_key(key).public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(usage(**(usages or {"digital_signature": True})), critical=True)
    )
    if policy:
        policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)])
        builder = builder.add_extension(policies, critical=True)
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(a_key(signer), digest or SHA256()).public_bytes(Encoding.DER)


def trusted(*ders: bytes, **options: Any) -> Anchors:
    """Two generations by default."""
    files = {f"authca{n:02d}.cer": der for n, der in enumerate(ders or (authority("root-1"), authority("root-2")), 1)}
    return anchors_of(files, **options)


def signed(message: bytes, key: str = "card") -> bytes:
    """As the card does it."""
    return a_key(key).sign(message, PKCS1v15(), SHA256())


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)
