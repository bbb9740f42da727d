"""How a core comes up: log, damage, clock, snapshot and tail, then what the last run left open. And how days roll.

Nothing is printed or called here: an act without an outcome becomes `unknown`, and staff see it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from drivers.cups_printer.driver import CupsDocumentPrinter, QueueSettings
from drivers.document_driver import EscPosDocumentPrinter
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.sheet_ports import SheetPrinter
from kiosk_app import joining, kept_log
from kiosk_app.book import Book, DurableBook
from kiosk_app.clock import ClockDoubt, DrivenClock, OfficeClock
from kiosk_app.devices import DocumentDevice, NoPrinter, PrinterDevice
from kiosk_app.office import calendar, checkpoints, facts, numbers, state
from kiosk_app.office.catalogue import Office
from kiosk_app.printers import known_models
from kiosk_app.settings import (
    CupsQueue,
    DocumentTable,
    FilePrinter,
    MachineSettings,
    PcscReader,
    Printer,
    SerialPrinter,
    SerialScanner,
    TcpPrinter,
    UsbPrinter,
    load_authorities,
)
from kiosk_app.sheet_records import after_restart
from offline_store.log import Log
from offline_store.salvage import Damage, base_name

if TYPE_CHECKING:
    from kiosk_app.card_reader import CardDesk
    from kiosk_app.code_device import CodeDevice
    from kiosk_app.office.jpki.anchors import Anchors

ACTOR = "core"
Maker = Callable[[], bytes]


@dataclass(frozen=True)
class Opened:
    """A folded office, ready to act on."""

    book: DurableBook
    clock: OfficeClock | DrivenClock
    printers: tuple[PrinterDevice, ...]
    """One, or the second that takes over as well."""
    damage: Damage | None
    card: CardDesk | None = None
    """Where the machine has a reader."""
    documents: DocumentDevice | None = None
    last_utc_ms: int | None = None
    """Of the last record before this start."""
    codes: CodeDevice | None = None
    """Where the machine has a reader of codes."""


def open_office(settings: MachineSettings, office: Office) -> Opened:
    """Opens or makes the log, folds it, and closes what the last run left open."""
    # Before the log: a folder that cannot be read is a malformed setting.
    reader = settings.card_reader
    anchors = load_authorities(reader) if isinstance(reader, PcscReader) else None
    data = Path(settings.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    Path(settings.runtime_dir).mkdir(parents=True, exist_ok=True)
    kept = kept_log.open_log(data, settings.code)
    folded = kept.state
    last_utc_ms = _last_utc_ms(kept.log)
    clock = clock_of(settings, office, kept.log)
    book = DurableBook(kept, clock)
    recovered = kept_log.damage_facts(kept, settings.code, "start")
    if isinstance(clock.doubt, ClockDoubt):
        doubt = clock.doubt
        recovered.append(
            facts.ClockDoubted(wall_utc_ms=doubt.wall_utc_ms, office_utc_ms=doubt.office_utc_ms, reason=doubt.reason)
        )
    recovered += interrupted(book)
    book.settle(ACTOR, recovered)
    book.settle(ACTOR, after_restart(book))
    left_over = state.has_doubtful_paper(folded)
    printers = tuple(
        PrinterDevice(
            EscPosTicketPrinter(_as_known(folded, kept.log.machine, name, there), left_over=left_over), name, label
        )
        for name, label, there in _named(settings)
    )
    card = None
    if isinstance(reader, PcscReader) and anchors is not None:
        card = _card_desk(reader, anchors, clock, settings.code)
    table = settings.document_printer
    documents = DocumentDevice(open_document_printer(table, left_over=True)) if table is not None else None
    printers = printers or (PrinterDevice(NoPrinter(), "printer"),)
    codes = _code_device(settings.code_reader) if isinstance(settings.code_reader, SerialScanner) else None
    return Opened(book, clock, printers, kept.damage, card, documents, last_utc_ms, codes)


def interrupted(book: Book) -> list[facts.Fact]:
    """The prints of this machine that an end of its process left open. Those of others are theirs to tell."""
    own = base_name(book.machine)
    return [
        facts.PrintEnded(job=job, ticket=ticket, verdict="unknown", cause="interrupted")
        for machine, job, ticket in state.open_print_jobs(book.state)
        if base_name(machine) == own
    ]


def _card_desk(reader: PcscReader, anchors: Anchors, clock: OfficeClock | DrivenClock, machine_code: str) -> CardDesk:
    # cryptography and the smart card's library are loaded only where there is a reader.
    from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings
    from kiosk_app.card_reader import CardDesk

    for line in anchors.left_out:
        # Whoever installed the file reads the journal of the service.
        print(f"card_reader.authorities_dir: {line}", file=sys.stderr, flush=True)
    return CardDesk(PcscCardReader(ReaderSettings(reader.name, reader.answer_s)), anchors, clock, machine_code)


def _code_device(scanner: SerialScanner) -> CodeDevice:
    # The library of the line is loaded only where there is one.
    from drivers.code_reader.driver import CodeReaderSettings, SerialCodeReader
    from kiosk_app.code_device import CodeDevice

    return CodeDevice(SerialCodeReader(CodeReaderSettings(scanner.device, scanner.baud)), scanner.place)


def _named(settings: MachineSettings) -> list[tuple[str, str, Printer]]:
    """Each printer by its table, with what staff call it: one that stands alone needs no name beside its machine's."""
    if settings.printer is None:
        return []
    if settings.printer_2 is None:
        return [("printer", settings.printer.name, settings.printer)]
    both = (("printer", "1台目のプリンター", settings.printer), ("printer_2", "2台目のプリンター", settings.printer_2))
    return [(name, there.name or label, there) for name, label, there in both]


def _as_known(folded: state.OfficeState, machine: str, name: str, there: Printer) -> PrinterSettings:
    known = known_models(folded, machine, name, there)
    return replace(printer_settings(there), same_width_models=known)


def _last_utc_ms(log: Log) -> int | None:
    latest = log.read(log.last_position - 1, 1)
    return latest[0][1].at_utc_ms if latest else None


def clock_of(settings: MachineSettings, office: Office, log: Log) -> OfficeClock | DrivenClock:
    """Office time goes on from the last fact."""
    last = _last_utc_ms(log)
    if settings.simulation is not None and settings.simulation.clock == "driven":
        start = settings.simulation.start
        assert start is not None
        begin = int(start.replace(tzinfo=ZoneInfo(office.zone)).timestamp() * 1000)
        return DrivenClock(max(begin, last or 0))
    return OfficeClock(last)


def printer_settings(printer: Printer) -> PrinterSettings:
    """The driver's own settings from a table of machine.toml."""
    common = PrinterSettings(
        width_dots=printer.width_dots,
        dpi=printer.dpi,
        model=printer.model,
        answer_timeout_s=printer.answer_s,
        clear_timeout_s=max(1.0, printer.answer_s),
        probe_timeout_s=max(1.0, printer.answer_s),
    )
    match printer:
        case TcpPrinter(host=host, port=port):
            return replace(common, kind="tcp", host=host, port=port)
        case SerialPrinter(device=device, baud=baud, flow=flow):
            return replace(common, kind="serial", device=device, baud=baud, flow=flow)
        case UsbPrinter(vendor_id=vendor, product_id=product):
            return replace(common, kind="usb", device=f"{vendor:04x}:{product:04x}")
        case FilePrinter(device=device):
            return replace(common, kind="file", device=device)


def open_document_printer(table: DocumentTable, *, left_over: bool = False) -> SheetPrinter:
    """Nothing is asked of it and no line is held before it is used. `left_over`: an earlier core may have left part of
    a document on the paper or in the queue."""
    if not isinstance(table, CupsQueue):
        return EscPosDocumentPrinter(printer_settings(table), left_over=left_over)
    if table.server.startswith("unix:"):
        where = QueueSettings(table.queue, socket_path=table.server.removeprefix("unix:"))
    else:
        host, port = table.server.rsplit(":", 1)
        where = QueueSettings(table.queue, host, int(port))
    return CupsDocumentPrinter(replace(where, answer_timeout_s=table.answer_s), left_over=left_over)


def spare_band(book: Book, zone: ZoneInfo) -> int:
    """From the day after a log began anew no number is unknown any more: the ordinary bands serve again."""
    incarnation = kept_log.incarnation_of(book.machine)
    began_utc_ms = book.state.incarnations.get(book.machine, book.clock.now_utc_ms())
    began = datetime.fromtimestamp(began_utc_ms / 1000, zone).date().isoformat()
    return numbers.band_of(incarnation) if incarnation and began >= book.state.day.date else 0


def roll_day(book: Book, office: Office, local: datetime) -> bool:
    """Opens the business day of today and closes an older one: True when either happened.

    Office time never runs back, so neither do days. A day begins with what it knows of all the days before it.
    """
    today = local.date().isoformat()
    day = book.state.day
    if day.date == today and not day.closed:
        if not day.machine:
            # Ticket machines began it while there was no hub.
            book.commit(ACTOR, [facts.DayOpened(date=today, office=office.id)])
        elif joining.no_day(book):
            # This log began anew in the middle of the day.
            book.commit(ACTOR, [facts.DayJoined(date=today)])
        return False
    new: list[facts.Fact] = []
    if day.date and not day.closed and day.date < today:
        new.append(facts.DayClosed(date=day.date, left_waiting=len(day.live)))
    if day.date < today and calendar.business_day(office, local.date()):
        opened = facts.DayOpened(date=today, office=office.id)
        checkpoint = checkpoints.taken(book.state, opened, book.machine, book.head(), book.clock.now_utc_ms())
        new += [opened, checkpoint]
    book.commit(ACTOR, new)
    return bool(new)
