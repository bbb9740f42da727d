"""How full each service group is, and what a ticket taken now would promise: one place for screens, paper, displays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk_app.book import Book
from kiosk_app.office import calendar, catalogue
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
    stop = stop_of(office, service)
    return estimate(state, stop, now_utc_ms, default_service_s(office), expected, opens_utc_ms, line)


class Loads:
    """Of all groups, once a change and once a minute: neither a touch nor a display waits for six simulations."""

    def __init__(self, book: Book, office: Office) -> None:
        self._book = book
        self._office = office
        self._stamp = (-1, -1)
        self._known: dict[str, Load] = {}

    def all(self) -> dict[str, Load]:
        """By letter. The queue is the same for all services of a group, so its first one stands for it."""
        now_utc_ms = self._book.clock.now_utc_ms()
        stamp = (self._book.changed.version, now_utc_ms // 60_000)
        if stamp != self._stamp:
            line = waiting(self._book.state)
            self._known = {g.letter: self._load(g.letter, now_utc_ms, line) for g in self._office.groups}
            self._stamp = stamp
        return self._known

    def _load(self, letter: str, now_utc_ms: int, line: list[Waiting]) -> Load:
        day = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(self._office)).date()
        first = catalogue.services_of(self._office, letter, day)[0]
        told = estimate_for(self._book.state, self._office, first, now_utc_ms, line)
        return Load(told.waiting_ahead, told.from_utc_ms, told.to_utc_ms)
