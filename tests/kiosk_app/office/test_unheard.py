"""Numbers of a machine that is cut off: called by typing them, and one visit with their tickets when these arrive."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.authorship import first_fault
from kiosk_app.office.decision import Answer, Decision, Refusal
from kiosk_app.office.figures import calls_of, day_figures
from kiosk_app.office.folds import apply
from kiosk_app.office.growing_day import GrowingDay
from kiosk_app.office.numbers import Allocated, allocate, own_numbers
from kiosk_app.office.queue import waiting
from kiosk_app.office.rows import action_rows
from kiosk_app.office.stand_ins import matches
from kiosk_app.office.state import counter_of, current_stop, dump, number_of, stand_in_id, visit_of
from kiosk_app.office.statistics import day_totals, service_days
from kiosk_app.office.touched import Touched
from tests.depth import examples
from tests.kiosk_app.office.scenario import DESK, MINUTE_MS, SERVICES, Office, Record
from tests.kiosk_app.office.test_folds import folded

CODE = "2号機"
NUMBERS = tuple(own_numbers(2, 0))[:6]
SERVED = ("complete", "hold", "no_show", "recall", "transfer", "ready_for_handover", "undo", "cancel")


class CutOff(Office):
    """A hub, and 2号機 whose facts come late: `alone` writes them, `arrive` brings what has been written."""

    def __init__(self) -> None:
        super().__init__(replace(DESK, away=(CODE,)))
        self.open_day()
        self.late: list[Record] = []
        self.seq = 0

    def alone(self, number: int, *services: str, letter: str = "A") -> str:
        ticket = f"late-{letter}-{number}"
        stops = tuple(SERVICES[service] for service in services or ("residence",))
        issued = f.TicketIssued(
            ticket=ticket,
            intent=ticket,
            letter=letter,
            number=number,
            stops=stops,
            language="en",
            machine_code=CODE,
            due_utc_ms=self.now_utc_ms,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
        )
        printed = f.PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict="issued")
        for fact in (issued, f.PrintStarted(job=f"{ticket}.1", ticket=ticket, attempt=1, printer="p"), printed):
            self.seq += 1
            self.late.append(("kiosk", self.seq, self.now_utc_ms, "visitor", fact))
        return ticket

    def arrive(self, count: int = 1_000) -> CutOff:
        for record in self.late[:count]:
            self.log.append(record)
            apply(self.state, *record)
        del self.late[:count]
        self.append(*matches(self.state), actor="hub")
        return self

    def type(self, number: int, counter: int = 1, service: str = "residence", **more: Any) -> Answer:
        return self.act("call_number", counter=counter, number=f"A-{number}", service=service, **more)


def refused(answer: Answer) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.message_ja.endswith("。")
    return answer


def test_a_typed_number_is_asked_what_for_and_is_then_a_call_like_any() -> None:
    office = CutOff()
    before = office.issue()
    office.called(1)
    asked = refused(office.act("call_number", counter=1, number="a720"))
    assert (asked.needs, asked.message_ja[:5]) == ("service", "A-720")
    assert refused(office.type(720, service="move")).needs == "service", "another group's"
    answer = office.type(720, reason="案内係からの依頼")
    assert isinstance(answer, Decision) and answer.message_ja == "A-720を呼びました。"
    day = office.state.day
    assert [type(fact).__name__ for fact in answer.facts] == ["Completed", "NumberCalled"]
    assert visit_of(day, before).done == ("residence",)
    here = counter_of(day, 1).current
    assert (number_of(day, here), visit_of(day, here).call, day.recent_calls[-1].call) == ("A-720", 2, 2)
    stop = current_stop(day, here)
    assert stop is not None and stop.service == "residence"
    office.act("recall", counter=1)
    assert visit_of(day, here).announcements == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("A-740", "出ていません"),  # of 3号機, which is linked
        ("A-001", "出ていません"),
        ("A-120", "出ていません"),  # of no block of 2号機
        ("A-905", "登録"),
        ("Z-720", "出ていません"),
        ("A-", "読み取れません"),
    ],
)
def test_a_number_that_no_cut_off_machine_can_have_printed_is_refused_with_one_sentence(typed: str, says: str) -> None:
    answer = refused(CutOff().act("call_number", counter=1, number=typed, service="residence", reason="x"))
    assert says in answer.message_ja and not answer.needs


def test_a_machine_that_is_heard_has_told_of_all_its_numbers() -> None:
    office = CutOff()
    office.desk = replace(office.desk, away=())
    assert "出ていません" in refused(office.type(720)).message_ja


def test_a_leased_block_may_have_been_printed_alone_too() -> None:
    office = CutOff()
    office.append(f.NumbersLeased(machine_code=CODE, letter="A", first=11, last=20))
    assert isinstance(office.type(12), Decision)


def test_a_number_that_staff_replaced_at_the_cut_off_machine_does_not_cut_it_off_for_good() -> None:
    office = CutOff()
    office.type(720)
    office.alone(720)
    (issued, *_) = (record[4] for record in office.late)
    assert isinstance(issued, f.TicketIssued)
    again = replace(issued, ticket="again", intent="again", number=721, replaces="A-720", arrival_utc_ms=12_345)
    batch: list[tuple[str, int, f.Fact]] = [("kiosk", 1, issued), ("kiosk", 2, again)]
    apply(office.state, "kiosk", 0, office.now_utc_ms, "core", f.DayJoined(date="2026-04-06"))
    assert first_fault(office.state, CODE, batch, "2026-04-06") is None


def test_a_number_that_was_served_is_not_called_again() -> None:
    office = CutOff()
    office.type(720)
    office.act("complete", counter=1)
    assert "完了しています" in refused(office.type(720)).message_ja
    office.type(721)
    assert "対応中" in refused(office.type(721, counter=2)).message_ja


def test_when_the_ticket_arrives_it_is_the_same_visit_called_once_with_the_right_wait() -> None:
    office = CutOff()
    real = office.alone(720)
    other = office.alone(721)
    office.pass_min(20).type(720)
    unknown = day_figures(office.state.day, over=False).whole
    assert (unknown.issued, unknown.calls, unknown.waits) == (1, 1, 0), "since when it waits is not known yet"
    office.pass_min(5)
    office.arrive()
    day = office.state.day
    assert set(day.tickets) == {real, other} and not day.stand_ins
    assert counter_of(day, 1).current == real and visit_of(day, real).status == "called"
    assert [one.ticket_id for one in waiting(office.state)] == [other]
    office.pass_min(1).act("complete", counter=1)
    assert visit_of(day, real).done == ("residence",)
    assert office.called(1) == other and office.called(1) == ""
    found = day_figures(day, over=False).whole
    assert (found.issued, found.calls, found.waits) == (2, 2, 2)
    assert calls_of(day)[0].handling_s() == 6 * 60
    assert (visit_of(day, real).first_called_utc_ms - day.tickets[real].issued_utc_ms) == 20 * MINUTE_MS
    assert day.tickets[real].language == "en"
    actions = [action.ticket for action in day.actions if action.kind in ("NumberCalled", "Completed")]
    assert set(actions) == {real, other}


def test_a_console_that_still_shows_what_stood_for_it_acts_on_the_ticket() -> None:
    office = CutOff()
    real = office.alone(720)
    office.type(720)
    office.arrive()
    assert isinstance(office.act("complete", counter=1, ticket=stand_in_id("A", 720)), Decision)
    assert visit_of(office.state.day, real).done == ("residence",)


@pytest.mark.parametrize("late", [False, True])
def test_taking_the_call_back_leaves_nothing_or_the_ticket_in_the_line(late: bool) -> None:
    office = CutOff()
    real = office.alone(720)
    office.type(720)
    if late:
        office.arrive()
    assert isinstance(office.act("undo", counter=1), Decision)
    assert office.state.day.live == ({real} if late else set())
    assert not office.state.day.stand_ins and not office.state.day.recent_calls
    assert [(row.what, row.number) for row in action_rows(office.state, limit=2)] == [
        ("元に戻す", "A-720"),
        ("番号で呼出", "A-720"),
    ]
    office.arrive()
    assert office.called(1) == real


def test_what_staff_were_told_is_right_and_nobody_is_called_again_for_what_the_ticket_says() -> None:
    office = CutOff()
    real = office.alone(720, "seal")
    office.type(720)
    office.pass_min(3).act("complete", counter=1)
    office.arrive()
    assert office.called(1) == "" and current_stop(office.state.day, real) is None
    both = office.alone(721, "residence", "move")
    office.type(721)
    office.act("complete", counter=1)
    office.arrive()
    assert office.called(3) == both, "a further service of the ticket is still to be done"


def test_aside_and_back_before_and_after_the_ticket_comes() -> None:
    office = CutOff()
    real = office.alone(720)
    office.type(720)
    office.act("hold", counter=1)
    (held,) = office.state.day.live
    office.act("resume", ticket=held)
    assert office.called(1) == held
    office.act("transfer", counter=1, service="move")
    assert office.called(3) == held
    office.act("no_show", counter=3)
    office.arrive()
    assert visit_of(office.state.day, real).status == "no_show" and office.called(3) == ""
    office.act("call_number", counter=3, number="A-720")
    assert counter_of(office.state.day, 3).current == real
    stop = current_stop(office.state.day, real)
    assert stop is not None and stop.service == "move"


def test_one_call_stays_where_the_ticket_was_called_before_anybody_had_matched_it() -> None:
    office = CutOff()
    real = office.alone(720)
    office.type(720)
    matched, later = f.NumberMatched(stand_in=stand_in_id("A", 720), ticket=real), list(office.late)
    for record in later:
        apply(office.state, *record)
    assert office.called(2) == real
    office.append(matched)
    day = office.state.day
    assert [counter_of(day, number).current for number in (1, 2)] == ["", real]
    assert (visit_of(day, real).counter, set(day.tickets)) == (2, {real})
    assert "別の操作" in refused(office.act("undo", counter=1)).message_ja


def test_a_number_that_was_called_by_a_slip_is_not_printed_any_more() -> None:
    office = CutOff()
    office.type(720)
    office.act("no_show", counter=1)
    given = allocate(office.state, CODE, "A", cut_off=True)
    assert isinstance(given, Allocated) and given.number == 721


def test_a_visit_whose_ticket_never_came_is_counted_and_not_measured() -> None:
    office = CutOff()
    office.type(720)
    office.pass_min(4).act("complete", counter=1)
    totals = day_totals(office.state.day)
    assert (totals.issued, totals.completed, totals.wait_median_s) == (1, 1, None)
    found = day_figures(office.state.day, over=True).whole
    assert (found.handlings, found.handling_sum_s, found.stays) == (1, 240, 0)


moves = st.lists(
    st.one_of(
        st.tuples(st.just("alone"), st.sampled_from(NUMBERS), st.sampled_from(["residence", "seal"])),
        st.tuples(st.just("type"), st.sampled_from(NUMBERS), st.sampled_from(["residence", "seal"])),
        st.tuples(st.just("arrive"), st.integers(1, 6), st.just("")),
        st.tuples(st.sampled_from([*SERVED, "call_next", "call_next"]), st.integers(1, 2), st.just("move")),
        st.tuples(st.sampled_from(["cancel_many", "restore_many", "grant_priority"]), st.integers(0, 3), st.just("")),
    ),
    max_size=30,
)


def played(plan: list[tuple[str, int, str]]) -> CutOff:
    office = CutOff()
    printed: set[int] = set()
    figures, touched, counted = GrowingDay(), Touched(), 0
    for verb, which, service in plan:
        touched.by(record[-1] for record in office.log[counted:])
        counted = len(office.log)
        assert figures.services(office.state.day, touched.take()) == service_days(office.state.day)
        office.pass_min(0.5)
        tickets = tuple(sorted(office.state.day.tickets))
        if verb == "alone":
            if which not in printed and stand_in_id("A", which) not in office.state.day.stand_ins:
                printed.add(which)
                office.alone(which, service)
        elif verb == "type":
            office.type(which, counter=which % 2 + 1, service=service, reason="理由")
        elif verb == "arrive":
            office.arrive(which)
        elif verb == "grant_priority" and tickets:
            office.act(verb, ticket=tickets[which % len(tickets)], reason="理由")
        elif verb in ("cancel_many", "restore_many"):
            office.act(verb, "leader", tickets=tickets[:which], reason="台風・大雨")
        else:
            office.act(verb, counter=which, service=service, reason="理由")
    return office


@given(moves, st.randoms(use_true_random=False))
@settings(max_examples=examples(150), deadline=None)
def test_in_whatever_order_facts_arrive_the_office_is_the_same(
    plan: list[tuple[str, int, str]], draw: random.Random
) -> None:
    office = played(plan)
    hub = [record for record in office.log if record[0] == "hub"]
    kiosk = [record for record in office.log if record[0] == "kiosk"]
    for _ in range(3):
        left, merged = [hub[1:], list(kiosk)], hub[:1]
        while any(left):
            merged.append(draw.choice([stream for stream in left if stream]).pop(0))
        assert dump(folded(merged)) == dump(office.state)


@given(moves)
@settings(max_examples=examples(150), deadline=None)
def test_nobody_is_called_again_or_forgotten_when_everything_has_come(plan: list[tuple[str, int, str]]) -> None:
    office = played(plan)
    office.arrive()
    day = office.state.day
    assert not [key for key in day.stand_ins if day.by_number[key.removeprefix("number-")] != key]
    at_counters = sorted((counter.current, counter.number) for counter in day.counters.values() if counter.current)
    called = sorted((key, visit.counter) for key, visit in day.visits.items() if visit.status == "called")
    assert at_counters == called
    numbers = [(ticket.letter, ticket.number) for ticket in day.tickets.values()]
    assert len(set(numbers)) == len(numbers)
    assert set(day.visits) <= set(day.tickets)
    assert sum(1 for call in calls_of(day) if call.end is None) == len(called)
    day_totals(day)
