"""The one reader tells every answer apart, in any order and however the line cuts the bytes."""

from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.escpos_printer.replies import (
    AutomaticStatus,
    BufferCleared,
    Flow,
    Garbage,
    Information,
    OfflineResponse,
    ProcessId,
    QueuedStatus,
    RealTimeStatus,
    Reply,
    ReplyReader,
)

low = st.integers(0, 0x7F).map(lambda value: value & ~0x10 & 0x7F)
ids = st.binary(min_size=4, max_size=4).map(lambda raw: bytes(0x20 + byte % 95 for byte in raw))
answers: st.SearchStrategy[tuple[bytes, Reply]] = st.one_of(
    st.integers(0, 0x7F).map(lambda v: v & 0x6C | 0x12).map(lambda v: (bytes((v,)), RealTimeStatus(v))),
    st.tuples(st.integers(0, 0x7F).map(lambda v: v & 0x6C | 0x10), low, low, low).map(
        lambda parts: (bytes(parts), AutomaticStatus(bytes(parts)))
    ),
    low.map(lambda v: (bytes((v,)), QueuedStatus(v))),
    ids.map(lambda i: (b"\x37\x22" + i + b"\0", ProcessId(i))),
    st.just((b"\x37\x25\0", BufferCleared())),
    st.just((b"\x37\x23@\0", OfflineResponse(b"@"))),
    st.just((b"\x5fTM-T88\0", Information("TM-T88"))),
    st.booleans().map(lambda go: (b"\x11" if go else b"\x13", Flow(go))),
)


@given(st.lists(answers, max_size=30), st.lists(st.integers(1, 7), min_size=1))
def test_any_order_and_any_cut(said: list[tuple[bytes, Reply]], cuts: list[int]) -> None:
    reader, data, heard, at, turn = ReplyReader(), b"".join(raw for raw, _ in said), [], 0, 0
    while at < len(data):
        step = cuts[turn % len(cuts)]
        heard += reader.feed(data[at : at + step])
        at, turn = at + step, turn + 1
    assert heard == [reply for _, reply in said]


@given(st.lists(answers, min_size=1, max_size=10), st.data())
def test_flow_control_may_stand_inside_any_answer(said: list[tuple[bytes, Reply]], data: st.DataObject) -> None:
    raw = b"".join(part for part, _ in said)
    at = data.draw(st.integers(0, len(raw)))
    heard = ReplyReader().feed(raw[:at] + b"\x13\x11" + raw[at:])
    want = [reply for _, reply in said if not isinstance(reply, Flow)]
    assert [reply for reply in heard if not isinstance(reply, Flow)] == want


@given(st.lists(st.binary(max_size=40)))
def test_noise_never_breaks_the_reader(noise: list[bytes]) -> None:
    reader = ReplyReader()
    for data in noise:
        reader.feed(data)
    reader.feed(bytes(120))
    assert reader.feed(b"\x37\x22N000\0") == [ProcessId(b"N000")]


def test_an_automatic_status_cut_short_is_garbage_and_the_next_one_is_whole() -> None:
    heard = ReplyReader().feed(b"\x18\x00" + b"\x10\x00\x00\x00")
    assert heard == [Garbage(b"\x18\x00"), AutomaticStatus(b"\x10\x00\x00\x00")]


blocks = st.one_of(
    ids.map(lambda i: b"\x37\x22" + i + b"\0"), st.just(b"\x37\x25\0"), st.just(b"\x5fTM-T88\0"), st.just(b"\x10\0\0\0")
)


@given(blocks, st.data())
def test_half_an_answer_swallows_no_other(block: bytes, data: st.DataObject) -> None:
    """What comes next is heard: a verdict may rest on it. (Only GS r's byte may be taken for the end of the half.)"""
    half = block[: data.draw(st.integers(1, len(block) - 1))]
    wanted, answer = data.draw(
        st.sampled_from(
            [
                ([RealTimeStatus(0x12)] * 4, b"\x12" * 4),
                ([AutomaticStatus(b"\x18\0\x0f\0")], b"\x18\0\x0f\0"),
                ([ProcessId(b"C 7!")], b"\x37\x22C 7!\0"),
                ([BufferCleared()], b"\x37\x25\0"),
            ]
        )
    )
    # These two together are a process-id; a clearing is asked for twice therefore.
    assume(not (wanted == [BufferCleared()] and half.startswith(b"\x37\x22") and len(half) == 4))
    heard = ReplyReader().feed(half + answer)
    assert [reply for reply in heard if not isinstance(reply, Garbage)] == wanted
    assert sum(len(reply.data) for reply in heard if isinstance(reply, Garbage)) <= len(half)
