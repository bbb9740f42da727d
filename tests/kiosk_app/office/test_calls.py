"""What the buttons of the counter do, and how they refuse."""

from __future__ import annotations

import pytest

from kiosk_app.api import StaffVerb
from kiosk_app.office import facts as f
from kiosk_app.office.calls import OFFICE_VERBS
from kiosk_app.office.decision import Answer, Decision, Refusal
from kiosk_app.office.permissions import may
from kiosk_app.office.state import AnsweredIntent, current_stop, visit_of
from kiosk_app.office.times import parse_number
from tests.kiosk_app.office.scenario import MINUTE_MS, Office


def refused(answer: Answer) -> str:
    assert isinstance(answer, Refusal)
    assert answer.message_ja.endswith("。")
    return answer.message_ja


def facts(answer: Answer) -> list[f.Fact]:
    assert isinstance(answer, Decision), answer
    return list(answer.facts)


def test_next_completes_the_current_one_first() -> None:
    office = Office().open_day()
    first, second = office.issue(), office.issue()
    assert office.called(1) == first
    done, called = facts(office.pass_min(5).act("call_next", counter=1))
    assert isinstance(done, f.Completed)
    assert (done.ticket, done.service_s) == (first, 300)
    assert isinstance(called, f.Called)
    assert called.ticket == second


def test_the_same_intent_never_acts_twice_and_says_the_same() -> None:
    office = Office().open_day()
    for _ in range(3):
        office.issue()
    once = office.act("call_next", intent="press", counter=1)
    again = office.act("call_next", intent="press", counter=1)
    assert isinstance(once, Decision)
    assert isinstance(again, Decision)
    assert again.facts == ()
    assert (again.message_ja, again.ticket) == (once.message_ja, once.ticket)


@pytest.mark.parametrize("kind", sorted(k for k, made in f.KINDS.items() if "intent" in made.__struct_fields__))
def test_the_intent_of_anything_that_was_done_is_answered_whatever_verb_comes_with_it(kind: str) -> None:
    office = Office().open_day()
    office.state.day.intents["press"] = AnsweredIntent(ticket=office.issue(), kind=kind, counter=1)
    again = office.act("complete", intent="press", counter=1)
    assert isinstance(again, Decision) and again.facts == () and again.message_ja.endswith("。")


def test_a_visit_is_never_called_to_two_counters() -> None:
    office = Office().open_day()
    first = office.issue("residence", "move")
    assert office.called(1) == first
    assert office.called(3) == ""
    assert "1番窓口で対応中" in refused(office.act("call_number", counter=2, ticket=first, reason="x"))


@pytest.mark.parametrize("typed", ["A-001", "a1", "Ａ００１", "a-１", " A 001 ", "Ａー００１"])
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_number(typed) == ("A", 1)


@pytest.mark.parametrize("typed", ["", "105", "A", "AB-1", "A-", "住民票", "A-1-2", "A999999"])
def test_what_is_not_a_number_is_refused(typed: str) -> None:
    assert parse_number(typed) is None


def test_calling_out_of_order_needs_a_reason() -> None:
    office = Office().open_day()
    first, second = office.issue(), office.issue()
    assert "理由" in refused(office.act("call_number", counter=1, number="a002"))
    (called,) = facts(office.act("call_number", counter=1, number="a002", reason="体調不良"))
    assert isinstance(called, f.Called)
    assert (called.ticket, called.reason) == (second, "体調不良")
    assert facts(office.act("call_number", counter=2, ticket=first))


def test_a_counter_must_be_open() -> None:
    office = Office().open_day(counters=(1,))
    office.issue()
    assert "開いていません" in refused(office.act("call_next", counter=2))
    assert "選ばれていません" in refused(office.act("call_next", counter=9))
    assert "選ばれていません" in refused(office.act("call_next"))


def test_nobody_leaves_a_counter_with_a_visitor_at_it() -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    assert "対応中" in refused(office.act("pause_counter", counter=1))
    assert "対応中" in refused(office.act("close_counter", counter=1))


def test_cancelling_needs_a_reason_and_ends_the_wait() -> None:
    office = Office().open_day()
    ticket = office.issue()
    assert "理由" in refused(office.act("cancel", counter=1, ticket=ticket, reason=" "))
    office.act("cancel", counter=1, ticket=ticket, reason="帰宅")
    assert office.called(1) == ""


@pytest.mark.parametrize("verb", ["recall", "hold", "no_show", "complete"])
def test_an_act_on_nobody_is_refused(verb: str) -> None:
    assert "対応中の方がいません" in refused(Office().open_day().act(verb, counter=1))


def test_a_press_meant_for_another_visitor_is_refused() -> None:
    office = Office().open_day()
    first, _ = office.issue(), office.issue()
    office.called(1)
    office.called(1)
    assert "いま対応中の方は" in refused(office.act("no_show", counter=1, ticket=first))


def test_undo_ends_after_five_minutes_and_when_another_counter_went_on() -> None:
    office = Office().open_day()
    first = office.issue("residence", "move")
    office.called(1)
    office.act("complete", counter=1)
    assert office.called(3) == first
    assert "別の操作" in refused(office.act("undo", counter=1))
    office.pass_min(5.1)
    assert "5分以内" in refused(office.act("undo", counter=3))


def test_a_visitor_with_a_further_service_at_the_same_counter_stays() -> None:
    office = Office().open_day()
    both, other = office.issue("residence", "move"), office.pass_min(1).issue(due_min=3)
    assert [office.called(2), office.called(2), office.called(2)] == [both, both, other]
    office.act("undo", counter=2)
    office.act("undo", counter=2)
    stop = current_stop(office.state.day, both)
    assert stop is not None
    assert stop.service == "residence"
    assert visit_of(office.state.day, both).status == "called"


def test_papers_that_are_ready_later_bring_a_completed_visit_back() -> None:
    office = Office().open_day()
    ticket = office.issue("seal")
    office.called(1)
    office.act("complete", counter=1)
    answer = office.act("ready_for_handover", counter=1, ticket=ticket)
    assert isinstance(answer, Decision)
    assert answer.facts[0].service_s is None, "the reception was measured when it ended"
    assert office.called(2) == ticket
    assert visit_of(office.state.day, ticket).stage == "handover"


def test_a_transferred_visitor_keeps_the_place_even_after_that_service() -> None:
    office = Office().open_day()
    ticket = office.issue("residence", "move")
    office.called(1)
    office.act("complete", counter=1)
    office.called(3)
    office.act("transfer", counter=3, service="residence")
    assert office.called(1) == ticket


def test_priority_is_granted_once() -> None:
    office = Office().open_day()
    ticket = office.issue()
    assert "理由" in refused(office.act("grant_priority", ticket=ticket))
    office.act("grant_priority", ticket=ticket, reason="体調不良")
    assert "すでに優先" in refused(office.act("grant_priority", ticket=ticket, reason="体調不良"))


def test_the_guide_changes_a_service_registers_the_pad_and_no_more() -> None:
    office = Office().open_day()
    ticket = office.issue()
    office.act("change_service", role="guide", ticket=ticket, service="move")
    assert office.called(3) == ticket
    for verb in OFFICE_VERBS - {"change_service", "accept_alert", "register_pad"}:
        assert "案内係にはできません" in refused(office.act(verb, role="guide", counter=1))


def test_an_unknown_role_may_nothing() -> None:
    verbs: list[StaffVerb] = ["call_next", "accept_alert", "sign_out"]
    assert not any(may("visitor", verb) for verb in verbs)  # type: ignore[arg-type]
    assert may("technician", "accept_alert")
    assert not may("technician", "call_next")


def test_an_alert_is_accepted_once() -> None:
    office = Office().open_day()
    office.append(f.StaffCalled(alert="a1", machine_code="1号機", cause="help"))
    assert facts(office.act("accept_alert", alert="a1"))
    assert "すでに受けました" in refused(office.act("accept_alert", alert="a1"))


def test_a_call_across_an_outage_is_not_measured() -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    (done,) = facts(office.pass_min(3 * 60).act("complete", counter=1))
    assert isinstance(done, f.Completed)
    assert done.service_s is None
    assert office.now_utc_ms % MINUTE_MS == 0
