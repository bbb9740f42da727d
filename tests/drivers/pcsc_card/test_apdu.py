"""The bytes of every command as published; to answers of every shape a value or one named fault, never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_ports import (
    CardNonsense,
    CardRefused,
    Certificate,
    MyNumberCard,
    NoCertificate,
    OtherCard,
    PinAccepted,
    PinLocked,
    PinMisshapen,
    PinUnknown,
    PinWrong,
    Signature,
    TriesLeft,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card import apdu, steps
from drivers.pcsc_card.profile import CARD_OF_2016
from tests.drivers.pcsc_card.desk import typed

SCHEME = CARD_OF_2016.scheme
POLICY = CARD_OF_2016.pin
OK = b"\x90\x00"
LABEL = b"JPKIAPICCTOKEN2".ljust(32) + OK


@pytest.mark.parametrize(
    ("command", "published"),
    [
        (apdu.select_application(CARD_OF_2016.jpki_aid), "00A4040C0A D392F000260100000001"),
        (apdu.select_application(CARD_OF_2016.text_aid), "00A4040C0A D3921000310001010408"),
        (apdu.select_application(b"2PAY.SYS.DDF01", True), "00A404000E 325041592E5359532E4444463031 00"),
        (apdu.select_file(0x0018), "00A4020C02 0018"),
        (apdu.retry_query(), "00200080"),
        (apdu.verify(typed("1234")), "00200080 04 31323334"),
        (apdu.verify(typed("１２３４")), "00200080 04 31323334"),
        (apdu.read_binary(0, 256), "00B00000 00"),
        (apdu.read_binary(0x0104, 39), "00B00104 27"),
        (
            apdu.compute_signature(SCHEME, bytes(range(32))),
            "802A0080 33 3031300D060960864801650304020105000420" + bytes(range(32)).hex() + "00",
        ),
        (apdu.get_response(256), "00C00000 00"),
    ],
)
def test_commands_have_the_published_bytes(command: bytearray, published: str) -> None:
    assert command == bytes.fromhex(published)


def test_waiting_data_and_a_better_length_are_followed() -> None:
    first, second = bytes(range(200)), bytes(range(56))
    answers = [b"\x6c\x40", first[:64] + b"\x61\x88", first[64:] + b"\x61\x38", second + OK]
    script = apdu.transceive(apdu.read_binary(0, 256), "x")
    sent = [next(script)]
    with pytest.raises(StopIteration) as end:
        for answer in answers:
            sent.append(script.send(answer))
    assert end.value.value == apdu.Answer(first + second, 0x9000)
    assert [bytes(command).hex() for command in sent] == ["00b0000000", "00b0000040", "00c0000088", "00c0000038"]


def test_an_answer_without_an_end_ends() -> None:
    found = apdu.run_out(apdu.transceive(apdu.read_binary(0, 4), "x"), [b"\x61\x10"] * 1000)
    assert found == CardNonsense("x", "an answer without an end")


def test_the_first_select_is_repeated_once_and_nothing_else_is() -> None:
    present = apdu.run_out(steps.read_token(CARD_OF_2016), [b"\x6f\x00", OK, OK, LABEL])
    assert present == steps.Token("JPKIAPICCTOKEN2")
    twice = apdu.run_out(steps.read_token(CARD_OF_2016), [b"\x6f\x00", b"\x6f\x00", OK, LABEL])
    assert twice == WrongCard(UnreadableCard())
    assert apdu.run_out(steps.select_needed(0x0018, "x"), [b"\x6f\x00", OK]) == CardRefused(0x6F00, "x")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("9000", PinAccepted()),
        ("63c2", PinWrong(2)),
        ("63c0", PinLocked()),
        ("6983", PinLocked()),
        ("6984", PinLocked()),
        ("6700", CardRefused(0x6700, "verify")),
        ("6982", CardRefused(0x6982, "verify")),
        ("6f00", CardRefused(0x6F00, "verify")),
        ("6c04", CardRefused(0x6C04, "verify")),
        ("6110", CardRefused(0x6110, "verify")),
        ("90", PinUnknown(CardNonsense("verify", "an answer of 1 bytes"))),
        ("", PinUnknown(CardNonsense("verify", "an answer of 0 bytes"))),
    ],
)
def test_a_pin_is_sent_once_whatever_the_card_says(status: str, outcome: object) -> None:
    script = steps.verify(POLICY, typed("1234"), False, lambda: None)
    assert next(script) == bytearray(apdu.retry_query())
    command = script.send(b"\x63\xc3")
    assert command == bytes.fromhex("002000800431323334")
    with pytest.raises(StopIteration) as end:
        script.send(bytes.fromhex(status))
    assert end.value.value == outcome
    assert command == bytes(9), "what was sent is overwritten"


def test_a_pin_is_overwritten_when_no_answer_comes() -> None:
    script = steps.verify(POLICY, typed("1234"), False, lambda: None)
    next(script)
    command = script.send(b"\x63\xc3")
    script.close()
    assert command == bytes(9)


def test_a_card_without_a_counter_is_asked_what_it_cost() -> None:
    found = apdu.run_out(
        steps.verify(POLICY, typed("1234"), False, lambda: None), [b"\x63\xc3", b"\x63\x00", b"\x63\xc2"]
    )
    assert found == PinWrong(2)


@pytest.mark.parametrize("pin", ["", "1", "123", "12345", "ABCD", "12A4"])
def test_a_misshapen_pin_is_not_even_asked_about(pin: str) -> None:
    with pytest.raises(StopIteration) as end:
        next(steps.verify(POLICY, typed(pin), True, lambda: None))
    assert end.value.value == PinMisshapen()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("63c3", TriesLeft(3)),
        ("63cf", TriesLeft(15)),
        ("63c0", PinLocked()),
        ("6984", PinLocked()),
        ("6983", PinLocked()),
        ("9000", CardNonsense("retry query", "no count of tries")),
        ("6300", CardNonsense("retry query", "no count of tries")),
        ("6a86", CardRefused(0x6A86, "retry query")),
        ("6d00", CardRefused(0x6D00, "retry query")),
    ],
)
def test_the_counter_is_read_from_every_known_answer(answer: str, found: object) -> None:
    assert apdu.run_out(steps.guarded(steps.tries(POLICY), "x"), [bytes.fromhex(answer)]) == found


def test_a_counter_that_says_open_is_full_after_our_own_pin() -> None:
    assert apdu.run_out(steps.tries(POLICY, accepted=True), [OK]) == TriesLeft(3)


@pytest.mark.parametrize("length", [1, 2, 10, 123, 124, 125, 252, 253, 256, 257, 1019, 1020, 3000])
def test_a_certificate_has_the_length_that_it_says(length: int) -> None:
    value = bytes(index % 251 for index in range(length))
    if length < 0x80:
        der = bytes((0x30, length)) + value
    else:
        der = (b"\x30\x81" if length < 0x100 else b"\x30\x82") + length.to_bytes(1 + (length > 0xFF), "big") + value
    file, sent = der + b"\xff" * 300, []

    script = steps.certificate(CARD_OF_2016)
    command = next(script)
    with pytest.raises(StopIteration) as end:
        while True:
            sent.append(command)
            if command[1] == 0xA4:
                command = script.send(OK)
            else:
                offset = command[2] << 8 | command[3]
                command = script.send(file[offset : offset + (command[4] or 256)] + OK)
    assert end.value.value == Certificate(der)
    assert len(sent) == 2 + -(-max(0, len(der) - 4) // 256)


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("ffffffff9000", NoCertificate()),
        ("000000009000", NoCertificate()),
        ("6b00", NoCertificate()),
        ("6282", NoCertificate()),
        ("6982", CardRefused(0x6982, "certificate")),
        ("310203049000", CardNonsense("certificate", "no certificate")),
        ("30809000", CardNonsense("certificate", "a length that cannot be")),
        ("3083010203049000", CardNonsense("certificate", "a length that cannot be")),
        ("30829000", CardNonsense("certificate", "ends within a length")),
        ("3082ffff9000", CardNonsense("certificate", "too long to be one")),
    ],
)
def test_what_is_no_certificate_is_named(start: str, found: object) -> None:
    script = steps.guarded(steps.certificate(CARD_OF_2016), "certificate")
    assert apdu.run_out(script, [OK, bytes.fromhex(start)]) == found


@pytest.mark.parametrize(
    ("answer", "what"),
    [(OK, "ends too early"), (b"\x00" * 200 + OK, "more than was asked for"), (b"\x00" * 257 + OK, "257 bytes")],
)
def test_a_card_that_gives_less_or_more_is_named(answer: bytes, what: str) -> None:
    script = steps.guarded(steps.certificate(CARD_OF_2016), "certificate")
    found = apdu.run_out(script, [OK, b"\x30\x81\x80\x00" + OK, answer])
    assert isinstance(found, CardNonsense) and (what in found.what or "259" in found.what)


@pytest.mark.parametrize("size", [0, 1, 255])
def test_a_signature_of_another_size_is_none(size: int) -> None:
    found = apdu.run_out(steps.guarded(steps.sign(CARD_OF_2016, bytes(32)), "sign"), [bytes(size) + OK])
    assert found == CardNonsense("sign", f"a signature of {size} bytes")
    whole = apdu.run_out(steps.sign(CARD_OF_2016, bytes(32)), [bytes(256) + OK])
    assert isinstance(whole, Signature)


ANSWERS = st.lists(
    st.one_of(
        st.binary(max_size=300),
        st.builds(lambda data, status: data + status, st.binary(max_size=256), st.sampled_from([OK, b"\x61\x00"])),
        st.sampled_from([OK, b"\x6c\x04", b"\x61\x08", b"\x63\xc3", b"\x6f\x00", b"\x6a\x82", LABEL]),
    ),
    max_size=40,
)


@given(ANSWERS, st.sampled_from(["identify", "certificate", "sign", "tries", "verify", "attributes", "open"]))
def test_any_answers_at_all_give_a_value(answers: list[bytes], what: str) -> None:
    script = {
        "identify": lambda: steps.identify(CARD_OF_2016, b""),
        "certificate": lambda: steps.certificate(CARD_OF_2016),
        "sign": lambda: steps.sign(CARD_OF_2016, bytes(32)),
        "tries": lambda: steps.tries(POLICY),
        "verify": lambda: steps.verify(POLICY, typed("1234"), False, lambda: None),
        "attributes": lambda: steps.attributes(CARD_OF_2016),
        "open": lambda: steps.open_attributes(CARD_OF_2016),
    }[what]()
    found = apdu.run_out(steps.guarded(script, what), answers)
    if found is not None:
        assert type(found).__module__ == "drivers.card_ports"
    if isinstance(found, Certificate):
        assert found.der[:1] == b"\x30"


def test_a_card_is_named_by_its_answers_not_by_its_atr() -> None:
    felica_atr = bytes.fromhex("3B8F8001804F0CA000000306110 03B0000000042".replace(" ", ""))
    mine = apdu.run_out(
        steps.identify(CARD_OF_2016, felica_atr),
        [OK, OK, LABEL, OK, b"\x30\x82\x03\x00" + OK, OK, b"\x8f\x8f\x00" + OK],
    )
    assert mine == MyNumberCard(True, True)
    refusals = [b"\x6a\x82"] * 5
    assert apdu.run_out(steps.identify(CARD_OF_2016, felica_atr), refusals) == OtherCard("transit")
    my_number_atr = bytes.fromhex("3B888001000005E0B381A1007F")
    assert apdu.run_out(steps.identify(CARD_OF_2016, my_number_atr), refusals) == OtherCard("unknown")
