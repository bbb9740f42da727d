"""Rings when a kiosk that nobody stands at cannot sell certificates, for a reason that a person can end.

Staff then load paper or change before the next visitor reads at the door that there is nothing to be had.
"""

from __future__ import annotations

from kiosk_app.book import Book
from kiosk_app.cash_unit_words import WORDS
from kiosk_app.certificate_stop import PAPER, trouble_words
from kiosk_app.office.facts import AlertCleared, Fact, StaffCalled
from kiosk_app.office.state import ringing_for

ACTOR = "core"
PRINTER, UNIT = "certificate_printer", "cash_unit"
LOOKS = 2
"""So often in a row it must be found so: whoever has just opened a cover to load paper is not rung to it."""


class ClosedBell:
    """Of one machine."""

    def __init__(self, book: Book, machine_code: str) -> None:
        self._book, self._machine_code = book, machine_code
        self._found: dict[str, tuple[str, int]] = {}
        """Of each cause the trouble, and how often in a row it was found."""

    def look(self, printer: str, unit: str) -> None:
        """After each look at both while nobody is here: why they cannot, as their status; empty: they can."""
        facts = [*self._of(PRINTER, trouble_words(printer) if printer else "")]
        facts += self._of(UNIT, WORDS[unit][0] if unit in WORDS else unit)
        if facts:
            self._book.settle(ACTOR, facts)

    def _of(self, cause: str, trouble: str) -> list[Fact]:
        before, times = self._found.get(cause, ("", 0))
        times = times + 1 if trouble == before else 1
        self._found[cause] = (trouble, times)
        rings = ringing_for(self._book.state, self._machine_code, cause)
        if not trouble:
            return [] if rings is None else [AlertCleared(alert=rings)]
        if times < LOOKS or (rings is None and self._is_known(cause)):
            return []
        call = StaffCalled(
            alert=self._book.clock.new_id(), machine_code=self._machine_code, cause=cause, detail=trouble
        )
        if rings is None:
            return [call]
        # Another trouble is another errand than the one that somebody may have accepted.
        return [] if self._book.state.alerts[rings].detail == trouble else [AlertCleared(alert=rings), call]

    def _is_known(self, cause: str) -> bool:
        """A visitor who waited for this printer has rung already."""
        return cause == PRINTER and ringing_for(self._book.state, self._machine_code, PAPER) is not None
