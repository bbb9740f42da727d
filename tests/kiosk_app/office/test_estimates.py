"""What a visitor is told to expect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.estimates import STEP_MS, Estimate, estimate, estimates
from kiosk_app.office.floor_plan import GroupDay
from kiosk_app.office.rates import service_time_s
from kiosk_app.office.simulation import Booked
from tests.kiosk_app.office.scenario import DESK, MINUTE_MS, SERVICES, Office

TIMES_S = {"residence": 300, "seal": 300, "move": 600}


def estimated(
    office: Office, service: str = "residence", opens_utc_ms: int = 0, lunch: tuple[int, int] | None = None
) -> Estimate:
    stop = SERVICES[service]
    return estimate(office.state, stop, office.now_utc_ms, TIMES_S, DESK.counters, opens_utc_ms, lunch=lunch)


def test_nobody_ahead_and_a_free_counter_is_now() -> None:
    office = Office().open_day()
    told = estimated(office)
    assert told.due_utc_ms == office.now_utc_ms
    assert (told.from_utc_ms, told.to_utc_ms) == (office.now_utc_ms, office.now_utc_ms + STEP_MS)
    assert told.waiting_ahead == 0


def test_a_queue_takes_its_service_times_over_its_counters() -> None:
    office = Office().open_day(counters=(1,))
    for _ in range(12):
        office.issue()
    told = estimated(office)
    assert told.due_utc_ms == office.now_utc_ms + 60 * MINUTE_MS
    assert told.waiting_ahead == 12
    office.act("open_counter", counter=2)
    assert estimated(office).due_utc_ms == office.now_utc_ms + 30 * MINUTE_MS


def test_before_the_counters_open_the_expected_ones_count_from_their_opening() -> None:
    office = Office().open_day(counters=())
    office.issue()
    office.issue()
    opens = office.now_utc_ms + 20 * MINUTE_MS
    assert estimated(office, opens_utc_ms=opens).due_utc_ms == opens + 5 * MINUTE_MS


def test_the_time_until_the_counters_open_is_certain_and_does_not_widen_the_range() -> None:
    office = Office().open_day(counters=())
    opens = office.now_utc_ms + 60 * MINUTE_MS
    told = estimated(office, opens_utc_ms=opens)
    assert (told.from_utc_ms, told.to_utc_ms) == (opens, opens + STEP_MS)


def test_whoever_comes_before_lunch_is_told_that_half_of_the_counters_will_rest() -> None:
    office = Office().open_day(counters=(1, 2))
    lunch = (office.now_utc_ms + 20 * MINUTE_MS, office.now_utc_ms + 80 * MINUTE_MS)
    for _ in range(16):
        office.issue()
    assert estimated(office).due_utc_ms == office.now_utc_ms + 40 * MINUTE_MS
    assert estimated(office, lunch=lunch).due_utc_ms == office.now_utc_ms + 60 * MINUTE_MS


def test_at_lunch_a_counter_that_rests_is_counted_on_again_from_its_end() -> None:
    office = Office().open_day(counters=(1, 2))
    office.act("close_counter", counter=2)
    lunch = (office.now_utc_ms, office.now_utc_ms + 20 * MINUTE_MS)
    for _ in range(16):
        office.issue()
    assert estimated(office).due_utc_ms == office.now_utc_ms + 80 * MINUTE_MS
    assert estimated(office, lunch=lunch).due_utc_ms == office.now_utc_ms + 50 * MINUTE_MS


def test_one_counter_alone_does_not_rest() -> None:
    office = Office().open_day(counters=(1,))
    lunch = (office.now_utc_ms, office.now_utc_ms + 60 * MINUTE_MS)
    office.issue()
    assert estimated(office, lunch=lunch).due_utc_ms == office.now_utc_ms + 5 * MINUTE_MS


def test_a_group_whose_counters_are_closed_waits_for_those_expected() -> None:
    office = Office().open_day(counters=(1,))
    office.issue("move")
    assert estimated(office, "move").due_utc_ms == office.now_utc_ms
    office.issue("move")
    assert estimated(office, "move").due_utc_ms == office.now_utc_ms + 10 * MINUTE_MS


def test_nothing_is_promised_while_others_are_open_and_nobody_serves_the_group() -> None:
    office = Office().open_day(counters=(1,))
    office.issue("move")
    opens = office.now_utc_ms - 5 * MINUTE_MS
    assert estimated(office, "move", opens_utc_ms=opens).is_promised, "a counter may open some minutes late"
    told = estimated(office.pass_min(6), "move", opens_utc_ms=opens)
    assert (told.is_promised, told.from_utc_ms, told.to_utc_ms, told.waiting_ahead) == (False, 0, 0, 1)
    assert told.due_utc_ms >= office.now_utc_ms, "the order of the queue needs a time all the same"
    office.act("open_counter", counter=3)
    assert estimated(office, "move", opens_utc_ms=opens).is_promised


def test_nothing_is_promised_once_all_counters_of_a_group_have_closed() -> None:
    office = Office().open_day(counters=(1, 3))
    assert estimated(office, "move").is_promised
    office.act("close_counter", counter=3)
    assert not estimated(office, "move").is_promised
    assert estimated(office, "residence").is_promised


def test_where_nobody_has_opened_any_counter_today_those_of_the_catalogue_are_counted_on() -> None:
    """A machine that is cut off in the morning hears of no counter, and the office works all the same."""
    office = Office().open_day(counters=())
    office.pass_min(120)
    assert estimated(office, "move").is_promised


@given(st.lists(st.sampled_from(sorted(SERVICES)), max_size=20), st.integers(0, 90))
def test_no_promise_ends_after_closing(people: list[str], closes_min: int) -> None:
    office = Office().open_day(counters=(1, 3))
    closes = office.now_utc_ms + closes_min * MINUTE_MS
    for which in people:
        told = estimate(office.state, SERVICES[which], office.now_utc_ms, TIMES_S, DESK.counters, closes_utc_ms=closes)
        office.issue(which, due_min=(told.due_utc_ms - office.now_utc_ms) / MINUTE_MS)
        assert told.to_utc_ms <= closes
        if told.is_promised:
            assert told.from_utc_ms <= told.due_utc_ms < told.to_utc_ms
        else:
            assert (told.from_utc_ms, told.to_utc_ms) == (0, 0)
            assert told.due_utc_ms + STEP_MS > closes


def test_a_sold_slot_that_begins_before_ones_turn_goes_first() -> None:
    office = Office().open_day(counters=(1,))
    for _ in range(4):
        office.issue()
    start = office.now_utc_ms + 12 * MINUTE_MS
    slot = Booked("A", 1, start, start + 10 * MINUTE_MS)
    stop, now = SERVICES["residence"], office.now_utc_ms
    told = estimate(office.state, stop, now, TIMES_S, DESK.counters, booked=[slot])
    assert told.due_utc_ms == now + 30 * MINUTE_MS
    assert told.waiting_ahead == 4, "who is not here yet does not wait"
    assert estimated(office).due_utc_ms == now + 20 * MINUTE_MS


def test_all_groups_together_are_told_what_each_is_told_alone() -> None:
    office = Office().open_day()
    for which in ("residence", "move", "move", "seal", "move", "residence", "move"):
        office.issue(which)
    plans = {"A": GroupDay(), "H": GroupDay()}
    both = estimates(office.state, office.now_utc_ms, plans, DESK.counters, TIMES_S)
    assert both == {"A": estimated(office, "residence"), "H": estimated(office, "move")}


def test_recent_measurements_outweigh_the_catalogue() -> None:
    office = Office().open_day()
    assert service_time_s(office.state, "residence", 300) == 300
    office.state.day.service_s["residence"] = [120] * 20
    assert 120 < service_time_s(office.state, "residence", 300) < 180
    office.state.day.service_s["residence"] = [600] * 10 + [120] * 10
    recent = service_time_s(office.state, "residence", 300)
    office.state.day.service_s["residence"] = [120] * 10 + [600] * 10
    assert recent < service_time_s(office.state, "residence", 300)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(SERVICES)), st.integers(0, 60)), max_size=30),
    st.sets(st.integers(1, 3)),
    st.sampled_from(sorted(SERVICES)),
)
def test_a_range_is_in_steps_holds_the_promise_and_never_shrinks_with_the_queue(
    people: list[tuple[str, int]], counters: set[int], service: str
) -> None:
    office = Office().open_day(counters=tuple(sorted(counters)))
    before, latest = estimated(office, service), dict.fromkeys("AH", 0)
    for which, due in people:
        # Whoever comes later is promised later than the line before: else the new one would pull its whole line ahead.
        group = SERVICES[which].group
        latest[group] = max(latest[group], due)
        office.issue(which, due_min=latest[group])
        told = estimated(office, service)
        assert told == estimated(office, service)
        assert told.from_utc_ms % STEP_MS == told.to_utc_ms % STEP_MS == 0
        assert told.due_utc_ms >= office.now_utc_ms
        served = {letter for number in counters for letter in DESK.counters[number]}
        assert told.is_promised == (not served or SERVICES[service].group in served)
        if not told.is_promised:
            assert (told.from_utc_ms, told.to_utc_ms) == (0, 0)
            continue
        assert told.from_utc_ms <= told.due_utc_ms < told.to_utc_ms
        if group == SERVICES[service].group:
            assert told.to_utc_ms - told.from_utc_ms + 2 * STEP_MS >= before.to_utc_ms - before.from_utc_ms
        before = told
