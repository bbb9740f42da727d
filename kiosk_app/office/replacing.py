"""A number given in place of another to the same visitor: whoever was asked the wrong question need not wait again.

Both facts are of the ticket's own machine, so that this works while the machine is cut off. Pure.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.state import Day, current_stop, number_of, visit_of


def keeps_its_place(day: Day, ticket_id: str) -> bool:
    """Only who waits and was never called: somebody at a counter, or on hold, is for that counter to send on."""
    ticket, visit = day.tickets.get(ticket_id), visit_of(day, ticket_id)
    if ticket is None or ticket.voided or visit.status != "waiting" or visit.first_called_utc_ms or visit.ready_utc_ms:
        return False
    return current_stop(day, ticket_id) is not None


def replaced(day: Day, old: str, issued: f.TicketIssued) -> tuple[tuple[f.TicketVoided, ...], f.TicketIssued]:
    """What must be kept before `issued`, and `issued` with the place of `old`; unchanged where `old` is empty."""
    if not old:
        return (), issued
    ticket = day.tickets[old]
    kept = replace(
        issued, replaces=number_of(day, old), arrival_utc_ms=ticket.arrival_utc_ms, due_utc_ms=ticket.due_utc_ms
    )
    if issued.letter == ticket.letter and ticket.booking:
        kept = replace(
            kept,
            booking=ticket.booking,
            lane=ticket.lane,
            start_min=ticket.start_min,
            length_min=ticket.length_min,
            promise=ticket.promise,
        )
    if issued.stops and ticket.stops and issued.stops[0].group == ticket.stops[0].group:
        # In the same line nothing that the old paper told has changed.
        kept = replace(
            kept,
            estimate_from_utc_ms=ticket.estimate_from_utc_ms,
            estimate_to_utc_ms=ticket.estimate_to_utc_ms,
            waiting_ahead=ticket.waiting_ahead,
        )
    return (f.TicketVoided(ticket=old, reason="abandoned"),), kept
