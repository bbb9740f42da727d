"""When the folded state is kept beside the log: as the short cut of the next start, and as the morning of a day.

A snapshot is never needed, so a disk that has no room for it costs time and nothing else.
"""

from __future__ import annotations

import contextlib

from kiosk_app import kept_log
from kiosk_app.book import DurableBook
from offline_store.errors import StoreError

EVERY_FACTS = 5_000


class StateSnapshots:
    """Of one book; driven by the core's tick."""

    def __init__(self, book: DurableBook) -> None:
        self._book = book
        self._position = book.log.last_position
        self._morning = book.state.day.date

    def tick(self) -> None:
        self._keep_morning()
        if self._book.log.last_position - self._position >= EVERY_FACTS:
            self.save()

    def save(self) -> None:
        if self._book.closed:
            return
        self._position = self._book.log.last_position
        # Without space the older one, or none, will do. What a failing disk means is the log's to say.
        with contextlib.suppress(StoreError):
            kept_log.save_snapshot(self._book.log, self._book.state)

    def _keep_morning(self) -> None:
        """Where a hub turns out to have been replaced, the day is folded again from here."""
        if self._book.closed or self._morning == self._book.state.day.date:
            return
        self._morning = self._book.state.day.date
        with contextlib.suppress(StoreError):
            kept_log.save_snapshot(self._book.log, self._book.state, kept_log.MORNING)
