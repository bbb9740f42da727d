"""Finds at start how long the office's program had not run, from a sign of life that is left every few seconds.

Facts alone would not do: in a quiet hour nobody writes any. The sign is a file beside the log, because memory
goes with the power.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

import msgspec

from kiosk_app.book import DurableBook
from kiosk_app.clock import DrivenClock, OfficeClock, boot_ms
from kiosk_app.office import calendar, catalogue
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import OutageEnded
from kiosk_app.runtime import RuntimeFile

ACTOR = "core"
FILE = "alive.json"
SIGN_EVERY_MS = 15_000
OUTAGE_MIN_MS = 60_000
"""What is over sooner is a program that the service manager has started again: nobody at the counters noticed."""


class Alive(msgspec.Struct):
    """A core ran at this time."""

    utc_ms: int


class Outages:
    """Any core leaves signs, because any may be the hub after its next start; the hub alone tells of an outage.
    `last_fact_utc_ms`: of the last record before this start, where there is no sign of life."""

    def __init__(
        self,
        book: DurableBook,
        office: Office,
        clock: OfficeClock | DrivenClock,
        sign: RuntimeFile,
        last_fact_utc_ms: int | None,
        boot_ms: Callable[[], int] = boot_ms,
    ) -> None:
        self._book, self._office, self._clock, self._sign = book, office, clock, sign
        self._zone = catalogue.zone(office)
        self._boot_ms, self._started_ms = boot_ms, boot_ms()
        alive = sign.load(Alive)
        self._stopped_utc_ms = alive.utc_ms if alive is not None else last_fact_utc_ms
        self._signed_utc_ms = 0

    def tick(self, is_hub: bool) -> None:
        """While the clock is in doubt nobody knows how long it was, and the last sign must stay. Raises StoreFull."""
        if self._clock.doubt is not None:
            return
        if self._stopped_utc_ms is not None and is_hub:
            # In this order: whatever passes in between must not make it begin before it did.
            running_ms = self._boot_ms() - self._started_ms
            self._tell(self._stopped_utc_ms, self._clock.now_utc_ms() - running_ms)
        self._stopped_utc_ms = None
        if self._clock.now_utc_ms() - self._signed_utc_ms >= SIGN_EVERY_MS:
            self.sign()

    def sign(self) -> None:
        """Never over one that has not been read yet."""
        if self._clock.doubt is None and self._stopped_utc_ms is None:
            self._signed_utc_ms = self._clock.now_utc_ms()
            # What a failing disk means is the log's to say.
            with contextlib.suppress(OSError):
                self._sign.save(Alive(self._signed_utc_ms))

    def _tell(self, stopped_utc_ms: int, began_utc_ms: int) -> None:
        """Only of this business day, and only while the office was at work."""
        day = self._book.state.day
        local = self._local(began_utc_ms)
        hours = calendar.business_day(self._office, local.date())
        if day.date != local.date().isoformat() or day.closed or hours is None:
            return
        since = max(stopped_utc_ms, int(hours.issue_from.timestamp() * 1000))
        until = min(began_utc_ms, int(hours.counter_until.timestamp() * 1000))
        if until - since >= OUTAGE_MIN_MS:
            self._book.commit(ACTOR, [OutageEnded(from_utc_ms=since, until_utc_ms=until)])

    def _local(self, utc_ms: int) -> datetime:
        return datetime.fromtimestamp(utc_ms / 1000, self._zone)
