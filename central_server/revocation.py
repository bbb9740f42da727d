"""Whether a card's certificate has been revoked, asked of the authority that issued it. Fails closed: only an answer
that is signed, fresh, for this very certificate and says "good" is good; everything else is `NotKnown`, with why.

J-LIS's validity service is open only to bodies that have given notice and signed its agreement (公的個人認証法
36条, 38条), and its addresses and credentials come with that agreement: none is in this product, and nothing of ours
has ever spoken to it.
What is here speaks OCSP (RFC 6960) and CRLs (RFC 5280) as such services do, and is tried against responders of our own.
J-LIS's certificates name their CRL by a directory name, without a URL: a gateway of the municipality brings it to HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from central_server.fetching import Fetched, Fetcher, NotFetched
from kiosk_app.office.jpki.certificate import CardCertificate, PublicKey

SKEW = timedelta(minutes=5)
"""By which the authority's clock and ours may differ."""
NONCE_BYTES = 32
DIGESTS = (SHA256, SHA384, SHA512)
"""Of an answer's signature; SHA-1 proves nothing any more."""
FAULTS = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    x509.ExtensionNotFound,
)
"""What cryptography raises for bytes that are no answer, at once or at the first look at a field."""


@dataclass(frozen=True, slots=True)
class Good:
    """The authority says that it was in force, at this time."""

    asked: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """And since when."""

    since: datetime


@dataclass(frozen=True, slots=True)
class NotKnown:
    """As good as revoked for whoever must decide now. `why` is for the technician and holds nothing of the person."""

    why: str


Standing = Good | Revoked | NotKnown


class Revocation(Protocol):
    """Asks about a certificate that has been found to come from `issuer`. Blocks up to a deadline, never raises."""

    def standing(self, certificate: CardCertificate, issuer: CardCertificate, now: datetime) -> Standing: ...


@dataclass(frozen=True)
class NobodyToAsk:
    """Of a city without an agreement yet: nothing is ever good."""

    def standing(self, certificate: CardCertificate, issuer: CardCertificate, now: datetime) -> Standing:
        return NotKnown("no validity service is set up")


@dataclass(frozen=True)
class Ocsp:
    """RFC 6960 over HTTP. `nonce` gives fresh bytes, so that nobody can play an old answer again."""

    url: str
    fetch: Fetcher = field(repr=False)
    nonce: Callable[[], bytes] = field(repr=False)
    oldest: timedelta = timedelta(minutes=30)
    """The authority renews its answers every 15 minutes."""

    def standing(self, certificate: CardCertificate, issuer: CardCertificate, now: datetime) -> Standing:
        nonce = self.nonce()
        if len(nonce) != NONCE_BYTES:
            raise ValueError("a nonce has 32 bytes")
        try:
            request = _ocsp_request(certificate, issuer, nonce)
        except FAULTS as fault:
            return NotKnown(f"cannot be asked about: {type(fault).__name__}")
        fetched = self.fetch.post(self.url, request, "application/ocsp-request")
        if isinstance(fetched, NotFetched):
            return NotKnown(f"OCSP: {fetched.why}")
        try:
            return _ocsp_answer(fetched, certificate, issuer, nonce, now, self.oldest)
        except FAULTS as fault:
            return NotKnown(f"OCSP: the answer cannot be read: {type(fault).__name__}")


@dataclass(frozen=True)
class Crl:
    """A whole CRL over HTTP, fetched anew each time it is asked."""

    url: str
    fetch: Fetcher = field(repr=False)
    oldest: timedelta = timedelta(hours=48)
    """The authority renews it daily."""

    def standing(self, certificate: CardCertificate, issuer: CardCertificate, now: datetime) -> Standing:
        fetched = self.fetch.get(self.url)
        if isinstance(fetched, NotFetched):
            return NotKnown(f"CRL: {fetched.why}")
        try:
            return _crl_answer(fetched, certificate, issuer, now, self.oldest)
        except FAULTS as fault:
            return NotKnown(f"CRL: it cannot be read: {type(fault).__name__}")


# --- OCSP ----------------------------------------------------------------------------------------------------


def _ocsp_request(certificate: CardCertificate, issuer: CardCertificate, nonce: bytes) -> bytes:
    one, two = (x509.load_der_x509_certificate(c.der) for c in (certificate, issuer))
    # SHA-1 only names the issuer here, as responders expect it (RFC 5019, 2.1.1); it protects nothing.
    builder = ocsp.OCSPRequestBuilder().add_certificate(one, two, SHA1())
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


def _ocsp_answer(
    fetched: Fetched,
    certificate: CardCertificate,
    issuer: CardCertificate,
    nonce: bytes,
    now: datetime,
    oldest: timedelta,
) -> Standing:
    answer = ocsp.load_der_ocsp_response(fetched.body)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return NotKnown(f"OCSP: the responder says {answer.response_status.name}")
    if (wrong := _wrong_responder(answer, issuer, now)) is not None:
        return NotKnown(wrong)
    if answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce != nonce:
        return NotKnown("OCSP: an answer to another question")
    if not _about(answer, certificate, issuer):
        return NotKnown("OCSP: the answer is about another certificate")
    if (stale := _stale("OCSP", answer.this_update_utc, answer.next_update_utc, now, oldest)) is not None:
        return stale
    match answer.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Good(answer.this_update_utc)
        case ocsp.OCSPCertStatus.REVOKED:
            return Revoked(answer.revocation_time_utc or answer.this_update_utc)
    return NotKnown("OCSP: the responder does not know this certificate")


def _about(answer: ocsp.OCSPResponse, certificate: CardCertificate, issuer: CardCertificate) -> bool:
    """By the hash in which the responder chose to answer."""
    one, two = (x509.load_der_x509_certificate(c.der) for c in (certificate, issuer))
    asked = ocsp.OCSPRequestBuilder().add_certificate(one, two, answer.hash_algorithm).build()
    return (answer.serial_number, answer.issuer_name_hash, answer.issuer_key_hash) == (
        certificate.serial,
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def _wrong_responder(answer: ocsp.OCSPResponse, issuer: CardCertificate, now: datetime) -> str | None:
    """The issuer itself, or somebody whom it has named for just this (RFC 6960, 4.2.2.2)."""
    keys: list[PublicKey] = [issuer.key]
    for found in answer.certificates:
        key = found.public_key()
        if isinstance(key, RSAPublicKey | EllipticCurvePublicKey) and _may_answer(found, issuer, now):
            keys.append(key)
    signed = (answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)
    return None if any(_signed(key, *signed) for key in keys) else "OCSP: not signed by the authority"


def _may_answer(found: x509.Certificate, issuer: CardCertificate, now: datetime) -> bool:
    usages = [e.value for e in found.extensions if isinstance(e.value, x509.ExtendedKeyUsage)]
    named = any(ExtendedKeyUsageOID.OCSP_SIGNING in usage for usage in usages)
    in_time = found.not_valid_before_utc <= now <= found.not_valid_after_utc
    by_issuer = _signed(issuer.key, found.signature, found.tbs_certificate_bytes, found.signature_hash_algorithm)
    return named and in_time and by_issuer


# --- CRL -----------------------------------------------------------------------------------------------------


def _crl_answer(
    fetched: Fetched, certificate: CardCertificate, issuer: CardCertificate, now: datetime, oldest: timedelta
) -> Standing:
    found = x509.load_der_x509_crl(fetched.body)
    if not _signed(issuer.key, found.signature, found.tbs_certlist_bytes, found.signature_hash_algorithm):
        return NotKnown("CRL: not signed by the authority")
    understood = {ExtensionOID.CRL_NUMBER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}
    if unknown := [e.oid.dotted_string for e in found.extensions if e.critical and e.oid not in understood]:
        # Such as a CRL of a part only, or of another authority's certificates.
        return NotKnown(f"CRL: with the critical extension {unknown[0]}, which is not understood")
    if (stale := _stale("CRL", found.last_update_utc, found.next_update_utc, now, oldest)) is not None:
        return stale
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial)
    if entry is None:
        return Good(found.last_update_utc)
    return Revoked(entry.revocation_date_utc)


# --- both ----------------------------------------------------------------------------------------------------


def _stale(what: str, made: datetime, renewed: datetime | None, now: datetime, oldest: timedelta) -> NotKnown | None:
    if made > now + SKEW:
        return NotKnown(f"{what}: from the future; compare the clocks")
    if renewed is None:
        return NotKnown(f"{what}: it does not say how long it holds")
    if renewed < now - SKEW or now - made > oldest + SKEW:
        return NotKnown(f"{what}: out of date")
    return None


def _signed(key: PublicKey, signature: bytes, message: bytes, digest: object) -> bool:
    if not isinstance(digest, DIGESTS):
        return False
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, message, PKCS1v15(), digest)
        else:
            key.verify(signature, message, ECDSA(digest))
    except (InvalidSignature, *FAULTS):
        return False
    return True
