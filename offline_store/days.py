"""Reads the facts of a stretch of time a few at a time, beside a running core, so that nobody waits for a whole day.

A connection of its own: neither the writer nor the loop is held up. Use it in one thread at a time and close it.
"""

from __future__ import annotations

from pathlib import Path

from offline_store import schema
from offline_store.envelope import Envelope
from offline_store.errors import StoreDamaged, named_trouble
from offline_store.verify import bad, whole


class DayReader:
    """Facts with from <= at < to, in the order of the log. Raises StoreError in whatever it does."""

    def __init__(self, path: Path, from_utc_ms: int, to_utc_ms: int) -> None:
        self._path = path
        self._range = (from_utc_ms, to_utc_ms)
        with named_trouble(path):
            self._connection = schema.connect_read_only(path)
            query = """SELECT coalesce(min(position), 1), coalesce(max(position), 0), count(*) FROM facts
                WHERE at_utc_ms >= ? AND at_utc_ms < ?"""
            first, self._last, count = self._connection.execute(query, self._range).fetchone()
        self._position = first - 1
        self.stamp: tuple[int, int, int] = (first, self._last, count)
        """Differs when the stretch holds other facts than before."""

    def step(self, records: int) -> list[Envelope]:
        """The next ones; none at the end. What is written meanwhile is left out."""
        # The plus: by position, where the next slice lies beside the last, and not by time, sorted for every slice.
        query = f"""SELECT {schema.ROW} FROM facts WHERE position > ? AND position <= ?
            AND +at_utc_ms >= ? AND +at_utc_ms < ? ORDER BY position LIMIT ?"""
        with named_trouble(self._path):
            rows = self._connection.execute(query, (self._position, self._last, *self._range, records)).fetchall()
        found = []
        for row in rows:
            checked = whole(row)
            if isinstance(checked, str):
                raise StoreDamaged(bad(row, checked))
            found.append(checked[0])
        if rows:
            self._position = rows[-1][0]
        return found

    def close(self) -> None:
        self._connection.close()
