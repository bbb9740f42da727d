"""The paper of certificates at this kiosk: drawn before anybody pays, then printed sheet by sheet, bound to its sale.

`journeys/sheets.py` decides; this carries out: what is kept first, what is sent, who is called. The bytes of a document
are in memory only, in one `Order` for one visitor, and are compared with the facts just before each first byte.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from drivers.pages.house import Drawn, PageHouse
from drivers.ports import PRINTS, Unprintable
from drivers.sheet_ports import Binding, PaperShape, Sheet
from kiosk_app.book import DurableBook
from kiosk_app.certificate_stop import CertificateStopper
from kiosk_app.devices import DocumentDevice
from kiosk_app.journeys import sheets
from kiosk_app.office.certificates import Layout
from kiosk_app.office.facts import Fact, Verdict
from kiosk_app.office.payment_rules import Bound, NotPrinted
from kiosk_app.sheet_records import SheetRecords
from offline_store.errors import StoreFull

ACTOR = "printer"
FINISH_S = 12.0
"""An ordered stop waits this long for the sheet in the printer; then it is in doubt, as after a kill."""


class Received(NamedTuple):
    """One copy as central gave it: `sha256` as in its answer, beside the bytes."""

    job: str
    sha256: str
    pdf: bytes


class Seat(NamedTuple):
    """Who sits here: central's names for this session and this card's person. They say nothing outside it."""

    session: str
    resident: str

    @classmethod
    def of(cls, secret: str, resident: str) -> Seat:
        """`secret`: central's session, which whoever knows it can use; facts and this file have only its digest."""
        return cls(hashlib.sha256(b"hitofuda session " + secret.encode()).hexdigest()[:32], resident)


@dataclass(frozen=True)
class Order:
    """What may be sold to whoever sits here: every copy, drawn and sealed. In memory only."""

    seat: Seat
    copies: tuple[Drawn, ...] = field(repr=False)

    @property
    def previews(self) -> tuple[bytes, ...]:
        """Of the first copy: one PNG a page, of the dots that will be printed."""
        return self.copies[0].previews

    @property
    def page_count(self) -> int:
        return self.copies[0].page_count


class NotOffered(NamedTuple):
    """Nothing was sold. stopped; gone: somebody else sits there, or nobody; else what is wrong with the document
    (Unprintable.reason)."""

    cause: str


class Certificate(NamedTuple):
    """What became of one copy. void: nothing of it was begun. maybe: ask the visitor; unknown: staff look."""

    job: str
    verdict: Verdict | Literal["void"]
    cause: str


@dataclass(frozen=True)
class Delivered:
    """What became of a whole sale's paper. `first_byte_s`: from the call to the first byte of the first sheet."""

    certificates: tuple[Certificate, ...]
    stopped: bool
    first_byte_s: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The worst of all copies. `maybe` and `unknown` ask eyes; what was never begun was not issued."""
        found = {"not_issued" if one.verdict == "void" else one.verdict for one in self.certificates}
        return next(verdict for verdict in _WORST_FIRST if verdict in found)

    @property
    def printed(self) -> int:
        """Copies that are certainly there, whole."""
        return sum(one.verdict == "issued" for one in self.certificates)


_WORST_FIRST: tuple[Verdict, ...] = ("unknown", "maybe", "not_issued", "uncut", "issued")


class SheetDesk:
    """One kiosk's. One visitor at a time: `sit`, `prepare`, `deliver`, `leave`."""

    def __init__(
        self,
        book: DurableBook,
        printer: DocumentDevice,
        pages: PageHouse,
        machine_code: str,
        stopper: CertificateStopper,
        name: str = "document_printer",
        monotonic_s: Callable[[], float] = time.monotonic,
        bug: Callable[[BaseException], None] = lambda error: None,
    ) -> None:
        """`bug` hears what a delivery raised, also when whoever asked for it is gone."""
        self._book = book
        self._printer = printer
        self._pages = pages
        self._machine_code = machine_code
        self._stopper = stopper
        self._name = name
        self._monotonic_s = monotonic_s
        self._bug = bug
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._seat: Seat | None = None
        self._delivering = False
        self._leaving = asyncio.Event()
        self._work: asyncio.Task[Delivered] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._look_wanted = False
        self.changed: Callable[[sheets.Printing], None] = lambda printing: None
        """Hears of every step, for the visitor's screen."""

    @property
    def is_delivering(self) -> bool:
        """Paper of a visitor is coming out: nothing else may be printed there."""
        return self._delivering

    @property
    def pages(self) -> PageHouse:
        """Where pages are drawn, for whatever else this printer prints."""
        return self._pages

    @property
    def layout(self) -> Layout:
        """For which paper central shall lay the document out."""
        return layout_for(self._printer.shape)

    async def why_not(self) -> str:
        """Why no certificate may be sold now: stopped, or what the printer says; empty: it may. Asked before the card,
        and again before the money."""
        if self._stopper.is_stopped:
            return "stopped"
        status = await self._printer.preflight()
        self._stopper.printer_is(status, rings=False)
        return "" if status in PRINTS else status

    def sit(self, seat: Seat) -> None:
        """From now on everything is for this visitor. Raises RuntimeError while paper of another comes out."""
        if self._delivering:
            raise RuntimeError("the paper of a visitor is still being printed")
        self._seat = seat
        # While the PIN is typed: nobody waits for a process to start.
        self._drawing.submit(self._pages.start)

    def stand_up(self) -> None:
        """The visitor has gone: what was prepared can be printed no more."""
        if not self._delivering:
            self._seat = None

    async def prepare(
        self, seat: Seat, resident: str, received: Sequence[Received], preview_px: int = 0
    ) -> Order | NotOffered:
        """Draws every copy, before anybody pays. A document that is refused here is refused for good. `seat` asked for
        them; `resident` is whom central's answer names."""
        if self._stopper.is_stopped:
            return NotOffered("stopped")
        if resident != seat.resident:
            self._stop("", "central's answer names another resident")
            return NotOffered("stopped")
        if seat != self._seat:
            # A late answer to somebody who has left.
            return NotOffered("gone")
        shape = self._printer.shape
        copies: list[Drawn] = []
        for one in received:
            if hashlib.sha256(one.pdf).hexdigest() != one.sha256:
                return NotOffered("not_the_document")
            binding = Binding(seat.session, one.job, seat.resident, one.sha256)
            work = self._drawing.submit(self._pages.draw, one.pdf, binding, shape, 0 if copies else preview_px)
            drawn = await asyncio.wrap_future(work)
            if isinstance(drawn, Unprintable):
                return NotOffered(drawn.reason)
            copies.append(drawn)
        if seat != self._seat:
            return NotOffered("gone")
        return Order(seat, tuple(copies))

    async def deliver(self, payment: str, order: Order) -> Delivered:
        """Prints what was paid. Comes back when every copy is issued or given up; each outcome is kept then.

        Nothing of it ever begins a second time: whoever calls again for the same payment gets nothing printed.
        """
        if self._delivering:
            raise RuntimeError("one visitor at a time")
        self._delivering = True
        self._leaving.clear()
        # Whatever becomes of the one who asked: the machine is this visitor's until the last outcome is kept.
        work = asyncio.get_running_loop().create_task(_Delivery(self, payment, order).run())
        work.add_done_callback(self._delivered)
        self._work = work
        return await asyncio.shield(work)

    def _delivered(self, work: asyncio.Task[Delivered]) -> None:
        self._delivering = False
        if not work.cancelled() and (error := work.exception()) is not None:
            self._bug(error)

    async def refilled(self) -> str:
        """A person has loaded paper or cleared a jam: a spooler that only remembers the last trouble is believed to be
        well until the next sheet shows it. What it says now, as `why_not`."""
        status = await self._printer.recover()
        self._stopper.printer_is(status, rings=False)
        return "" if status in PRINTS else status

    def look_again(self) -> None:
        """`refilled`, at the word of somebody elsewhere who does not wait for the answer."""
        self._look_wanted = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
            self._looking.add_done_callback(self._looked)

    async def _look(self) -> None:
        while self._look_wanted:
            self._look_wanted = False
            await self.refilled()

    def _looked(self, work: asyncio.Task[None]) -> None:
        if not work.cancelled() and (error := work.exception()) is not None:
            self._bug(error)

    def leave(self) -> None:
        """Whoever waits for paper does not wait any longer; what is in the printer comes to its end."""
        self._leaving.set()

    async def stop(self, close_pages: bool = True) -> None:
        """Before the printer is stopped: what it prints comes to its end, and is kept."""
        self.leave()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        if self._work is not None:
            await asyncio.wait([self._work], timeout=FINISH_S)
        self._drawing.shutdown(wait=False)
        if close_pages:
            await asyncio.to_thread(self._pages.close)

    # --- for a delivery

    def _stop(self, job: str, why: str) -> None:
        self._stopper.stop(job, why)

    def _bound(self, payment: str, job: str, sheet: int) -> Binding | None:
        """What the facts bind, as long as the one they name sits here and this sheet has begun. From any thread."""
        records = SheetRecords(self._book, payment, self._name)
        bound = records.bound(job, sheet)
        if bound is None or self._seat != Seat(bound.session, bound.resident):
            return None
        return Binding(bound.session, job, bound.resident, bound.sha256)


class _Delivery:
    """One sale's paper on its way."""

    def __init__(self, desk: SheetDesk, payment: str, order: Order) -> None:
        self._desk = desk
        self._order = order
        self._payment = payment
        self._records = SheetRecords(desk._book, payment, desk._name)
        self._began_s = desk._monotonic_s()
        self._first_byte_s = 0.0

    async def run(self) -> Delivered:
        by_page = self._desk._printer.shape.by_page
        certificates = [(copy.binding.job, copy.page_count if by_page else 1) for copy in self._order.copies]
        state, commands = sheets.begin(certificates)
        while True:
            for command in commands[:-1]:
                self._do(command)
            self._desk.changed(state)
            if isinstance(commands[-1], sheets.Done):
                return self._delivered(state)
            event = await self._ask(commands[-1])
            if self._desk._leaving.is_set() and not state.leaving:
                state, commands = sheets.step(state, sheets.Left(), self._now_ms())
                if commands:
                    continue
            state, commands = sheets.step(state, event, self._now_ms())

    def _now_ms(self) -> int:
        return int(1000 * self._desk._monotonic_s())

    def _do(self, command: sheets.Command) -> None:
        match command:
            case sheets.Keep(outcomes):
                facts: list[Fact] = []
                for outcome in outcomes:
                    facts += self._records.of(outcome)
                self._desk._book.settle(ACTOR, facts)
            case sheets.Stop(job, why):
                self._desk._stop(job, why)
            case sheets.Ring(cause):
                self._desk._stopper.printer_is(cause, rings=True)
            case sheets.Quiet():
                self._desk._stopper.printer_is("ready", rings=False)

    async def _ask(self, command: sheets.Command) -> sheets.Event:
        match command:
            case sheets.AskPrinter():
                status = await self._desk._printer.preflight()
                return sheets.Answered(status in PRINTS, status)
            case sheets.Begin(intent):
                return self._begin(intent)
            case sheets.Print(job, sheet):
                return await self._print(job, sheet)
            case sheets.Wait(until_ms):
                timeout_s = max(0.0, until_ms / 1000 - self._desk._monotonic_s())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(timeout_s):
                        await self._desk._leaving.wait()
                return sheets.Ticked()
        raise ValueError(command)

    def _begin(self, intent: sheets.SheetBegins) -> sheets.Event:
        """The facts are asked here for the first time, and in the printer's thread once more."""
        if self._desk._stopper.is_stopped:
            return sheets.NotBound("stopped")
        sha256 = hashlib.sha256(self._copy(intent.job).pdf).hexdigest()
        seat = self._desk._seat or Seat("", "")
        facts = self._records.begin(intent, Bound(seat.session, seat.resident, sha256))
        if isinstance(facts, NotPrinted):
            return sheets.NotBound(facts.why)
        try:
            self._desk._book.commit(ACTOR, facts)
        except StoreFull:
            return sheets.NotKept()
        return sheets.Kept()

    async def _print(self, job: str, sheet: int) -> sheets.Event:
        copy = self._copy(job)
        pages = copy.pages
        made = Sheet(copy.binding, sheet, max(1, len(pages)), copy.pdf, pages[sheet] if pages else None)
        asked_s = self._desk._monotonic_s()
        found = await self._desk._printer.print_sheet(made, lambda: self._desk._bound(self._payment, job, sheet))
        if found.first_byte_s and not self._first_byte_s:
            self._first_byte_s = asked_s - self._began_s + found.first_byte_s
        misfit = found.misfit or ("" if found.binding == copy.binding else "the printer answered for another")
        cause = found.refusal.reason if found.refusal is not None else found.cause or ""
        return sheets.Printed(found.verdict, cause, misfit)

    def _copy(self, job: str) -> Drawn:
        return next(copy for copy in self._order.copies if copy.binding.job == job)

    def _delivered(self, state: sheets.Printing) -> Delivered:
        certificates = tuple(Certificate(one.job, one.verdict or "void", one.cause) for one in state.certificates)
        return Delivered(certificates, state.stopped, self._first_byte_s)


def layout_for(shape: PaperShape) -> Layout:
    """The widest page that this paper holds at its true size; A4 where sheets of it lie in the printer."""
    if not shape.by_page:
        return "a4"
    width_mm = shape.width_dots / shape.dpi * 25.4
    if width_mm >= 200:
        return "a4"
    return "roll-112" if width_mm >= 100 else "roll-80"
