"""A card pulled, mute or speaking nonsense at every single step of everything that the driver does with one.

After each: a named value, no PIN sent twice, no power on the card, and the next card works.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_ports import (
    CardGone,
    CardNonsense,
    CardSilent,
    MyNumberCard,
    NothingThere,
    PinAccepted,
    PinUnknown,
    TriesLeft,
    UnreadableCard,
)
from drivers.pcsc_card.session import TROUBLES
from drivers.pcsc_card.simulator.emulator import EmulatedCard, Switches
from tests.depth import DEPTH, examples
from tests.drivers.pcsc_card.desk import RIGHT, TEXT, Desk, asks_for_number, card, typed


def authentication(desk: Desk) -> list[object]:
    opened = desk.reader.authenticate()
    if not hasattr(opened, "sign"):
        return [opened]
    found = [opened.certificate(), opened.tries(), opened.verify(typed(RIGHT)), opened.sign(b"nonce")]
    opened.end()
    return found


def attributes(desk: Desk) -> list[object]:
    opened = desk.reader.read_attributes()
    if not hasattr(opened, "attributes"):
        return [opened]
    found = [opened.tries(), opened.verify(typed(TEXT)), opened.attributes()]
    opened.end()
    return found


def details(desk: Desk) -> list[object]:
    return [desk.reader.details()]


OPERATIONS: dict[str, tuple[Callable[[Desk], list[object]], int]] = {
    "authentication": (authentication, 15),
    "attributes": (attributes, 11),
    "details": (details, 19),
}
SILENCE_S = 0.6
"""Long for an exchange in memory, also on a computer that is busy."""
STEPS = [(name, step) for name, (_, count) in OPERATIONS.items() for step in range(1, count + 1)]


def pins_sent(laid: EmulatedCard) -> int:
    return sum(command[1] == 0x20 and len(command) > 4 for command in laid.journal)


def works_again(desk: Desk) -> None:
    assert desk.place(card()) == MyNumberCard()
    assert isinstance(authentication(desk)[2], PinAccepted)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_counts_of_steps_are_right(name: str) -> None:
    operation, count = OPERATIONS[name]
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        laid.journal.clear()
        operation(desk)
        assert len(laid.journal) == count


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_pulled_at_any_step(name: str, step: int) -> None:
    operation, _ = OPERATIONS[name]
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        laid.arm()
        laid.journal.clear()
        laid.switches.remove_at = step
        found = operation(desk)
        assert desk.next() == NothingThere()
        assert len(laid.journal) == step, "nothing is sent after a card is gone"
        assert pins_sent(laid) <= 1 and asks_for_number(laid.journal) == []
        sent = pins_sent(laid) and laid.journal[-1][1] == 0x20 and len(laid.journal[-1]) > 4
        assert (PinUnknown(CardGone()) in found) == bool(sent)
        if name != "details":
            assert found[-1] == CardGone()
        assert not laid.is_open
        works_again(desk)


def test_pulled_while_it_is_looked_at() -> None:
    with Desk() as desk:
        for step in range(1, 8):
            laid = card(switches=Switches(remove_at=step))
            desk.service.place(laid)
            assert len(laid.journal) <= step
        assert desk.place(card()) == MyNumberCard() or desk.next() == MyNumberCard()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step"), STEPS[::4])
def test_mute_at_a_step(name: str, step: int) -> None:
    operation, _ = OPERATIONS[name]
    with Desk(exchange_s=SILENCE_S) as desk:
        laid = card()
        desk.place(laid)
        laid.arm()
        laid.journal.clear()
        laid.switches.silent_at = step
        found = operation(desk)
        assert len(laid.journal) == step and pins_sent(laid) <= 1
        if name != "details":
            assert found[-1] == CardSilent()
        is_pin = laid.journal[-1][1] == 0x20 and len(laid.journal[-1]) > 4
        assert (PinUnknown(CardSilent()) in found) == is_pin
        desk.take()
        # The thread that was waiting for the card takes its power when it is let go.
        for _ in range(3000):
            if not laid.is_open:
                break
            time.sleep(0.01)
    assert not laid.is_open


def test_a_card_that_is_mute_from_the_start_is_unreadable() -> None:
    with Desk(exchange_s=SILENCE_S) as desk:
        assert desk.place(card(switches=Switches(silent_at=1))) == UnreadableCard()
        assert desk.take() == NothingThere()


@pytest.mark.parametrize("step", range(1, 16))
def test_cut_at_every_byte_of_an_answer(step: int) -> None:
    """As far as the service hands on what was heard: a half answer is not taken for a whole one."""
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        lengths: list[int] = []

        def measure(exchange: int, command: bytes, answer: bytes) -> bytes:
            lengths.append(len(answer))
            return answer

        laid.switches.mangle = measure
        laid.arm()
        whole = authentication(desk)
        length = lengths[step - 1]
        some = (0, 1, 2, 3, length // 2, length - 3, length - 2, length - 1)
        cuts = range(length) if length < 8 or DEPTH == "long" else some
        for cut in cuts:
            laid.switches.mangle = lambda exchange, command, answer, cut=cut: (
                answer[:cut] if exchange == step else answer
            )
            laid.arm()
            laid.journal.clear()
            found = authentication(desk)
            # By chance the last bytes that were heard may ask for a repetition, and then all is well.
            assert isinstance(found[-1], TROUBLES) or found == whole, f"{step}: {cut} of {length} bytes"
            assert pins_sent(laid) <= 1
            assert not laid.is_open
        laid.switches.mangle = None
        laid.arm()
        assert authentication(desk)[2] == PinAccepted()


ANSWERS = st.one_of(
    st.binary(max_size=20),
    st.binary(min_size=250, max_size=270),
    st.builds(lambda data, status: data + status, st.binary(max_size=256), st.binary(min_size=2, max_size=2)),
    st.sampled_from([b"\x90\x00", b"\x61\x00", b"\x6c\x00", b"\x63\xc0", b"\x63\xc1", b"\x6f\x00", b"\xff" * 65537]),
)


@settings(max_examples=examples(150))
@given(st.sampled_from(sorted(OPERATIONS)), st.dictionaries(st.integers(1, 20), ANSWERS, min_size=1, max_size=4))
def test_nonsense_at_any_steps_gives_values(name: str, nonsense: dict[int, bytes]) -> None:
    operation, _ = OPERATIONS[name]
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        laid.switches.mangle = lambda exchange, command, answer: nonsense.get(exchange, answer)
        laid.arm()
        laid.journal.clear()
        found = operation(desk)
        assert all(type(value).__module__ == "drivers.card_ports" for value in found)
        assert pins_sent(laid) <= 1 and asks_for_number(laid.journal) == []
        assert len(laid.journal) < 120, "an end is found soon"
        assert not laid.is_open
        said = repr(found) + "\n".join(desk.trace)
        assert laid.applications and "髙﨑" not in said and RIGHT not in said.replace("1,234", "")


@settings(max_examples=examples(60))
@given(st.dictionaries(st.integers(1, 8), ANSWERS, min_size=1, max_size=3))
def test_nonsense_while_a_card_is_looked_at_gives_a_presence(nonsense: dict[int, bytes]) -> None:
    with Desk() as desk:
        laid = card(switches=Switches(mangle=lambda exchange, command, answer: nonsense.get(exchange, answer)))
        assert type(desk.place(laid)).__module__ == "drivers.card_ports"
        assert pins_sent(laid) == 0 and asks_for_number(laid.journal) == []
        assert desk.take() == NothingThere()


def test_an_unknown_outcome_is_asked_about_not_repeated() -> None:
    with Desk() as desk:
        laid = card()
        desk.place(laid)
        session = desk.authenticate()
        laid.switches.mangle = lambda exchange, command, answer: b"" if len(command) == 9 else answer
        assert session.verify(typed("0000")) == PinUnknown(CardNonsense("verify", "an answer of 0 bytes"))
        assert session.verify(typed(RIGHT)) == CardGone(), "this session sends nothing more"
        assert pins_sent(laid) == 1
        laid.switches.mangle = None
        assert desk.authenticate().tries() == TriesLeft(2), "the card itself tells what it cost"
