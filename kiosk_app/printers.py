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
from kiosk_app.office.facts import AlertCleared, Fact, PrinterRecognised, StaffCalled
from kiosk_app.office.state import OfficeState, ringing_for
from kiosk_app.settings import MachineSettings, Printer
from offline_store.salvage import base_name

ACTOR = "core"
CAUSE = "one_printer"
NAME_SHOWN_MAX = 16


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

    def detail(self, cause: str) -> str:
        """What an alert of this cause says of it besides."""
        if cause != "other_model":
            return self.label
        others = [device for device in self.devices if device.status == cause]
        return "・".join(models_text(device, device.label) for device in others)

    @property
    def status(self) -> PrinterStatus:
        return self._present.status

    @property
    def busy(self) -> bool:
        return any(device.busy for device in self.devices)

    def start(
        self,
        one: Callable[[str, PrinterStatus], None],
        changed: Callable[[PrinterStatus], None],
        recognised: Callable[[str, str], None],
    ) -> None:
        """`one` hears of each printer, `changed` of what the machine can do, `recognised` of a printer's model."""
        for device in self.devices:
            device.start(partial(self._hear, one, changed, device.name), partial(recognised, device.name))

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


def models_text(device: PrinterDevice, label: str) -> str:
    """TM-T88V → TM-m30III"""
    models = device.models
    changed = f"{_shown(models.known)} → {_shown(models.present)}"
    return f"{label} {changed}" if label else changed


def _shown(model: str) -> str:
    """What a printer says of itself may be anything; an alert has one line for it."""
    plain = "".join(character for character in model if character.isprintable())
    return (plain if len(plain) <= NAME_SHOWN_MAX else plain[: NAME_SHOWN_MAX - 1] + "…") or "名のらない機種"


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
        detail = _trouble_of(down[0]) if len(down) == 1 and self._printers.status in PRINTS else ""
        # Whoever went to plug it in again must hear that this is not enough.
        is_for_a_technician = bool(detail) and down[0].status == "other_model"
        is_news = alert is not None and is_for_a_technician and self._book.state.alerts[alert].detail != detail
        news: list[Fact] = []
        if alert is not None and (len(down) != 1 or is_news):
            news.append(AlertCleared(alert=alert))
        if detail and (alert is None or is_news):
            call = StaffCalled(
                alert=self._book.clock.new_id(), machine_code=self._machine_code, cause=CAUSE, detail=detail
            )
            news.append(call)
        self._book.settle(ACTOR, news)


def _trouble_of(device: PrinterDevice) -> str:
    if device.status == "other_model":
        return f"{device.label}：機種が変わりました（{models_text(device, '')}）。技術員を呼んでください"
    return f"{device.label}：{alert_words(device.status, '').title}"


class KnownModels:
    """Remembers at which width each model prints here, so that a printer of another one is found out after a restart
    as well. What a technician wrote into the settings comes first."""

    def __init__(self, book: DurableBook, settings: MachineSettings) -> None:
        self._book = book
        self._tables = {"printer": settings.printer, "printer_2": settings.printer_2}

    def recognised(self, name: str, model: str) -> None:
        table = self._tables.get(name)
        if table is not None and model not in known_models(self._book.state, self._book.machine, name, table):
            fact = PrinterRecognised(printer=name, model=model, width_dots=table.width_dots, dpi=table.dpi)
            self._book.settle(ACTOR, [fact])


def known_models(state: OfficeState, machine: str, name: str, table: Printer) -> tuple[str, ...]:
    """Those that have printed at the width of these settings. Where a technician has changed it, nothing is known."""
    found: set[str] = set()
    for place, models in state.printer_models.items():
        writer, _, printer = place.partition(" ")
        # m1~2 goes on where a damaged log of m1 ended.
        if (base_name(writer), printer) == (base_name(machine), name):
            found |= {model for model, width in models.items() if width == (table.width_dots, table.dpi)}
    return tuple(sorted(found))
