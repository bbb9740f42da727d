"""Closures that have not begun: whoever comes in the morning is told that the office closes at two. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from kiosk_app.office import calendar, catalogue
from kiosk_app.office.catalogue import Closure, Office, Text

DAYS_AHEAD = 7
"""Earlier than that it would stand among the news for nothing."""


class Coming(NamedTuple):
    """`name`: of what closes; empty for the whole office. `until` is None where it does not open again that day."""

    name: tuple[Text, ...]
    start: datetime
    until: datetime | None
    reason: Text


def coming(office: Office, letters: Collection[str], at: datetime) -> list[Coming]:
    """Of these groups and their services, the next first. `at` carries a zone; times are local and carry it too."""
    here = catalogue.zone(office)
    now = at.astimezone(here).replace(tzinfo=None)
    last = datetime.combine(now.date() + timedelta(days=DAYS_AHEAD + 1), datetime.min.time())
    found = [
        Coming(name, closure.start.replace(tzinfo=here), _until(office, closure), closure.ahead)
        for closure in office.calendar.closures
        if closure.ahead is not None and now < closure.start < last
        if (name := _names(office, closure, letters)) is not None
    ]
    return sorted(found, key=lambda one: one.start)


def _names(office: Office, closure: Closure, letters: Collection[str]) -> tuple[Text, ...] | None:
    """None where it concerns nobody here."""
    if not closure.groups and not closure.services:
        return ()
    names = [catalogue.group(office, letter).name for letter in closure.groups if letter in letters]
    services = (catalogue.service(office, service) for service in closure.services)
    names += [catalogue.public_name(service) for service in services if service.group in letters]
    return tuple(names) or None


def _until(office: Office, closure: Closure) -> datetime | None:
    here = catalogue.zone(office)
    start, until = closure.start.replace(tzinfo=here), closure.until.replace(tzinfo=here)
    midnight = datetime.combine(closure.start.date() + timedelta(days=1), datetime.min.time(), here)
    again = min(
        filter(None, (calendar.next_opening(office, one, start) for one in _targets(office, closure))), default=None
    )
    opens_again = again is not None and again < midnight
    return until if opens_again or until > midnight else None


def _targets(office: Office, closure: Closure) -> Iterator[calendar.Target]:
    if not closure.groups and not closure.services:
        yield None
    for letter in closure.groups:
        yield catalogue.group(office, letter)
    for service in closure.services:
        yield catalogue.service(office, service)
