"""Bytes as they stand in the manuals of devices that speak ccTalk, and counters as the specification tells of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cctalk_unit import counting, frames
from drivers.cctalk_unit import messages as m
from drivers.cctalk_unit.change import can_give, can_give_for_any_coin
from drivers.cctalk_unit.counting import Count, Mark
from drivers.cctalk_unit.frames import BadFrame, Frame

EXAMPLES = [
    # A coin acceptor is asked what it is, and says so (the example of the specification, part 1).
    ("02 00 01 F5 08", Frame(2, 1, 245)),
    ("01 0D 02 00 43 6F 69 6E 20 41 63 63 65 70 74 6F 72 16", Frame(1, 2, 0, b"Coin Acceptor")),
    # Suzo Flow hopper manual 0.6: test, enable, its acknowledgement, dispense three.
    ("03 00 01 A3 59", Frame(3, 1, 163)),
    ("01 02 03 00 80 80 FA", Frame(1, 3, 0, b"\x80\x80")),
    ("03 01 01 A4 A5 B2", Frame(3, 1, 164, b"\xa5")),
    ("01 00 03 00 FC", Frame(1, 3, 0)),
    ("03 09 01 A7 63 D9 2A 95 BA D4 35 82 03 09", Frame(3, 1, 167, bytes.fromhex("63D92A95BAD4358203"))),
]


@pytest.mark.parametrize(("text", "frame"), EXAMPLES)
def test_the_bytes_of_the_manuals(text: str, frame: Frame) -> None:
    raw = bytes.fromhex(text)
    assert frames.encode(frame) == raw
    heard = bytearray(raw)
    assert frames.take(heard) == frame
    assert heard == b""


def test_the_echo_is_passed_over_and_whatever_is_not_the_answer() -> None:
    sent = Frame(m.CHANGER, frames.HOST, m.SIMPLE_POLL)
    heard = bytearray(frames.encode(sent) + frames.encode(Frame(frames.HOST, m.VALIDATOR, 0)))
    assert frames.reply_to(sent, heard) is None
    answer = Frame(frames.HOST, m.CHANGER, 0)
    heard += frames.encode(answer)[:3]
    assert frames.reply_to(sent, heard) is None
    heard += frames.encode(answer)[3:]
    assert frames.reply_to(sent, heard) == answer


@given(st.binary(max_size=40), st.integers(0, 255), st.data())
def test_a_changed_bit_is_no_message(data: bytes, header: int, draw: st.DataObject) -> None:
    raw = bytearray(frames.encode(Frame(1, 55, header, data)))
    raw[draw.draw(st.integers(2, len(raw) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    with pytest.raises(BadFrame):
        frames.take(raw)


@given(st.binary(max_size=300))
def test_noise_is_a_bad_frame_or_a_wait_and_nothing_else(data: bytes) -> None:
    heard = bytearray(data)
    try:
        while frames.take(heard) is not None:
            pass
    except BadFrame:
        pass


# --- counters: the table of header 229 in part 2


@pytest.mark.parametrize(("now", "last", "new"), [(23, 23, 0), (104, 102, 2), (1, 255, 1), (3, 253, 5), (54, 48, 6)])
def test_how_many_events_are_new(now: int, last: int, new: int) -> None:
    known = Count(2, 255 * 3 + last)
    found = counting.news(known, m.Events(now, tuple((n, 0) for n in range(1, 6))))
    assert found.now.seen - known.seen == new
    assert (len(found.fresh), found.lost) == (min(new, 5), max(0, new - 5))
    assert [a for _, a, _ in found.fresh] == list(range(min(new, 5), 0, -1)), "oldest first"
    assert [count.seen for count, _, _ in found.fresh] == [
        known.seen + found.lost + n for n in range(1, min(new, 5) + 1)
    ] or found.lost


def test_zero_is_a_power_cut_where_there_was_something_before() -> None:
    empty = m.Events(0, ((0, 0),) * 5)
    assert counting.news(Count(1, 67), empty) == counting.News(Count(2, 0), began_anew=True)
    assert counting.news(Count(1, 0), empty) == counting.News(Count(1, 0))


@given(st.lists(st.integers(0, 5), max_size=300))
def test_no_event_is_told_twice_and_none_is_missed_when_one_looks_often_enough(bursts: list[int]) -> None:
    known, counter, results, told, made = Count(), 0, [(0, 0)] * 5, [], 0
    for burst in bursts:
        for _ in range(burst):
            made += 1
            counter = counter % 255 + 1
            results = [(made % 250 + 1, made // 250), *results[:4]]
        for _ in range(2):
            found = counting.news(known, m.Events(counter, tuple(results)))
            known = found.now
            told += [(count.seen, a, b) for count, a, b in found.fresh]
            assert not found.lost
    assert told == [(n, n % 250 + 1, n // 250) for n in range(1, made + 1)]


@given(*(st.builds(Count, st.integers(0, 9), st.integers(0, 9999)) for _ in range(3)))
def test_a_mark_is_read_as_it_was_written(coins: Count, notes: Count, payouts: Count) -> None:
    mark = Mark(coins, notes, payouts)
    assert counting.mark_of(str(mark)) == mark


@pytest.mark.parametrize("text", ["", "counter", "coins 1.1", "coins 1.1 notes 1.1 payouts 1.-1"])
def test_what_is_no_mark(text: str) -> None:
    assert counting.mark_of(text) is None


def test_coins_and_notes_by_their_names() -> None:
    assert [m.coin_yen(name) for name in (b"JP500A", b"JP010B", b"EU200A", b"......", b"")] == [500, 10, 0, 0, 0]
    assert m.scaling(bytes((0xE8, 0x03, 0))) == 1000
    assert m.scaling(bytes(3)) == 0
    assert [m.note_yen(name, 1000) for name in (b"JP0001A", b"JP0010C", b"US0001A", b"")] == [1000, 10000, 0, 0]


@given(
    st.dictionaries(st.sampled_from([10, 50, 100, 500]), st.integers(0, 6)), st.integers(0, 80).map(lambda n: n * 10)
)
def test_change_is_found_wherever_there_is_any(hoppers: dict[int, int], yen: int) -> None:
    reach = {0}
    for coin, count in hoppers.items():
        reach = {have + coin * n for have in reach for n in range(count + 1)}
    assert can_give(tuple(hoppers.items()), yen) == (yen in reach)


def test_change_for_any_coin() -> None:
    assert can_give_for_any_coin(((10, 4), (50, 1), (100, 4)))
    assert not can_give_for_any_coin(((10, 3), (50, 1), (100, 4)))
    assert not can_give_for_any_coin(((500, 99), (10, 9)))
