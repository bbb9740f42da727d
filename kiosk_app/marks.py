"""What staff mark a ticket with for today: 「お席まで伺います」, 「筆談」.

It tells of a person, so it is never a fact. It lives at the hub in a runtime file (memory, not
disk, when installed) and is gone when the day closes.
"""

from __future__ import annotations

import msgspec

from kiosk_app.api import Mark
from kiosk_app.book import Book
from kiosk_app.office.stand_ins import arrived
from kiosk_app.runtime import RuntimeFile

MARKED_MAX = 5_000
"""Tickets of one day; more than an office ever issues."""


class KeptMarks(msgspec.Struct):
    date: str
    marks: dict[str, tuple[Mark, ...]]


class Marks:
    """Of one book; without a file, as in training mode, only in this process."""

    def __init__(self, book: Book, kept: RuntimeFile | None = None) -> None:
        self._book = book
        self._kept = kept
        found = kept.load(KeptMarks) if kept is not None else None
        self._of_day = found or KeptMarks("", {})
        self.forget_other_days()

    def of(self, ticket: str) -> tuple[Mark, ...]:
        return self.all().get(ticket, ())

    def all(self) -> dict[str, tuple[Mark, ...]]:
        """By ticket, of the open day."""
        self.forget_other_days()
        day, marks = self._book.state.day, self._of_day.marks
        for old in [key for key in marks if arrived(day, key) != key]:
            # It was put on what stood for the ticket.
            marks.setdefault(arrived(day, old), marks.pop(old))
        return marks

    def put(self, ticket: str, marks: tuple[Mark, ...]) -> None:
        """In place of those it had."""
        self.forget_other_days()
        self._of_day.date = self._book.state.day.date
        self._of_day.marks.pop(ticket, None)
        if marks and len(self._of_day.marks) < MARKED_MAX:
            self._of_day.marks[ticket] = marks
        self._save()
        self._book.changed.bump()

    def forget_other_days(self) -> None:
        day = self._book.state.day
        if self._of_day.marks and (day.closed or day.date != self._of_day.date):
            self._of_day = KeptMarks("", {})
            self._save()

    def _save(self) -> None:
        if self._kept is not None:
            self._kept.save(self._of_day)
