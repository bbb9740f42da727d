"""Folds of tickets: their numbers, their paper. Written by each ticket's own machine."""

from __future__ import annotations

import bisect
from collections.abc import Collection

from msgspec.structs import replace

from kiosk_app.office import doubles
from kiosk_app.office import facts as f
from kiosk_app.office.facts_floor import VISITOR
from kiosk_app.office.fold_base import Origin, remember, settle
from kiosk_app.office.state import (
    AnsweredIntent,
    CancellationWish,
    Day,
    Lease,
    OfficeState,
    Paper,
    PrintJob,
    Ticket,
    number_text,
)

CERTAINTY: dict[Paper, int] = {"none": 0, "not_issued": 1, "unknown": 2, "maybe": 3, "uncut": 4, "issued": 5}


def numbers_leased(state: OfficeState, origin: Origin, fact: f.NumbersLeased) -> None:
    lease = Lease(machine_code=fact.machine_code, first=fact.first, last=fact.last)
    # In the order of the numbers: two hubs may have leased on one day.
    bisect.insort(state.day.leases.setdefault(fact.letter, []), lease, key=_range_of)


def _range_of(lease: Lease) -> tuple[int, int, str]:
    return lease.first, lease.last, lease.machine_code


def ticket_issued(state: OfficeState, origin: Origin, fact: f.TicketIssued) -> None:
    day = state.day
    if fact.ticket in day.tickets:
        return
    arrival = fact.arrival_utc_ms
    if not arrival:
        arrival = max(origin.at_utc_ms, day.arrivals.get(origin.machine, 0))
        day.arrivals[origin.machine] = arrival
    ticket = Ticket(
        letter=fact.letter,
        number=fact.number,
        machine=origin.machine,
        seq=origin.seq,
        machine_code=fact.machine_code,
        language=fact.language,
        stops=fact.stops,
        promise=fact.promise,
        # Whoever has waited for an hour has, whatever number they hold now.
        issued_utc_ms=fact.arrival_utc_ms or origin.at_utc_ms,
        arrival_utc_ms=arrival,
        due_utc_ms=fact.due_utc_ms,
        estimate_from_utc_ms=fact.estimate_from_utc_ms,
        estimate_to_utc_ms=fact.estimate_to_utc_ms,
        waiting_ahead=fact.waiting_ahead,
        by_staff=fact.by_staff,
        undated=fact.undated,
        paper=known_paper(_papers(day.jobs[fact.ticket])) if fact.ticket in day.jobs else "none",
        booking=fact.booking,
        lane=fact.lane,
        start_min=fact.start_min,
        length_min=fact.length_min,
    )
    add_ticket(day, fact.ticket, ticket)
    settle(day, fact.ticket)
    day.intents[fact.intent] = AnsweredIntent(ticket=fact.ticket, kind="TicketIssued")
    if fact.by_staff:
        remember(day, origin, fact, fact.ticket, reason=f"{fact.replaces}の出し直し" if fact.replaces else "")


def add_ticket(day: Day, ticket_id: str, ticket: Ticket) -> None:
    day.tickets[ticket_id] = ticket
    day.by_number[number_text(ticket.letter, ticket.number)] = ticket_id
    day.used.setdefault(ticket.letter, set()).add(ticket.number)
    if ticket.booking:
        doubles.keep(day, ticket_id, ticket)


def stop_added(state: OfficeState, origin: Origin, fact: f.StopAdded) -> None:
    day = state.day
    stops = (*day.added.get(fact.ticket, ()), (origin.machine, origin.seq, fact.stop))
    day.added[fact.ticket] = tuple(sorted(stops, key=lambda added: added[:2]))
    day.intents[fact.intent] = AnsweredIntent(ticket=fact.ticket, kind="StopAdded")
    settle(day, fact.ticket)


def ticket_voided(state: OfficeState, origin: Origin, fact: f.TicketVoided) -> None:
    ticket = state.day.tickets.get(fact.ticket)
    if ticket is not None:
        state.day.tickets[fact.ticket] = replace(ticket, voided=fact.reason)
        settle(state.day, fact.ticket)


def cancellation_asked(state: OfficeState, origin: Origin, fact: f.CancellationAsked) -> None:
    """Until the hub has answered."""
    remember(state.day, origin, fact, fact.ticket, reason=fact.reason)
    wish = CancellationWish(reason=fact.reason, staff_code=fact.staff_code, intent=fact.intent)
    state.day.cancellations[fact.ticket] = wish


def give_back_asked(state: OfficeState, origin: Origin, fact: f.GiveBackAsked) -> None:
    """As above. Of a number of another day nothing is left to give back."""
    day = state.day
    if fact.ticket in day.tickets and not day.closed:
        day.cancellations[fact.ticket] = CancellationWish(reason="", staff_code=VISITOR, intent=fact.intent)


def cancellation_refused(state: OfficeState, origin: Origin, fact: f.CancellationRefused) -> None:
    state.day.cancellations.pop(fact.ticket, None)


def print_started(state: OfficeState, origin: Origin, fact: f.PrintStarted) -> None:
    _paper(state.day, origin, fact.ticket, fact.job, "started")
    if fact.intent:
        state.day.intents[fact.intent] = AnsweredIntent(ticket=fact.ticket, kind="PrintStarted")
    if fact.attempt > 1:
        remember(state.day, origin, fact, fact.ticket)


def print_ended(state: OfficeState, origin: Origin, fact: f.PrintEnded) -> None:
    _paper(state.day, origin, fact.ticket, fact.job, fact.verdict)


def _paper(day: Day, origin: Origin, ticket_id: str, job: str, paper: Paper) -> None:
    jobs = day.jobs.setdefault(ticket_id, {})
    jobs[job] = PrintJob(machine=origin.machine, paper=paper)
    ticket = day.tickets.get(ticket_id)
    if ticket is not None:
        # Of the pad somebody holds a sheet, whatever becomes of a print.
        known = "issued" if ticket.source else paper if len(jobs) == 1 else known_paper(_papers(jobs))
        day.tickets[ticket_id] = replace(ticket, paper=known)
        settle(day, ticket_id)


def _papers(jobs: dict[str, PrintJob]) -> list[Paper]:
    return [job.paper for job in jobs.values()]


def known_paper(papers: Collection[Paper]) -> Paper:
    """Of all prints of a ticket. A later one that failed does not take away the paper of an earlier one."""
    return "started" if "started" in papers else max(papers, key=CERTAINTY.__getitem__, default="none")
