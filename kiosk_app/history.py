"""操作履歴 of any day for the consoles: today from the state, another day from the log.

A day is some ten thousand facts, some 150 ms of the interpreter. It is read in small slices in a thread of its
own with pauses between them, so that a touch never waits for it, and kept for the pages and numbers asked next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from kiosk_app.api import ActionsAsked, ActionsPage
from kiosk_app.book import Book, DurableBook
from kiosk_app.clock import Clock
from kiosk_app.office import facts, folds, history
from kiosk_app.office.state import OfficeState
from kiosk_app.office.times import DAY_MS, JAPAN_ZONE, day_begins_utc_ms
from offline_store.days import DayReader
from offline_store.envelope import Envelope
from offline_store.errors import StoreDamaged, StoreError

SLICE_RECORDS = 100
"""One or two milliseconds of the interpreter."""
PAUSE_S = 0.005
ASKING_MAX = 8
BUSY = "ほかの端末が前の日を調べています。少し待ってから、もう一度お試しください。"
UNREADABLE = "この日の記録を読めません。技術員を呼んでください。"
PRACTICE = "研修モードでは、今日の操作だけを見られます。"
T = TypeVar("T")


@dataclass(frozen=True)
class _Folded:
    """A day as it was when the log held `stamp` of it."""

    day: date
    machine: str
    stamp: tuple[int, int, int]
    state: OfficeState


class History:
    """Of the core's own log; one day is read at a time."""

    def __init__(self, book: DurableBook) -> None:
        self._book = book
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._turn = asyncio.Lock()
        self._asking = 0
        self._closed = False
        self._kept: _Folded | None = None

    def close(self) -> None:
        self._closed = True
        self._thread.shutdown(cancel_futures=True)

    async def page(self, book: Book, asked: ActionsAsked) -> ActionsPage:
        """`book`: where the console works. Raises ValueError for a date that is none."""
        day = date.fromisoformat(asked.date)
        if day == _today(book.clock) and asked.date == book.state.day.date:
            return history.page(book.state, asked.number, asked.before)
        if book is not self._book:
            return ActionsPage(ok=False, message=PRACTICE)
        if self._asking >= ASKING_MAX:
            return ActionsPage(ok=False, message=BUSY)
        self._asking += 1
        try:
            async with self._turn:
                state = await self._folded(day)
                return await self._in_thread(lambda: history.page(state, asked.number, asked.before))
        except StoreDamaged as damaged:
            self._book.on_damage(damaged.bad)
            return ActionsPage(ok=False, message=UNREADABLE)
        except StoreError:
            return ActionsPage(ok=False, message=UNREADABLE)
        finally:
            self._asking -= 1

    async def _folded(self, day: date) -> OfficeState:
        log = self._book.log
        begin = day_begins_utc_ms(day)
        reader = await self._in_thread(lambda: DayReader(log.path, begin, begin + DAY_MS))
        try:
            kept = self._kept
            if kept is None or (kept.day, kept.machine, kept.stamp) != (day, log.machine, reader.stamp):
                state = OfficeState()
                # The pause is for the others; nothing is waited for.
                while await self._in_thread(lambda: _fold(state, reader.step(SLICE_RECORDS))):  # noqa: ASYNC110
                    await asyncio.sleep(PAUSE_S)
                kept = self._kept = _Folded(day, log.machine, reader.stamp, state)
            return kept.state
        finally:
            # In the thread, which may still be reading for a request that was given up.
            if self._closed:
                reader.close()
            else:
                self._thread.submit(reader.close)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreError("the core ends")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _today(clock: Clock) -> date:
    return datetime.fromtimestamp(clock.now_utc_ms() / 1000, JAPAN_ZONE).date()


def _fold(state: OfficeState, entries: list[Envelope]) -> bool:
    """Whether there was anything to fold."""
    for entry in entries:
        fact = facts.decode(entry.kind, entry.body)
        folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    return bool(entries)
