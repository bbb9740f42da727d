"""Office time: anchored once, never back, and suspicious of a wall clock that cannot be right."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.clock import PLAUSIBLE_AHEAD_MS, PLAUSIBLE_BACK_MS, DrivenClock, OfficeClock

NOON = 1_775_444_400_000


def test_a_plausible_wall_clock_is_the_anchor() -> None:
    clock = OfficeClock(last_fact_utc_ms=NOON, wall_ms=NOON + 60_000)
    assert clock.doubt is None
    assert clock.now_utc_ms() >= NOON + 60_000


def test_a_clock_set_back_to_1970_goes_on_from_the_log() -> None:
    clock = OfficeClock(last_fact_utc_ms=NOON, wall_ms=0)
    assert clock.doubt is not None
    assert clock.now_utc_ms() >= NOON


def test_a_clock_a_year_ahead_is_doubted() -> None:
    clock = OfficeClock(last_fact_utc_ms=NOON, wall_ms=NOON + PLAUSIBLE_AHEAD_MS + 1)
    assert clock.doubt is not None


def test_a_machine_that_was_in_1970_before_does_not_believe_1970_now() -> None:
    in_1970 = 9_421_200_000
    again = OfficeClock(last_fact_utc_ms=in_1970, wall_ms=in_1970 + 60_000)
    assert again.doubt is not None and again.doubt.reason == "behind the log"
    assert again.now_utc_ms() >= in_1970
    assert OfficeClock(last_fact_utc_ms=in_1970, wall_ms=NOON).doubt is None, "what it wrote then says nothing of now"


@given(wall=st.integers(0, 2 * NOON))
def test_office_time_never_falls_behind_the_last_fact(wall: int) -> None:
    clock = OfficeClock(last_fact_utc_ms=NOON, wall_ms=wall)
    assert clock.now_utc_ms() >= NOON - PLAUSIBLE_BACK_MS


@given(jumps=st.lists(st.integers(0, 2 * NOON), max_size=20))
def test_a_driven_clock_only_goes_forward(jumps: list[int]) -> None:
    clock = DrivenClock(NOON)
    before = clock.now_utc_ms()
    for jump in jumps:
        clock.jump_to(jump)
        now = clock.now_utc_ms()
        assert now >= before and now >= jump
        before = now
