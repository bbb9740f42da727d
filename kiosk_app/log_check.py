"""Reads the whole log again in the background, and goes on with a new one when a record has changed.

The start looks only at the last records. The check takes small slices in a thread of its own with pauses between them,
so that a touch never waits for it, longer ones while the office is busy. While the log is mended the machine refuses as
politely as on a full disk.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kiosk_app import kept_log
from kiosk_app.book import DurableBook
from kiosk_app.office.facts import StaffCalled
from kiosk_app.office.state import ringing_for
from kiosk_app.printers import Printers
from offline_store.check import ChainCheck
from offline_store.errors import BadRecord, StoreError
from offline_store.salvage import Damage

ACTOR = "core"
FIRST_AFTER_S = 2.0
EVERY_S = 6 * 3600.0
SLICE_RECORDS = 50
"""About a millisecond of the interpreter."""
PAUSE_S = 0.02
BUSY_PAUSE_S = 0.2
"""After a slice during which something was written: a million facts are seven minutes of an idle office and may be an
hour of a busy one, which then has the processor for itself."""
UNREADABLE = "log_unreadable"
T = TypeVar("T")


class LogCheck:
    """`mended` hears what was found, after the book has gone on with the new log."""

    def __init__(
        self, book: DurableBook, printer: Printers, machine_code: str, mended: Callable[[Damage], None]
    ) -> None:
        self._book = book
        self._printer = printer
        self._machine_code = machine_code
        self._mended = mended
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log-check")
        self._found: BadRecord | None = None
        self._noticed = asyncio.Event()
        book.on_damage = self._notice

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            await self._wait(FIRST_AFTER_S)
            while True:
                bad = self._found or await self._check()
                if bad is not None:
                    await self._mend(bad)
                await self._wait(EVERY_S)
        finally:
            self._thread.shutdown(cancel_futures=True)

    def _notice(self, bad: BadRecord) -> None:
        """A write has met it first."""
        self._found = self._found or bad
        self._noticed.set()

    async def _wait(self, longest_s: float) -> None:
        # Not wait_for: woken and cancelled at once, that one forgets that it was cancelled.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self._noticed.wait()

    async def _check(self) -> BadRecord | None:
        check = await self._in_thread(lambda: ChainCheck(self._book.log))
        try:
            while self._found is None:
                before = self._book.log.last_position
                found = await self._in_thread(lambda: check.step(SLICE_RECORDS))
                if isinstance(found, BadRecord):
                    return found
                if found.done:
                    return None
                await asyncio.sleep(PAUSE_S)
                if self._book.log.last_position != before:
                    await asyncio.sleep(BUSY_PAUSE_S)
            return self._found
        except asyncio.CancelledError:
            check.interrupt()
            raise
        except StoreError:
            # The disk refuses to be read; what is written is still kept. A person must look.
            if ringing_for(self._book.state, self._machine_code, UNREADABLE) is None:
                alert = self._book.clock.new_id()
                call = StaffCalled(alert=alert, machine_code=self._machine_code, cause=UNREADABLE)
                self._book.settle(ACTOR, [call])
            return None
        finally:
            await self._in_thread(check.close)

    async def _mend(self, bad: BadRecord) -> None:
        self._book.closed = True
        # A ticket in the printer is let out first, and its outcome waits in memory for the new log.
        await self._printer.idle()
        kept = await self._in_thread(lambda: kept_log.open_again(self._book.kept, self._machine_code, bad))
        self._book.replace(kept)
        self._found = None
        self._noticed.clear()
        self._book.settle(ACTOR, kept_log.damage_facts(kept, self._machine_code, "background"))
        self._book.pay()
        if kept.damage is not None:
            self._mended(kept.damage)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
