"""What a fact of central's can say of this office at all: days that can be booked, lanes and minutes that exist. Pure.

Central sells by the hub's plans alone. A server that is broken or was taken over could otherwise fill an office with
promises of years to come, which nobody would ever look at and no day would ever forget.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.office.slots import DAY_MIN, LANES_MAX
from kiosk_app.office.state import OfficeState

SLACK_DAYS = 2
"""Its clock may be ahead, and it may be tomorrow there."""
NAME_MAX = 64
Fault = Literal["", "no_such_day", "day_ahead", "no_such_group", "no_such_time", "too_long"]
_OF_A_DAY = f.PlanTaken | f.OnlineClosed | f.BookingMade | f.BookingCancelled


def fault(office: Office, state: OfficeState, today: date, fact: f.Fact) -> Fault:
    """Why it cannot be true; empty where it can. What is of a day that is over is nothing any more, and goes by itself.
    `today`: as the clock has it, or the day that is open where that is later."""
    if isinstance(fact, f.GiveBackAsked):
        return "too_long" if max(len(fact.ticket), len(fact.intent)) > NAME_MAX else ""
    if not isinstance(fact, _OF_A_DAY):
        return ""
    if (day := _day(fact.date)) is None:
        return "no_such_day"
    if fact.date < state.day.date:
        return ""
    known = state.slots.get(fact.date, {}).get(fact.letter)
    if known is None or not known.plans:
        # Not planned here, or not yet: a catalogue of before may have planned further ahead.
        if day > today + timedelta(days=_days_ahead(office) + SLACK_DAYS):
            return "day_ahead"
        if known is None and fact.letter not in {group.letter for group in office.groups}:
            return "no_such_group"
    if isinstance(fact, f.BookingMade):
        return _of_a_booking(fact)
    return ""


def _of_a_booking(fact: f.BookingMade) -> Fault:
    if max(map(len, (fact.booking, fact.service, fact.language, fact.replaces, fact.intent))) > NAME_MAX:
        return "too_long"
    until = fact.start_min + fact.length_min + fact.after_min
    lane, after = 1 <= fact.lane <= LANES_MAX, fact.after_min >= 0
    return (
        "" if lane and after and fact.start_min >= 0 and fact.length_min >= 1 and until <= DAY_MIN else "no_such_time"
    )


def _days_ahead(office: Office) -> int:
    return max((group.booking.days_ahead for group in office.groups if group.booking is not None), default=0)


def _day(text: str) -> date | None:
    """As facts write it, 2026-04-06: days are compared as texts."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
