"""News reaches whoever can be reached, in order and at least once; what does not is counted, and nothing grows."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office.delivery import (
    FIRST_PAUSE_MS,
    KEPT_MS,
    LONGEST_PAUSE_MS,
    QUEUE_MAX,
    REFUSALS_MAX,
    Answered,
    Event,
    Line,
    Offered,
    Tick,
    pause_ms,
    resumed,
    signature,
    step,
)
from tests.depth import examples

moves = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), st.booleans(), st.just(0)),
        st.tuples(st.just("answer"), st.sampled_from(["taken", "taken", "refused", "failed"]), st.just(0)),
        st.tuples(st.just("late answer"), st.just("taken"), st.just(0)),
        st.tuples(st.just("restart"), st.just(""), st.just(0)),
        st.tuples(st.just("pass"), st.just(""), st.sampled_from([1, 500, 5_000, 600_000, KEPT_MS])),
    ),
    max_size=120,
)


def event(number: int, at: int, kind: str = "congestion.changed") -> Event:
    return Event(id=f"e{number}", kind=kind, at_utc_ms=at, body="{}")


class Played:
    """One line and a receiver whose answers are drawn; `sent` holds every try."""

    def __init__(self) -> None:
        self.line, self.now, self.offered = Line(), 0, 0
        self.sent: list[str] = []
        self.taken: list[str] = []
        self.on_its_way = ""

    def do(self, what: Offered | Answered | Tick, jitter: float = 0.0) -> Event | None:
        self.line, found = step(self.line, what, self.now, jitter)
        if found is not None:
            assert not self.on_its_way, "one at a time"
            assert self.now >= self.line.not_before_utc_ms
            self.on_its_way = found.id
            self.sent.append(found.id)
        return found

    def offer(self, supersedes: bool = False) -> None:
        self.offered += 1
        kind = "congestion.changed" if supersedes else "counts.day"
        self.do(Offered(event(self.offered, self.now, kind), supersedes))

    def answer(self, outcome: str) -> None:
        if self.on_its_way:
            answered, self.on_its_way = self.on_its_way, ""
            if outcome == "taken":
                self.taken.append(answered)
            self.do(Answered(answered, outcome))  # type: ignore[arg-type]

    def play(self, plan: list[tuple[str, object, int]]) -> None:
        for move, value, ms in plan:
            if move == "offer":
                self.offer(bool(value))
            elif move == "answer":
                self.answer(str(value))
            elif move == "late answer":
                self.do(Answered("e0", "taken"))
            elif move == "restart":
                # The answer is lost with the process; the receiver may have taken it all the same.
                self.line, self.on_its_way = resumed(self.line), ""
            self.now += ms
            self.do(Tick())
            assert len(self.line.queue) <= QUEUE_MAX


@given(moves)
@settings(max_examples=examples(200), deadline=None)
def test_each_event_is_delivered_or_counted_and_never_forgotten(plan: list[tuple[str, object, int]]) -> None:
    played = Played()
    played.play(plan)
    line = played.line
    assert line.delivered + line.dropped + line.superseded + len(line.queue) == played.offered
    numbers = [int(name[1:]) for name in played.sent]
    assert numbers == sorted(numbers), "in order, and repeats only of the same"
    # The receiver comes back for good: everything that waits arrives.
    waiting = [one.id for one in line.queue if one.id != line.sending]
    for _ in range(3 * QUEUE_MAX):
        played.answer("taken")
        played.now += LONGEST_PAUSE_MS // 1000
        played.do(Tick())
        if played.line.not_before_utc_ms > played.now:
            played.now = played.line.not_before_utc_ms
    assert not played.line.queue
    assert played.line.dropped > line.dropped or set(waiting) <= set(played.taken)


def test_what_fails_is_sent_again_with_the_same_id_and_longer_pauses() -> None:
    played = Played()
    played.offer()
    for failures in range(1, 15):
        assert played.sent == ["e1"] * failures
        played.answer("failed")
        assert len(played.sent) == failures
        assert pause_ms(failures, 0.0) >= min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) // 2
        played.now = played.line.not_before_utc_ms - 1
        assert played.do(Tick()) is None
        played.now += 1
        played.do(Tick())
    played.answer("taken")
    assert (played.line.failures, played.line.delivered, played.line.queue) == (0, 1, ())


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_bounded_and_jitter_never_shortens_it_below_half(failures: int, jitter: float) -> None:
    longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(failures - 1, 40))
    assert longest // 2 <= pause_ms(failures, jitter) <= longest


def test_a_receiver_that_will_not_have_one_gets_the_next() -> None:
    played = Played()
    played.offer()
    played.offer()
    for _ in range(REFUSALS_MAX):
        assert played.sent[-1] == "e1"
        played.answer("refused")
        played.now = played.line.not_before_utc_ms
        played.do(Tick())
    assert played.sent == ["e1"] * REFUSALS_MAX + ["e2"]
    assert played.line.dropped == 1


def test_the_oldest_go_when_there_is_no_room_and_what_is_a_day_old_goes() -> None:
    played = Played()
    for _ in range(QUEUE_MAX + 5):
        played.offer()
    assert (len(played.line.queue), played.line.dropped, played.line.queue[0].id) == (QUEUE_MAX, 5, "e6")
    # The answer to one that was dropped meanwhile takes nothing else away.
    played.answer("taken")
    assert (played.line.delivered, played.sent[-1], len(played.line.queue)) == (0, "e6", QUEUE_MAX)
    played.answer("failed")
    played.now += KEPT_MS + 1
    played.do(Tick())
    assert (played.line.queue, played.line.dropped) == ((), QUEUE_MAX + 5)


def test_only_the_latest_congestion_waits() -> None:
    played = Played()
    for _ in range(10):
        played.offer(supersedes=True)
    assert [one.id for one in played.line.queue] == ["e1", "e10"]
    assert played.line.superseded == 8


def test_the_signature_is_that_of_the_document() -> None:
    """Said as docs/api.md says it."""
    expected = hmac.new(b"secret", b"1775433600." + b'{"a":1}', hashlib.sha256).hexdigest()
    assert signature(b"secret", 1775433600, b'{"a":1}') == expected
