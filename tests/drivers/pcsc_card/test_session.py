"""What the ports promise, with the real driver at emulated cards in memory: kinds, PINs, tries, and what stays open."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from drivers.card_ports import (
    Attributes,
    CardGone,
    CardInUse,
    CardRefused,
    Certificate,
    LastTryKept,
    MyNumberCard,
    NoCertificate,
    NothingThere,
    OtherCard,
    PinAccepted,
    PinLocked,
    PinMisshapen,
    PinWrong,
    Presence,
    Signature,
    TriesLeft,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.session import TROUBLES
from drivers.pcsc_card.simulator import certificates, kinds
from drivers.pcsc_card.simulator.emulator import Switches
from drivers.pcsc_card.simulator.memory import READER
from drivers.pcsc_card.simulator.people import PEOPLE
from tests.drivers.pcsc_card.desk import RIGHT, TEXT, TODAY, WRONG, Desk, asks_for_number, card, typed

SHOWN: dict[kinds.Kind, Presence] = {
    "no_signature": MyNumberCard(True, False),
    "no_authentication": MyNumberCard(False, True),
    "old_juki": OtherCard("old_juki"),
    "phone": OtherCard("phone"),
    "strange_token": OtherCard("unknown"),
    "driving_licence": OtherCard("driving_licence"),
    "residence_card": OtherCard("residence_card"),
    "payment": OtherCard("payment"),
    "transit": OtherCard("transit"),
    "unknown": OtherCard("unknown"),
}
VARIANTS = [
    Switches(select_clears=clears, hiccup_first=hiccup, filler=filler, continuation=continuation, locked_status=locked)
    for clears, hiccup, filler, continuation, locked in (
        (False, False, 32, "none", 0x63C0),
        (True, True, 0, "61", 0x6984),
        (True, False, 600, "6c", 0x63C0),
        (False, True, 0, "6c", 0x6983),
    )
]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_is_told_apart(kind: kinds.Kind) -> None:
    with Desk() as desk:
        laid = card(kind)
        assert desk.place(laid) == SHOWN.get(kind, MyNumberCard())
        assert not laid.is_open and asks_for_number(laid.journal) == []
        assert all(command[1] != 0x20 for command in laid.journal), "no PIN is touched to look at a card"
        assert desk.take() == NothingThere()


@pytest.mark.parametrize("kind", kinds.KINDS)
@pytest.mark.parametrize("clears", [False, True])
def test_no_operation_on_any_kind_asks_for_the_number(kind: kinds.Kind, clears: bool) -> None:
    """The card's own journal of everything that the driver can do; the driver's trace must agree with it."""
    with Desk() as desk:
        laid = card(kind, switches=Switches(select_clears=clears))
        desk.place(laid)
        desk.reader.details()
        for what, pin in (("authenticate", RIGHT), ("read_attributes", TEXT)):
            session = getattr(desk.reader, what)()
            if isinstance(session, TROUBLES):
                continue
            session.tries()
            session.verify(typed(WRONG))
            session.verify(typed(pin), spend_last_try=True)
            if what == "authenticate":
                session.certificate()
                session.sign(b"nonce")
            else:
                session.attributes()
            session.end()
        assert asks_for_number(laid.journal) == []
        assert not [c for c in laid.journal if c[1:3] == b"\xa4\x02" and c[5:7] == b"\x00\x01"], "nor the signing one"
        traced = [line.split(" ->")[0] for line in desk.trace]
        assert traced == [f"{c[:4].hex(' ').upper()} +{len(c) - 4}" for c in laid.journal]


def test_what_does_not_answer_is_unreadable() -> None:
    with Desk() as desk:
        assert desk.place("mute") == UnreadableCard()
        assert desk.reader.authenticate() == WrongCard(UnreadableCard())


@pytest.mark.parametrize("switches", VARIANTS, ids=range(len(VARIANTS)))
def test_a_whole_authentication_on_every_variant(switches: Switches) -> None:
    with Desk() as desk:
        laid = card(switches=switches)
        assert desk.place(laid) == MyNumberCard()
        session = desk.authenticate()
        found = session.certificate()
        assert isinstance(found, Certificate)
        expected = certificates.authentication(PEOPLE["takasaki"], TODAY).der
        assert found.der == expected
        assert session.tries() == TriesLeft(3)
        assert session.verify(typed(WRONG)) == PinWrong(2)
        assert session.tries() == TriesLeft(2)
        assert session.verify(typed(RIGHT)) == PinAccepted()
        assert session.tries() == TriesLeft(3)
        signed = session.sign(b"a verifier's nonce")
        assert isinstance(signed, Signature)
        public = x509.load_der_x509_certificate(found.der).public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        public.verify(signed.signature, b"a verifier's nonce", padding.PKCS1v15(), hashes.SHA256())
        assert laid.is_open
        session.end()
        assert not laid.is_open, "without power when the person takes it"


def test_an_authentication_takes_fourteen_commands() -> None:
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        laid.journal.clear()
        session = desk.authenticate()
        session.certificate()
        session.certificate()
        assert session.verify(typed(RIGHT)) == PinAccepted()
        session.sign(b"nonce")
        session.end()
        assert len(laid.journal) == 14
        selects = [command for command in laid.journal if command[1:3] == b"\xa4\x04"]
        assert len(selects) == 1, "selecting again could close the PIN"


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_the_four_attributes(person: str) -> None:
    with Desk() as desk:
        laid = card(person=PEOPLE[person])
        desk.place(laid)
        session = desk.read_attributes()
        assert session.tries() == TriesLeft(3)
        assert session.verify(typed(TEXT)) == PinAccepted()
        found = session.attributes()
        assert isinstance(found, Attributes)
        assert (found.name, found.address) == (PEOPLE[person].name, PEOPLE[person].address)
        session.end()
        assert asks_for_number(laid.journal) == [] and not laid.is_open


def test_without_a_pin_nothing_is_given() -> None:
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        assert desk.authenticate().sign(b"nonce") == CardRefused(0x6982, "sign")
        assert desk.read_attributes().attributes() == CardRefused(0x6982, "attributes")
        # A session that met trouble has ended.
        session = desk.authenticate()
        session.sign(b"nonce")
        assert session.tries() == CardRefused(0x6982, "sign")


@pytest.mark.parametrize("locked", [0x63C0, 0x6984, 0x6983])
def test_the_last_try_is_the_persons_to_spend(locked: int) -> None:
    with Desk() as desk:
        laid = card(switches=Switches(locked_status=locked))
        desk.place(laid)
        session = desk.authenticate()
        assert session.verify(typed(WRONG)) == PinWrong(2)
        assert session.verify(typed(WRONG)) == PinWrong(1)
        for _ in range(3):
            assert session.verify(typed(RIGHT)) == LastTryKept()
        assert session.tries() == TriesLeft(1)
        assert session.verify(typed(WRONG), spend_last_try=True) == PinLocked()
        sent = len(laid.journal)
        for _ in range(3):
            assert session.verify(typed(RIGHT), spend_last_try=True) == PinLocked()
        assert [command for command in laid.journal[sent:] if command[1] == 0x20 and len(command) > 4] == []


def test_the_last_try_may_be_right() -> None:
    with Desk() as desk:
        desk.place(card("one_try"))
        assert desk.authenticate().verify(typed(RIGHT), spend_last_try=True) == PinAccepted()


@pytest.mark.parametrize("pin", ["", "1", "12345", "ABCD"])
def test_a_misshapen_pin_costs_nothing(pin: str) -> None:
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        session = desk.authenticate()
        assert session.verify(typed(pin), spend_last_try=True) == PinMisshapen()
        assert session.tries() == TriesLeft(3)


@pytest.mark.parametrize("pin", [RIGHT, WRONG, "1"])
def test_the_buffer_is_empty_whatever_came_of_it(pin: str) -> None:
    with Desk() as desk:
        desk.place(card())
        buffer = typed(pin)
        session = desk.authenticate()
        session.verify(buffer)
        assert len(buffer) == 0
        session.end()
        again = typed(pin)
        assert session.verify(again) == CardGone() and len(again) == 0


@pytest.mark.parametrize(("kind", "tries"), [("locked", PinLocked()), ("one_try", TriesLeft(1))])
def test_tries_are_as_the_card_counts(kind: kinds.Kind, tries: object) -> None:
    with Desk() as desk:
        desk.place(card(kind))
        assert desk.authenticate().tries() == tries


def test_a_card_without_the_certificate() -> None:
    with Desk() as desk:
        desk.place(card("no_authentication"))
        session = desk.authenticate()
        assert session.certificate() == NoCertificate()
        assert session.tries() == TriesLeft(3), "that is no end of the session"


def test_two_generations_have_one_name_and_two_keys() -> None:
    first, second = (certificates.authority(generation, TODAY).certificate for generation in (1, 2))
    assert first.subject == second.subject and first.public_key() != second.public_key()
    with Desk() as desk:
        for kind, issuer, other in (("my_number", second, first), ("old_generation", first, second)):
            desk.place(card(kind))  # type: ignore[arg-type]
            found = desk.authenticate().certificate()
            assert isinstance(found, Certificate)
            end_entity = x509.load_der_x509_certificate(found.der)
            end_entity.verify_directly_issued_by(issuer)
            with pytest.raises(Exception):  # noqa: B017  (whatever cryptography calls a wrong signature)
                end_entity.verify_directly_issued_by(other)
            desk.take()


@pytest.mark.parametrize("kind", ["old_juki", "phone", "strange_token", "driving_licence", "transit", "unknown"])
def test_other_cards_are_not_opened(kind: kinds.Kind) -> None:
    with Desk() as desk:
        shown = desk.place(card(kind))
        assert desk.reader.authenticate() == WrongCard(shown)
        assert desk.reader.read_attributes() == WrongCard(shown)


def test_opening_another_session_ends_the_one_before() -> None:
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        first = desk.authenticate()
        assert first.verify(typed(RIGHT)) == PinAccepted()
        second = desk.read_attributes()
        assert first.sign(b"nonce") == CardGone()
        assert second.tries() == TriesLeft(3)
        assert not laid.is_open


def test_a_card_that_another_program_holds() -> None:
    with Desk() as desk:
        desk.place(card())
        line = desk.service.open(READER)
        assert desk.reader.authenticate() == CardInUse()
        line.power_off()
        desk.authenticate()


def test_ending_twice_and_after_everything_is_harmless() -> None:
    with Desk() as desk:
        desk.place(card())
        session = desk.authenticate()
        session.end()
        session.end()
        assert (session.tries(), session.certificate(), session.sign(b"x")) == (CardGone(), CardGone(), CardGone())
    session.end()


def test_the_trace_has_no_data() -> None:
    with Desk() as desk:
        desk.place(card())
        session = desk.read_attributes()
        session.verify(typed(TEXT))
        session.attributes()
        text = "\n".join(desk.trace)
    assert "00 20 00 80 +5 -> 0 bytes 9000" in text
    assert TEXT.encode().hex() not in text.replace(" ", "") and TEXT not in text and "髙" not in text
