"""What the core looks after by itself, whether anybody presses or not: printer, disk, clock and log.

A part that has failed is asked again and again, so that what a person has mended is noticed without a restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.ports import PRINTS
from kiosk_app.book import DurableBook
from kiosk_app.clock_doubt import DoubtedClock
from kiosk_app.devices import PrinterDevice
from kiosk_app.disk import Disk
from kiosk_app.log_check import LogCheck
from kiosk_app.tasks import Tasks

ASK_PRINTER_EVERY_S = 2.0


class Upkeep:
    """Driven by the core's tick."""

    def __init__(
        self,
        book: DurableBook,
        printer: PrinterDevice,
        disk: Disk,
        clock: DoubtedClock,
        log_check: LogCheck,
        bug: Callable[[BaseException], None],
    ) -> None:
        self._book = book
        self._printer = printer
        self._disk = disk
        self._clock = clock
        self._log_check = log_check
        self._tasks = Tasks(bug)
        self._asked_s = float("-inf")

    def start(self) -> None:
        self._tasks.start(self._log_check.run())

    def tick(self) -> None:
        if self._book.pay():
            self._disk.tick()
            self._clock.tick()
        self._ask_printer()

    async def stop(self) -> None:
        await self._tasks.stop()

    def _ask_printer(self) -> None:
        """The driver opens a lost line again only when asked; in the background, because silence takes a while."""
        now_s = time.monotonic()
        if self._printer.status in PRINTS or self._printer.busy or now_s - self._asked_s < ASK_PRINTER_EVERY_S:
            return
        self._asked_s = now_s
        self._tasks.start(self._look())

    async def _look(self) -> None:
        await self._printer.preflight()
        # From the answer on: a silent printer must not be asked without a pause.
        self._asked_s = time.monotonic()
