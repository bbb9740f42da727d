"""Two numbers for one reservation: machines that were cut off from each other may both have checked it in.

One of them counts and is called; the other waits aside, and staff see it beside the first. Which one follows from the
tickets and visits alone, whatever arrived first. Pure.
"""

from __future__ import annotations

from kiosk_app.office.state import Day, Ticket, is_callable, visit_of

UNHEARD = "unheard-"
"""Begins what stands for a booking in facts while nobody at the machine had heard of it (未確認)."""


def place_of(letter: str, start_min: int, lane: int) -> str:
    """A start of a lane: nobody else of this day is promised it."""
    return f"{letter}-{start_min:04}-{lane:02}"


def keep(day: Day, ticket_id: str, ticket: Ticket) -> None:
    """To be called by the fold for each ticket of a reservation."""
    place = place_of(ticket.letter, ticket.start_min, ticket.lane)
    known = day.check_ins.get(place, ())
    if ticket_id not in known:
        day.check_ins[place] = tuple(sorted((*known, ticket_id)))
        if known:
            day.doubled.add(place)


def tickets_at(day: Day, place: str, booking: str = "") -> tuple[str, ...]:
    """Of one reservation, the one that counts first. `booking` is empty where nobody here has heard of it: then of
    whichever reservation is there."""
    found = [group for group in _groups(day, place) if not booking or _is_of(day, group, booking)]
    return found[0] if found else ()


def set_aside(day: Day) -> dict[str, str]:
    """Tickets that are not called, because another one counts for the same reservation: that one."""
    aside: dict[str, str] = {}
    for place in day.doubled:
        for first, *others in _groups(day, place):
            aside.update(dict.fromkeys(others, first))
    return aside


def others_of(day: Day, ticket_id: str) -> tuple[str, ...]:
    """The other numbers of the same reservation."""
    ticket = day.tickets.get(ticket_id)
    if ticket is None or not ticket.booking or not day.doubled:
        return ()
    place = place_of(ticket.letter, ticket.start_min, ticket.lane)
    return tuple(one for group in _groups(day, place) if ticket_id in group for one in group if one != ticket_id)


def _groups(day: Day, place: str) -> list[tuple[str, ...]]:
    """By reservation. One that nobody had heard of is the same as the one that others had, unless they had two: the
    place was then cancelled and taken again, and nobody must wait in vain for the other's sake."""
    by_booking: dict[str, list[str]] = {}
    for ticket_id in day.check_ins.get(place, ()):
        booking = day.tickets[ticket_id].booking
        by_booking.setdefault("" if booking.startswith(UNHEARD) else booking, []).append(ticket_id)
    unheard = by_booking.pop("", [])
    if len(by_booking) == 1:
        (group,) = by_booking.values()
        group += unheard
    elif unheard:
        by_booking[""] = unheard
    return [tuple(sorted(group, key=lambda one: _rank(day, one))) for _, group in sorted(by_booking.items())]


def _is_of(day: Day, group: tuple[str, ...], booking: str) -> bool:
    return any(day.tickets[one].booking == booking or day.tickets[one].booking.startswith(UNHEARD) for one in group)


def _rank(day: Day, ticket_id: str) -> tuple[int, int, str, int]:
    ticket, visit = day.tickets[ticket_id], visit_of(day, ticket_id)
    if ticket.voided or visit.status == "cancelled":
        sort = 4
    elif visit.first_called_utc_ms:
        # Whoever was called once is never overtaken by another number of their own.
        sort = 0
    elif not is_callable(ticket):
        sort = 3
    else:
        sort = 1 if ticket.paper == "issued" else 2
    return sort, ticket.arrival_utc_ms, ticket.machine, ticket.seq
