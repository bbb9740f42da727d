"""Times of today that a walk-in may choose at a ticket machine, and the sale of one. Pure; the hub alone sells.

A machine sees what may be sold from the same facts as the hub and asks it for one start. The booking's id follows from
the machine and from the id of the sale, so that whoever asks again after a lost answer is told of the same booking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from kiosk_app.office import catalogue
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Group, Office
from kiosk_app.office.check_in import Booked
from kiosk_app.office.doubles import place_of, tickets_at
from kiosk_app.office.queue import waiting
from kiosk_app.office.slot_days import SlotDay, free_for_office, office_lanes
from kiosk_app.office.slots import Start, free_starts
from kiosk_app.office.state import OfficeState

LEAD_MIN = 15
"""Nearer times are no reason to go out."""
UNTAKEN_MS = 120_000
"""So long after the last answer a time is kept for a machine that has given no ticket for it."""


class TimeOffered(msgspec.Struct, frozen=True, kw_only=True):
    """A start of today, in minutes of the local day. Those that are not free are shown as full."""

    start_min: int
    length_min: int
    free: bool = True


class Sold(NamedTuple):
    """`facts`: nothing where it was sold before, under the same id."""

    booked: Booked
    facts: tuple[f.BookingMade, ...]


NotSold = Literal["time_gone", "not_offered"]


def offers(state: OfficeState, office: Office, local: datetime) -> dict[str, tuple[TimeOffered, ...]]:
    """By letter, of the groups that have any; earliest first."""
    found = {}
    for group in office.groups:
        slot = _slot_of(state, group)
        if slot is not None and (times := _offered(state, slot, group, local)):
            found[group.letter] = times
    return found


def _slot_of(state: OfficeState, group: Group) -> SlotDay | None:
    if group.booking is None or not group.booking.same_day or state.day.closed:
        return None
    return state.slots.get(state.day.date, {}).get(group.letter)


def _offered(state: OfficeState, slot: SlotDay, group: Group, local: datetime) -> tuple[TimeOffered, ...]:
    from_min = first_min(state, group.letter, local)
    free = {one.start_min: one for one in reversed(free_for_office(slot, from_min))}
    planned = {one.start_min: one for one in free_starts(office_lanes(slot), (), "office", from_min)}
    return tuple(
        TimeOffered(start_min=at, length_min=(free.get(at) or planned[at]).length_min, free=at in free)
        for at in sorted({*free, *planned})
    )


def first_min(state: OfficeState, letter: str, local: datetime) -> int:
    """No time is sold before one that a walk-in was promised: so nobody who waits is overtaken."""
    last_utc_ms = max((one.due_utc_ms for one in waiting(state, {letter}) if one.kind == "walk_in"), default=0)
    now_min = local.hour * 60 + local.minute
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    promised_min = -(-(last_utc_ms - int(midnight.timestamp() * 1000)) // 60_000)
    return max(now_min + LEAD_MIN, promised_min)


def booking_of(machine_code: str, sale: str) -> str:
    """As hard to guess as the id of the sale, which follows from a visit's own."""
    return hashlib.sha256(f"hitofuda sale 1|{machine_code}|{sale}".encode()).hexdigest()[:24]


def sell(
    state: OfficeState,
    office: Office,
    local: datetime,
    machine_code: str,
    sale: str,
    service: str,
    start_min: int,
    language: str,
) -> Sold | NotSold:
    wanted = next((one for one in office.services if one.id == service), None)
    group = None if wanted is None else catalogue.group(office, wanted.group)
    slot = None if group is None else _slot_of(state, group)
    if group is None or group.booking is None or slot is None or service in group.booking.not_bookable:
        return "not_offered"
    booking = booking_of(machine_code, sale)
    if (known := slot.bookings.get(booking)) is not None:
        if booking in slot.cancelled or known.start_min != start_min:
            return "time_gone"
        return Sold(_booked(group.letter, booking, service, known), ())
    free = free_for_office(slot, first_min(state, group.letter, local))
    start = next((one for one in free if one.start_min == start_min), None)
    if start is None:
        return "time_gone"
    made = f.BookingMade(
        booking=booking,
        letter=group.letter,
        date=state.day.date,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service=service,
        source="machine",
        language=language,
    )
    return Sold(_booked(group.letter, booking, service, start), (made,))


def _booked(letter: str, booking: str, service: str, one: Start | object) -> Booked:
    lane, start_min, length_min = (getattr(one, name) for name in ("lane", "start_min", "length_min"))
    return Booked(
        letter=letter, lane=lane, start_min=start_min, length_min=length_min, booking=booking, service=service
    )


# --- given back ----------------------------------------------------------------------------------------------------


class Untaken(NamedTuple):
    letter: str
    booking: str
    given_up: bool
    """There was a ticket, and it is void: nobody holds it."""


def untaken(state: OfficeState) -> Iterator[Untaken]:
    """What machines have bought today and nobody has a number for."""
    day = state.day
    for letter, slot in state.slots.get(day.date, {}).items():
        for booking, one in slot.bookings.items():
            if one.source != "machine" or booking in slot.cancelled:
                continue
            tickets = tickets_at(day, place_of(letter, one.start_min, one.lane), booking)
            if not any(not day.tickets[ticket].voided for ticket in tickets):
                yield Untaken(letter, booking, bool(tickets))


def given_back(date: str, one: Untaken) -> f.BookingCancelled:
    return f.BookingCancelled(booking=one.booking, letter=one.letter, date=date, by="visitor")
