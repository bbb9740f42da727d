"""One sale of certificates at a kiosk, from the confirmation to its end: central first, then money, then paper.

What is durable stands in facts, written by till.py and sheet_desk.py; here is the order. Everything belongs to the
loop. Whatever becomes of the visitor, a sale that was begun is brought to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Literal

from drivers.payment_ports import InDoubt
from kiosk_app import certificate_messages as wire
from kiosk_app.book import Book
from kiosk_app.certificate_answers import printed_of, settled, why_not
from kiosk_app.certificate_central import Central
from kiosk_app.certificate_slips import Slips
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import sheets
from kiosk_app.office import payment_rules
from kiosk_app.office.facts import StaffCalled
from kiosk_app.office.fees import Price
from kiosk_app.office.payment_rules import Copy, Seller
from kiosk_app.office.sales import Sale, is_paid, number_text, taken_yen
from kiosk_app.sheet_desk import Order, SheetDesk
from kiosk_app.till import Till
from offline_store.errors import StoreFull

VISITOR, MACHINE = "visitor", "core"
ISSUE_S = 12.0
"""So long central is asked to write down that it counts; without its word nothing is sold."""
TAKE_S = 0.5
"""Of one look at the place to pay; a stop waits no longer for it."""
Reason = Literal["not_issued", "abandoned"]


@dataclass(frozen=True)
class Rooms:
    """What every sale of one kiosk works with. `tell`: the visitor's journey."""

    book: Book
    till: Till
    sheets: SheetDesk
    central: Central
    slips: Slips
    machine_code: str
    tell: Callable[[c.CertificateEvent], None]
    hear_staff: Callable[[], None]
    """Answers what staff have said of payments, up to now."""
    start: Callable[[Coroutine[object, object, None]], None]
    """Work that nobody waits for."""


@dataclass(frozen=True)
class Offered:
    """What the visitor has confirmed. `secret`: central's session, in memory only."""

    payment: str
    secret: str
    order: Order
    copies: Sequence[Copy]
    price: Price
    kind_name: str
    seller: Seller

    def __repr__(self) -> str:
        return f"Offered({self.payment})"


class Selling:
    def __init__(self, rooms: Rooms, offered: Offered) -> None:
        self._rooms = rooms
        self._offered = offered
        self.payment = offered.payment
        self._refused: c.Why = "failed"
        self._stopping = asyncio.Event()
        self._money_over = asyncio.Event()
        """Nothing is put in or given back any more."""
        self._printing: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._ending = asyncio.Lock()
        self._visitor_says: bool | None = None

    @property
    def is_over(self) -> bool:
        """The last fact is written."""
        return self._over.is_set()

    @property
    def _sale(self) -> Sale | None:
        return self._rooms.book.state.sales.get(self.payment)

    # --- the confirmation and the money ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Until it is paid, or over without having been."""
        try:
            if await self._open():
                await self._take_money()
        finally:
            self._money_over.set()

    async def _open(self) -> bool:
        rooms, offered = self._rooms, self._offered
        if await rooms.sheets.why_not():
            return await self._refuse()
        try:
            status = await rooms.till.ask(
                self.payment, offered.seller, offered.price, offered.kind_name, offered.copies, self._counts
            )
        except StoreFull:
            return await self._refuse()
        sale = self._sale
        if status != "ready" or sale is None:
            return await self._refuse()
        yen = offered.price.total_yen
        means: c.Means = "unit" if rooms.till.gives_back else "counter"
        rooms.tell(c.SaleOpened(sale=self.payment, number=number_text(sale.number), means=means, yen=yen))
        return True

    async def _counts(self) -> bool:
        """Central's word that it counts, before any money. Asked again it says the same."""
        ids = tuple(copy.issuance for copy in self._offered.copies)
        each_yen = self._offered.price.each_yen
        asked = wire.IssueAsked(session=self._offered.secret, issuances=ids, fee_yen=each_yen)
        answer = await self._rooms.central.ask(lambda: asked, ISSUE_S)
        if answer == wire.Issuing(issuances=ids):
            return True
        self._refused = why_not(answer)
        return False

    async def _refuse(self) -> bool:
        await self._close("abandoned")
        self._rooms.tell(c.SaleRefused(sale=self.payment, why=self._refused))
        return False

    async def _take_money(self) -> None:
        rooms = self._rooms
        while not (self._stopping.is_set() or self._is_paid()):
            events = await rooms.till.take(self.payment, TAKE_S)
            if any(isinstance(event, InDoubt) for event in events):
                break
            if events and rooms.till.gives_back and (sale := self._sale) is not None:
                rooms.tell(c.MoneyTold(sale=self.payment, inserted_yen=taken_yen(sale)))
        was_paid = self._is_paid()
        if was_paid:
            # A unit takes two seconds to be shut for certain, and the first sheet need not wait for it.
            rooms.tell(c.Paid(sale=self.payment))
        await rooms.till.shut(self.payment)
        # What staff had said before the stop still counts; after this line it does not.
        rooms.hear_staff()
        if self._is_paid():
            if not was_paid:
                rooms.tell(c.Paid(sale=self.payment))
            await self._give_back()
            return
        await self._close("abandoned")
        became = settled(rooms.book.state, self.payment)
        rooms.tell(c.NotPaid(sale=self.payment, claim=became.claim, yen=became.yen if became.claim else 0))

    def _is_paid(self) -> bool:
        sale = self._sale
        return sale is not None and is_paid(sale)

    def stop_payment(self) -> None:
        self._stopping.set()

    # --- the paper -------------------------------------------------------------------------------------------------

    async def print(self) -> None:
        """Each document, the first time it is asked for, and never again."""
        if self._printing is not None or self.is_over or not self._is_paid():
            return
        self._printing = asyncio.current_task()
        rooms = self._rooms
        rooms.sheets.changed = self._printing_is
        delivered = await rooms.sheets.deliver(self.payment, self._offered.order)
        rooms.sheets.changed = lambda printing: None
        if self._visitor_says is not None:
            # Somebody who waited too long has told already what came.
            self._seen(self._visitor_says)
        rooms.tell(c.SheetsPrinted(sale=self.payment, verdict=delivered.verdict, printed=delivered.printed))
        if delivered.verdict in ("issued", "uncut") or self._visitor_says:
            await self._money_over.wait()
            await self._close("not_issued")

    def _printing_is(self, printing: sheets.Printing) -> None:
        cause = printing.cause if sheets.is_waiting(printing) else ""
        self._rooms.tell(c.PrintWaits(sale=self.payment, cause=cause))

    async def confirm(self, has_paper: bool) -> None:
        """What the visitor saw, where the printer could not tell."""
        self._visitor_says = has_paper
        self._seen(has_paper)
        if has_paper and (self._printing is None or self._printing.done()):
            await self._money_over.wait()
            await self._close("not_issued")

    def _seen(self, has_paper: bool) -> None:
        sale = self._sale
        for job in sale.copies if sale is not None else ():
            facts = payment_rules.seen(self._rooms.book.state, self.payment, job, has_paper, "visitor")
            self._rooms.book.settle(VISITOR, facts)

    # --- the end ---------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """What is not printed by now never will be; its money goes back, or is a claim."""
        await self._end("not_issued")
        self._rooms.tell(settled(self._rooms.book.state, self.payment))

    async def abandon(self) -> None:
        """Nobody stands here any more. What is paid and not on paper becomes a claim of which staff are told."""
        was_over = self.is_over
        await self._end("abandoned")
        if not was_over and settled(self._rooms.book.state, self.payment).how == "claim":
            alert = self._rooms.book.clock.new_id()
            call = StaffCalled(alert=alert, machine_code=self._rooms.machine_code, cause="certificate_claim")
            self._rooms.book.settle(MACHINE, [call])

    async def _end(self, reason: Reason) -> None:
        self._stopping.set()
        if self._printing is not None and not self._printing.done():
            self._rooms.sheets.leave()
            await asyncio.wait([self._printing])
        await self._money_over.wait()
        await self._close(reason)

    async def _close(self, reason: Reason) -> None:
        """Ends the sale once: void, given back, claimed. Comes back when the last fact is written."""
        book = self._rooms.book
        async with self._ending:
            if self.is_over:
                return
            book.settle(MACHINE, payment_rules.void_rest(book.state, self.payment, reason))
            await self._give_back()
            sale = self._sale
            all_came = sale is not None and printed_of(sale) == len(sale.copies)
            why: payment_rules.Reason = "no_change" if all_came else reason
            book.settle(MACHINE, payment_rules.finish(book.state, self.payment, book.clock.new_id(), why))
            self._over.set()
        became = settled(book.state, self.payment)
        if became.how == "claim":
            if all_came:
                self._rooms.tell(became)
            self._rooms.start(self._slip())

    async def _give_back(self) -> None:
        # What a full disk does not let begin is claimed.
        with contextlib.suppress(StoreFull):
            await self._rooms.till.give_back(self.payment)

    async def _slip(self) -> None:
        await self._rooms.slips.claim(self.payment)

    async def receipt(self) -> None:
        """When the change is given, or claimed."""
        await self._over.wait()
        printed = await self._rooms.slips.receipt(self.payment)
        self._rooms.tell(c.ReceiptTold(sale=self.payment, printed=printed))
