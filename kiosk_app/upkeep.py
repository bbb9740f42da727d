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
from kiosk_app.printers import Printers
from kiosk_app.tasks import Tasks

ASK_PRINTER_EVERY_S = 2.0
ASK_PRINTER_AT_LEAST_EVERY_S = 10.0


class Upkeep:
    """Driven by the core's tick."""

    def __init__(
        self,
        book: DurableBook,
        printer: Printers,
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
        self.ticks = 0
        """Grows with each tick of the core; the service manager hears of it (serve.py)."""
        self._asked_s = {device.name: float("-inf") for device in printer.devices}
        self._in_vain = dict.fromkeys(self._asked_s, 0)

    def start(self) -> None:
        self._tasks.start(self._log_check.run())

    def tick(self) -> None:
        self.ticks += 1
        if self._book.pay():
            self._disk.tick()
            self._clock.tick()
        self._ask_printers()

    async def stop(self) -> None:
        await self._tasks.stop()

    def _ask_printers(self) -> None:
        """The driver opens a lost line again only when asked; in the background, because silence takes a while."""
        for device in self._printer.devices:
            since_s = time.monotonic() - self._asked_s[device.name]
            if device.status not in PRINTS and not device.busy and since_s >= pause_s(self._in_vain[device.name]):
                self._asked_s[device.name] = time.monotonic()
                self._tasks.start(self._look(device))

    async def _look(self, device: PrinterDevice) -> None:
        silent = await device.preflight() == "silent"
        self._in_vain[device.name] = self._in_vain[device.name] + 1 if silent else 0
        # From the answer on: a silent printer must not be asked without a pause.
        self._asked_s[device.name] = time.monotonic()


def pause_s(in_vain: int) -> float:
    """Longer and longer for a printer that is away for the night; a visitor's press asks at once all the same."""
    return min(ASK_PRINTER_EVERY_S * (1 << min(in_vain // 3, 10)), ASK_PRINTER_AT_LEAST_EVERY_S)
