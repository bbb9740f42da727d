"""Receipts and slips of claims on paper: each once for a sale, on the ticket printer, or drawn for the printer of
certificates where a kiosk has no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

from drivers.ports import PRINTS, DocumentPaper, TicketPaper, Verdict
from kiosk_app import receipt_layout
from kiosk_app.api import language_of
from kiosk_app.book import Book
from kiosk_app.devices import DocumentDevice
from kiosk_app.office.catalogue import Office, Text
from kiosk_app.office.facts import SlipStarted
from kiosk_app.office.fees import FeeTable
from kiosk_app.office.sales import Sale, taken_yen
from kiosk_app.printers import Printers
from kiosk_app.receipt_layout import Receipt, ReceiptLine
from kiosk_app.words import Words
from offline_store.errors import StoreFull

ACTOR = "core"
ON_PAPER: tuple[Verdict, ...] = ("issued", "uncut", "maybe")
Slip = Literal["receipt", "claim"]


class Slips:
    """Of one kiosk. `tickets`: None where it has no printer for them."""

    def __init__(
        self,
        book: Book,
        office: Office,
        fees: FeeTable,
        words: Words,
        machine_name: str,
        tickets: Printers | None,
        documents: DocumentDevice,
    ) -> None:
        self._book, self._office, self._words = book, office, words
        self._names: dict[str, Text] = {kind.id: kind.name for kind in fees.kinds}
        self._machine_name = machine_name
        self._tickets, self._documents = tickets, documents

    async def receipt(self, payment: str) -> bool:
        """Of the copies that came. Whether it is on paper."""

        def drawn(sale: Sale) -> TicketPaper:
            return receipt_layout.receipt(
                self._office,
                receipt_of(sale, self._names, self._book.clock.now_utc_ms(), self._machine_name),
                language_of(sale.language),
                self._words,
            )

        return await self._print(payment, "receipt", drawn)

    async def claim(self, payment: str) -> bool:
        """Whether it is on paper."""

        def drawn(sale: Sale) -> TicketPaper:
            return receipt_layout.claim_slip(
                self._office,
                sale.claim,
                self._book.state.claims[sale.claim],
                language_of(sale.language),
                self._words,
                self._machine_name,
                self._book.clock.now_utc_ms(),
            )

        return await self._print(payment, "claim", drawn)

    async def _print(self, payment: str, slip: Slip, drawn: Callable[[Sale], TicketPaper]) -> bool:
        """The printer is asked first: a slip that was begun is never begun again."""
        can_print = await self._can_print()
        sale = self._book.state.sales.get(payment)
        if not can_print or sale is None or slip in sale.slips or (slip == "claim" and not sale.claim):
            return False
        paper = drawn(sale)
        try:
            self._book.commit(ACTOR, [SlipStarted(payment=payment, slip=slip)])
        except StoreFull:
            return False
        job = f"{payment}.{slip}"
        if self._tickets is not None:
            return (await self._tickets.print_ticket(paper, job)).verdict in ON_PAPER
        return (await self._documents.print_document(as_document(paper), job)).verdict in ON_PAPER

    async def _can_print(self) -> bool:
        if self._tickets is not None:
            return await self._tickets.preflight() in PRINTS
        return await self._documents.preflight() in PRINTS


def receipt_of(sale: Sale, names: dict[str, Text], paid_utc_ms: int, machine_name: str) -> Receipt:
    """A line for each kind and price."""
    lines: dict[tuple[str, int], ReceiptLine] = {}
    for copy in sale.copies.values():
        if copy.state != "issued":
            continue
        before = lines.get((copy.kind, copy.yen))
        lines[copy.kind, copy.yen] = ReceiptLine(
            name=names.get(copy.kind) or {"ja": copy.kind_name, "en": copy.kind_name},
            each_yen=copy.yen,
            copies=1 + (before.copies if before is not None else 0),
        )
    is_unit = sale.means == "unit"
    returned_yen = sum(payout.paid_yen for payout in sale.payouts.values())
    return Receipt(
        number=sale.number,
        lines=tuple(lines.values()),
        received_yen=taken_yen(sale) if is_unit else 0,
        change_yen=returned_yen if is_unit else 0,
        at_counter=not is_unit,
        paid_utc_ms=paid_utc_ms,
        machine_name=machine_name,
    )


def as_document(paper: TicketPaper) -> DocumentPaper:
    """The same picture as a ticket printer's, on a page of its own."""
    # Loaded only where there is no ticket printer.
    from kiosk_app.slip_pages import page_of

    pdf = page_of(paper)
    return DocumentPaper(pdf, hashlib.sha256(pdf).hexdigest())
