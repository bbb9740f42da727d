"""The printers of one machine as one: the second takes over while the first cannot print, and staff hear of it.

A ticket whose outcome is in doubt stays with the printer that has it until that outcome is kept; printing its number
again is a second job with a mark of its own, on whichever printer works then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from drivers.ports import PRINTS, PrinterStatus, PrintOutcome, TicketPaper
from kiosk_app.book import DurableBook
from kiosk_app.devices import PrinterDevice
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.facts import AlertCleared, Fact, StaffCalled
from kiosk_app.office.state import ringing_for

ACTOR = "core"
CAUSE = "one_printer"


class Printers:
    """`status` and `name` are of the printer that would print now: the first that can, else the first."""

    def __init__(self, devices: tuple[PrinterDevice, ...]) -> None:
        self.devices = devices
        self._told: PrinterStatus = "unknown"

    @property
    def _present(self) -> PrinterDevice:
        return next((device for device in self.devices if device.status in PRINTS), self.devices[0])

    @property
    def name(self) -> str:
        return self._present.name

    @property
    def label(self) -> str:
        """How staff know it; two that cannot print are both named."""
        standing = [device.label for device in self.devices if device.status not in PRINTS]
        return "・".join(standing) if len(self.devices) > 1 else self.devices[0].label

    @property
    def status(self) -> PrinterStatus:
        return self._present.status

    @property
    def busy(self) -> bool:
        return any(device.busy for device in self.devices)

    def start(self, one: Callable[[str, PrinterStatus], None], changed: Callable[[PrinterStatus], None]) -> None:
        """`one` hears of each printer, `changed` of what the machine can do."""
        for device in self.devices:
            device.start(partial(self._hear, one, changed, device.name))

    def _hear(
        self,
        one: Callable[[str, PrinterStatus], None],
        changed: Callable[[PrinterStatus], None],
        name: str,
        status: PrinterStatus,
    ) -> None:
        one(name, status)
        if self.status != self._told:
            self._told = self.status
            changed(self._told)

    async def preflight(self) -> PrinterStatus:
        """Asks the one that was well last, then the others: nobody waits for a printer that is known to be silent.

        A device tells its news before it answers, so `name` agrees with what is answered here.
        """
        answers: dict[str, PrinterStatus] = {}
        for device in sorted(self.devices, key=lambda device: device.status not in PRINTS):
            answers[device.name] = await device.preflight()
            if answers[device.name] in PRINTS:
                return answers[device.name]
        return answers[self.devices[0].name]

    def print_ticket(self, paper: TicketPaper, job: str) -> asyncio.Future[PrintOutcome]:
        return self._present.print_ticket(paper, job)

    async def recover(self) -> PrinterStatus:
        """Each one whose cutter had stopped."""
        stopped = [device for device in self.devices if device.status == "cutter_error"]
        answers = [await device.recover() for device in stopped or self.devices[:1]]
        return next((answer for answer in answers if answer not in PRINTS), answers[0])

    async def idle(self) -> None:
        await asyncio.gather(*(device.idle() for device in self.devices))

    async def stop(self) -> None:
        await asyncio.gather(*(device.stop() for device in self.devices))


class OnePrinter:
    """Rings while only one of two printers works: the visitors' screen is well, so nothing else would."""

    def __init__(self, book: DurableBook, printers: Printers, machine_code: str) -> None:
        self._book = book
        self._printers = printers
        self._machine_code = machine_code

    def look(self) -> None:
        devices = self._printers.devices
        down = [device for device in devices if device.status not in PRINTS and device.status != "unknown"]
        alert = ringing_for(self._book.state, self._machine_code, CAUSE)
        news: list[Fact] = []
        if len(down) == 1 and self._printers.status in PRINTS and alert is None:
            detail = f"{down[0].label}：{alert_words(down[0].status, '').title}"
            call = StaffCalled(
                alert=self._book.clock.new_id(), machine_code=self._machine_code, cause=CAUSE, detail=detail
            )
            news.append(call)
        elif alert is not None and len(down) != 1:
            news.append(AlertCleared(alert=alert))
        self._book.settle(ACTOR, news)
