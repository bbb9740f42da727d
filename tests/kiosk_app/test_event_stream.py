"""A stream means the same however the network cuts it."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.event_stream import ALIVE, MAX_EVENT_BYTES, EventStreamParser, EventTooLong, ServerEvent, encode

words = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
payloads = st.binary(max_size=60).map(lambda b: b.translate(None, b"\r\n"))
events = st.lists(st.builds(ServerEvent, words, words, payloads), max_size=8)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(p % (len(stream) + 1) for p in places), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


def read(chunks: list[bytes]) -> list[ServerEvent]:
    parser = EventStreamParser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


@given(events, st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from([b"\n", b"\r", b"\r\n"]))
def test_what_was_written_is_read_however_it_is_cut(
    sent: list[ServerEvent], places: list[int], line_end: bytes
) -> None:
    stream = ALIVE.join([b"", *(encode(*event) for event in sent), b""]).replace(b"\n", line_end)
    assert read(cut(stream, places)) == sent


@given(st.lists(st.sampled_from([b"data: a", b"data", b"id: 7", b":x", b"event: v", b"", b"\r", b"\n", b"\r\n"])))
def test_byte_by_byte_is_the_same_as_at_once(parts: list[bytes]) -> None:
    stream = b"".join(parts)
    assert read([stream[i : i + 1] for i in range(len(stream))]) == read([stream])


def test_the_standard_in_small() -> None:
    stream = (
        b"\xef\xbb\xbf: hello\nretry: 5\nevent: view\nid: 3:9\ndata: {\ndata:}\n\ndata: x\n\nevent: none\n\nid: 4\0\n\n"
    )
    assert read([stream]) == [ServerEvent("view", "3:9", b"{\n}"), ServerEvent("message", "3:9", b"x")]


def test_half_an_event_is_no_event() -> None:
    assert read([b"event: view\ndata: {}\n"]) == []


@pytest.mark.parametrize("bad", [("a\nb", "1", b"x"), ("a", "1\r", b"x"), ("a", "1", b"x\ny"), ("a", "\0", b"x")])
def test_a_line_break_cannot_be_smuggled_in(bad: tuple[str, str, bytes]) -> None:
    with pytest.raises(ValueError, match="line break"):
        encode(*bad)


@pytest.mark.parametrize("endless", [b"x" * 65536, b"data: y\n" * 8192])
def test_a_stream_without_end_is_given_up(endless: bytes) -> None:
    parser = EventStreamParser()
    with pytest.raises(EventTooLong, match=re.escape(str(MAX_EVENT_BYTES))):
        for _ in range(2 + MAX_EVENT_BYTES // len(endless) * 2):
            parser.feed(endless)
