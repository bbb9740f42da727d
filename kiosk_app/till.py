"""Between the log and the place to pay: the fact first, then the act, then what became of it.

After a crash the unit is asked before anything is given up. What is decided stands in office/payment_rules.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from drivers.payment_ports import InDoubt, Inserted, MoneyEvent, PaidOut, PaymentPoint, UnitStatus
from kiosk_app.book import Book
from kiosk_app.office import payment_rules
from kiosk_app.office.fees import Price
from kiosk_app.office.payment_rules import Copy, Seller
from kiosk_app.office.sales import Sale, is_paid
from kiosk_app.office.state import OfficeState

T = TypeVar("T")
VISITOR, MACHINE = "visitor", "core"


class Till:
    """Everything here belongs to the loop; the place to pay has one thread of its own, for it waits."""

    def __init__(
        self, book: Book, point: PaymentPoint, new_id: Callable[[], str], nobody: Callable[[], Seller]
    ) -> None:
        """`nobody`: who sells when money comes of itself, without a visitor's session."""
        self._book = book
        self._point = point
        self._new_id = new_id
        self._nobody = nobody
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="payment")

    async def preflight(self) -> UnitStatus:
        return await self._run(self._point.preflight)

    @property
    def gives_back(self) -> bool:
        return self._point.gives_back

    async def ask(
        self,
        payment: str,
        seller: Seller,
        price: Price,
        kind_name: str,
        copies: Sequence[Copy],
        counts: Callable[[], Awaitable[bool]] | None = None,
    ) -> UnitStatus:
        """At the confirmation. `ready`: the sale stands in the log and money is taken, or none is needed. Else there is
        no sale, or one that the caller abandons. `counts` is asked between the two: false, and no money is taken."""
        mark = await self._run(self._point.mark)
        await self._look(payment)
        if mark is None:
            return "silent"
        means: Literal["unit", "counter"] = "unit" if self._point.gives_back else "counter"
        asked = payment_rules.ask(self._book.state, payment, seller, price, kind_name, copies, means, mark)
        self._book.commit(VISITOR, asked)
        if counts is not None and not await counts():
            return "away"
        return await self._run(lambda: self._point.open(price.total_yen)) if price.total_yen else "ready"

    async def take(self, payment: str, timeout_s: float) -> tuple[MoneyEvent, ...]:
        """What went in or came back, as soon as anything did; the facts of it are durable."""
        return self._told(payment, await self._run(lambda: self._point.wait(timeout_s)))

    async def shut(self, payment: str) -> tuple[MoneyEvent, ...]:
        """Takes no more. To be called at the end of each sale, whatever its end."""
        return self._told(payment, await self._run(self._point.shut))

    async def give_back(self, payment: str) -> PaidOut | None:
        """The change, or a refund; None when there is nothing to give, or nobody to give it. What did not come is
        claimed when the sale is finished."""
        if not self._point.gives_back:
            return None
        mark = await self._run(self._point.mark)
        await self._look(payment)
        if mark is None:
            return None
        payout = self._new_id()
        started = payment_rules.give_back(self._book.state, payment, payout, mark)
        if not started:
            return None
        self._book.commit(MACHINE, started)
        yen = self._book.state.sales[payment].payouts[payout].yen
        found = await self._run(lambda: self._point.pay_out(yen, mark))
        self._paid(payment, payout, found)
        return found

    async def boot(self) -> None:
        """Before anything is sold and before another day is joined. What the unit knows better than the log is written
        first: money that went in and payouts that ended while nothing ran here."""
        state = self._book.state
        for payment, sale in _open(state, self._book.machine):
            for payout, one in sale.payouts.items():
                if not one.ended and self._point.gives_back:
                    found = await self._run(lambda one=one: self._point.paid_since(one.yen, one.mark))  # type: ignore[misc]
                    self._paid(payment, payout, found)
        waiting = [(key, sale) for key, sale in _open(state, self._book.machine) if sale.means == "unit"]
        payment = waiting[-1][0] if waiting else ""
        was_open = any(not is_paid(sale) for _, sale in waiting)
        self._told(payment, await self._run(lambda: self._point.shut(was_open)))
        self._book.settle(MACHINE, payment_rules.at_boot(self._book.state, self._book.machine, self._new_id))

    async def stop(self) -> None:
        await self._run(self._point.close)
        self._thread.shutdown()

    async def _look(self, payment: str) -> None:
        """What the asking for a mark brought up."""
        self._told(payment, await self._run(lambda: self._point.wait(0.0)))

    def _told(self, payment: str, events: tuple[MoneyEvent, ...]) -> tuple[MoneyEvent, ...]:
        for event in events:
            state = self._book.state
            if isinstance(event, InDoubt):
                self._book.settle(MACHINE, payment_rules.doubted(state, payment, event.why, event.mark))
            elif isinstance(event, Inserted) and event.source != "counter":
                sale = state.sales.get(payment)
                if sale is not None and (not sale.ended or event.credit in sale.credits):
                    credited = payment_rules.credit(state, payment, event.credit, event.yen, event.source, event.mark)
                    self._book.settle(MACHINE, credited)
                else:
                    self._stray(event, event.source)
        return events

    def _stray(self, piece: Inserted, source: Literal["coin", "note"]) -> None:
        """Of nobody who stands here: a claim at once."""
        payment = self._new_id()
        facts = payment_rules.stray(
            self._book.state, payment, self._nobody(), piece.credit, piece.yen, source, piece.mark
        )
        self._book.settle(MACHINE, facts)
        self._book.settle(MACHINE, payment_rules.finish(self._book.state, payment, self._new_id(), "abandoned"))

    def _paid(self, payment: str, payout: str, found: PaidOut) -> None:
        ended = payment_rules.payout_ended(
            self._book.state, payment, payout, found.paid_yen, found.doubt_yen, found.mark
        )
        self._book.settle(MACHINE, ended)

    def _run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work)


def last_mark(state: OfficeState, machine: str) -> str:
    """With which a unit is made at start; empty where nothing is known of it."""
    base = machine.partition("~")[0]
    mine = [sale for sale in state.sales.values() if sale.machine.partition("~")[0] == base and sale.means == "unit"]
    latest = max(mine, key=lambda sale: (sale.date, sale.number), default=None)
    return latest.mark if latest is not None else ""


def _open(state: OfficeState, machine: str) -> list[tuple[str, Sale]]:
    """In the order of their numbers."""
    base = machine.partition("~")[0]
    mine = [(key, s) for key, s in state.sales.items() if not s.ended and s.machine.partition("~")[0] == base]
    return sorted(mine, key=lambda item: (item[1].date, item[1].number))
