"""Who is expected today, kept at the hub: rows of central, in a runtime file as marks are, and gone when the day
closes.

They tell of persons, so they are never facts. They are lost in a power cut or a change of hub and then asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosk_app.book import Book
from kiosk_app.office.booking_code import known_keys
from kiosk_app.office.check_in_rows import CheckInRow, phone_mark, with_mark
from kiosk_app.runtime import RuntimeFile


class KeptRows(msgspec.Struct):
    """`moved`: by a booking, the one that took its place today, which central may not have heard of yet."""

    date: str
    rows: dict[str, CheckInRow]
    moved: dict[str, str] = {}


class Expected:
    """Of the open day. `key`: the office's booking key, empty where the office has no central."""

    def __init__(self, book: Book, office: str, key: bytes, kept: RuntimeFile | None = None) -> None:
        self._book, self._office, self._key, self._kept = book, office, key, kept
        found = kept.load(KeptRows) if kept is not None else None
        self._of_day = found or KeptRows("", {})
        self.forget_other_days()

    @property
    def date(self) -> str:
        """Whose rows are here; empty while they have not come."""
        return self._of_day.date

    def row(self, booking: str) -> CheckInRow | None:
        self.forget_other_days()
        return self._of_day.rows.get(booking)

    def with_digits(self, typed: str) -> tuple[CheckInRow, ...]:
        """Everybody whose telephone ends so: a person chooses, the digits prove nothing."""
        self.forget_other_days()
        found: dict[str, CheckInRow] = {}
        # Central may have made its rows with another one, while a key is being replaced.
        for key in known_keys(self._key) if self._key else ():
            mark = phone_mark(key, self._office, self._of_day.date, typed)
            found |= {row.booking: row for row in with_mark(self._of_day.rows.values(), mark)}
        return tuple(found.values())

    def put(self, date: str, rows: Sequence[CheckInRow]) -> None:
        """In place of those before; of another day than the open one they are not kept."""
        day = self._book.state.day
        if date != day.date or day.closed:
            return
        moved = self._of_day.moved if self._of_day.date == date else {}
        fresh = KeptRows(date, {one.booking: one for one in rows}, moved)
        for old, new in moved.items():
            _move(fresh.rows, old, new)
        if fresh != self._of_day:
            self._of_day = fresh
            self._save()
            self._book.changed.bump()

    def moved(self, old: str, new: str) -> None:
        """Whoever had the booking `old` has `new` now."""
        if _move(self._of_day.rows, old, new):
            self._of_day.moved[old] = new
            self._save()

    def forget_other_days(self) -> None:
        day = self._book.state.day
        if self._of_day.date and (day.closed or day.date != self._of_day.date):
            self._of_day = KeptRows("", {})
            self._save()

    def _save(self) -> None:
        if self._kept is not None:
            self._kept.save(self._of_day)


def _move(rows: dict[str, CheckInRow], old: str, new: str) -> bool:
    """Unless the new one is known already: then that is the later word."""
    row = rows.pop(old, None)
    if row is not None:
        rows.setdefault(new, msgspec.structs.replace(row, booking=new))
    return row is not None
