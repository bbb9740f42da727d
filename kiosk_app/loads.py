"""How full each service group is, and what a ticket taken now would promise: one place for screens, paper, displays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from kiosk_app.office import calendar, catalogue, rows
from kiosk_app.office.catalogue import Office, Service
from kiosk_app.office.estimates import Estimate, estimate
from kiosk_app.office.facts import Stop
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


def estimate_for(state: OfficeState, office: Office, service: Service, now_utc_ms: int) -> Estimate:
    """What a ticket for this service promises now."""
    at = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    day = calendar.business_day(office, at.date())
    opens_utc_ms = int(day.counter_from.timestamp() * 1000) if day is not None else now_utc_ms
    expected = {c.number: c.groups for c in catalogue.counters_of(office, service.group)}
    lunch = calendar.lunch_at(office, service.group, at)
    if lunch is not None and lunch.kind == "half":
        expected = dict(list(expected.items())[: max(1, len(expected) // 2)])
    elif lunch is not None:
        until = datetime.combine(at.date(), time.fromisoformat(lunch.until), at.tzinfo)
        opens_utc_ms = max(opens_utc_ms, int(until.timestamp() * 1000))
    return estimate(state, stop_of(office, service), now_utc_ms, default_service_s(office), expected, opens_utc_ms)


def group_load(state: OfficeState, office: Office, letter: str, now_utc_ms: int) -> Load:
    """Of the group's first service: the queue is the same for all of them. Now, for a group without any today."""
    at = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    waiting = rows.waiting_counts(state).get(letter, 0)
    service = next(iter(catalogue.services_of(office, letter, at.date())), None)
    if service is None:
        return Load(waiting, now_utc_ms, now_utc_ms)
    promised = estimate_for(state, office, service, now_utc_ms)
    return Load(waiting, promised.from_utc_ms, promised.to_utc_ms)
