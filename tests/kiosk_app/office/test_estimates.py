"""What a visitor is told to expect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.estimates import STEP_MS, Estimate, estimate
from kiosk_app.office.rates import service_time_s
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
