"""A number that is called before its ticket has arrived: what stands for the ticket until then, and when it has come.

Only the hub calls, and only the hub says in its own chain that a number and a ticket are the same (`NumberMatched`):
so every machine folds the same, whatever arrives first.
"""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.state import STAND_IN, Day, OfficeState, number_text, stops_of
from kiosk_app.office.times import parse_number


def arrived(day: Day, ticket_id: str) -> str:
    """The ticket that has come in the place of this one: a console may still show what stood for it."""
    if not ticket_id.startswith(STAND_IN) or ticket_id in day.tickets:
        return ticket_id
    return day.by_number.get(ticket_id.removeprefix(STAND_IN), ticket_id)


def meant(day: Day, ticket_id: str, typed: str) -> str:
    """The ticket of today that staff named by its id or by a number that they typed; empty when there is none."""
    number = None if ticket_id else parse_number(typed)
    return arrived(day, ticket_id) if number is None else day.by_number.get(number_text(*number), "")


def matches(state: OfficeState) -> tuple[f.NumberMatched, ...]:
    """For the hub to write as soon as a ticket has arrived whose number it has called. Asking again gives nothing."""
    day = state.day
    found = []
    for stand_in in sorted(day.stand_ins):
        ticket = day.by_number.get(stand_in.removeprefix(STAND_IN), stand_in)
        if ticket != stand_in:
            found.append(_match(day, stand_in, ticket))
    return tuple(found)


def _match(day: Day, stand_in: str, ticket: str) -> f.NumberMatched:
    """What staff heard from the visitor is right where the ticket says something else."""
    (said,) = day.tickets[stand_in].stops
    stops = stops_of(day, ticket)
    if not stops or any(stop.service == said.service for stop in stops):
        return f.NumberMatched(stand_in=stand_in, ticket=ticket)
    return f.NumberMatched(stand_in=stand_in, ticket=ticket, from_service=stops[0].service, stop=said)
