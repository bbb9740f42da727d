"""Hands each new call to the voices that listen at that moment; a voice that was away hears nothing old."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk_app.api import Announcement, language_of
from kiosk_app.office.facts import Called, NumberCalled, Recalled
from kiosk_app.office.state import Day, visit_of

QUEUE_LIMIT = 64
"""More than this many unspoken calls are stale anyway; the display keeps them."""

Calls = asyncio.Queue[Announcement | None]
"""None: there is nothing more to come."""


def announcement(
    day: Day, fact: Called | Recalled | NumberCalled, floor: str, volume: int, now_utc_ms: int
) -> Announcement:
    """`volume`: percent, of this floor at this hour."""
    ticket, stage = day.tickets[fact.ticket], visit_of(day, fact.ticket).stage
    return Announcement(
        call_id=f"{fact.ticket}.{stage}.{fact.counter}.{fact.call}",
        zone=floor,
        letter=ticket.letter,
        number=ticket.number,
        counter=fact.counter,
        stage=stage,
        language=language_of(ticket.language),
        volume=volume,
        called_utc_ms=now_utc_ms,
        now_utc_ms=now_utc_ms,
    )


class Announcements:
    """One queue a listening voice."""

    def __init__(self) -> None:
        self._listening: list[tuple[str, Calls]] = []

    @property
    def open(self) -> int:
        """Voices that listen now."""
        return len(self._listening)

    @contextmanager
    def listening(self, zone: str) -> Iterator[Calls]:
        """An empty zone hears every floor. Of a voice that reads too slowly the oldest calls are dropped."""
        listener = (zone, Calls(QUEUE_LIMIT))
        self._listening.append(listener)
        try:
            yield listener[1]
        finally:
            self._listening.remove(listener)

    def tell(self, call: Announcement) -> None:
        for zone, calls in self._listening:
            if zone in ("", call.zone):
                _put(calls, call)

    def end(self) -> None:
        for _, calls in self._listening:
            _put(calls, None)


def _put(calls: Calls, call: Announcement | None) -> None:
    if calls.full():
        calls.get_nowait()
    calls.put_nowait(call)
