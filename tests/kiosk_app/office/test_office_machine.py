"""The office under arbitrary presses: what must hold after every one of them."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from msgspec.structs import replace

from kiosk_app.office.calls import undoable
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.facts import Verdict
from kiosk_app.office.folds import apply
from kiosk_app.office.growing_day import GrowingDay
from kiosk_app.office.queue import as_if_completed, callable_now, called_by, line_after_completion, next_ticket, waiting
from kiosk_app.office.state import Counter, OfficeState, counter_of, current_stop, dump, is_callable, load, visit_of
from kiosk_app.office.statistics import service_days
from kiosk_app.office.touched import Touched
from tests.depth import examples
from tests.kiosk_app.office.scenario import DESK, SERVICES, Office

COUNTER_ACTS = ["call_next", "call_next", "call_next", "complete", "hold", "no_show", "ready_for_handover", "transfer"]
NAMED_ACTS = ["call_number", "cancel", "ready_for_handover", "resume", "grant_priority", "change_service"]
services = st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, max_size=3, unique=True)
counters = st.sampled_from(sorted(DESK.counters))
verdicts: st.SearchStrategy[Verdict | None] = st.sampled_from(
    ["issued", "issued", "issued", "uncut", "maybe", "not_issued", "unknown", None]
)


def office_part(state: OfficeState) -> bytes:
    """All but the records of what was pressed, which an undo adds to."""
    day = replace(state.day, actions=[], intents={}, calls=0, acts={}, recent_calls=state.day.recent_calls[-40:])
    return dump(replace(state, positions={}, hub_wrote={}, day=day))


class OfficeMachine(RuleBasedStateMachine):
    tickets = Bundle("tickets")
    intents = Bundle("intents")

    @initialize()
    def opening(self) -> None:
        self.office = Office().open_day()
        self.half_way: tuple[int, bytes] = (0, dump(OfficeState()))
        self.figures, self.touched, self.counted = GrowingDay(), Touched(), 0

    @rule(
        target=tickets,
        which=services,
        due=st.integers(0, 60),
        promise=st.sampled_from(["walk_in", "walk_in", "reservation", "slot"]),
        verdict=verdicts,
        machine=st.sampled_from(["hub", "kiosk"]),
    )
    def issue(self, which: list[str], due: int, promise: str, verdict: Verdict | None, machine: str) -> str:
        return self.office.issue(*which, due_min=due, promise=promise, verdict=verdict, machine=machine)

    @rule(minutes=st.sampled_from([0.1, 1, 6, 15]))
    def time_passes(self, minutes: float) -> None:
        self.office.pass_min(minutes).tick()
        # Nobody stays aside longer than the office says.
        day = self.office.state.day
        held = [visit_of(day, key) for key in day.live if visit_of(day, key).status == "held"]
        assert all(visit.held_until_utc_ms > self.office.now_utc_ms for visit in held)

    @rule(
        target=intents, verb=st.sampled_from(COUNTER_ACTS), counter=counters, service=st.sampled_from(sorted(SERVICES))
    )
    def press(self, verb: str, counter: int, service: str) -> tuple[str, str, int]:
        intent = f"press-{len(self.office.log)}-{self.office.intents}"
        self.office.act(verb, intent=intent, counter=counter, service=service)
        return verb, intent, counter

    @rule(verb=st.sampled_from(NAMED_ACTS), ticket=tickets, counter=counters, service=st.sampled_from(sorted(SERVICES)))
    def press_for_a_ticket(self, verb: str, ticket: str, counter: int, service: str) -> None:
        self.office.act(verb, counter=counter, ticket=ticket, service=service, reason="理由")

    @rule(repeated=consumes(intents))
    def a_reply_was_lost(self, repeated: tuple[str, str, int]) -> None:
        verb, intent, counter = repeated
        if intent in self.office.state.day.intents:
            answer = self.office.decide(verb, intent=intent, counter=counter)
            assert isinstance(answer, Decision)
            assert answer.facts == ()

    @rule(verb=st.sampled_from(COUNTER_ACTS), counter=counters, service=st.sampled_from(sorted(SERVICES)))
    def an_act_and_its_undo_leave_nothing(self, verb: str, counter: int, service: str) -> None:
        before = office_part(self.office.state)
        if isinstance(self.office.act(verb, counter=counter, service=service), Decision):
            assert isinstance(self.office.act("undo", counter=counter), Decision)
            assert office_part(self.office.state) == before

    @rule(ticket=tickets, counter=counters)
    def a_cancelling_and_its_undo_leave_nothing(self, ticket: str, counter: int) -> None:
        before = office_part(self.office.state)
        if isinstance(self.office.act("cancel", counter=counter, ticket=ticket, reason="理由"), Decision):
            assert isinstance(self.office.act("undo", counter=counter), Decision)
            assert office_part(self.office.state) == before

    @rule(counter=counters, to=counters)
    def transfer_to_a_counter(self, counter: int, to: int) -> None:
        before = office_part(self.office.state)
        ticket = counter_of(self.office.state.day, counter).current
        if isinstance(self.office.act("transfer", counter=counter, to_counter=to), Decision):
            callers = [c.number for c in self.office.state.day.counters.values() if self.may_call(c, ticket)]
            assert callers == [to]
            assert isinstance(self.office.act("undo", counter=counter), Decision)
            assert office_part(self.office.state) == before
            self.office.act("transfer", counter=counter, to_counter=to)

    def may_call(self, counter: Counter, ticket: str) -> bool:
        line = called_by(waiting(self.office.state), counter.number, counter.groups)
        return counter.state == "open" and ticket in [one.ticket_id for one in line]

    @rule(counter=counters, verb=st.sampled_from(["pause_counter", "close_counter", "open_counter", "open_counter"]))
    def counter_rests_or_opens(self, counter: int, verb: str) -> None:
        self.office.act(verb, counter=counter)

    @rule(which=st.lists(tickets, max_size=6))
    def many_are_cancelled_and_restored(self, which: list[str]) -> None:
        before = office_part(self.office.state)
        answer = self.office.act("cancel_many", "leader", tickets=tuple(which), reason="台風・大雨")
        if isinstance(answer, Decision):
            self.office.act("restore_many", "leader")
            assert office_part(self.office.state) == before

    @rule(which=st.lists(tickets, min_size=1, max_size=3))
    def many_are_cancelled(self, which: list[str]) -> None:
        self.office.act("cancel_many", "leader", tickets=tuple(which), reason="台風・大雨")

    @rule()
    def many_are_restored(self) -> None:
        self.office.act("restore_many", "leader")

    @rule(counter=counters)
    def undo(self, counter: int) -> None:
        possible = undoable(self.office.state, counter, self.office.now_utc_ms)
        answer = self.office.act("undo", counter=counter)
        assert possible or isinstance(answer, Refusal)

    @rule()
    def snapshot(self) -> None:
        self.half_way = (len(self.office.log), dump(self.office.state))

    @rule(counter=counters)
    def the_next_is_the_one_that_was_announced(self, counter: int) -> None:
        soon = as_if_completed(self.office.state, counter)
        line = line_after_completion(self.office.state, counter, waiting(self.office.state))
        assert line == waiting(soon)
        here = counter_of(self.office.state.day, counter)
        now = self.office.now_utc_ms
        shown = next_ticket(soon, here.groups, now, counter) if here.state == "open" else None
        own = callable_now(called_by(line, counter, here.groups), now)
        assert here.state != "open" or (own[0].ticket_id if own else None) == shown
        assert self.office.called(counter) == (shown or "")

    @invariant()
    def one_open_call_a_visit(self) -> None:
        day = self.office.state.day
        at_counters = sorted((counter.current, counter.number) for counter in day.counters.values() if counter.current)
        called = sorted((key, visit.counter) for key, visit in day.visits.items() if visit.status == "called")
        assert at_counters == called
        assert all(is_callable(day.tickets[key]) for key, _ in called)

    @invariant()
    def live_is_what_it_would_be_if_computed_anew(self) -> None:
        day = self.office.state.day
        computed = set()
        for key, ticket in day.tickets.items():
            status = visit_of(day, key).status
            ended = status in ("no_show", "cancelled") or (status == "waiting" and current_stop(day, key) is None)
            if is_callable(ticket) and not ended:
                computed.add(key)
        assert day.live == computed

    @invariant()
    def figures_of_the_services_are_what_they_would_be_if_computed_anew(self) -> None:
        new, self.counted = self.office.log[self.counted :], len(self.office.log)
        self.touched.by(record[-1] for record in new)
        assert self.figures.services(self.office.state.day, self.touched.take()) == service_days(self.office.state.day)

    @invariant()
    def numbers_differ(self) -> None:
        tickets = self.office.state.day.tickets.values()
        assert len({(ticket.letter, ticket.number) for ticket in tickets}) == len(tickets)

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        length, snapshot = self.half_way
        state = load(snapshot)
        for record in self.office.log[length:]:
            apply(state, *record)
        assert dump(state) == dump(self.office.state)
        self.everybody_is_called_in_the_end()

    def everybody_is_called_in_the_end(self) -> None:
        # Whoever is on hold comes back without anybody's doing, and whoever chose a time before it.
        last = max((one.due_utc_ms for one in self.office.state.day.tickets.values()), default=0)
        self.office.pass_min(max(DESK.hold_s / 60, (last - self.office.now_utc_ms) / 60_000)).tick()
        for counter in DESK.counters:
            self.office.act("open_counter", counter=counter)
        for _ in range(4 * len(self.office.state.day.tickets) + 1):
            for counter in DESK.counters:
                self.office.called(counter)
        assert waiting(self.office.state) == []
        assert self.office.state.day.live == set(
            c.current for c in self.office.state.day.counters.values() if c.current
        )


OfficeMachine.TestCase.settings = settings(max_examples=examples(40), stateful_step_count=40, deadline=None)
TestOffice = OfficeMachine.TestCase


@pytest.mark.long
class TestOfficeLong(OfficeMachine.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=2000, stateful_step_count=80, deadline=None)
