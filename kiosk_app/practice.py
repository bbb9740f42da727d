"""A small invented office for training mode (研修モード): a few tickets wait, nothing prints, nothing is kept."""

from __future__ import annotations

from datetime import datetime

from kiosk_app.book import PracticeBook
from kiosk_app.clock import Clock
from kiosk_app.loads import stop_of
from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import DayOpened, Fact, PrintEnded, PrintStarted, TicketIssued

TICKETS = 12
EVERY_MS = 3 * 60_000
LANGUAGES = ("ja", "ja", "en", "ja", "easy", "ja")


def new_book(office: Office, clock: Clock) -> PracticeBook:
    """Tickets of every group in turn, the oldest waiting half an hour; numbers from 001."""
    book = PracticeBook(clock)
    now = clock.now_utc_ms()
    local = datetime.fromtimestamp(now / 1000, catalogue.zone(office))
    book.commit("practice", [DayOpened(date=local.date().isoformat(), office=office.id)])
    counts: dict[str, int] = {}
    for index in range(TICKETS):
        group = office.groups[index % 2]
        services = catalogue.services_of(office, group.letter, local.date())
        service = services[index // 2 % len(services)]
        counts[group.letter] = counts.get(group.letter, 0) + 1
        ticket = f"practice-{index}"
        due = now + (index - TICKETS // 2) * EVERY_MS
        facts: list[Fact] = [
            TicketIssued(
                ticket=ticket,
                intent=ticket,
                letter=group.letter,
                number=counts[group.letter],
                stops=(stop_of(office, service),),
                language=LANGUAGES[index % len(LANGUAGES)],
                machine_code="practice",
                due_utc_ms=due,
                estimate_from_utc_ms=due,
                estimate_to_utc_ms=due + 10 * 60_000,
                waiting_ahead=index // 2,
            ),
            PrintStarted(job=f"{ticket}.1", ticket=ticket, attempt=1, printer="practice"),
            PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict="issued"),
        ]
        book.commit("practice", facts)
    return book
