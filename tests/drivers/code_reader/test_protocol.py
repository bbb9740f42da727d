"""What a scanner sends, in any pieces: whole codes and nothing else, each once, however much comes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.code_reader.protocol import (
    AGAIN_S,
    CROWD,
    CROWD_S,
    HALF_S,
    LENGTH_MAX,
    NONSENSE,
    CodeLines,
    text_of,
)
from drivers.ports import CodeEvent, CodeNotRead, CodeRead

CODE = "0126000123456789"
URL = "https://yoyaku.city.example/c/0126000123456789"


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n"])
@pytest.mark.parametrize("prefix", [b"", b"]Q1", b"]d2"])
@pytest.mark.parametrize("text", [CODE, URL, "予約"])
def test_a_code_with_each_end_and_prefix(text: str, prefix: bytes, end: bytes) -> None:
    assert CodeLines().feed(prefix + text.encode() + end, 0.0) == [CodeRead(text)]


def test_a_code_without_its_end_is_none() -> None:
    lines = CodeLines()
    assert lines.feed(CODE[:7].encode(), 0.0) == []
    assert lines.feed(b"", HALF_S) == []
    assert lines.feed(b"", HALF_S + 0.01) == [CodeNotRead("half")]
    assert lines.feed(b"", 9.0) == []
    assert lines.feed(CODE.encode() + b"\r", 9.1) == [CodeRead(CODE)]


def test_a_slow_line_is_whole_all_the_same() -> None:
    lines, rest_s = CodeLines(), HALF_S * 0.9
    events: list[CodeEvent] = []
    for n, byte in enumerate(URL.encode() + b"\r"):
        events += lines.feed(b"", n * rest_s) + lines.feed(bytes([byte]), n * rest_s)
    assert events == [CodeRead(URL)]


def test_who_comes_late_finds_the_whole_code() -> None:
    lines = CodeLines()
    assert lines.feed(CODE[:7].encode(), 0.0) == []
    # Nobody has looked meanwhile, so nobody knows of a rest.
    assert lines.feed(CODE[7:].encode() + b"\r", 9.0) == [CodeRead(CODE)]


def test_halves_that_are_held_there_do_not_become_one() -> None:
    lines, told = CodeLines(), list[CodeEvent]()
    for n in range(6):
        told += (
            lines.feed(CODE[:7].encode(), n * 0.4) + lines.feed(b"", n * 0.4 + 0.2) + lines.feed(b"", n * 0.4 + 0.35)
        )
    assert told == [CodeNotRead("half")] * 6
    assert lines.is_nonsense
    assert lines.feed(CODE.encode() + b"\r", 3.0) == [CodeRead(CODE)]


def test_a_line_that_is_lost_in_the_middle_leaves_nothing_behind() -> None:
    lines = CodeLines()
    lines.feed(CODE[:9].encode(), 0.0)
    assert lines.cut() == [CodeNotRead("half")]
    assert lines.cut() == []
    assert lines.feed(CODE.encode() + b"\r", 0.1) == [CodeRead(CODE)]


def test_what_is_too_long_is_thrown_away_to_its_end() -> None:
    lines = CodeLines()
    assert lines.feed(b"1" * LENGTH_MAX, 0.0) == []
    assert lines.feed(b"1", 0.0) == [CodeNotRead("too_long")]
    assert [event for n in range(100) for event in lines.feed(b"2" * 1000, n / 100)] == []
    assert lines.feed(b"3\r" + CODE.encode() + b"\r", 1.1) == [CodeRead(CODE)]


def test_an_endless_line_ends_with_its_rest() -> None:
    lines = CodeLines()
    lines.feed(b"1" * (LENGTH_MAX + 1), 0.0)
    assert lines.feed(b"", HALF_S + 0.01) == []
    assert lines.feed(CODE.encode() + b"\r", HALF_S + 0.01) == [CodeRead(CODE)]


@pytest.mark.parametrize("line", [b"\xff\xfe", b"12\x0034", b"12\x1b34", b"12\xc2\x8534", "12\u202e34".encode()])
def test_what_is_no_text_is_no_code(line: bytes) -> None:
    assert CodeLines().feed(line + b"\r", 0.0) == [CodeNotRead("not_text")]


def test_the_same_code_shown_for_two_seconds_is_read_once() -> None:
    lines = CodeLines()
    shown = [event for n in range(21) for event in lines.feed(CODE.encode() + b"\r", n * 0.1)]
    assert shown == [CodeRead(CODE)]
    assert lines.feed(CODE.encode() + b"\r", 2.0 + AGAIN_S - 0.01) == []
    assert lines.feed(CODE.encode() + b"\r", 2.0 + 3 * AGAIN_S) == [CodeRead(CODE)]


def test_a_code_that_is_still_there_counts_again_for_a_new_question() -> None:
    lines = CodeLines()
    assert lines.feed(CODE.encode() + b"\r", 0.0) == [CodeRead(CODE)]
    lines.forget()
    assert lines.feed(CODE.encode() + b"\r", 0.1) == [CodeRead(CODE)]


def test_two_codes_in_turns_are_two() -> None:
    lines = CodeLines()
    shown = [event for n, code in enumerate((CODE, URL, CODE)) for event in lines.feed(code.encode() + b"\r", n / 2)]
    assert shown == [CodeRead(CODE), CodeRead(URL), CodeRead(CODE)]


def test_a_crowd_of_codes_is_nobody() -> None:
    lines = CodeLines()
    burst = b"".join(b"%016d\r" % n for n in range(500))
    told = lines.feed(burst, 0.0)
    assert [type(event) for event in told] == [CodeRead] * CROWD + [CodeNotRead]
    assert told[-1] == CodeNotRead("crowd")
    # The one that was too many is read when the crowd is over.
    assert lines.feed(b"%016d\r" % 499, CROWD_S) == [CodeRead(f"{499:016}")]


def test_nonsense_in_a_row_puts_the_reader_in_doubt_until_a_code_comes() -> None:
    lines = CodeLines()
    for n in range(NONSENSE):
        assert not lines.is_nonsense
        lines.feed(b"\xff\r", float(n))
    assert lines.is_nonsense
    lines.feed(b"\r\n", 9.0)
    assert lines.is_nonsense
    lines.feed(CODE.encode() + b"\r", 10.0)
    assert not lines.is_nonsense


CODES = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40), max_size=4)


def _cuts(raw: bytes, at: list[int]) -> list[bytes]:
    places = sorted({0, len(raw), *(n % (len(raw) + 1) for n in at)})
    return [raw[a:b] for a, b in pairwise(places)]


@settings(max_examples=100)
@given(CODES, st.lists(st.integers(0, 500), max_size=6))
def test_how_the_bytes_arrive_changes_nothing(codes: list[str], at: list[int]) -> None:
    raw = b"".join(code.encode() + b"\r\n" for code in codes)
    whole = CodeLines().feed(raw, 0.0)
    lines = CodeLines()
    assert [event for piece in _cuts(raw, at) for event in lines.feed(piece, 0.0)] == whole
    expected = [text for code in codes if (text := text_of(code.encode()))]
    read = [event.text for event in whole if isinstance(event, CodeRead)]
    assert read == [code for n, code in enumerate(expected) if n == 0 or expected[n - 1] != code]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.binary(max_size=700), st.floats(0, 1)), max_size=12))
def test_any_bytes_are_taken_and_little_is_kept(heard: list[tuple[bytes, float]]) -> None:
    lines, now_s = CodeLines(), 0.0
    told: list[CodeEvent] = []
    for data, later_s in heard:
        now_s += later_s
        told += lines.feed(data, now_s)
        assert len(lines._line) <= LENGTH_MAX
    for event in told:
        if isinstance(event, CodeRead):
            assert 0 < len(event.text.encode()) <= LENGTH_MAX
            assert event.text.isprintable() and event.text == event.text.strip()
    # Whatever was there before: the next visitor's code is read.
    assert CodeRead(CODE) in lines.feed(b"\r" + CODE.encode() + b"\r", now_s + 10)


def test_a_code_is_not_shown_by_accident() -> None:
    assert CODE not in repr(CodeRead(CODE))
