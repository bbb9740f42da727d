"""Time of today that is promised or may still be sold online: what a walk-in who comes now must be told. Pure.

Whoever has checked in stands in the line and is counted there.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk_app.office.catalogue import Office
from kiosk_app.office.doubles import place_of, tickets_at
from kiosk_app.office.queue import Waiting, is_callable_now
from kiosk_app.office.simulation import Booked
from kiosk_app.office.slot_days import Booked as Promised
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slot_times import MINUTE_MS, utc_ms_of
from kiosk_app.office.slots import Start, free_starts
from kiosk_app.office.state import Day, OfficeState, visit_of


def ticket_for(day: Day, letter: str, booking: str, one: Promised) -> str:
    """The number by which it was checked in today; empty while it is not. One that was cancelled or never came out of
    the printer is of no use to anybody."""
    found = tickets_at(day, place_of(letter, one.start_min, one.lane), booking)
    if not found or day.tickets[found[0]].voided or visit_of(day, found[0]).status == "cancelled":
        return ""
    return found[0]


def not_here(line: Iterable[Waiting], now_utc_ms: int) -> list[Booked]:
    """Of those who wait: who chose a time and may be outside until just before it."""
    return [
        Booked(one.stop.group, one.ticket.lane, one.due_utc_ms, one.due_utc_ms + one.ticket.length_min * MINUTE_MS)
        for one in line
        if not is_callable_now(one, now_utc_ms)
    ]


def booked(state: OfficeState, office: Office, now_utc_ms: int) -> list[Booked]:
    """For estimates(): promises whose visitor is not here yet, and what central may still sell. Later than the grace
    nobody is expected: who comes then waits as one who has just come."""
    day, days = state.day, state.slots.get(state.day.date)
    if not days:
        return []
    midnight = utc_ms_of(office, day.date, 0)
    now_min = (now_utc_ms - midnight) // MINUTE_MS
    found: list[Booked] = []
    for group in office.groups:
        known = days.get(group.letter)
        if known is None or group.booking is None:
            continue
        expected = [
            (one.start_min, one.lane, one.start_min + one.length_min + one.after_min)
            for booking, one in known.bookings.items()
            if one.start_min + group.booking.grace_minutes >= now_min
            and booking not in known.cancelled
            and booking not in known.missed
            and not ticket_for(day, group.letter, booking, one)
        ]
        unsold = online_starts(known, now_min + group.booking.online_lead_minutes)
        expected += [(one.start_min, one.lane, one.until_min) for one in unsold]
        found += [
            Booked(group.letter, lane, midnight + start * MINUTE_MS, midnight + until * MINUTE_MS)
            for start, lane, until in sorted(expected)
        ]
    return found


def online_starts(day: SlotDay, from_min: int) -> list[Start]:
    """What central may sell by the plan that it has taken or by any later one; none of them twice."""
    if day.closed:
        return []
    promises = day.promises()
    starts = {one for plan in day.plans for one in free_starts(plan.lanes, promises, "central", from_min)}
    if len(day.plans) < 2:
        return sorted(starts)
    kept: list[Start] = []
    until: dict[int, int] = {}
    for one in sorted(starts):
        if one.start_min >= until.get(one.lane, 0):
            kept.append(one)
            until[one.lane] = one.until_min
    return kept
