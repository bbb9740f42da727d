"""The messages by which a machine and its hub come to hold the same facts.

The machine (hub_link.py) is always the client, the hub (hub_door.py) the server. Every request may be repeated, lost or
answered twice. What to send follows from what the other side says it has, so nothing is remembered that could be wrong.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

from offline_store.wire import BYTES_MAX, Batch, Have

PROTOCOL = 1
PATH = "/v1/replication"
MESSAGE_BYTES_MAX = 2 * BYTES_MAX
FACTS_AT_ONCE = 100
"""Facts a message: taking them keeps the loop for some ten milliseconds, so that no touch waits for a backlog."""
LAMPORT_AHEAD_MAX = 10_000_000
"""No machine writes so much alone. One that could set the office's counter to its end could stop everybody's log."""
T = TypeVar("T")
Text = Annotated[str, msgspec.Meta(max_length=64)]


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """`machine` is the name of the log, with its incarnation. `marks`: the hash of its last fact of each chain. `epoch`
    and `hub`: the highest hub that the machine has heard of. `version`: of its program."""

    protocol: int
    code: Text
    machine: Text
    office: Text
    epoch: int
    have: Have
    marks: Annotated[dict[Text, bytes], msgspec.Meta(max_length=1_000)]
    hub: Text = ""
    version: Text = ""


class Push(msgspec.Struct, frozen=True, tag="push"):
    session: Text
    batch: Batch


class Pull(msgspec.Struct, frozen=True, tag="pull"):
    """`after`: position in the hub's log of the last batch that was taken in this session."""

    session: Text
    after: int
    have: Have


class Sell(msgspec.Struct, frozen=True, tag="sell"):
    """A visitor chose a time. The same `sale` is one booking, however often it is asked for."""

    session: Text
    sale: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    service: Text
    start_min: Annotated[int, msgspec.Meta(ge=0, lt=24 * 60)]
    language: Text


class Find(msgspec.Struct, frozen=True, tag="find"):
    """Who of today has a telephone that ends so."""

    session: Text
    digits: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$")]


Request = Hello | Push | Pull | Sell | Find


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """`now_utc_ms`: 0 while the hub's own clock is in doubt. `forked`: chains that went on differently at the two
    sides; what the machine holds of them does not count."""

    session: Text
    machine: Text
    epoch: int
    now_utc_ms: int
    have: Have
    forked: tuple[Text, ...] = ()
    hub: Text = ""


class Taken(msgspec.Struct, frozen=True, tag="taken"):
    """The batch was taken. `forked`: of its chains."""

    up_to: int
    forked: tuple[Text, ...] = ()


class Given(msgspec.Struct, frozen=True, tag="given"):
    """Without a batch the machine has everything; `digest` is then that of the hub's log."""

    batch: Batch | None
    digest: bytes = b""


class Sold(msgspec.Struct, frozen=True, tag="sold"):
    """`cause` says why not; without one the time is promised under this booking."""

    booking: Text = ""
    letter: Text = ""
    lane: int = 0
    start_min: int = 0
    length_min: int = 0
    cause: Text = ""


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Bookings, and nothing of whose they are."""

    bookings: Annotated[tuple[Text, ...], msgspec.Meta(max_length=100)]


class No(msgspec.Struct, frozen=True, tag="no"):
    """`greet`: say hello again, what was known does not fit any more. `later`: the same request once more after a
    while. `refused`: a person must look; the hub has recorded and shown it where it could. `elsewhere`: this machine is
    not the hub now; `epoch` and `hub` are the highest that it has heard of."""

    what: Literal["greet", "later", "refused", "elsewhere"]
    cause: Text
    epoch: int = 0
    hub: Text = ""


Reply = Welcome | Taken | Given | Sold | Found | No
_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


class MalformedMessage(ValueError):
    """These bytes are no message of this protocol."""


def encode(message: Request | Reply) -> bytes:
    return _encoder.encode(message)


def decode_request(data: bytes) -> Request:
    """Raises MalformedMessage."""
    return _decoded(_requests, data)


def decode_reply(data: bytes) -> Reply:
    """Raises MalformedMessage."""
    return _decoded(_replies, data)


def _decoded(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T:
    """Looks at the size before anything else."""
    if len(data) > MESSAGE_BYTES_MAX:
        raise MalformedMessage(f"{len(data)} bytes")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessage(str(error)) from error
