"""How full each service group is, and what a ticket taken now would promise: one place for screens, paper, displays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from kiosk_app.book import Book
from kiosk_app.office import calendar, catalogue, rows
from kiosk_app.office.catalogue import Office, Service
from kiosk_app.office.estimates import Estimate, estimate
from kiosk_app.office.facts import Stop
from kiosk_app.office.queue import Waiting, waiting
from kiosk_app.office.state import OfficeState


@dataclass(frozen=True)
class Load:
    """People waiting in a group, and the range in which a walk-in who comes now is called."""

    waiting: int
    from_utc_ms: int
    to_utc_ms: int


def stop_of(office: Office, service: Service) -> Stop:
    """What a fact keeps of a service, so that it never leans on the catalogue of a later day."""
    return Stop(
        service=service.id,
        group=service.group,
        service_name=catalogue.text(catalogue.public_name(service), "ja"),
        counters=tuple(c.number for c in catalogue.counters_of(office, service.group)),
        two_stage=service.two_stage,
    )


def default_service_s(office: Office) -> dict[str, int]:
    """The catalogue's handling times, until enough has been measured."""
    return {service.id: service.minutes * 60 for service in office.services}


def estimate_for(
    state: OfficeState, office: Office, service: Service, now_utc_ms: int, line: list[Waiting] | None = None
) -> Estimate:
    """What a ticket for this service promises now. `line` is `waiting(state)` where it is known already."""
    at = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    day = calendar.business_day(office, at.date())
    opens_utc_ms = int(day.counter_from.timestamp() * 1000) if day is not None else now_utc_ms
    expected = {c.number: c.groups for c in catalogue.counters_of(office, service.group)}
    lunch = calendar.lunch_at(office, service.group, at)
    if lunch is not None and lunch.kind == "half":
        expected = dict(list(expected.items())[: max(1, len(expected) // 2)])
    elif lunch is not None:
        opens_utc_ms = max(opens_utc_ms, _utc_ms(at, lunch.until))
    half = next((r for r in office.calendar.lunch if r.kind == "half" and service.group in r.groups), None)
    span = (_utc_ms(at, half.start), _utc_ms(at, half.until)) if half is not None else None
    stop = stop_of(office, service)
    return estimate(state, stop, now_utc_ms, default_service_s(office), expected, opens_utc_ms, line, span)


def _utc_ms(day: datetime, clock: str) -> int:
    return int(datetime.combine(day.date(), time.fromisoformat(clock), day.tzinfo).timestamp() * 1000)


def group_loads(state: OfficeState, office: Office, now_utc_ms: int) -> dict[str, Load]:
    """By letter. The queue is the same for all services of a group, so its first one stands for it.

    A group without any service today says now.
    """
    line = waiting(state)
    day = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office)).date()
    loads = {}
    for group in office.groups:
        first = next(iter(catalogue.services_of(office, group.letter, day)), None)
        if first is None:
            loads[group.letter] = Load(rows.waiting_counts(state).get(group.letter, 0), now_utc_ms, now_utc_ms)
        else:
            told = estimate_for(state, office, first, now_utc_ms, line)
            loads[group.letter] = Load(told.waiting_ahead, told.from_utc_ms, told.to_utc_ms)
    return loads


class Loads:
    """Of all groups, once a change and once a minute: neither a touch nor a display waits for six simulations."""

    def __init__(self, book: Book, office: Office) -> None:
        self._book = book
        self._office = office
        self._stamp = (-1, -1)
        self._known: dict[str, Load] = {}

    def all(self) -> dict[str, Load]:
        """As `group_loads`."""
        now_utc_ms = self._book.clock.now_utc_ms()
        stamp = (self._book.changed.version, now_utc_ms // 60_000)
        if stamp != self._stamp:
            self._known = group_loads(self._book.state, self._office, now_utc_ms)
            self._stamp = stamp
        return self._known
