"""How news reaches one receiver outside: one event at a time, in order, again until it is taken, within limits. Pure.

At least once: an answer may be lost, so a receiver drops what it knows by the event's id. Whatever is not delivered is
counted. Time is office time in UTC milliseconds; jitter (0 <= jitter < 1) keeps many hubs from coming back at once.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

QUEUE_MAX = 100
FIRST_PAUSE_MS = 2_000
LONGEST_PAUSE_MS = 10 * 60 * 1000
KEPT_MS = 24 * 60 * 60 * 1000
"""News older than a day is news to nobody."""
REFUSALS_MAX = 5
"""A receiver that answers but will not have this event is asked so often, then gets the next one."""

Outcome = Literal["taken", "refused", "failed"]
"""refused: it answered that it will not. failed: no answer, or one that says later."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is the JSON that is sent, the same however often."""

    id: str
    kind: str
    at_utc_ms: int
    body: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one receiver. `sending` is the id of the event that is on its way."""

    queue: tuple[Event, ...] = ()
    sending: str = ""
    not_before_utc_ms: int = 0
    failures: int = 0
    """Since the last one that was taken."""
    refusals: int = 0
    """Of the first in the queue."""
    delivered: int = 0
    dropped: int = 0
    """No room, too old, or refused too often."""
    superseded: int = 0
    """A later event of the same kind said everything that it said."""


class Offered(NamedTuple):
    """`supersedes`: earlier ones of its kind that wait need not be sent any more."""

    event: Event
    supersedes: bool = False


class Answered(NamedTuple):
    id: str
    outcome: Outcome


class Tick(NamedTuple):
    pass


def step(line: Line, what: Offered | Answered | Tick, now_utc_ms: int, jitter: float) -> tuple[Line, Event | None]:
    """The event to send now, if any; nothing else is sent until `Answered` tells of it."""
    if isinstance(what, Offered):
        line = _offered(line, what)
    elif isinstance(what, Answered) and what.id == line.sending:
        line = _answered(line, what, now_utc_ms, jitter)
    line = _without_old(line, now_utc_ms)
    if not line.queue or line.sending or now_utc_ms < line.not_before_utc_ms:
        return line, None
    return replace(line, sending=line.queue[0].id), line.queue[0]


def resumed(line: Line) -> Line:
    """After a restart nobody knows what became of the one that was on its way: it is sent again."""
    return replace(line, sending="")


def _offered(line: Line, what: Offered) -> Line:
    kept = line.queue
    if what.supersedes:
        kept = tuple(one for one in kept if one.kind != what.event.kind or one.id == line.sending)
    queue = (*kept, what.event)
    line = replace(line, queue=queue, superseded=line.superseded + len(line.queue) - len(kept))
    return line if len(queue) <= QUEUE_MAX else _drop_first(line)


def _answered(line: Line, what: Answered, now_utc_ms: int, jitter: float) -> Line:
    line = replace(line, sending="")
    # It may have been dropped while it was on its way.
    is_first = bool(line.queue) and line.queue[0].id == what.id
    if what.outcome == "taken":
        line = replace(line, failures=0, refusals=0, not_before_utc_ms=now_utc_ms)
        return replace(line, queue=line.queue[1:], delivered=line.delivered + 1) if is_first else line
    failures = line.failures + 1
    line = replace(line, failures=failures, not_before_utc_ms=now_utc_ms + pause_ms(failures, jitter))
    if what.outcome == "refused" and is_first:
        line = replace(line, refusals=line.refusals + 1)
        return _drop_first(line) if line.refusals >= REFUSALS_MAX else line
    return line


def _without_old(line: Line, now_utc_ms: int) -> Line:
    while line.queue and line.queue[0].id != line.sending and now_utc_ms - line.queue[0].at_utc_ms > KEPT_MS:
        line = _drop_first(line)
    return line


def _drop_first(line: Line) -> Line:
    return replace(line, queue=line.queue[1:], refusals=0, dropped=line.dropped + 1)


def pause_ms(failures: int, jitter: float) -> int:
    """Twice as long after each failure, and between half of that and all of it."""
    longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(failures - 1, 30))
    return int(longest * (0.5 + jitter / 2))


def signature(secret: bytes, timestamp_s: int, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, as hexadecimal digits."""
    return hmac.new(secret, f"{timestamp_s}.".encode() + body, hashlib.sha256).hexdigest()
