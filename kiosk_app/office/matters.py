"""How much of a day's slots a matter takes, from the minutes that the catalogue gives it. Pure.

Whoever sells asks here: the pages and the telephone at central, a counter and a ticket machine at the hub.
"""

from __future__ import annotations

from datetime import date

from kiosk_app.office.catalogue import WEEKDAYS, Group, Service
from kiosk_app.office.catalogue_parts import SlotPlan
from kiosk_app.office.slots import Need, Stretch


def plan_of(group: Group, day: date) -> SlotPlan | None:
    """The lanes of that weekday; None where nobody can reserve a time."""
    if group.booking is None or day in group.booking.blackouts:
        return None
    return next((one for one in group.booking.plans if WEEKDAYS[day.weekday()] in one.weekdays), None)


def need_of(group: Group, service: Service, day: date, people: int = 1) -> Need:
    """Of a day that the catalogue has no lanes for, what is planned there after all says how many slots it takes."""
    plan = plan_of(group, day)
    if plan is None:
        return Need(service.minutes, people=people)
    return Need(service.minutes, plan.length_minutes, plan.after_minutes, people)


def fits(group: Group, service: Service) -> bool:
    """Whether a lane of any weekday is ever open for as long as it takes: false, and nobody can book it."""
    return group.booking is not None and any(_fits(plan, service) for plan in group.booking.plans)


def _fits(plan: SlotPlan, service: Service) -> bool:
    at, longest = _minute(plan.start), 0
    for closed in sorted(plan.closed, key=lambda one: one.start):
        longest, at = max(longest, _minute(closed.start) - at), max(at, _minute(closed.until))
    longest = max(longest, _minute(plan.until) - at)
    slot = Stretch(start_min=0, until_min=1, length_min=plan.length_minutes, after_min=plan.after_minutes)
    return Need(service.minutes).places(slot) * slot.pitch_min <= longest


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])
