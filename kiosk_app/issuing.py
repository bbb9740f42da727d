"""From a confirmed service to paper: preflight, number, durable facts, print, verdict. In this order, once.

The same intent never issues twice: it is looked up before and again after every wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from msgspec.structs import replace

from drivers.ports import PRINTS, PrinterStatus, PrintOutcome, TicketPaper
from kiosk_app.book import Book
from kiosk_app.office import numbers, replacing
from kiosk_app.office.check_in import Booked, ticket_of
from kiosk_app.office.facts import Fact, PrintEnded, PrintStarted, Stop, TicketIssued, Verdict
from kiosk_app.office.state import Paper
from offline_store.errors import StoreFull

FINISH_S = 12.0
"""An ordered stop waits this long for tickets in the printer: more than the driver's own limits."""


@dataclass(frozen=True)
class SlotWish:
    """The promise that a ticket is for. late: beyond the grace, so its holder waits as one who has just come."""

    kind: Literal["reservation", "late", "slot"]
    booked: Booked
    start_utc_ms: int


@dataclass(frozen=True)
class Wish:
    """What a visitor (or staff for one) asked for. `intent` makes it happen at most once."""

    intent: str
    stop: Stop
    letter: str
    language: str
    by_staff: bool = False
    instead_of: str = ""
    """The ticket of the same visitor that this one replaces; its place in the line is kept."""
    slot: SlotWish | None = None
    further: tuple[Stop, ...] = ()
    """Of the same visit after the first, in their order."""


@dataclass(frozen=True)
class Promise:
    """What the ticket says of the wait."""

    due_utc_ms: int
    from_utc_ms: int
    to_utc_ms: int
    waiting_ahead: int


@dataclass(frozen=True)
class Allocated:
    """A durable ticket by its id. `fresh` false: the same intent had made it before."""

    ticket: str
    fresh: bool


@dataclass(frozen=True)
class NotIssued:
    """Nothing was allocated or printed; `cause` is a printer status, an obstacle, numbers_full, printing, gone,
    keeps_no_place: the ticket to be replaced does not wait any more, or booking: it has a number already."""

    cause: str


@dataclass(frozen=True)
class Printed:
    """The printing of one ticket ended."""

    ticket: str
    verdict: Verdict
    cause: str


class Device(Protocol):
    """A printer in its own thread, or none at all."""

    @property
    def name(self) -> str: ...

    async def preflight(self) -> PrinterStatus: ...

    def print_ticket(self, paper: TicketPaper, job: str) -> Awaitable[PrintOutcome]:
        """The device has it when this returns; the outcome is awaited."""
        ...


class Issuer:
    """Issues and reprints on one machine with one printer. `obstacle`: why no number may be given now; else empty.
    `grants`: whether it is the hub itself and may lease numbers to itself; others use what the hub has leased them.
    `undated`: whether it is not known what day it is."""

    def __init__(
        self,
        book: Book,
        printer: Device,
        machine_code: str,
        incarnation: Callable[[], int],
        promise: Callable[[Wish], Promise],
        paper: Callable[[str, bool], TicketPaper],
        obstacle: Callable[[], str],
        grants: Callable[[], bool] = lambda: True,
        undated: Callable[[], bool] = lambda: False,
    ) -> None:
        self._book = book
        self._printer = printer
        self._machine_code = machine_code
        self._incarnation = incarnation
        self._promise = promise
        self._paper = paper
        self._obstacle = obstacle
        self._grants = grants
        self._undated = undated
        self._printing: set[asyncio.Task[Printed]] = set()

    async def print_sample(self, paper: TicketPaper, job: str) -> bool:
        """A paper that is no ticket and that nobody is owed. Whether it came."""
        if await self._printer.preflight() not in PRINTS:
            return False
        return (await self._printer.print_ticket(paper, job)).verdict in ("issued", "uncut")

    async def finish(self) -> None:
        """Waits for tickets in the printer, so that their outcome is kept. Call it before the printer is stopped."""
        if self._printing:
            await asyncio.wait(self._printing, timeout=FINISH_S)

    def find(self, intent: str) -> str | None:
        """The ticket that this intent made."""
        answered = self._book.state.day.intents.get(intent)
        return None if answered is None else answered.ticket

    async def cause_against(self) -> str:
        """Why no number could be given now, before anything else is promised; else empty."""
        if cause := self._obstacle():
            return cause
        status: PrinterStatus = await self._printer.preflight()
        return "" if status in PRINTS else status

    async def allocate(self, wish: Wish, actor: str) -> Allocated | NotIssued:
        """A durable number with a durable PrintStarted, or none and why. Prints nothing yet."""
        if (known := self.find(wish.intent)) is not None:
            return Allocated(known, False)
        if cause := self._obstacle():
            return NotIssued(cause)
        status: PrinterStatus = await self._printer.preflight()
        if (known := self.find(wish.intent)) is not None:
            return Allocated(known, False)
        if status not in PRINTS:
            return NotIssued(status)
        if wish.slot is not None and ticket_of(self._book.state.day, wish.slot.booked) is not None:
            # It was checked in elsewhere in this moment: the same number, never a second.
            return NotIssued("booking")
        if wish.instead_of and not replacing.keeps_its_place(self._book.state.day, wish.instead_of):
            return NotIssued("keeps_no_place")
        promise = self._promise(wish)
        undated = self._undated()
        allocated = numbers.allocate(
            self._book.state,
            self._machine_code,
            wish.letter,
            self._incarnation(),
            cut_off=not self._grants(),
            undated=undated,
        )
        if isinstance(allocated, numbers.NoNumberLeft):
            return NotIssued("numbers_full")
        ticket = self._book.clock.new_id()
        issued = TicketIssued(
            ticket=ticket,
            intent=wish.intent,
            letter=wish.letter,
            number=allocated.number,
            stops=(wish.stop, *wish.further),
            language=wish.language,
            machine_code=self._machine_code,
            due_utc_ms=promise.due_utc_ms,
            estimate_from_utc_ms=promise.from_utc_ms,
            estimate_to_utc_ms=promise.to_utc_ms,
            waiting_ahead=promise.waiting_ahead,
            by_staff=wish.by_staff,
            undated=undated,
        )
        if wish.slot is not None:
            issued = of_slot(issued, wish.slot)
        started = PrintStarted(job=f"{ticket}.1", ticket=ticket, attempt=1, printer=self._printer.name)
        before, issued = replacing.replaced(self._book.state.day, wish.instead_of, issued)
        facts: list[Fact] = [*allocated.facts, *before, issued, started]
        try:
            self._book.commit(actor, facts)
        except StoreFull:
            return NotIssued("disk_full")
        return Allocated(ticket, True)

    def print_first(self, ticket: str, actor: str) -> Awaitable[Printed]:
        """Print what `allocate` started: the printer is at work when this returns, its verdict is awaited."""
        return self._print(ticket, f"{ticket}.1", False, actor)

    async def print_aside(self, paper: TicketPaper, job: str) -> PrintOutcome:
        """Paper without a number: it promises nothing, so nothing is written of it. Not while the printer cannot."""
        status = await self._printer.preflight()
        if status not in PRINTS:
            return PrintOutcome("not_issued")
        return await self._printer.print_ticket(paper, job)

    async def reprint(self, ticket: str, actor: str, intent: str = "") -> Printed | NotIssued:
        """The same number again, marked 再発行. Only when the printer says that it can, and not while it prints."""
        status = await self._printer.preflight()
        day = self._book.state.day
        if ticket not in day.tickets:
            return NotIssued("gone")
        if day.tickets[ticket].paper == "started":
            return NotIssued("printing")
        if intent and intent in day.intents:
            return Printed(ticket, verdict_of(day.tickets[ticket].paper), "")
        if status not in PRINTS:
            return NotIssued(status)
        attempt = len(day.jobs.get(ticket, ())) + 1
        job = f"{ticket}.{attempt}"
        try:
            self._book.commit(
                actor,
                [PrintStarted(job=job, ticket=ticket, attempt=attempt, printer=self._printer.name, intent=intent)],
            )
        except StoreFull:
            return NotIssued("disk_full")
        return await self._print(ticket, job, True, actor)

    def _print(self, ticket: str, job: str, again: bool, actor: str) -> Awaitable[Printed]:
        """Goes on to its end whatever becomes of the one who asked: an outcome that is known must be kept."""
        # Handed over here and not in the task: the loop may have a hundred screens to serve before that begins.
        printing = self._printer.print_ticket(self._paper(ticket, again), job)
        work = asyncio.get_running_loop().create_task(self._print_to_the_end(printing, ticket, job, actor))
        self._printing.add(work)
        work.add_done_callback(self._printing.discard)
        return asyncio.shield(work)

    async def _print_to_the_end(self, printing: Awaitable[PrintOutcome], ticket: str, job: str, actor: str) -> Printed:
        outcome = await printing
        cause = outcome.cause or ""
        self._book.settle(actor, [PrintEnded(job=job, ticket=ticket, verdict=outcome.verdict, cause=cause)])
        return Printed(ticket, outcome.verdict, cause)


def of_slot(issued: TicketIssued, slot: SlotWish) -> TicketIssued:
    """The ticket of a reservation or a chosen time: called by its time, unless its visitor came too late for it."""
    one = slot.booked
    told = replace(issued, booking=one.name, lane=one.lane, start_min=one.start_min, length_min=one.length_min)
    if slot.kind == "late":
        return told
    until_utc_ms = slot.start_utc_ms + 60_000 * one.length_min
    return replace(
        told,
        promise=slot.kind,
        due_utc_ms=slot.start_utc_ms,
        estimate_from_utc_ms=slot.start_utc_ms,
        estimate_to_utc_ms=until_utc_ms,
    )


def verdict_of(paper: Paper) -> Verdict:
    """A print without an outcome is unknown, and so is one that never began."""
    return "unknown" if paper == "none" or paper == "started" else paper
