"""Server-sent events as bytes, without a socket: the core writes them, faces, voice and tools read them.

One parser serves http.client and Qt alike, so that a stream cut at any byte means the same to everybody.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_EVENT_BYTES = 4 * 1024 * 1024
"""A view with its pictures is some tens of kilobytes; far beyond that the other side is not our core."""

ALIVE = b": alive\n\n"
"""A comment that the core sends when nothing happens, so that a dead line can be told from a quiet office."""

ALIVE_EVERY_S = 1.0
"""Faces take two seconds of silence for a lost core."""

_LINE_BREAKS = (b"\r", b"\n")


class ServerEvent(NamedTuple):
    """One event as it was sent. `id` is the last one seen on this stream, as the standard has it."""

    event: str
    id: str
    data: bytes


class EventTooLong(ValueError):
    """The stream is not one of ours: close it and connect again."""


def encode(event: str, id: str, data: bytes) -> bytes:
    """`data` is one line of JSON. An empty `id` leaves the reader's last id as it is."""
    name, mark = event.encode(), id.encode()
    if any(c in part for part in (name, mark, data) for c in _LINE_BREAKS) or b"\0" in mark:
        raise ValueError("a server-sent event has no line break inside its name, id or data, and no NUL in its id")
    head = b"event: " + name + b"\n" + (b"id: " + mark + b"\n" if mark else b"")
    return head + b"data: " + data + b"\n\n"


class EventStreamParser:
    """feed(bytes) -> the events completed by them. Forget it with its connection: half an event is no event."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._scanned = 0
        self._after_return = False
        self._first_line = True
        self._event = ""
        self._id = ""
        self._data: list[bytes] = []
        self._event_bytes = 0

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        if chunk and self._after_return:
            self._after_return = False
            chunk = chunk.removeprefix(b"\n")
        self._pending += chunk
        events: list[ServerEvent] = []
        while (line := self._next_line()) is not None:
            self._event_bytes += len(line)
            if (event := self._take(line)) is not None:
                events.append(event)
        if self._event_bytes + len(self._pending) > MAX_EVENT_BYTES:
            raise EventTooLong(f"more than {MAX_EVENT_BYTES} bytes without the end of an event")
        return events

    def _next_line(self) -> bytes | None:
        ends = [at for c in _LINE_BREAKS if (at := self._pending.find(c, self._scanned)) >= 0]
        if not ends:
            self._scanned = len(self._pending)
            return None
        end = min(ends)
        line = bytes(self._pending[:end])
        following = end + 1
        if self._pending[end : end + 1] == b"\r":
            if following == len(self._pending):
                self._after_return = True
            elif self._pending[following : following + 1] == b"\n":
                following += 1
        del self._pending[:following]
        self._scanned = 0
        return line

    def _take(self, line: bytes) -> ServerEvent | None:
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"event":
                self._event = value.decode(errors="replace")
            case b"data":
                self._data.append(value)
            case b"id" if b"\0" not in value:
                self._id = value.decode(errors="replace")
            case _:
                pass  # comments, `retry` and fields of a later time: the standard says to ignore them
        return None

    def _dispatch(self) -> ServerEvent | None:
        event, data = self._event, self._data
        self._event, self._data, self._event_bytes = "", [], 0
        return ServerEvent(event or "message", self._id, b"\n".join(data)) if data else None
