"""A wall clock that cannot be right at start: staff are asked, and no day is opened on its word alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk_app.book import Book
from kiosk_app.clock import EARLIEST_UTC_MS, DrivenClock, OfficeClock
from kiosk_app.office.facts import AlertCleared, StaffCalled
from kiosk_app.office.state import ringing_for

ACTOR = "core"
ASK_FROM_MS = 10 * 60 * 1000
"""A smaller step back is over before anybody could come; office time is right enough all the while."""
BEHIND, AHEAD = "clock_behind", "clock_ahead"


class DoubtedClock:
    """Looks at each tick whether the wall clock has been set right."""

    def __init__(self, book: Book, clock: OfficeClock | DrivenClock, machine_code: str, zone: ZoneInfo) -> None:
        self._book = book
        self._clock = clock
        self._machine_code = machine_code
        self._zone = zone

    def tick(self) -> None:
        if isinstance(self._clock, OfficeClock):
            self._clock.look_again()
        for cause in (BEHIND, AHEAD):
            self._ring_or_end(cause)

    def _ring_or_end(self, cause: str) -> None:
        alert = ringing_for(self._book.state, self._machine_code, cause)
        lasts = self.cause() == cause
        if lasts and alert is None:
            self._book.settle(ACTOR, [self._call(cause)])
        elif alert is not None and not lasts:
            self._book.settle(ACTOR, [AlertCleared(alert=alert)])

    def accepted(self, cause: str) -> None:
        """A wall clock far ahead may be right, after a year in a cupboard. One that is behind cannot be."""
        if cause == AHEAD and isinstance(self._clock, OfficeClock) and self.cause() == AHEAD:
            self._clock.believe()

    def cause(self) -> str:
        """Of the alert; empty where nobody need come."""
        doubt = self._clock.doubt
        if doubt is not None and doubt.wall_utc_ms < EARLIEST_UTC_MS:
            return BEHIND
        if doubt is None or doubt.office_utc_ms - ASK_FROM_MS < doubt.wall_utc_ms < doubt.office_utc_ms:
            return ""
        return AHEAD if doubt.reason == "far ahead of the log" else BEHIND

    def _call(self, cause: str) -> StaffCalled:
        assert self._clock.doubt is not None
        shown = datetime.fromtimestamp(self._clock.doubt.wall_utc_ms / 1000, self._zone)
        detail = f"{shown.year}年{shown.month}月{shown.day}日"
        alert = self._book.clock.new_id()
        return StaffCalled(alert=alert, machine_code=self._machine_code, cause=cause, detail=detail)
