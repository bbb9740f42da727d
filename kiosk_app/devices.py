"""Runs a blocking device in one worker thread of its own, and brings its news back into the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from drivers.ports import PrinterStatus, PrintOutcome, TicketPaper, TicketPrinter

T = TypeVar("T")


class PrinterDevice:
    """A ticket printer with its thread. Calls are served one after the other, in the order they were made."""

    def __init__(self, printer: TicketPrinter, name: str) -> None:
        self.name = name
        self.status: PrinterStatus = "unknown"
        self._printer = printer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"printer-{name}")
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, changed: Callable[[PrinterStatus], None]) -> None:
        """`changed` is called in the loop, and only when the status differs from the one before."""
        loop = asyncio.get_running_loop()
        self._loop = loop

        def tell(status: PrinterStatus) -> None:
            if status != self.status:
                self.status = status
                changed(status)

        self._tell = tell

        def heard(status: PrinterStatus) -> None:
            loop.call_soon_threadsafe(tell, status)

        self._printer.watch(heard)

    async def preflight(self) -> PrinterStatus:
        status = await self._run(self._printer.preflight)
        self._tell(status)
        return status

    def print_ticket(self, paper: TicketPaper, job: str) -> asyncio.Future[PrintOutcome]:
        """The printer's thread has it when this returns."""
        return self._run(lambda: self._printer.print_ticket(paper, job))

    async def stop(self) -> None:
        await self._run(self._printer.close)
        self._thread.shutdown()

    def _run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)
