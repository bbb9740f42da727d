"""Certificate kiosks for the tests: each with a log, a driver and a simulated printer of its own, in one process, where
whatever two of them share by mistake is shared.

A kill is: from some record on nothing is kept, the line is gone, and a new core comes up from the same folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.document_driver import EscPosDocumentPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import PageHouse
from kiosk_app import kept_log
from kiosk_app.book import DurableBook
from kiosk_app.certificate_stop import CertificateStopper
from kiosk_app.clock import DrivenClock
from kiosk_app.devices import DocumentDevice
from kiosk_app.office import payment_rules
from kiosk_app.office.facts import DayOpened, Fact
from kiosk_app.office.fees import Price
from kiosk_app.office.payment_rules import Copy, Seller
from kiosk_app.office.sheets import SheetState
from kiosk_app.sheet_desk import Delivered, NotOffered, Order, Received, Seat, SheetDesk
from kiosk_app.sheet_records import after_restart
from tests.drivers.escpos_printer.patience import patient
from tests.kiosk_app.marked_pages import marked_pdf

START_MS = 1_775_433_600_000
DATE = "2026-04-06"
STUCK_S = 300.0


class KilledBook(DurableBook):
    """Keeps so many more records, and then none: what a kill at that moment leaves behind."""

    left: int | None = None

    def _keep(self, actor: str, facts: list[Fact], now_utc_ms: int, outcome: bool) -> int:  # type: ignore[override]
        if self.left is not None:
            self.closed = self.closed or self.left <= 0
            self.left -= 1
        return super()._keep(actor, facts, now_utc_ms, outcome)


@dataclass
class Visitor:
    """Somebody with a card, and what was prepared for them: pages by job."""

    seat: Seat
    payment: str
    pages: dict[str, int]
    received: tuple[Received, ...]


@dataclass
class Kiosk:
    number: int
    folder: Path
    pages: PageHouse
    printer: SimulatedPrinter
    width_dots: int = 576
    visitors: list[Visitor] = field(default_factory=list)
    is_open: bool = False

    @property
    def code(self) -> str:
        return f"k{self.number}"

    async def open(self) -> Kiosk:
        (self.folder / self.code).mkdir(exist_ok=True)
        kept = kept_log.open_log(self.folder / self.code, self.code)
        self.book = KilledBook(kept, DrivenClock(START_MS))
        if not self.book.state.day.date:
            self.book.commit("core", [DayOpened(date=DATE, office="kokura-kita")])
        self.book.settle("core", after_restart(self.book))
        self.book.settle("core", payment_rules.at_boot(self.book.state, self.book.machine, self.book.clock.new_id))
        settings = replace(patient(self.printer.port), width_dots=self.width_dots)
        self.driver = EscPosDocumentPrinter(settings, left_over=True, timeout_s=STUCK_S)
        self.device = DocumentDevice(self.driver)
        self.stopper = CertificateStopper(self.book, self.code)
        self.desk = SheetDesk(self.book, self.device, self.pages, self.code, self.stopper)
        self.is_open = True
        return self

    async def close(self) -> None:
        if self.is_open:
            self.is_open = False
            await self.desk.stop(close_pages=False)
            await self.device.stop()
            self.book.log.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    # --- a visitor

    def come(self, number: int, pages_of_copies: list[int]) -> Visitor:
        """The next visitor, with a card of their own, and what central prepares for it."""
        resident = f"resident-{self.code}-{number}"
        pages = {f"{self.code}.{number}.{at}": count for at, count in enumerate(pages_of_copies)}
        received = tuple(received_of(job, marked_pdf(resident, job, count)) for job, count in pages.items())
        seat = Seat.of(f"secret-{self.code}-{number}", resident)
        visitor = Visitor(seat, f"payment-{self.code}-{number}", pages, received)
        self.visitors.append(visitor)
        return visitor

    async def prepare(self, visitor: Visitor) -> Order | NotOffered:
        self.desk.sit(visitor.seat)
        return await self.desk.prepare(visitor.seat, visitor.seat.resident, visitor.received)

    def pay(self, visitor: Visitor) -> None:
        copies = [Copy(one.job, one.sha256, f"i-{one.job}", f"s-{one.job}") for one in visitor.received]
        price = Price(
            table="t", valid_from="2026-04-01", kind="resident-record", site="kiosk", each_yen=300, copies=len(copies)
        )
        seller = Seller(self.code, DATE, visitor.seat.session, visitor.seat.resident, "ja")
        state = self.book.state
        asked = payment_rules.ask(state, visitor.payment, seller, price, "住民票の写し", copies, "counter")
        self.book.commit("visitor", asked)
        self.book.commit("1001", payment_rules.paid_here(state, visitor.payment))

    async def sell(self, visitor: Visitor) -> Delivered:
        order = await self.prepare(visitor)
        assert isinstance(order, Order), order
        self.pay(visitor)
        return await self.desk.deliver(visitor.payment, order)

    async def killed_while_selling(self, visitor: Visitor, records: int) -> None:
        """After so many records of this sale's paper. A new core stands there then."""
        order = await self.prepare(visitor)
        assert isinstance(order, Order), order
        self.pay(visitor)
        self.book.left = records
        work = asyncio.create_task(self.desk.deliver(visitor.payment, order))
        await until(lambda: self.book.closed or work.done())
        self.book.closed = True
        self.desk.leave()
        await asyncio.wait([work])
        await self.restart()

    def sheets(self) -> tuple[str, tuple[SheetState, ...]]:
        """Of the certificate that it printed last."""
        known = self.book.state.sheet_jobs[self.book.machine]
        return known.job, known.sheets


async def until(true: Callable[[], object], patience_s: float = 60.0) -> None:
    deadline_s = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline_s, f"not within {patience_s} s"
        await asyncio.sleep(0.001)


def received_of(job: str, data: bytes) -> Received:
    return Received(job, hashlib.sha256(data).hexdigest(), data)
