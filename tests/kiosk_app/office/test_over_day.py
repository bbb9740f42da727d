"""The curve of the day is what a person with a tally would have counted at each quarter of an hour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.over_day import STEP_MS, STEPS_MAX, waiting_over_day
from kiosk_app.office.queue import waiting
from tests.kiosk_app.office.scenario import MINUTE_MS, MORNING_MS, Office

moves = st.lists(st.sampled_from(["issue", "issue", "call", "cancel", "pass"]), min_size=1, max_size=60)


@given(moves)
def test_each_quarter_says_how_many_had_a_ticket_and_no_call_yet(plan: list[str]) -> None:
    office = Office().open_day()
    counted: dict[int, int] = {}
    for move in plan:
        if move == "issue":
            office.issue("residence")
        elif move == "call":
            office.called(1)
        elif move == "cancel" and waiting(office.state):
            office.act("cancel", ticket=waiting(office.state)[-1].ticket_id, reason="理由")
        else:
            office.pass_min(5)
        if office.now_utc_ms % STEP_MS == 0:
            counted[office.now_utc_ms] = len(waiting(office.state))
    first, counts = waiting_over_day(office.state.day, office.now_utc_ms)
    if not office.state.day.tickets:
        assert counts == ()
        return
    assert len(counts) == (office.now_utc_ms - first) // STEP_MS + 1
    for n, count in enumerate(counts):
        assert count == counted.get(first + n * STEP_MS, 0)


def test_a_clock_that_jumps_gives_neither_less_than_nobody_nor_a_curve_without_end() -> None:
    office = Office().open_day()
    office.issue()
    office.now_utc_ms = MORNING_MS - 60 * MINUTE_MS
    office.called(1)
    _, counts = waiting_over_day(office.state.day, MORNING_MS + 10**12)
    assert min(counts) >= 0
    assert len(counts) == STEPS_MAX + 1


def test_whoever_has_no_number_on_paper_is_not_in_it() -> None:
    office = Office().open_day()
    office.issue(verdict="not_issued")
    assert waiting_over_day(office.state.day, office.now_utc_ms)[1] == ()
