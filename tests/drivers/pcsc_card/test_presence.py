"""What is told of the reader while cards, readers and the card service come and go, in memory and in any order."""

from __future__ import annotations

import queue
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_ports import (
    CardGone,
    CardInUse,
    CardNonsense,
    CardRefused,
    CardSilent,
    CardTrouble,
    MyNumberCard,
    NothingThere,
    OtherCard,
    PinAccepted,
    Presence,
    ReaderAway,
    ReaderLost,
    ServiceAway,
    TwoCards,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.line import Slot
from drivers.pcsc_card.presence import PATIENCE, Identified, look, settle
from drivers.pcsc_card.simulator.memory import READER
from tests.depth import examples
from tests.drivers.pcsc_card.desk import PATIENCE_S, RIGHT, Desk, card, typed

OTHER = "Other Reader 00 01"


@pytest.mark.parametrize(
    ("slots", "seen"),
    [
        (None, ServiceAway()),
        ((), ReaderAway()),
        ((Slot("a", "none"),), NothingThere()),
        ((Slot("a", "mute"),), UnreadableCard()),
        ((Slot("a", "there", b"x"), Slot("b", "there", b"x")), TwoCards()),
        ((Slot("a", "there", b"x"), Slot("b", "mute")), TwoCards()),
        ((Slot("a", "none"), Slot("b", "there", b"x", 4)), Slot("b", "there", b"x", 4)),
    ],
)
def test_what_is_certain_without_asking_a_card(slots: tuple[Slot, ...] | None, seen: object) -> None:
    assert look(slots) == seen


@pytest.mark.parametrize(
    ("trouble", "first", "at_last"),
    [
        (CardSilent(), Identified(UnreadableCard()), Identified(UnreadableCard())),
        (CardNonsense("a", "b"), Identified(UnreadableCard()), Identified(UnreadableCard())),
        (CardRefused(0x6F00, "a"), Identified(UnreadableCard()), Identified(UnreadableCard())),
        (WrongCard(OtherCard("phone")), Identified(OtherCard("phone")), Identified(OtherCard("phone"))),
        (CardGone(), None, Identified(UnreadableCard(), True)),
        (CardInUse(), None, Identified(UnreadableCard(), True)),
        (ReaderLost(), None, Identified(UnreadableCard(), True)),
    ],
)
def test_trouble_while_a_card_is_asked(trouble: CardTrouble, first: object, at_last: object) -> None:
    assert (settle(trouble, 1), settle(trouble, PATIENCE)) == (first, at_last)


def test_readers_and_the_service_come_and_go() -> None:
    with Desk() as desk:
        assert desk.reader.presence() == NothingThere()
        desk.service.unplug()
        assert desk.next() == ReaderAway()
        assert desk.reader.authenticate() == ReaderLost()
        desk.service.plug()
        assert desk.next() == NothingThere()
        assert desk.place(card()) == MyNumberCard()
        desk.service.stop()
        assert desk.next() == ServiceAway()
        assert desk.reader.authenticate() == ReaderLost() and desk.reader.details() == ReaderLost()
        desk.service.start()
        assert desk.next() == MyNumberCard(), "the same card, asked again"


def test_two_readers_and_two_cards() -> None:
    with Desk(READER, OTHER) as desk:
        assert desk.place(card("driving_licence"), OTHER) == OtherCard("driving_licence")
        assert desk.place(card()) == TwoCards()
        assert desk.reader.authenticate() == WrongCard(TwoCards())
        assert desk.take(OTHER) == MyNumberCard()
        assert desk.authenticate().verify(typed(RIGHT)) == PinAccepted()


def test_a_quick_exchange_of_cards_is_seen() -> None:
    with Desk() as desk:
        first, second = card(), card()
        desk.place(first)
        session = desk.authenticate()
        assert session.verify(typed(RIGHT)) == PinAccepted()
        desk.service.place(second)  # not a moment without a card
        assert desk.next() == MyNumberCard()
        assert session.sign(b"nonce") == CardGone()
        assert not second.journal or all(command[1] != 0x20 for command in second.journal)


def test_a_card_held_by_another_program_is_asked_until_it_answers() -> None:
    with Desk() as desk:
        desk.service.place(card())
        assert desk.next() == MyNumberCard()
        desk.take()
        held = card()
        with desk.service._changed:  # both at once: nobody may look between
            desk.service.place(held)
            line = desk.service.open(READER)
        assert desk.next() == UnreadableCard()
        line.power_off()
        while desk.next() != MyNumberCard():
            pass


def test_a_late_listener_hears_what_is_there() -> None:
    with Desk() as desk:
        desk.place(card("payment"))
        late: queue.Queue[Presence] = queue.Queue()
        desk.reader.watch(late.put)
        assert late.get(timeout=PATIENCE_S) == OtherCard("payment")


def test_closing_ends_every_thread() -> None:
    before = threading.active_count()
    with Desk() as desk:
        desk.place(card())
        desk.authenticate()
        assert threading.active_count() > before
    for thread in threading.enumerate():
        if thread.name.startswith("card"):
            thread.join(PATIENCE_S)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("card")]


MOVES = st.lists(
    st.sampled_from(["place", "licence", "mute", "take", "unplug", "plug", "stop", "start", "open", "pin"]), max_size=12
)


@settings(max_examples=examples(80))
@given(MOVES)
def test_after_any_moves_a_laid_card_works(moves: list[str]) -> None:
    with Desk() as desk:
        session = None
        plugged = True
        for move in moves:
            match move:
                case "place" | "licence" | "mute" if plugged:
                    laid = {"place": card, "licence": lambda: card("driving_licence")}.get(move, lambda: "mute")()
                    desk.service.place(laid)  # type: ignore[arg-type]
                case "take" if plugged:
                    desk.service.take()
                case "unplug" if plugged:
                    desk.service.unplug()
                    plugged = False
                case "plug":
                    plugged = plugged or desk.service.plug() is None
                case "stop":
                    desk.service.stop()
                case "start":
                    desk.service.start()
                case "open":
                    opened = desk.reader.authenticate()
                    session = opened if hasattr(opened, "sign") else None
                case "pin" if session is not None:
                    session.verify(typed(RIGHT))
        desk.service.start()
        if not plugged:
            desk.service.plug()
        desk.service.take()
        desk.service.place(card())
        while desk.next() != MyNumberCard():
            pass
        # The news may be of a card before the last one; what counts is that one can be opened in the end.
        for _ in range(100):
            opened = desk.reader.authenticate()
            if hasattr(opened, "sign"):
                break
            desk.news.get(timeout=PATIENCE_S)
        assert opened.verify(typed(RIGHT)) == PinAccepted()  # type: ignore[union-attr]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_the_thread_that_looks_is_not_kept_quiet() -> None:
    with Desk() as desk:

        def broken(presence: Presence) -> None:
            if presence != NothingThere():
                raise ZeroDivisionError

        desk.reader.watch(broken)
        desk.service.place(card())
        desk.reader._watch._thread.join(PATIENCE_S)
        with pytest.raises(RuntimeError, match="nobody looks"):
            desk.reader.presence()
        with pytest.raises(RuntimeError, match="nobody looks"):
            desk.reader.authenticate()
