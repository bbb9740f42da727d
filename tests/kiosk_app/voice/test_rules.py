"""The hall on virtual time: nothing late is spoken, nothing is lost without a word, repeats are one."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.api import Announcement
from kiosk_app.voice.rules import LATE_MS, WAITING_LIMIT, Drop, Finished, Heard, Speak, VoiceCommand, VoiceState, step
from tests.depth import examples

SAYING_MS = 5_400
"""About what chime and sentence take."""


def call(call_id: str, zone: str = "1F", age_ms: int = 0) -> Announcement:
    return Announcement(
        call_id=call_id,
        zone=zone,
        letter="A",
        number=105,
        counter=3,
        stage="reception",
        called_utc_ms=1_000_000,
        now_utc_ms=1_000_000 + age_ms,
    )


def run(arrivals: Iterable[tuple[int, Announcement]], saying_ms: int = SAYING_MS) -> list[tuple[int, VoiceCommand]]:
    """Plays the day: each saying takes its time, each call arrives when it does."""
    state, history, finishes_ms = VoiceState("1F"), list[tuple[int, VoiceCommand]](), None
    coming = sorted(arrivals, key=lambda arrival: arrival[0])
    while coming or finishes_ms is not None:
        if finishes_ms is not None and (not coming or finishes_ms <= coming[0][0]):
            at_ms, event = finishes_ms, Finished(finishes_ms)
            finishes_ms = None
        else:
            at_ms, announcement = coming.pop(0)
            event = Heard(announcement, at_ms)
        state, commands = step(state, event)
        history += [(at_ms, command) for command in commands]
        if any(isinstance(command, Speak) for command in commands):
            assert finishes_ms is None, "two voices at once"
            finishes_ms = at_ms + saying_ms
    assert state == VoiceState("1F")
    return history


arrivals = st.lists(
    st.tuples(st.integers(0, 120_000), st.integers(0, 12).map(str), st.integers(0, 30_000)), max_size=60
)


@given(arrivals, st.integers(500, 15_000))
def test_nothing_late_is_spoken_and_every_call_is_accounted_for(
    plan: list[tuple[int, str, int]], saying_ms: int
) -> None:
    heard = [(at_ms, call(call_id, age_ms=age_ms)) for at_ms, call_id, age_ms in plan]
    freshest: dict[str, list[int]] = {}
    for at_ms, announcement in heard:
        freshest.setdefault(announcement.call_id, []).append(
            at_ms - (announcement.now_utc_ms - announcement.called_utc_ms)
        )
    history = run(heard, saying_ms)
    for at_ms, command in history:
        if isinstance(command, Speak):
            assert any(0 <= at_ms - called_ms <= LATE_MS for called_ms in freshest[command.announcement.call_id])
    assert {command.announcement.call_id for _, command in history} == {a.call_id for _, a in heard}


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.integers(0, 3_599_999), min_size=460, max_size=460, unique=True))
def test_a_busy_hour_of_460_calls_in_any_order_is_never_late(times_ms: list[int]) -> None:
    history = run([(at_ms, call(str(n))) for n, at_ms in enumerate(times_ms)])
    called = {str(n): at_ms for n, at_ms in enumerate(times_ms)}
    begun = [(at_ms, c) for at_ms, c in history if isinstance(c, Speak)]
    assert max(at_ms - called[c.announcement.call_id] for at_ms, c in begun) <= LATE_MS
    first = [c.announcement.call_id for _, c in begun if c.saying == 1]
    dropped = [c.announcement.call_id for _, c in history if isinstance(c, Drop)]
    assert sorted(first + dropped) == sorted(called)


def test_a_busy_hour_evenly_spread_is_spoken_whole() -> None:
    history = run([(n * 3_600_000 // 460, call(str(n))) for n in range(460)])
    assert [c.announcement.call_id for _, c in history if isinstance(c, Speak) and c.saying == 1] == [
        str(n) for n in range(460)
    ]
    assert not any(isinstance(c, Drop) for _, c in history)


def sayings(history: list[tuple[int, VoiceCommand]]) -> list[tuple[str, int]]:
    return [(c.announcement.call_id, c.saying) for _, c in history if isinstance(c, Speak)]


def test_twice_only_when_nothing_waits() -> None:
    assert sayings(run([(0, call("a"))])) == [("a", 1), ("a", 2)]
    assert sayings(run([(0, call("a")), (100, call("b"))])) == [("a", 1), ("b", 1), ("b", 2)]


def test_repeats_of_one_call_are_merged_while_it_waits_or_is_said() -> None:
    history = run([(0, call("a")), (10, call("b")), (20, call("b")), (30, call("a")), (40, call("b"))])
    assert sayings(history) == [("a", 1), ("b", 1), ("b", 2)]


def test_a_call_announced_again_later_is_said_again() -> None:
    assert sayings(run([(0, call("a")), (60_000, call("a"))])) == [("a", 1), ("a", 2), ("a", 1), ("a", 2)]


def test_a_repeat_keeps_its_place_and_becomes_fresh() -> None:
    late = [(0, call("x")), (1, call("a")), (2, call("b")), (20_000, call("a"))]
    assert sayings(run(late, saying_ms=20_500))[:2] == [("x", 1), ("a", 1)]


@pytest.mark.parametrize(("age_ms", "spoken"), [(LATE_MS, True), (LATE_MS + 1, False), (600_000, False)])
def test_an_old_call_is_not_replayed_after_a_power_cut(age_ms: int, spoken: bool) -> None:
    history = run([(0, call("a", age_ms=age_ms))])
    assert (("a", 1) in sayings(history)) is spoken
    assert any(isinstance(c, Drop) and c.why == "late" for _, c in history) is not spoken


def test_another_floor_is_not_ours() -> None:
    assert run([(0, call("a", zone="2F"))]) == []


def test_a_flood_is_bounded() -> None:
    history = run([(0, call(str(n))) for n in range(200)])
    assert sum(isinstance(c, Drop) and c.why == "too_many" for _, c in history) == 200 - 1 - WAITING_LIMIT


def test_a_voice_without_a_floor_speaks_for_every_floor() -> None:
    state, commands = step(VoiceState(""), Heard(call("a", "2F"), 0))
    assert [type(command) for command in commands] == [Speak]
    assert step(VoiceState("1F"), Heard(call("a", "2F"), 0)) == (VoiceState("1F"), ())
    assert state.speaking is not None
