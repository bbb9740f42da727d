"""Ticket machines that the hub hears nothing of: staff are told once, and may call their numbers by typing them.

A machine that is cut off goes on printing, so silence is no fault of its own. It is told by the hub's clock alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kiosk_app.book import DurableBook
from kiosk_app.office import calendar
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import AlertCleared, Fact, StaffCalled
from kiosk_app.office.state import ringing_for
from offline_store.salvage import base_name

ACTOR = "hub"
CAUSE = "machine_away"
AWAY_MS = 60_000
"""Silent for so long, it rings: longer than every pause of a link, so that a hub that starts again alarms nobody."""
UNHEARD_MS = 10_000
"""Silent for so long, it may have printed what is not known here. A machine that is linked asks every second."""
SLEPT_MS = 30_000
"""Between two looks: this hub itself stood still."""


class Away:
    """`heard`: when the hub last took from each machine, or gave to it (UTC milliseconds). `local`: office time in the
    office's zone, or None while the hub's clock is in doubt."""

    def __init__(
        self,
        book: DurableBook,
        office: Office,
        machines: Callable[[], Sequence[str]],
        heard: Mapping[str, int],
        local: Callable[[], datetime | None],
    ) -> None:
        self._book, self._office, self._machines, self._heard, self._local = book, office, machines, heard, local
        self._looked_utc_ms = 0
        self._listening_since_utc_ms = 0

    def unheard(self) -> tuple[str, ...]:
        """They may have printed alone: also one of which nothing was heard all day."""
        now, day = self._book.clock.now_utc_ms(), self._book.state.day
        if not day.date or day.closed:
            return ()
        return tuple(code for code in self._machines() if not self._is_heard(code, now))

    def tick(self) -> None:
        now = self._book.clock.now_utc_ms()
        if now - self._looked_utc_ms > SLEPT_MS:
            self._listening_since_utc_ms = now
        self._looked_utc_ms = now
        of_today = self._of_today()
        told: list[Fact] = []
        for code in self._machines():
            alert = ringing_for(self._book.state, code, CAUSE)
            silent = now - max(self._listening_since_utc_ms, self._heard.get(code, 0)) >= AWAY_MS
            if alert is None and silent and code in of_today and self._tickets_are_given():
                call = StaffCalled(alert=self._book.clock.new_id(), machine_code=code, cause=CAUSE)
                told.append(call)
            elif alert is not None and (code not in of_today or self._is_heard(code, now)):
                told.append(AlertCleared(alert=alert))
        self._book.settle(ACTOR, told)

    def _is_heard(self, code: str, now_utc_ms: int) -> bool:
        return now_utc_ms - self._heard.get(code, 0) < UNHEARD_MS

    def _of_today(self) -> tuple[str, ...]:
        day, days = self._book.state.day, self._book.state.machine_days
        if not day.date or day.closed:
            return ()
        today = {base_name(machine) for machine, date in days.items() if date == day.date}
        return tuple(code for code in self._machines() if code in today)

    def _tickets_are_given(self) -> bool:
        """In the evening machines are switched off, and nobody need come."""
        local = self._local()
        return local is not None and isinstance(calendar.opening(self._office, None, local), calendar.Open)
