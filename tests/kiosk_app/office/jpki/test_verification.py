"""What proves something and what does not: every way in which a certificate or an answer can be wrong has its name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.jpki.anchors import Anchors
from kiosk_app.office.jpki.certificate import CardCertificate, Unreadable, read
from kiosk_app.office.jpki.challenge import Challenge
from kiosk_app.office.jpki.verification import (
    Expired,
    Issued,
    NoAnchors,
    NotYetValid,
    OutsideProfile,
    Proven,
    UnknownIssuer,
    WrongKind,
    WrongSignature,
    in_force,
    issued,
    proven,
)
from tests.kiosk_app.office.jpki.hierarchy import (
    FROM,
    NOW,
    UNTIL,
    a_key,
    authority,
    authority_name,
    card,
    signed,
    trusted,
)

CHALLENGE = Challenge("card-check", "m1", bytes(32), 0)


@cache
def _whole() -> bytes:
    return card()


@cache
def _trusted() -> Anchors:
    return trusted()


@pytest.fixture(scope="module")
def anchors() -> Anchors:
    return trusted()


@pytest.fixture(scope="module")
def good() -> bytes:
    return card()


def test_a_card_that_holds_the_key_of_a_certificate_of_a_trusted_authority_has_proved_it(
    anchors: Anchors, good: bytes
) -> None:
    found = proven(good, CHALLENGE, signed(CHALLENGE.message()), anchors, NOW)
    assert isinstance(found, Proven)
    assert found.certificate.last_day == date(2028, 5, 10)
    assert found.anchor.file == "authca02.cer"


@pytest.mark.parametrize("generation", ["root-1", "root-2"])
def test_of_two_authorities_with_one_name_the_one_that_signed_is_found(anchors: Anchors, generation: str) -> None:
    found = issued(card(signer=generation), anchors, NOW)
    assert isinstance(found, Issued)
    assert found.anchor.certificate.key == a_key(generation).public_key()


def test_the_right_name_without_the_right_signature_is_nobody_we_know(anchors: Anchors) -> None:
    assert issued(card(signer="stranger"), anchors, NOW) == UnknownIssuer()


def test_where_no_authority_is_installed_nothing_is_said_of_the_issuer(good: bytes) -> None:
    assert issued(good, Anchors(), NOW) == NoAnchors()


def test_an_authority_whose_own_time_is_over_proves_nothing(good: bytes) -> None:
    old = trusted(authority("root-2", end=NOW - timedelta(days=1)))
    assert issued(good, old, NOW) == UnknownIssuer()
    assert isinstance(issued(good, old, NOW - timedelta(days=2)), Issued)


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        (lambda: card(policy="1.2.392.200149.8.5.1.1.20"), WrongKind("signing")),
        (lambda: card(policy="1.2.392.200149.8.5.1.1.40"), WrongKind("signing")),
        (lambda: card(digital_signature=True, content_commitment=True), WrongKind("signing")),
        (lambda: card(policy=""), WrongKind("other")),
        (lambda: card(policy="1.2.392.200149.8.5.1.0.30"), WrongKind("other")),
        (lambda: card(key_encipherment=True), WrongKind("other")),
        (lambda: card(digital_signature=True, key_cert_sign=True), WrongKind("authority")),
        (lambda: card(more=((x509.BasicConstraints(True, None), True),)), WrongKind("authority")),
        (authority, WrongKind("authority")),
        (lambda: card(key="short"), OutsideProfile("key")),
        (lambda: card(end=FROM + timedelta(days=366 * 6 + 1)), OutsideProfile("life")),
        (
            lambda: card(more=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)),
            OutsideProfile("critical extension"),
        ),
    ],
)
def test_what_is_no_certificate_of_user_authentication_is_named(der: object, expected: object) -> None:
    assert in_force(der(), NOW) == expected  # type: ignore[operator]


def test_an_extension_that_is_not_critical_does_no_harm(anchors: Anchors) -> None:
    more = ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False),)
    assert isinstance(issued(card(more=more), anchors, NOW), Issued)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()])
def test_a_key_of_another_generation_is_not_taken_for_todays(key: ec.EllipticCurvePrivateKey) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "000000TESTONLY00000000")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(authority_name()).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(FROM).not_valid_after(UNTIL)
    found = in_force(builder.sign(a_key("root-2"), SHA256()).public_bytes(Encoding.DER), NOW)
    assert found in (Unreadable("key"), WrongKind("other"))


@pytest.mark.parametrize("digest", [SHA384(), SHA512()])
def test_an_authority_that_signs_as_none_of_this_generation_does_is_not_known(
    anchors: Anchors, digest: SHA384 | SHA512
) -> None:
    assert issued(card(digest=digest), anchors, NOW) == UnknownIssuer()


def test_it_is_good_to_the_last_second_of_the_day_that_is_shown(good: bytes) -> None:
    assert isinstance(in_force(good, UNTIL), CardCertificate)
    assert in_force(good, UNTIL + timedelta(seconds=1)) == Expired(date(2028, 5, 10))
    assert in_force(good, FROM - timedelta(seconds=1)) == NotYetValid(date(2023, 5, 10))


def test_the_day_is_that_of_japan() -> None:
    late = in_force(card(end=datetime(2028, 5, 10, 15, 0, 0, tzinfo=UTC)), NOW)
    assert isinstance(late, CardCertificate)
    assert late.last_day == date(2028, 5, 11)


def test_an_answer_to_another_challenge_or_by_another_card_proves_nothing(anchors: Anchors, good: bytes) -> None:
    other = Challenge("certificate", "m1", bytes(32), 0)
    answers = (signed(other.message()), signed(CHALLENGE.message(), key="other-card"), b"", bytes(256), bytes(255))
    for answer in answers:
        assert proven(good, CHALLENGE, answer, anchors, NOW) == WrongSignature()


def test_neither_certificate_nor_result_prints_anything_of_it(anchors: Anchors, good: bytes) -> None:
    found = proven(good, CHALLENGE, signed(CHALLENGE.message()), anchors, NOW)
    for said in (repr(found), repr(read(good)), repr(issued(good, anchors, NOW))):
        assert "TESTONLY" not in said
        assert "4660" not in said and "1234" not in said


# --- hostile bytes -------------------------------------------------------------------------------------------------


def _says_nothing_else(der: bytes) -> bool:
    """Refused as a value; or only the wrapping of the signature differs, which the authority does not sign: such as the
    number of unused bits where the last bit is 0."""
    found = issued(der, _trusted(), NOW)
    whole = read(_whole())
    assert isinstance(whole, CardCertificate)
    return not isinstance(found, Issued) or found.certificate.tbs == whole.tbs


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(data=st.data())
def test_any_change_of_bytes_is_a_value_and_proves_nothing(data: st.DataObject) -> None:
    whole = _whole()
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    der = bytes(changed)
    assert _says_nothing_else(der)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(data=st.data())
def test_pieces_cut_out_put_in_or_cut_off_are_a_value(data: st.DataObject) -> None:
    whole = _whole()
    first, last = sorted((data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))))
    der = whole[:first] + data.draw(st.binary(max_size=40)) + whole[last:]
    assert _says_nothing_else(der)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value(der: bytes) -> None:
    assert isinstance(read(der), Unreadable)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_every_single_byte_with_each_bit_flipped_is_a_value() -> None:
    whole = _whole()
    for at in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            assert _says_nothing_else(bytes(changed))


def test_what_is_far_too_large_is_not_even_looked_at() -> None:
    assert read(bytes(100_000)) == Unreadable("size")


def test_something_after_the_certificate_is_refused(good: bytes) -> None:
    assert isinstance(read(good + b"\xff"), Unreadable)
