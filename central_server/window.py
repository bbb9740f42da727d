"""When a start can be booked online, and until when a booking can be changed: the catalogue's rules. Pure.

Pages show by these rules what can be chosen, and whoever sells asks them again in the moment of selling.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from kiosk_app.office import catalogue, matters
from kiosk_app.office.catalogue_parts import WEEKDAYS, Booking, Group, Office, Service
from kiosk_app.office.slots import Places, Start

Shut = Literal["not_bookable", "no_such_day", "too_far", "closed", "too_late"]


class Days(NamedTuple):
    """Both included."""

    first: date
    last: date


def booking_of(office: Office, letter: str) -> Booking | None:
    group = _group(office, letter)
    return None if group is None else group.booking


def bookable(office: Office, service: Service) -> bool:
    """Whether anybody can book this service at all."""
    rules = booking_of(office, service.group)
    return rules is not None and service.id not in rules.not_bookable and fits(office, service)


def fits(office: Office, service: Service) -> bool:
    """False for one that takes longer than any lane of its group is ever open."""
    group = _group(office, service.group)
    return group is not None and matters.fits(group, service)


def places(office: Office, letter: str, service: str, people: int = 1) -> Callable[[date], Places]:
    """How many slots in a row it takes on each day. Where it is no service of that group it cannot be booked at all."""
    group, offered = _group(office, letter), _service(office, letter, service)
    if group is None or offered is None:
        return lambda day: people
    return lambda day: matters.need_of(group, offered, day, people)


def days(office: Office, letter: str, now: datetime) -> Days | None:
    """Those that can be asked for now; None for a group that nobody can book."""
    rules = booking_of(office, letter)
    if rules is None:
        return None
    today = now.astimezone(catalogue.zone(office)).date()
    return Days(today, today + timedelta(days=rules.days_ahead))


def moment(office: Office, day: date, minute: int) -> datetime:
    """A minute of the office's local day, with its zone."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=catalogue.zone(office))
    return midnight + timedelta(minutes=minute)


def shut(office: Office, letter: str, service: str, day: date, start_min: int, now: datetime) -> Shut | None:
    """Why this start cannot be booked online now, whoever has booked what; None where it can."""
    if (why := shut_day(office, letter, service, day, now)) is not None:
        return why
    rules, offered = booking_of(office, letter), _service(office, letter, service)
    if rules is None or offered is None or not _at_this_time(offered, start_min):
        return "not_bookable"
    if moment(office, day, start_min) < now + timedelta(minutes=rules.online_lead_minutes):
        return "too_late"
    return None


def shut_day(office: Office, letter: str, service: str, day: date, now: datetime) -> Shut | None:
    """Why nothing of this day can be booked online now."""
    rules, asked = booking_of(office, letter), days(office, letter, now)
    offered = _service(office, letter, service)
    if rules is None or asked is None or offered is None or not bookable(office, offered):
        return "not_bookable"
    if not catalogue.is_valid(offered, day) or (offered.weekdays and WEEKDAYS[day.weekday()] not in offered.weekdays):
        return "not_bookable"
    if day < asked.first:
        return "too_late"
    if day > asked.last:
        return "too_far"
    if day in rules.blackouts:
        return "no_such_day"
    if now >= moment(office, day, minutes(rules.online_until)):
        return "closed"
    return None


def open_starts(
    office: Office, letter: str, service: str, free: Mapping[date, Sequence[Start]], now: datetime
) -> dict[date, tuple[Start, ...]]:
    """Of what is free (Availability), in order of time, what can be booked now. Days on which nothing can be are in it
    too, without a start."""
    found: dict[date, tuple[Start, ...]] = {}
    rules, offered = booking_of(office, letter), _service(office, letter, service)
    for day, starts in free.items():
        if rules is None or offered is None or shut_day(office, letter, service, day, now) is not None:
            found[day] = ()
            continue
        lead = now + timedelta(minutes=rules.online_lead_minutes)
        first_min = max(0, -((moment(office, day, 0) - lead) // timedelta(minutes=1)))
        kept = starts[bisect_left(starts, first_min, key=lambda one: one.start_min) :]
        if offered.hours or offered.last_ticket is not None:
            kept = [one for one in kept if _at_this_time(offered, one.start_min)]
        found[day] = tuple(kept)
    return found


def change_until(office: Office, letter: str, day: date, start_min: int) -> datetime:
    """Until before this moment a visitor may change or cancel online; later only a person can. With its zone."""
    rules = booking_of(office, letter)
    return moment(office, day, start_min) - timedelta(minutes=rules.cancel_until_minutes if rules else 0)


def minutes(clock: str) -> int:
    """Of the day: 8:30 is 510."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _group(office: Office, letter: str) -> Group | None:
    return next((group for group in office.groups if group.letter == letter), None)


def _service(office: Office, letter: str, service: str) -> Service | None:
    return next((one for one in office.services if one.id == service and one.group == letter), None)


def _at_this_time(offered: Service, start_min: int) -> bool:
    if offered.last_ticket is not None and start_min >= minutes(offered.last_ticket):
        return False
    spans = [(minutes(one.start), minutes(one.until)) for one in offered.hours]
    return not spans or any(start <= start_min < until for start, until in spans)
