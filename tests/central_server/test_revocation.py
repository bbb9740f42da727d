"""Only a signed, fresh answer about this very certificate is good. Over real HTTP, by responders of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from central_server.fetching import Fetched, HttpFetcher, NotFetched
from central_server.revocation import Crl, Good, NobodyToAsk, NotKnown, Ocsp, Revoked, Standing
from kiosk_app.office.jpki.certificate import CardCertificate, read
from tests.central_server.web import Answer, replies, says, serving
from tests.kiosk_app.office.jpki.hierarchy import NOW, a_key, authority, authority_name, card

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FETCH = HttpFetcher(deadline_s=30)
NONCE = bytes(range(32))


@cache
def certificate(serial: int = 0x1234) -> CardCertificate:
    found = read(card(serial=serial))
    assert isinstance(found, CardCertificate)
    return found


@cache
def issuer(key: str = "root-2") -> CardCertificate:
    found = read(authority(key))
    assert isinstance(found, CardCertificate)
    return found


def x(found: CardCertificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(found.der)


# --- OCSP ----------------------------------------------------------------------------------------------------


@cache
def responder(signer: str = "root-2", named: bool = True, days: int = 30) -> x509.Certificate:
    """A certificate that the authority gave to somebody who answers for it."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "responder")]))
        .issuer_name(authority_name())
        .public_key(a_key("responder").public_key())
        .serial_number(99)
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
    )
    if named:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(a_key(signer), SHA256())


@dataclass(frozen=True)
class Says:
    """How a responder answers, well unless told otherwise."""

    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    made: timedelta = -MINUTE
    renewed: timedelta | None = 14 * MINUTE
    serial: int = 0x1234
    of: str = "root-2"
    signer: str = "root-2"
    named_by: type[HashAlgorithm] = SHA1
    nonce: bytes | None = b""
    """Empty: as it was asked."""
    delegate: Callable[[], x509.Certificate] | None = None
    """Made when it answers: its key takes a while."""
    delegate_sent: bool = True

    def __call__(self, request: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(request).extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        revoked = self.status is ocsp.OCSPCertStatus.REVOKED
        delegate = self.delegate() if self.delegate is not None else None
        by = delegate or x(issuer(self.signer))
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=x(certificate(self.serial)),
            issuer=x(issuer(self.of)),
            algorithm=self.named_by(),
            cert_status=self.status,
            this_update=(NOW + self.made).replace(tzinfo=UTC),
            next_update=None if self.renewed is None else NOW + self.renewed,
            revocation_time=NOW - HOUR if revoked else None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by)
        if delegate is not None and self.delegate_sent:
            builder = builder.certificates([delegate])
        if self.nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(self.nonce or asked), critical=False)
        key = a_key("responder" if delegate is not None else self.signer)
        return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def asked(answer: Answer) -> Standing:
    with serving(answer) as url:
        return Ocsp(url, FETCH, lambda: NONCE).standing(certificate(), issuer(), NOW)


@pytest.mark.parametrize(
    "says",
    [
        Says(),
        Says(named_by=SHA256),
        Says(made=4 * MINUTE),
        Says(renewed=-4 * MINUTE),
        Says(delegate=responder),
    ],
)
def test_a_good_answer_is_good(says: Says) -> None:
    assert asked(replies(says)) == Good(NOW + says.made)


def test_a_revoked_certificate_is_revoked_since_then() -> None:
    assert asked(replies(Says(status=ocsp.OCSPCertStatus.REVOKED))) == Revoked(NOW - HOUR)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Says(status=ocsp.OCSPCertStatus.UNKNOWN), "does not know"),
        (Says(made=-36 * MINUTE), "out of date"),
        (Says(made=-20 * MINUTE, renewed=-6 * MINUTE), "out of date"),
        (Says(made=6 * MINUTE, renewed=HOUR), "from the future"),
        (Says(renewed=None), "how long it holds"),
        (Says(serial=0x4321), "about another certificate"),
        (Says(of="root-1"), "about another certificate"),
        (Says(signer="stranger"), "not signed by the authority"),
        (Says(nonce=bytes(32)), "another question"),
        (Says(nonce=None), "ExtensionNotFound"),
        (Says(delegate=partial(responder, signer="stranger")), "not signed by the authority"),
        (Says(delegate=partial(responder, named=False)), "not signed by the authority"),
        (Says(delegate=partial(responder, days=-1)), "not signed by the authority"),
        (Says(delegate=responder, delegate_sent=False), "not signed by the authority"),
    ],
)
def test_every_other_answer_is_not_known(says: Says, why: str) -> None:
    found = asked(replies(says))
    assert isinstance(found, NotKnown)
    assert why in found.why


def test_an_answer_that_was_good_once_is_not_good_again() -> None:
    kept = Says()(_request(bytes(32)))
    found = asked(says(kept))
    assert found == NotKnown("OCSP: an answer to another question")


def _request(nonce: bytes) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(x(certificate()), x(issuer()), SHA1())
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


@pytest.mark.parametrize("status", [s for s in ocsp.OCSPResponseStatus if s is not ocsp.OCSPResponseStatus.SUCCESSFUL])
def test_a_responder_that_refuses_is_not_known(status: ocsp.OCSPResponseStatus) -> None:
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    assert asked(says(refusal)) == NotKnown(f"OCSP: the responder says {status.name}")


def test_nobody_there_is_not_known() -> None:
    for answer in (says(b"", "503 Later"), lambda _, line: None, says(b"<html>")):
        assert isinstance(asked(answer), NotKnown)


class _Answers:
    """A fetcher that has already got its answer."""

    def __init__(self, make: Callable[[bytes], bytes]) -> None:
        self._make = make

    def post(self, url: str, body: bytes, content_type: str) -> Fetched | NotFetched:
        return Fetched(self._make(body))

    def get(self, url: str) -> Fetched | NotFetched:
        return Fetched(self._make(b""))


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(data=st.data())
def test_changed_bytes_of_a_revoked_answer_never_make_it_good(data: st.DataObject) -> None:
    whole = _revoked_answer()
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = Ocsp("http://x/", _Answers(lambda _: bytes(changed)), lambda: NONCE).standing(certificate(), issuer(), NOW)
    assert not isinstance(found, Good)


@cache
def _revoked_answer() -> bytes:
    return Says(status=ocsp.OCSPCertStatus.REVOKED)(_request(NONCE))


# --- CRL -----------------------------------------------------------------------------------------------------


def crl(
    serials: tuple[int, ...] = (7, 8),
    signer: str = "root-2",
    made: timedelta = -HOUR,
    renewed: timedelta = 24 * HOUR,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    digest: HashAlgorithm | None = None,
) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority_name())
    builder = builder.last_update(NOW + made).next_update(NOW + renewed)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - HOUR)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(a_key(signer), digest or SHA256()).public_bytes(Encoding.DER)


def listed(answer: Answer) -> Standing:
    with serving(answer) as url:
        return Crl(url, FETCH).standing(certificate(), issuer(), NOW)


def test_who_is_not_on_the_list_is_good_and_who_is_on_it_is_revoked() -> None:
    assert listed(says(crl(more=((x509.CRLNumber(4), False),)))) == Good(NOW - HOUR)
    assert listed(says(crl((7, 0x1234, 9)))) == Revoked(NOW - HOUR)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (lambda: crl(signer="stranger"), "not signed by the authority"),
        (lambda: crl(signer="root-1"), "not signed by the authority"),
        (lambda: crl(made=-72 * HOUR, renewed=HOUR), "out of date"),
        (lambda: crl(made=-24 * HOUR, renewed=-6 * MINUTE), "out of date"),
        (lambda: crl(made=HOUR), "from the future"),
        (lambda: crl(more=((x509.DeltaCRLIndicator(3), True),)), "critical extension"),
        (lambda: b"no list", "cannot be read"),
        (lambda: b"", "cannot be read"),
    ],
)
def test_every_other_list_is_not_known(found: Callable[[], bytes], why: str) -> None:
    standing = listed(says(found()))
    assert isinstance(standing, NotKnown)
    assert why in standing.why


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(data=st.data())
def test_changed_bytes_of_a_list_never_take_anybody_off_it(data: st.DataObject) -> None:
    whole = _list_with_it()
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = Crl("http://x/", _Answers(lambda _: bytes(changed))).standing(certificate(), issuer(), NOW)
    assert not isinstance(found, Good)


@cache
def _list_with_it() -> bytes:
    return crl((7, 0x1234))


def test_a_city_without_an_agreement_never_says_good() -> None:
    assert isinstance(NobodyToAsk().standing(certificate(), issuer(), datetime(2026, 1, 1, tzinfo=UTC)), NotKnown)
