"""Whatever is asked to be sent, in whatever order and however cards answer, the 個人番号 is never asked for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pcsc_card import apdu
from drivers.pcsc_card.allow_list import ForbiddenCommand, Gate, Purpose
from drivers.pcsc_card.line import GuardedLine
from drivers.pcsc_card.profile import CARD_OF_2016, OTHER_APPLICATIONS
from drivers.pcsc_card.simulator import kinds
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from tests.drivers.pcsc_card.desk import asks_for_number, card, typed

ROOT = Path(__file__).parents[3]
PURPOSES: tuple[Purpose, ...] = ("identify", "authenticate", "attributes", "details")
AIDS = [kinds.JPKI, kinds.TEXT, kinds.SURFACE, *(other.aid for other in OTHER_APPLICATIONS)]


class Direct:
    """A line straight into an emulated card, or into one that agrees to everything."""

    atr = b""
    protocol = "T=1"

    def __init__(self, emulated: EmulatedCard, agrees: bool) -> None:
        self.emulated = emulated
        self.agrees = agrees

    def transmit(self, command: bytearray) -> bytes:
        answer = self.emulated.process(bytes(command))
        return b"\x90\x00" if self.agrees else answer

    def power_off(self) -> None:
        pass


def forms(file: int) -> list[bytes]:
    """Ways of ISO 7816-4 to come to a file."""
    high, low = file >> 8, file & 0xFF
    return [
        bytes((0x00, 0xA4, 0x02, 0x0C, 0x02, high, low)),
        bytes((0x00, 0xA4, 0x02, 0x00, 0x02, high, low)),
        bytes((0x00, 0xA4, 0x00, 0x0C, 0x02, high, low)),
        bytes((0x00, 0xA4, 0x08, 0x0C, 0x02, high, low)),
        bytes((0x00, 0xA4, 0x09, 0x0C, 0x02, high, low)),
        bytes((0x00, 0xA4, 0x02, 0x0C, 0x03, high, low, 0x00)),
        bytes((0x00, 0xB0, 0x80 | file & 0x1F, 0x00, 0x00)),
        bytes((0x00, 0xB1, high, low, 0x04, 0x54, 0x02, 0x00, 0x00, 0x00)),
        bytes((0x00, 0xB2, 0x01, file << 3 & 0xF8 | 4, 0x00)),
        bytes((0x00, 0x20, 0x00, 0x80 | file & 0x1F)),
        bytes((0x10, 0xA4, 0x02, 0x0C, 0x02, high, low)),
        bytes((0x80, 0xA4, 0x02, 0x0C, 0x02, high, low)),
    ]


COMMANDS = st.one_of(
    st.sampled_from([bytes(apdu.select_application(aid, end)) for aid in AIDS for end in (False, True)]),
    st.sampled_from([form for file in (0x0001, 0x0002, 0x0011, 0x0006, 0x000A, 0x0018) for form in forms(file)]),
    st.sampled_from(
        [
            bytes(apdu.select_file(file))
            for file in (CARD_OF_2016.attributes_ef, CARD_OF_2016.attributes_pin_ef, CARD_OF_2016.token_ef, 1)
        ]
    ),
    st.sampled_from([bytes(apdu.retry_query()), bytes(apdu.verify(typed("5678"))), bytes(apdu.get_response(0))]),
    st.builds(
        lambda offset, length: bytes(apdu.read_binary(offset, length)), st.integers(0, 0x7FFF), st.integers(1, 256)
    ),
    st.binary(max_size=24),
)


@given(st.sampled_from(PURPOSES), st.lists(COMMANDS, max_size=25), st.booleans(), st.booleans())
def test_no_order_of_commands_asks_for_the_number(
    purpose: Purpose, commands: list[bytes], agrees: bool, clears: bool
) -> None:
    emulated = card()
    emulated.switches.select_clears = clears
    line = GuardedLine(Direct(emulated, agrees), Gate(CARD_OF_2016, purpose))
    heard = b""
    for command in commands:
        before = len(emulated.journal)
        try:
            heard += line.exchange(bytearray(command))
        except ForbiddenCommand as refusal:
            assert len(emulated.journal) == before, "refused before anything has left"
            assert command[4:].hex(" ").upper() not in str(refusal) or len(command) < 6
    assert asks_for_number(emulated.journal) == []
    assert kinds.PEOPLE["takasaki"].individual_number.encode() not in heard
    assert kinds.SURFACE not in {command[5:15] for command in emulated.journal}


def test_the_monitor_of_these_tests_sees_what_it_is_for() -> None:
    select = bytes(apdu.select_application(kinds.TEXT))
    for form in [*forms(1)[:2], forms(1)[6], forms(1)[8]]:
        assert asks_for_number([select, form]), form.hex()
    assert not asks_for_number([select, bytes(apdu.select_file(2)), bytes(apdu.read_binary(0, 256))])


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("form", forms(0x0001), ids=lambda form: form.hex())
def test_every_form_is_refused_in_every_purpose(purpose: Purpose, form: bytes) -> None:
    for aid in (None, *AIDS):
        gate = Gate(CARD_OF_2016, purpose)
        gate.application = aid
        for file in (None, 0x0001, 0x0002, 0x0006):
            gate.file = file
            with pytest.raises(ForbiddenCommand):
                gate.admit(form)


def test_even_a_gate_that_believed_it_had_the_file_would_not_read_it() -> None:
    gate = Gate(CARD_OF_2016, "attributes")
    gate.application, gate.file = CARD_OF_2016.text_aid, 0x0001
    with pytest.raises(ForbiddenCommand):
        gate.admit(apdu.read_binary(0, 17))


def test_nothing_counts_as_selected_before_the_card_agrees() -> None:
    gate = Gate(CARD_OF_2016, "attributes")
    gate.admit(apdu.select_application(CARD_OF_2016.text_aid))
    gate.answered(0x6A82)
    with pytest.raises(ForbiddenCommand):
        gate.admit(apdu.select_file(CARD_OF_2016.attributes_ef))


@pytest.mark.parametrize(
    ("purpose", "aid", "file", "command"),
    [
        ("identify", kinds.JPKI, 0x0018, apdu.retry_query()),
        ("authenticate", kinds.JPKI, 0x0018, apdu.read_binary(0, 4)),
        ("details", kinds.JPKI, 0x0018, bytes.fromhex("002000800431323334")),
        ("details", kinds.TEXT, 0x0011, bytes.fromhex("002000800431323334")),
        ("details", kinds.TEXT, 0x0002, apdu.read_binary(0, 4)),
        ("authenticate", kinds.JPKI, 0x0018, bytes.fromhex("00200080063132333435 36".replace(" ", ""))),
        ("authenticate", kinds.JPKI, 0x0018, bytes.fromhex("002400800431323334")),
        ("authenticate", kinds.JPKI, 0x0017, bytes.fromhex("802A00800431323334 00".replace(" ", ""))),
        ("authenticate", kinds.JPKI, 0x000A, apdu.get_response(0)),
    ],
)
def test_a_purpose_does_only_what_it_is_for(purpose: Purpose, aid: bytes, file: int, command: bytes) -> None:
    gate = Gate(CARD_OF_2016, purpose)
    gate.application, gate.file = aid, file
    with pytest.raises(ForbiddenCommand):
        gate.admit(command)


def test_the_text_application_is_selected_for_the_attributes_only() -> None:
    for purpose in ("identify", "authenticate"):
        with pytest.raises(ForbiddenCommand):
            Gate(CARD_OF_2016, purpose).admit(apdu.select_application(kinds.TEXT))


def test_there_is_one_way_to_a_card_and_the_gate_stands_in_it() -> None:
    """In the driver, `transmit` is called once, right after the gate, and pyscard's own call once."""
    calls: dict[str, list[str]] = {"transmit": [], "SCardTransmit": []}
    for path in sorted((ROOT / "drivers").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in calls:
                calls[node.func.attr].append(path.name)
    assert calls == {"transmit": ["line.py"], "SCardTransmit": ["transport.py"]}
    lines = (ROOT / "drivers/pcsc_card/line.py").read_text().splitlines()
    (at,) = [number for number, line in enumerate(lines) if ".transmit(command)" in line]
    assert lines[at - 1].strip() == "self._gate.admit(command)"
