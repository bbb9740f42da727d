"""What the log says of one sale's sheets, and the facts that are written of them: the paper's side of its payment."""

from __future__ import annotations

from kiosk_app.book import Book
from kiosk_app.journeys import sheets
from kiosk_app.office import payment_rules
from kiosk_app.office import sheets as known
from kiosk_app.office.facts import CertificateVoided, Fact, SheetEnded, SheetStarted, SheetsVoided
from kiosk_app.office.payment_rules import Bound, NotPrinted
from kiosk_app.office.state import OfficeState
from offline_store.salvage import base_name


class SheetRecords:
    """Of one payment on this machine. `printer`: its table in the settings."""

    def __init__(self, book: Book, payment: str, printer: str) -> None:
        self._book = book
        self._payment = payment
        self._printer = printer

    def bound(self, job: str, sheet: int) -> Bound | None:
        """What a durable fact binds to a job of which a durable fact says that this very sheet has begun; else None.
        From any thread: it reads what is replaced whole."""
        state = self._book.state
        sale = state.sales.get(self._payment)
        copy = sale.copies.get(job) if sale is not None else None
        begun = state.sheet_jobs.get(self._book.machine)
        if copy is None or copy.state != "started" or begun is None or begun.job != job:
            return None
        if not 0 <= sheet < len(begun.sheets) or begun.sheets[sheet] != "started":
            return None
        return Bound(copy.session, copy.resident, copy.sha256)

    def begin(self, intent: sheets.SheetBegins, at_hand: Bound) -> tuple[Fact, ...] | NotPrinted:
        """What must be durable before the first byte of this sheet. `at_hand`: worked out from what is here now."""
        state = self._book.state
        facts: tuple[Fact, ...] = ()
        if intent.first:
            started = payment_rules.start_print(state, self._payment, intent.job, at_hand, self._printer)
            if isinstance(started, NotPrinted):
                return started
            facts = started
        elif (wrong := self._wrong_now(state, intent, at_hand)) is not None:
            return wrong
        return (
            *facts,
            SheetStarted(
                payment=self._payment,
                job=intent.job,
                sheet=intent.sheet,
                sheets=intent.sheets,
                attempt=intent.attempt,
                printer=self._printer,
            ),
        )

    def _wrong_now(self, state: OfficeState, intent: sheets.SheetBegins, at_hand: Bound) -> NotPrinted | None:
        """Of a certificate that has begun: the same comparison, and this sheet is certainly not on paper."""
        sale = state.sales.get(self._payment)
        copy = sale.copies.get(intent.job) if sale is not None else None
        begun = state.sheet_jobs.get(self._book.machine)
        if copy is None or copy.state != "started" or begun is None or begun.job != intent.job:
            return NotPrinted("unknown")
        if at_hand != Bound(copy.session, copy.resident, copy.sha256):
            return NotPrinted("mismatch")
        return None if begun.sheets[intent.sheet] == "waiting" else NotPrinted("begun_before")

    def of(self, outcome: sheets.Outcome) -> tuple[Fact, ...]:
        payment = self._payment
        match outcome:
            case sheets.SheetEnds(job, sheet, verdict, cause):
                return (SheetEnded(payment=payment, job=job, sheet=sheet, verdict=verdict, cause=cause),)
            case sheets.SheetsAreVoid(job, void, reason):
                return (SheetsVoided(payment=payment, job=job, sheets=void, reason=reason),)
            case sheets.CertificateEnds(job, verdict, cause):
                return payment_rules.print_ended(self._book.state, payment, job, verdict, cause)
            case sheets.CertificateIsVoid(job, reason):
                return (CertificateVoided(payment=payment, job=job, reason=reason),)


def after_restart(book: Book) -> tuple[Fact, ...]:
    """Before anything else of certificates (payment_rules.at_boot closes the sales): what a kill left of the paper.
    Also of a log of this machine that has ended."""
    facts: list[Fact] = []
    for machine, job in sorted(book.state.sheet_jobs.items()):
        if base_name(machine) != base_name(book.machine):
            continue
        left, verdict = known.interrupted(job)
        facts += left
        # A certificate of which a sheet is certainly missing is not in doubt, and its money is owed.
        facts += payment_rules.print_ended(book.state, job.payment, job.job, verdict, "interrupted")
    return tuple(facts)
