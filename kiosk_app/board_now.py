"""The office as phones shall see it at this moment (office/board.py), made from the folds. Nothing in it is personal.

A range is told where the ticket itself carries one that is still to come; who was called, put aside or is done has
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kiosk_app.loads import Load
from kiosk_app.office import calendar, catalogue
from kiosk_app.office.board import Board, GroupNow, TicketNow, TicketState
from kiosk_app.office.catalogue import Office
from kiosk_app.office.queue import Waiting, waiting
from kiosk_app.office.state import (
    NOT_ON_PAPER,
    Day,
    OfficeState,
    Ticket,
    Visit,
    current_stop,
    number_text,
    visit_of,
)
from kiosk_app.office.suspensions import office_now

TICKETS_MAX = 3_000
"""Of a day; the earliest that are over are left out first."""


def board(state: OfficeState, office: Office, now_utc_ms: int, loads: Mapping[str, Load]) -> Board:
    """`loads` by letter."""
    day = state.day
    if not day.date or day.closed:
        return Board(office=office.id, as_of_utc_ms=now_utc_ms, date="")
    local = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    here = office_now(office, state, now_utc_ms)
    line = waiting(state)
    shown = sorted(day.tickets, key=lambda key: (key not in day.live, -day.tickets[key].issued_utc_ms))[:TICKETS_MAX]
    places = _places(line)
    return Board(
        office=office.id,
        as_of_utc_ms=now_utc_ms,
        date=day.date,
        groups=tuple(_group(here, day, letter, loads[letter], local) for letter in sorted(loads)),
        tickets=tuple(one for key in shown if (one := _ticket(day, key, places.get(key, 0), now_utc_ms)) is not None),
    )


def _places(line: list[Waiting]) -> dict[str, int]:
    """How many of the same line are called before each."""
    seen: dict[tuple[str, int], int] = {}
    found = {}
    for one in line:
        key = one.stop.group, one.counter
        found[one.ticket_id] = seen.get(key, 0)
        seen[key] = found[one.ticket_id] + 1
    return found


def _group(office: Office, day: Day, letter: str, load: Load, local: datetime) -> GroupNow:
    told = calendar.opening(office, catalogue.group(office, letter), local)
    is_open = isinstance(told, calendar.Open)
    counters = sum(1 for one in day.counters.values() if one.state == "open" and letter in one.groups)
    return GroupNow(
        letter=letter,
        waiting=load.waiting,
        from_utc_ms=load.from_utc_ms if is_open and load.is_told else 0,
        to_utc_ms=load.to_utc_ms if is_open and load.is_told else 0,
        counters=counters,
        closed="" if isinstance(told, calendar.Open) else calendar.sentence(office, told, local, "ja"),
    )


def _ticket(day: Day, key: str, ahead: int, now_utc_ms: int) -> TicketNow | None:
    ticket, visit = day.tickets[key], visit_of(day, key)
    if ticket.source == "unheard" or (ticket.paper in NOT_ON_PAPER and ticket.voided):
        return None
    state = _state(day, key, ticket, visit)
    is_told = state == "waiting" and ticket.estimate_to_utc_ms > now_utc_ms
    return TicketNow(
        ticket=key,
        number=number_text(ticket.letter, ticket.number),
        letter=ticket.letter,
        state=state,
        ahead=ahead if state in ("waiting", "second_stage") else 0,
        from_utc_ms=max(now_utc_ms, ticket.estimate_from_utc_ms) if is_told else 0,
        to_utc_ms=ticket.estimate_to_utc_ms if is_told else 0,
        counter=visit.counter if visit.call else 0,
    )


def _state(day: Day, key: str, ticket: Ticket, visit: Visit) -> TicketState:
    match visit.status:
        case "called":
            return "called"
        case "held":
            return "held"
        case "no_show":
            return "missed"
        case "cancelled":
            return "cancelled"
    if ticket.voided:
        return "cancelled"
    if visit.stage == "handover":
        return "second_stage"
    return "waiting" if current_stop(day, key) is not None else "done"
