"""What a ticket machine shows of the times of today, and which of those that machines bought nobody has a number for.

What may be sold is decided in same_day.py, by the hub alone; a machine sees it from the same facts, a moment later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date as Day
from typing import NamedTuple

import msgspec

from kiosk_app.office import facts as f
from kiosk_app.office import matters, same_day
from kiosk_app.office.catalogue import Office
from kiosk_app.office.doubles import place_of, tickets_at
from kiosk_app.office.queue import waiting
from kiosk_app.office.slot_days import SlotDay, free_for_office, office_lanes
from kiosk_app.office.slot_plans import slot_day
from kiosk_app.office.slots import Need, free_starts
from kiosk_app.office.state import OfficeState

UNTAKEN_MS = 120_000
"""So long after the last answer a time is kept for a machine that has given no ticket for it."""


class TimeOffered(msgspec.Struct, frozen=True, kw_only=True):
    """A start of today, in minutes of the local day. Those that are not free are shown as full."""

    start_min: int
    length_min: int
    free: bool = True


def shown_times(
    state: OfficeState, office: Office, told: Mapping[str, same_day.Promised], now_utc_ms: int
) -> dict[str, tuple[TimeOffered, ...]]:
    """By service, of those that have any; earliest first. `told`: what a walk-in would be promised now."""
    date, line = state.day.date, waiting(state)
    found: dict[str, tuple[TimeOffered, ...]] = {}
    for group in office.groups:
        if group.booking is None or not group.booking.same_day or not date or state.day.closed:
            continue
        slot = slot_day(state, date, group.letter)
        first = same_day.not_before_min(state, office, group.letter, told[group.letter], line, now_utc_ms)
        by_need: dict[Need, tuple[TimeOffered, ...]] = {}
        for service in office.services:
            if not same_day.can_be_booked(service, group, date):
                continue
            need = matters.need_of(group, service, Day.fromisoformat(date))
            if need not in by_need:
                by_need[need] = _times(slot, first, need)
            if by_need[need]:
                found[service.id] = by_need[need]
    return found


def _times(slot: SlotDay, first: int, need: Need) -> tuple[TimeOffered, ...]:
    """None where nothing is free."""
    free = {one.start_min: one for one in reversed(free_for_office(slot, first, need))}
    if not free:
        return ()
    planned = {one.start_min: one for one in free_starts(office_lanes(slot), (), "office", first, need)}
    return tuple(
        TimeOffered(start_min=at, length_min=(free.get(at) or planned[at]).length_min, free=at in free)
        for at in sorted({*free, *planned})
    )


class Asked(Mapping[str, tuple[TimeOffered, ...]]):
    """`shown_times`, worked out when a screen first asks for it: most touches of a day ask for nothing."""

    def __init__(self, work_out: Callable[[], Mapping[str, tuple[TimeOffered, ...]]]) -> None:
        self._work_out = work_out
        self._known: Mapping[str, tuple[TimeOffered, ...]] | None = None

    def _all(self) -> Mapping[str, tuple[TimeOffered, ...]]:
        if self._known is None:
            self._known = self._work_out()
        return self._known

    def __getitem__(self, service: str) -> tuple[TimeOffered, ...]:
        return self._all()[service]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


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
