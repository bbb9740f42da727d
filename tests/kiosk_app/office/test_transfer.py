"""A transfer to one counter: only that one calls, as long as it is there, and the visitor's place stays."""

from __future__ import annotations

import pytest

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.queue import waiting, why_next
from kiosk_app.office.rows import waiting_rows
from kiosk_app.office.state import current_stop
from tests.kiosk_app.office.scenario import Office


def test_only_that_counter_calls_whatever_else_it_serves() -> None:
    office = Office().open_day()
    first = office.issue("residence")
    second = office.pass_min(1).issue("residence", due_min=5)
    assert office.called(1) == first
    assert isinstance(office.act("transfer", counter=1, to_counter=3), Decision)
    assert [row.counter for row in waiting_rows(office.state, office.now_utc_ms)] == [3, 0]
    assert [office.called(2), office.called(1)] == [second, ""]
    assert office.called(3) == first
    stop = current_stop(office.state.day, first)
    assert stop is not None
    assert stop.service == "residence"


def test_the_console_says_why() -> None:
    office = Office().open_day()
    office.issue("residence", due_min=5)
    office.called(1)
    office.act("transfer", counter=1, to_counter=3)
    (one,) = waiting(office.state)
    assert (one.counter, one.due_utc_ms) == (3, one.ticket.due_utc_ms)
    assert why_next(office.state, ("H",), office.now_utc_ms, counter=3) == ("3番窓口への転送で、約束は9:05です。",)


@pytest.mark.parametrize("verb", ["pause_counter", "close_counter"])
def test_nobody_waits_for_a_counter_that_is_not_there(verb: str) -> None:
    office = Office().open_day()
    first = office.issue("residence")
    office.called(1)
    office.act("transfer", counter=1, to_counter=3)
    office.act(verb, counter=3)
    assert office.called(1) == first


def test_put_aside_there_the_visitor_comes_back_there_and_after_the_end_to_no_counter() -> None:
    office = Office().open_day()
    both = office.issue("residence", "seal")
    office.called(1)
    office.act("transfer", counter=1, to_counter=3)
    office.called(3)
    office.act("hold", counter=3)
    office.pass_min(60).tick()
    assert [one.counter for one in waiting(office.state)] == [3]
    office.called(3)
    office.act("complete", counter=3)
    assert [(one.ticket_id, one.counter, one.stop.service) for one in waiting(office.state)] == [(both, 0, "seal")]


def test_who_is_called_elsewhere_all_the_same_is_bound_no_more() -> None:
    office = Office().open_day()
    first = office.issue("residence")
    office.called(1)
    office.act("transfer", counter=1, to_counter=3)
    office.act("call_number", counter=2, ticket=first, reason="窓口の都合")
    office.act("hold", counter=2)
    office.pass_min(60).tick()
    assert [one.counter for one in waiting(office.state)] == [0]


def test_papers_to_hand_over_are_handed_over_there() -> None:
    office = Office().open_day()
    seal = office.issue("seal")
    office.called(1)
    office.act("ready_for_handover", counter=1)
    office.called(1)
    office.act("transfer", counter=1, to_counter=2)
    assert [(one.stage, one.counter) for one in waiting(office.state)] == [("handover", 2)]
    assert office.called(2) == seal
    assert isinstance(office.log[-1][4], f.Called)
    assert office.log[-1][4].stage == "handover"


@pytest.mark.parametrize(("to", "words"), [(1, "ほかの窓口"), (9, "ほかの窓口"), (3, "開いていません")])
def test_a_transfer_that_cannot_be_is_refused_with_a_next_step(to: int, words: str) -> None:
    office = Office().open_day(counters=(1, 2))
    office.issue("residence")
    office.called(1)
    before = len(office.log)
    answer = office.act("transfer", counter=1, to_counter=to)
    assert isinstance(answer, Refusal)
    assert words in answer.message_ja
    assert len(office.log) == before


def test_who_waits_for_one_counter_stands_in_no_other_line() -> None:
    """Or an early promise there would draw those before it in the old line ahead of a reservation."""
    office = Office().open_day()
    patient = office.issue("residence", due_min=60)
    hurried = office.pass_min(1).issue("residence", due_min=5)
    booked = office.issue("residence", due_min=30, promise="reservation")
    office.act("call_number", counter=1, ticket=hurried, reason="窓口の都合")
    office.act("transfer", counter=1, to_counter=3)
    assert [office.called(1), office.called(1)] == [booked, patient]
