"""A small invented office for training mode (研修モード): a few tickets wait, nothing prints, nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drivers.ports import PrinterStatus, PrintOutcome, TicketPaper
from kiosk_app.book import Book, PracticeBook
from kiosk_app.clock import new_id
from kiosk_app.issuing import Issuer, Promise, Wish
from kiosk_app.loads import estimate_for, stop_of
from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office, Service
from kiosk_app.office.facts import DayOpened, Fact, NumbersLeased, PrintEnded, PrintStarted, TicketIssued

TICKETS = 12
EVERY_MS = 3 * 60_000
LANGUAGES = ("ja", "ja", "en", "ja", "easy", "ja")
MACHINE_CODE = "p1"
LEASED = 600
"""More than anybody can issue in one training."""


class NoPaper:
    """The printer of training mode: always well, prints nothing."""

    name = "practice"
    status: PrinterStatus = "ready"

    async def preflight(self) -> PrinterStatus:
        return self.status

    async def print_ticket(self, paper: TicketPaper, job: str) -> PrintOutcome:
        return PrintOutcome("issued")


@dataclass(frozen=True)
class _Then:
    """A clock that stands in the past, for what has happened before the training began."""

    utc_ms: int

    def now_utc_ms(self) -> int:
        return self.utc_ms

    def new_id(self) -> str:
        return new_id()


def office_for(office: Office, real: Book) -> tuple[PracticeBook, Issuer]:
    """Tickets of every group in turn, the oldest waiting half an hour; numbers from 001. Reads only the clock of
    `real`, and wakes its views."""
    clock = real.clock
    book = PracticeBook(clock)
    book.changed = real.changed
    now = clock.now_utc_ms()
    today = datetime.fromtimestamp(now / 1000, catalogue.zone(office)).date()
    offered = [found for g in office.groups if (found := catalogue.services_of(office, g.letter, today))]
    book.clock = _Then(now - TICKETS * EVERY_MS)
    book.commit("practice", [DayOpened(date=today.isoformat(), office=office.id)])
    leases = [NumbersLeased(machine_code=MACHINE_CODE, letter=g.letter, first=1, last=LEASED) for g in office.groups]
    book.commit("practice", leases)
    counts: dict[str, int] = {}
    for index in range(TICKETS if offered else 0):
        services = offered[index % len(offered)]
        service = services[index // len(offered) % len(services)]
        counts[service.group] = counts.get(service.group, 0) + 1
        then = now - (TICKETS - index) * EVERY_MS
        book.clock = _Then(then)
        book.commit("practice", _ticket(office, service, index, counts[service.group], then))
    book.clock = clock
    return book, _issuer(office, book)


def _ticket(office: Office, service: Service, index: int, number: int, issued_utc_ms: int) -> list[Fact]:
    ticket = f"practice-{index}"
    due = issued_utc_ms + TICKETS // 2 * EVERY_MS
    return [
        TicketIssued(
            ticket=ticket,
            intent=ticket,
            letter=service.group,
            number=number,
            stops=(stop_of(office, service),),
            language=LANGUAGES[index % len(LANGUAGES)],
            machine_code=MACHINE_CODE,
            due_utc_ms=due,
            estimate_from_utc_ms=due,
            estimate_to_utc_ms=due + 10 * 60_000,
            waiting_ahead=number - 1,
        ),
        PrintStarted(job=f"{ticket}.1", ticket=ticket, attempt=1, printer="practice"),
        PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict="issued"),
    ]


def _issuer(office: Office, book: PracticeBook) -> Issuer:
    def promise(wish: Wish) -> Promise:
        service = catalogue.service(office, wish.stop.service)
        told = estimate_for(book.state, office, service, book.clock.now_utc_ms())
        return Promise(told.due_utc_ms, told.from_utc_ms, told.to_utc_ms, told.waiting_ahead)

    return Issuer(
        book,
        NoPaper(),
        MACHINE_CODE,
        incarnation=lambda: 0,
        promise=promise,
        paper=lambda ticket, again: TicketPaper(()),
        obstacle=lambda: "",
    )
