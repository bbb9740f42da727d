"""The switch does to frames what it is told, each way alone."""

from __future__ import annotations

from collections import Counter

from tests.spaces.switch import CUT, Switch, Way

A, B, C = (bytes((2, 0, 0, 0, 0, number)) for number in (1, 2, 3))
EVERYBODY = b"\xff" * 6


def frame(to: bytes, number: int = 0) -> bytes:
    return to + A + number.to_bytes(4, "big")


def sent(switch: Switch, to: bytes, count: int = 1, source: str = "a") -> list[tuple[float, str, int]]:
    """What arrives, and when."""
    for number in range(count):
        switch.take(0.0, source, frame(to, number))
    arrived = []
    while (at_ms := switch.next_ms()) is not None:
        arrived += [(at_ms, port, int.from_bytes(data[12:], "big")) for port, data in switch.due(at_ms)]
    return arrived


def switch() -> Switch:
    return Switch({"a": A, "b": B, "c": C}, seed=1)


def test_a_frame_goes_to_whom_it_is_for_and_one_for_everybody_to_all_others() -> None:
    assert sent(switch(), B) == [(0.0, "b", 0)]
    assert sent(switch(), EVERYBODY) == [(0.0, "b", 0), (0.0, "c", 0)]
    assert sent(switch(), A) == sent(switch(), b"\x02" * 6) == []


def test_a_way_is_cut_in_one_direction_alone() -> None:
    cut = switch()
    cut.set("a", "b", CUT)
    assert sent(cut, B) == []
    assert sent(cut, A, source="b") == [(0.0, "a", 0)]
    assert [port for _, port, _ in sent(cut, EVERYBODY)] == ["c"]


def test_frames_are_lost_repeated_delayed_and_reordered() -> None:
    rough = switch()
    rough.set("a", "b", Way(loss=0.2, twice=0.1, delay_ms=(1.0, 60.0)))
    arrived = sent(rough, B, 1_000)
    times = Counter(number for _, _, number in arrived)
    assert 150 < 1_000 - len(times) < 250
    assert 50 < sum(count == 2 for count in times.values()) < 120
    assert all(1.0 <= at_ms <= 60.0 for at_ms, _, _ in arrived)
    order = [number for _, _, number in arrived]
    assert order != sorted(order)


def test_some_come_late() -> None:
    slow = switch()
    slow.set("a", "b", Way(late=0.1, late_ms=2_000.0))
    late = sum(at_ms >= 2_000.0 for at_ms, _, _ in sent(slow, B, 1_000))
    assert 50 < late < 150
