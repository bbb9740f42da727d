"""Which days and starts a visitor may choose from now: the rules of the catalogue over what is free. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from kiosk_app.office.catalogue import Office, Service, group, is_valid
from kiosk_app.office.catalogue_parts import Booking
from kiosk_app.office.slots import Lane, Start, free_starts

STRIP = 5
"""Days beside each other on a phone."""
NOON_MIN = 12 * 60


class Day(NamedTuple):
    """`free`: starts that may be booked now, each once however many lanes have it."""

    date: date
    free: tuple[Start, ...]


class Cell(NamedTuple):
    """A time of the chosen day. `start` is None where it is sold."""

    at_min: int
    start: Start | None


class Strip(NamedTuple):
    """The days that are shown, and the first days of the neighbouring strips (None at an end)."""

    days: tuple[Day, ...]
    before: date | None
    after: date | None


def booking_of(office: Office, service: Service) -> Booking | None:
    """The rules by which this service is booked; None where it cannot be."""
    rules = group(office, service.group).booking
    return None if rules is None or service.id in rules.not_bookable else rules


def window(rules: Booking, today: date) -> tuple[date, date]:
    """First and last day that may be booked."""
    return today, today + timedelta(days=rules.days_ahead)


def days(free: Mapping[date, Sequence[Start]], rules: Booking, service: Service, now: datetime) -> tuple[Day, ...]:
    """Every planned day of the window. `now`: of the office's zone."""
    first, last = window(rules, now.date())
    return tuple(
        Day(day, tuple(one for one in _once(starts) if may_book(rules, service, day, one, now)))
        for day, starts in sorted(free.items())
        if first <= day <= last and is_valid(service, day)
    )


def may_book(rules: Booking, service: Service, day: date, start: Start, now: datetime) -> bool:
    """Whether the rules let this start be sold online now. That it is free is another question."""
    first, last = window(rules, now.date())
    if not first <= day <= last or day in rules.blackouts or not is_valid(service, day):
        return False
    if service.last_ticket is not None and start.start_min > minutes(service.last_ticket):
        return False
    if day > now.date():
        return True
    now_min = now.hour * 60 + now.minute
    return now_min < minutes(rules.online_until) and start.start_min >= now_min + rules.online_lead_minutes


def chosen_day(shown: Sequence[Day], wanted: date | None) -> Day | None:
    """The one that was asked for, else the next with a free start, else the first."""
    asked = next((one for one in shown if one.date == wanted), None)
    return asked or next((one for one in shown if one.free), None) or next(iter(shown), None)


def strip(shown: Sequence[Day], chosen: Day) -> Strip:
    """The five days among which the chosen one is."""
    at = shown.index(chosen) // STRIP * STRIP
    return Strip(
        tuple(shown[at : at + STRIP]),
        shown[at - STRIP].date if at else None,
        shown[at + STRIP].date if at + STRIP < len(shown) else None,
    )


def cells(lanes: Iterable[Lane], chosen: Day, from_min: int) -> tuple[Cell, ...]:
    """The times of a day from `from_min` on: those that are free, and those of its grid that are sold."""
    found = {one.start_min: Cell(one.start_min, one) for one in chosen.free}
    taken = sorted(found)
    for one in free_starts(lanes, (), "central", from_min):
        until = one.start_min + one.length_min + one.after_min
        if not any(one.start_min <= free < until for free in taken):
            found.setdefault(one.start_min, Cell(one.start_min, None))
    return tuple(found[at] for at in sorted(found))


def earliest_min(rules: Booking, day: date, now: datetime) -> int:
    """From when on times of this day are shown at all: what is past is not said to be sold."""
    return now.hour * 60 + now.minute + rules.online_lead_minutes if day == now.date() else 0


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def clock(of_day_min: int) -> str:
    """10:20, as on the office's doors."""
    return f"{of_day_min // 60}:{of_day_min % 60:02}"


def moment(day: date, of_day_min: int, now: datetime) -> datetime:
    """With the zone of `now`."""
    return datetime.combine(day, time(of_day_min // 60 % 24, of_day_min % 60), now.tzinfo)


def _once(starts: Iterable[Start]) -> Iterable[Start]:
    """One lane of each start is enough to offer it: bookings.hold takes any."""
    by_time: dict[int, Start] = {}
    for one in starts:
        by_time.setdefault(one.start_min, one)
    return by_time.values()
