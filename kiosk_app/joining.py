"""How a ticket machine that has its hub elsewhere comes into a business day: by the hub's word, or alone while cut off.

Its own chain says so before the first ticket. A machine whose clock is in doubt and that cannot ask goes on printing,
from numbers of its own; when it learns what day it is, the tickets of that time come into the right day.
"""

from __future__ import annotations

from datetime import datetime

from kiosk_app.book import Book
from kiosk_app.office import calendar, checkpoints
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import Day, stops_of
from offline_store.errors import StoreFull
from offline_store.salvage import base_name

ACTOR = "core"


def no_day(book: Book) -> str:
    """Why no number may be given: "closed" where no day is open, or none that this machine's own chain knows."""
    day = book.state.day
    joined = book.state.machine_days.get(book.machine, "")
    return "closed" if day.closed or not day.date or joined != day.date else ""


def obstacle(book: Book, office: Office, local: datetime | None) -> str:
    """Why this machine may give no number now: its day is joined first, if that has not been possible before."""
    try:
        join_day(book, office, local)
    except StoreFull:
        return "disk_full"
    return no_day(book)


def join_day(book: Book, office: Office, local: datetime | None) -> None:
    """Whenever time has passed. `local`: None while the clock is in doubt. Raises StoreFull."""
    date = book.state.day.date
    if local is not None and local.date().isoformat() > date and calendar.business_day(office, local.date()):
        date = local.date().isoformat()
    joined = book.state.machine_days.get(book.machine, "")
    if date > joined or (local is not None and date and _undated(book)):
        join(book, date)


def join(book: Book, date: str) -> None:
    """Before anything of that day is folded, so that what is carried into it is still known. Raises StoreFull."""
    old = book.state.day
    joined: list[f.Fact] = [f.DayJoined(date=date)]
    if date > old.date:
        joined.append(checkpoints.of_machine(book.state, date))
        joined += [fact for key in _undated(book) for fact in _again(old, key)]
    book.commit(ACTOR, joined)


def _undated(book: Book) -> list[str]:
    """Tickets of this machine that may be of another day than their chain says, in the order of their issue."""
    own = base_name(book.machine)
    tickets = book.state.day.tickets
    found = [key for key, ticket in tickets.items() if ticket.undated and base_name(ticket.machine) == own]
    return sorted(found, key=lambda key: (tickets[key].machine, tickets[key].seq))


def _again(day: Day, key: str) -> list[f.Fact]:
    ticket = day.tickets[key]
    if ticket.voided:
        return []
    intents = (i for i, answer in day.intents.items() if answer.ticket == key and answer.kind == "TicketIssued")
    issued = f.TicketIssued(
        ticket=key,
        intent=next(intents, ""),
        letter=ticket.letter,
        number=ticket.number,
        stops=stops_of(day, key),
        language=ticket.language,
        machine_code=ticket.machine_code,
        due_utc_ms=ticket.due_utc_ms,
        estimate_from_utc_ms=ticket.estimate_from_utc_ms,
        estimate_to_utc_ms=ticket.estimate_to_utc_ms,
        waiting_ahead=ticket.waiting_ahead,
        by_staff=ticket.by_staff,
        carried_from=day.date,
    )
    printed: list[f.Fact] = []
    for attempt, (job, known) in enumerate(sorted(day.jobs.get(key, {}).items()), 1):
        printed.append(f.PrintStarted(job=job, ticket=key, attempt=attempt, printer="printer"))
        if known.paper != "none" and known.paper != "started":
            printed.append(f.PrintEnded(job=job, ticket=key, verdict=known.paper, cause="carried"))
    return [issued, *printed]
