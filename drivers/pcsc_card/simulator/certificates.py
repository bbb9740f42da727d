"""A certificate hierarchy in the form of the real one, with keys made when they are first asked for and never stored.

Two generations of the authentication CA have one name, as the real three have: only the signature tells them apart. The
organisation is JPKI-TEST, which an installed machine refuses. Form: docs of the JPKI profile as cited in profile.py.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from drivers.pcsc_card.simulator.people import Person

KEY_BITS = 2048
AUTHENTICATION_POLICY = "1.2.392.200149.8.5.1.3.30"
SIGNING_POLICY = "1.2.392.200149.8.5.1.1.20"
SIGNED_ATTRIBUTES = "1.2.392.200149.8.5.5"
ORGANISATION = "JPKI-TEST"
YEARS_VALID = 5
DAYS_A_YEAR = 365
SERIAL = 0x4A1
"""Of a card about whose person nothing else is said."""


@functools.cache
def key(name: str) -> rsa.RSAPrivateKey:
    """One a name in this process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


@dataclass(frozen=True, slots=True)
class Authority:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def _name(unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )


AUTHENTICATION_NAME = _name("JPKI for user authentication")
SIGNING_NAME = _name("JPKI for digital signature")
SERVICE_NAME = x509.Name(
    [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "個人認証試験")]
)


@functools.cache
def authority(generation: int, today: date, kind: str = "authentication") -> Authority:
    """Generation 1 began eight years ago, 2 three years ago; each is valid for ten years."""
    signer = key(f"{kind} authority {generation}")
    began = today - timedelta(days=DAYS_A_YEAR * {1: 8, 2: 3}[generation])
    name = AUTHENTICATION_NAME if kind == "authentication" else SIGNING_NAME
    built = _builder(name, name, signer.public_key(), 1000 + generation, began, began + timedelta(days=3650))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    built = built.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    built = built.add_extension(x509.SubjectAlternativeName([x509.DirectoryName(SERVICE_NAME)]), critical=False)
    built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(signer.public_key()), critical=False)
    return Authority(built.sign(signer, hashes.SHA256()), signer)


@dataclass(frozen=True, slots=True)
class CardCertificate:
    der: bytes
    key: rsa.RSAPrivateKey


def expiry(issued: date, birth: date) -> date:
    """The fifth birthday after the issue."""
    year = issued.year + YEARS_VALID
    for day in (birth.day, birth.day - 1):
        if not (birth.month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400))):
            return date(year, birth.month, day)
    raise AssertionError("28 February is in every year")


@functools.cache
def authentication(
    person: Person, today: date, generation: int = 2, is_expired: bool = False, serial: int = SERIAL
) -> CardCertificate:
    """利用者証明用: no name and no address in it."""
    issued = today - timedelta(days=DAYS_A_YEAR * (YEARS_VALID + 2 if is_expired else 1))
    issuer = authority(generation, today)
    holder = key("card authentication")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"0000TEST{serial:09d}00000"[:22]),
        ]
    )
    built = _builder(AUTHENTICATION_NAME, subject, holder.public_key(), serial, issued, expiry(issued, person.birth))
    built = built.add_extension(_usage("digital_signature"), critical=True)
    built = built.add_extension(_policy(AUTHENTICATION_POLICY), critical=True)
    return _signed(built, issuer, holder)


@functools.cache
def signing(person: Person, today: date, serial: int = 0x5B1) -> CardCertificate:
    """署名用: carries the four attributes. It is on simulated cards so that a test can see that nobody reads it."""
    issued = today - timedelta(days=DAYS_A_YEAR)
    issuer = authority(2, today, "signing")
    holder = key("card signing")
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, f"TEST{serial:018d}")]
    )
    built = _builder(SIGNING_NAME, subject, holder.public_key(), serial, issued, expiry(issued, person.birth))
    built = built.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    built = built.add_extension(_policy(SIGNING_POLICY), critical=True)
    told = [(1, person.name), (3, person.sex), (4, f"5{person.birth:%Y%m%d}"), (5, person.address)]
    others = [x509.OtherName(ObjectIdentifier(f"{SIGNED_ATTRIBUTES}.{number}"), _utf8(text)) for number, text in told]
    built = built.add_extension(x509.SubjectAlternativeName(others), critical=False)
    return _signed(built, issuer, holder)


def _signed(built: x509.CertificateBuilder, issuer: Authority, holder: rsa.RSAPrivateKey) -> CardCertificate:
    extensions: tuple[x509.ExtensionType, ...] = (
        x509.IssuerAlternativeName([x509.DirectoryName(SERVICE_NAME)]),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
        x509.SubjectKeyIdentifier.from_public_key(holder.public_key()),
        x509.CRLDistributionPoints(
            [x509.DistributionPoint([x509.DirectoryName(AUTHENTICATION_NAME)], None, None, None)]
        ),
    )
    for extension in extensions:
        built = built.add_extension(extension, critical=False)
    made = built.sign(issuer.key, hashes.SHA256())
    return CardCertificate(made.public_bytes(serialization.Encoding.DER), holder)


def _builder(
    issuer: x509.Name, subject: x509.Name, public: rsa.RSAPublicKey, serial: int, begins: date, ends: date
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(datetime.combine(begins, time(), UTC))
        .not_valid_after(datetime.combine(ends, time(14, 59, 59), UTC))
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in allowed for name in names})


def _policy(oid: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(oid), None)])


def _utf8(text: str) -> bytes:
    raw = text.encode()
    if len(raw) < 0x80:
        return bytes((0x0C, len(raw))) + raw
    size = 1 if len(raw) < 0x100 else 2
    return bytes((0x0C, 0x80 | size)) + len(raw).to_bytes(size, "big") + raw
