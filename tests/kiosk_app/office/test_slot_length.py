"""A suggested slot is the shortest that keeps its promises, and its reason says what it rests on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.slot_length import (
    LATE_S,
    LATE_SHARE,
    LONGEST_MIN,
    SAMPLES_MIN,
    SHORTEST_MIN,
    handling_samples_s,
    suggested,
)
from tests.kiosk_app.office.scenario import Office

samples = st.lists(st.integers(0, 7200), min_size=SAMPLES_MIN, max_size=60)


def late_share(samples_s: list[int], minutes: int) -> float:
    """Said differently than the product says it: starts on a clock instead of a debt."""
    free_at, late = 0, 0
    for place, handling_s in enumerate(samples_s):
        start = max(place * minutes * 60, free_at)
        late += start - place * minutes * 60 > LATE_S
        free_at = start + handling_s
    return late / len(samples_s)


@given(samples)
def test_the_suggested_slot_is_the_shortest_that_keeps_its_promises(samples_s: list[int]) -> None:
    found = suggested(samples_s)
    mean_min = sum(samples_s) / len(samples_s) / 60
    good = [m for m in range(SHORTEST_MIN, LONGEST_MIN + 1) if m >= mean_min and late_share(samples_s, m) <= LATE_SHARE]
    assert found.minutes == (good[0] if good else None)
    assert found.reason_ja.startswith(f"直近{len(samples_s)}件")


@given(samples)
def test_slower_visits_never_shorten_the_slot(samples_s: list[int]) -> None:
    fast, slow = suggested(samples_s).minutes, suggested([s + 60 for s in samples_s]).minutes
    assert slow is None or (fast is not None and fast <= slow)


def test_few_measurements_suggest_nothing_and_say_so() -> None:
    found = suggested([300] * (SAMPLES_MIN - 1))
    assert (found.minutes, found.median_s) == (None, 300)
    assert found.reason_ja == "測定がまだ9件のため、おすすめできません（10件から）。"
    assert suggested([]).median_s is None


def test_the_reason_is_what_a_leader_can_repeat() -> None:
    found = suggested([300, 360, 420, 300, 360, 420, 300, 360, 420, 900])
    assert found.minutes == 7
    assert found.reason_ja == (
        "直近10件の処理時間は、中央値6分、10件のうち9件が7分以内です。"
        "7分なら、続けて予約が入っても5分より遅れて始まる方は10人に1人までです。"
    )
    assert suggested([7200] * 10).minutes is None


def test_a_service_of_two_stages_is_measured_by_its_first() -> None:
    office = Office().open_day()
    office.state.past_service_s["seal"] = [60] * 30
    office.state.past_service_s["residence"] = [300] * 5
    office.issue("seal")
    office.called(1)
    office.pass_min(9).act("ready_for_handover", counter=1)
    office.pass_min(1).called(1)
    office.pass_min(1).act("complete", counter=1)
    office.issue()
    office.called(1)
    office.pass_min(2).act("complete", counter=1)
    assert handling_samples_s(office.state, "seal") == [540]
    assert handling_samples_s(office.state, "residence") == [300] * 5 + [120]
