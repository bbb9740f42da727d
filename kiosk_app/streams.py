"""Server-sent events that never harm the core: counted, ended by whoever reads nothing, alive even when quiet.

A slow reader holds one event at most: it gets the newest view when it is ready for the next, never a queue of old ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kiosk_app.event_stream import ALIVE, ALIVE_EVERY_S, encode
from kiosk_app.signal import Signal

STREAMS_MAX = 256
"""A hundred displays, sixty consoles and their voices leave plenty; beyond it somebody opens and forgets."""
STALLED_S = 10.0
"""A reader that takes nothing for this long is gone."""

Events = AsyncGenerator[bytes, None]


class Streams:
    """How many are open."""

    def __init__(self) -> None:
        self.open = 0

    def response(self, events: Events) -> Response | None:
        """None when there are too many."""
        return None if self.open >= STREAMS_MAX else _Stream(self, events)


class _Stream(Response):
    media_type = "text/event-stream"

    def __init__(self, streams: Streams, events: Events) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._streams = streams
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams.open += 1
        sending = asyncio.ensure_future(self._send(send))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            self._streams.open -= 1
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            await self._events.aclose()

    async def _send(self, send: Send) -> None:
        try:
            await _in_time(send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for event in self._events:
                await _in_time(send, {"type": "http.response.body", "body": event, "more_body": True})
            await _in_time(send, {"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            # Left unfinished on purpose: the server then closes the line, and who comes back begins anew.
            return


async def _in_time(send: Send, message: dict[str, object]) -> None:
    async with asyncio.timeout(STALLED_S):
        await send(message)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def views(
    view: Callable[[], bytes | None],
    changed: Signal,
    epoch: str,
    stopping: Callable[[], bool],
    stamp: Callable[[], object] | None = None,
) -> Events:
    """The view at once, then whenever it differs, a sign of life in between; None ends the stream.

    Looks about once a second without any change, because views show the time. `stamp` differs when the view does: for
    views that are too large to be made only to be compared.
    """
    news = stamp or view
    sent: object = ()
    position = 0
    clock = asyncio.get_running_loop().time
    spoke = clock()
    while not stopping():
        # Read before the view is made: a change while it is being sent is then not missed.
        version = changed.version
        current = news()
        if current != sent:
            sent, position, spoke = current, position + 1, clock()
            if (data := view()) is None:
                return
            yield encode("view", f"{epoch}:{position}", data)
        elif clock() - spoke >= ALIVE_EVERY_S:
            spoke = clock()
            yield ALIVE
        await changed.wait(version, max(0.0, spoke + ALIVE_EVERY_S - clock()))
