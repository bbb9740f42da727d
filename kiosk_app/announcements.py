"""Hands each new call to the voices that listen at that moment; a voice that was away hears nothing old."""

from __future__ import annotations

import asyncio

from kiosk_app.api import Announcement

QUEUE_LIMIT = 64
"""More than this many unspoken calls are stale anyway; the display keeps them."""


class Announcements:
    """One queue a listening voice."""

    def __init__(self) -> None:
        self._queues: list[tuple[str, asyncio.Queue[Announcement]]] = []

    def subscribe(self, zone: str) -> asyncio.Queue[Announcement]:
        """An empty zone hears every floor."""
        queue: asyncio.Queue[Announcement] = asyncio.Queue(QUEUE_LIMIT)
        self._queues.append((zone, queue))
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Announcement]) -> None:
        self._queues = [(z, q) for z, q in self._queues if q is not queue]

    def tell(self, call: Announcement) -> None:
        for zone, queue in self._queues:
            if zone in ("", call.zone):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(call)
