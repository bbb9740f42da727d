"""How a core comes up: log, damage, clock, snapshot and tail, then what the last run left open. And how days roll.

Nothing is printed or called here: an act without an outcome becomes `unknown`, and staff see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import TicketPrinter
from kiosk_app.book import Book, DurableBook
from kiosk_app.clock import ClockDoubt, DrivenClock, OfficeClock
from kiosk_app.devices import NoPrinter
from kiosk_app.office import calendar, facts, folds, state
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import OfficeState
from kiosk_app.settings import FilePrinter, MachineSettings, SerialPrinter, TcpPrinter, UsbPrinter
from offline_store import snapshots
from offline_store.errors import StoreFull
from offline_store.log import Log, OpenedLog
from offline_store.reserve import Reserve
from offline_store.salvage import Damage

ACTOR = "core"
READ_AT_ONCE = 5_000
SNAPSHOT_VERSION = 1
Maker = Callable[[], bytes]


@dataclass(frozen=True)
class Opened:
    """A folded office, ready to act on."""

    book: DurableBook
    clock: OfficeClock | DrivenClock
    printer: TicketPrinter
    incarnation: int
    damage: Damage | None


def open_office(settings: MachineSettings, office: Office) -> Opened:
    """Opens or makes the log, folds it, and closes what the last run left open."""
    data = Path(settings.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    Path(settings.runtime_dir).mkdir(parents=True, exist_ok=True)
    reserve = Reserve(data / "reserve")
    reserve.fill()
    opened = _open_log(data / "facts.db", settings.code, reserve)
    log = opened.log
    folded = _fold(log)
    clock = _clock(settings, office, log)
    book = DurableBook(folded, clock, log, reserve)
    incarnation = _incarnation(log.machine)
    recovered: list[facts.Fact] = []
    if opened.damage is not None:
        recovered += _damage_facts(settings.code, opened.damage, incarnation)
    if isinstance(clock.doubt, ClockDoubt):
        doubt = clock.doubt
        recovered.append(
            facts.ClockDoubted(wall_utc_ms=doubt.wall_utc_ms, office_utc_ms=doubt.office_utc_ms, reason=doubt.reason)
        )
    for _, job, ticket in state.open_print_jobs(folded):
        recovered.append(facts.PrintEnded(job=job, ticket=ticket, verdict="unknown", cause="interrupted"))
    book.settle(ACTOR, recovered)
    printer: TicketPrinter = NoPrinter()
    if settings.printer is not None:
        printer = EscPosTicketPrinter(printer_settings(settings), left_over=state.has_doubtful_paper(folded))
    return Opened(book, clock, printer, incarnation, opened.damage)


def _open_log(path: Path, machine: str, reserve: Reserve) -> OpenedLog:
    """On a full disk the reserve must do, so that the screen can at least say so."""
    try:
        return Log.open(path, machine, reserve=reserve)
    except StoreFull:
        if not reserve.release():
            raise
        return Log.open(path, machine, reserve=reserve)


def _fold(log: Log) -> OfficeState:
    kept = snapshots.load(log, "office", SNAPSHOT_VERSION)
    folded, position = (state.load(kept.blob), kept.position) if kept is not None else (OfficeState(), 0)
    while batch := log.read(position, READ_AT_ONCE):
        for position, entry in batch:  # noqa: B007 - the last position is where the next batch begins
            fact = facts.decode(entry.kind, entry.body)
            folds.apply(folded, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    return folded


def save_snapshot(book: DurableBook) -> None:
    snapshots.save(book.log, "office", state.dump(book.state), book.log.last_position, SNAPSHOT_VERSION)


def _clock(settings: MachineSettings, office: Office, log: Log) -> OfficeClock | DrivenClock:
    latest = log.read(log.last_position - 1, 1)
    last = latest[0][1].at_utc_ms if latest else None
    if settings.simulation is not None and settings.simulation.clock == "driven":
        start = settings.simulation.start
        assert start is not None
        begin = int(start.replace(tzinfo=ZoneInfo(office.zone)).timestamp() * 1000)
        return DrivenClock(max(begin, last or 0))
    return OfficeClock(last)


def printer_settings(settings: MachineSettings) -> PrinterSettings:
    """The driver's own settings from machine.toml."""
    match settings.printer:
        case TcpPrinter(host=host, port=port, width_dots=width):
            return PrinterSettings(kind="tcp", host=host, port=port, width_dots=width)
        case SerialPrinter(device=device, baud=baud, width_dots=width):
            return PrinterSettings(kind="serial", device=device, baud=baud, width_dots=width)
        case UsbPrinter(vendor_id=vendor, product_id=product, width_dots=width):
            return PrinterSettings(kind="usb", device=f"{vendor:04x}:{product:04x}", width_dots=width)
        case FilePrinter(device=device, width_dots=width):
            return PrinterSettings(kind="file", device=device, width_dots=width)
    raise ValueError("a machine without a printer has no settings for one")


def _incarnation(machine: str) -> int:
    """m1 is 0, m1~2 is 2."""
    _, _, suffix = machine.partition("~")
    return int(suffix) if suffix else 0


def _damage_facts(machine_code: str, damage: Damage, incarnation: int) -> list[facts.Fact]:
    return [
        facts.LogDamaged(
            machine=damage.previous,
            first_bad_seq=damage.first_bad_seq,
            kept_as=damage.kept_as.name,
            found_by="start",
        ),
        facts.IncarnationBegan(previous=damage.previous, reason="log damaged", spare_band=incarnation),
        facts.StaffCalled(alert=f"log-{incarnation}", machine_code=machine_code, cause="log_damaged"),
    ]


def roll_day(book: Book, office: Office, local: datetime) -> bool:
    """Opens the business day of today and closes an older one: True when either happened.

    Office time never runs back, so neither do days.
    """
    today = local.date().isoformat()
    day = book.state.day
    if day.date == today and not day.closed:
        return False
    new: list[facts.Fact] = []
    if day.date and not day.closed and day.date < today:
        new.append(facts.DayClosed(date=day.date, left_waiting=len(day.live)))
    if day.date < today and calendar.business_day(office, local.date()):
        new.append(facts.DayOpened(date=today, office=office.id))
    book.commit(ACTOR, new)
    return bool(new)
