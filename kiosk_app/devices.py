"""Runs a blocking device in one worker thread of its own, and brings its news back into the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from drivers.ports import (
    DocumentOutcome,
    DocumentPaper,
    DocumentPrinterIdentity,
    DocumentStatus,
    Models,
    PrinterCounters,
    PrinterIdentity,
    PrinterStatus,
    PrintOutcome,
    TicketPaper,
    TicketPrinter,
)
from drivers.sheet_ports import Bound, PaperShape, Sheet, SheetOutcome, SheetPrinter

T = TypeVar("T")


class PrinterDevice:
    """A ticket printer with its thread. Calls are served one after the other, in the order they were made."""

    def __init__(self, printer: TicketPrinter, name: str, label: str = "") -> None:
        self.name = name
        self.label = label
        """What staff call it."""
        self.status: PrinterStatus = "unknown"
        self._stopped = False
        self._printer = printer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"printer-{name}")
        self._asking: asyncio.Future[PrinterStatus] | None = None
        self._prints = 0
        self._model = ""

    @property
    def models(self) -> Models:
        return self._printer.models()

    @property
    def busy(self) -> bool:
        """Something has been asked of it that is not answered yet."""
        return self._prints > 0 or (self._asking is not None and not self._asking.done())

    def start(
        self, changed: Callable[[PrinterStatus], None], recognised: Callable[[str], None] = lambda model: None
    ) -> None:
        """Both are called in the loop: `changed` only when the status differs from the one before, `recognised` with
        the name of a printer that belongs here, when it is another name than before."""
        loop = asyncio.get_running_loop()

        def tell(status: PrinterStatus) -> None:
            now = self.models
            if now.belongs and now.present not in ("", self._model) and not self._stopped:
                self._model = now.present
                recognised(now.present)
            if status != self.status and not self._stopped:
                self.status = status
                changed(status)

        self._printer.watch(lambda status: _unless_closed(loop, tell, status))

    async def preflight(self) -> PrinterStatus:
        """Asks now; who asks while an answer is on its way gets the same one."""
        if self._asking is None or self._asking.done():
            self._asking = self._run(self._printer.preflight)
        return await asyncio.shield(self._asking)

    def print_ticket(self, paper: TicketPaper, job: str) -> asyncio.Future[PrintOutcome]:
        """The printer's thread has it when this returns."""
        self._prints += 1
        printing = self._run(lambda: self._printer.print_ticket(paper, job))
        printing.add_done_callback(self._printed)
        return printing

    def _printed(self, printing: asyncio.Future[PrintOutcome]) -> None:
        self._prints -= 1

    async def recover(self) -> PrinterStatus:
        return await self._run(self._printer.recover)

    async def print_ruler(self) -> bool:
        return await self._run(self._printer.print_ruler)

    async def accept(self) -> PrinterStatus:
        return await self._run(self._printer.accept)

    async def counters(self) -> PrinterCounters:
        return await self._run(self._printer.counters)

    async def identity(self) -> PrinterIdentity:
        """As the last probe found it."""
        return await self._run(self._printer.identity)

    async def idle(self) -> None:
        """Comes back when everything that had been asked of it is answered."""
        await self._run(lambda: None)

    async def stop(self) -> None:
        """What the printer says of its line being closed is no news."""
        self._stopped = True
        await self._run(self._printer.close)
        self._thread.shutdown()

    def _run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)


def _unless_closed(
    loop: asyncio.AbstractEventLoop, tell: Callable[[PrinterStatus], None], status: PrinterStatus
) -> None:
    """The driver's reader may speak up to the very end of its thread."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, status)


class DocumentDevice:
    """A printer of documents with its thread: drawing a page and waiting for a spooler must not hold up the loop."""

    def __init__(self, printer: SheetPrinter) -> None:
        self._printer = printer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="documents")

    @property
    def shape(self) -> PaperShape:
        return self._printer.shape

    async def preflight(self) -> DocumentStatus:
        return await self._run(self._printer.preflight)

    async def print_document(self, paper: DocumentPaper, job: str) -> DocumentOutcome:
        return await self._run(lambda: self._printer.print_document(paper, job))

    async def print_sheet(self, sheet: Sheet, bound: Bound) -> SheetOutcome:
        """`bound` is called in the printer's thread."""
        return await self._run(lambda: self._printer.print_sheet(sheet, bound))

    async def recover(self) -> DocumentStatus:
        return await self._run(self._printer.recover)

    async def identity(self) -> DocumentPrinterIdentity:
        return await self._run(self._printer.identity)

    async def stop(self) -> None:
        """After what is being printed."""
        await self._run(self._printer.close)
        self._thread.shutdown()

    def _run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)


class NoPrinter:
    """Of a machine without one, such as a hub in a back room: it issues nothing and rings for nothing."""

    def preflight(self) -> PrinterStatus:
        return "unknown"

    def print_ticket(self, paper: TicketPaper, job: str) -> PrintOutcome:
        return PrintOutcome("not_issued", "unknown")

    def recover(self) -> PrinterStatus:
        return "unknown"

    def print_ruler(self) -> bool:
        return False

    def accept(self) -> PrinterStatus:
        return "unknown"

    def watch(self, changed: Callable[[PrinterStatus], None]) -> None:
        pass

    def counters(self) -> PrinterCounters:
        return PrinterCounters()

    def identity(self) -> PrinterIdentity:
        return PrinterIdentity(notes=("this machine has no printer",))

    def models(self) -> Models:
        return Models()

    def close(self) -> None:
        pass
