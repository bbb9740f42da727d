"""How full each service group is, and what a ticket taken now would promise: one place for screens, paper, displays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from kiosk_app.book import Book
from kiosk_app.office import calendar, catalogue, rows
from kiosk_app.office.catalogue import Office, Service
from kiosk_app.office.estimates import Estimate, estimates
from kiosk_app.office.facts import Stop
from kiosk_app.office.floor_plan import GroupDay
from kiosk_app.office.queue import Waiting, callable_now, waiting
from kiosk_app.office.rates import Rates, learnt
from kiosk_app.office.slots_sold import booked, not_here
from kiosk_app.office.state import OfficeState

RATES_MS = 5_000
"""So long the rates that were learnt serve for every promise."""


@dataclass(frozen=True)
class Load:
    """People waiting in a group, and the range in which a walk-in who comes now is called: 0, 0 for no promise."""

    waiting: int
    from_utc_ms: int
    to_utc_ms: int
    due_utc_ms: int = 0
    """What orders the queue; also where nothing is promised."""

    @property
    def is_told(self) -> bool:
        return self.to_utc_ms > 0


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
    return all_estimates(state, office, now_utc_ms)[service.group]


def all_estimates(
    state: OfficeState,
    office: Office,
    now_utc_ms: int,
    line: list[Waiting] | None = None,
    rates: Rates | None = None,
) -> dict[str, Estimate]:
    """By letter. The queue is the same for all services of a group. `line` is `waiting(state)` and `rates` are those
    that were learnt of it, where they are known already."""
    at = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    counters: dict[int, tuple[str, ...]] = {}
    for group in office.groups:
        for number in _expected(office, group.letter, at):
            counters[number] = (*counters.get(number, ()), group.letter)
    days, default_s = group_days(office, at), default_service_s(office)
    line = waiting(state) if line is None else line
    sold = [*booked(state, office, now_utc_ms), *not_here(line, now_utc_ms)]
    here = callable_now(line, now_utc_ms)
    return estimates(state, now_utc_ms, days, counters, default_s, line=here, booked=sold, rates=rates)


def group_days(office: Office, at: datetime) -> dict[str, GroupDay]:
    """The hours and the lunch of each group's counters on that day, as the calendar has them."""
    day = calendar.business_day(office, at.date())
    opens_utc_ms = int(day.counter_from.timestamp() * 1000) if day is not None else 0
    found = {}
    for group in office.groups:
        until = calendar.counters_until(office, group.letter, at.date())
        lunch = next((rule for rule in office.calendar.lunch if group.letter in rule.groups), None)
        all_rest = lunch is not None and lunch.kind == "closed"
        span = (_utc_ms(at, lunch.start), _utc_ms(at, lunch.until)) if lunch is not None else None
        at_rest = all_rest and span is not None and span[0] <= at.timestamp() * 1000 < span[1]
        found[group.letter] = GroupDay(
            opens_utc_ms=span[1] if at_rest and span is not None else opens_utc_ms,
            closes_utc_ms=int(until.timestamp() * 1000) if until is not None else 0,
            lunch=span,
            all_rest=all_rest,
        )
    return found


def _expected(office: Office, letter: str, at: datetime) -> list[int]:
    """The counters of a group that may be counted on where none is open: during a lunch the half of them."""
    numbers = [counter.number for counter in catalogue.counters_of(office, letter)]
    lunch = calendar.lunch_at(office, letter, at)
    return numbers[: max(1, len(numbers) // 2)] if lunch is not None and lunch.kind == "half" else numbers


def _utc_ms(day: datetime, clock: str) -> int:
    return int(datetime.combine(day.date(), time.fromisoformat(clock), day.tzinfo).timestamp() * 1000)


def group_loads(state: OfficeState, office: Office, now_utc_ms: int, rates: Rates | None = None) -> dict[str, Load]:
    """By letter. A group without any service today says now."""
    line = waiting(state)
    told = all_estimates(state, office, now_utc_ms, line, rates)
    day = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office)).date()
    loads = {}
    for group in office.groups:
        one = told[group.letter]
        if catalogue.services_of(office, group.letter, day):
            loads[group.letter] = Load(one.waiting_ahead, one.from_utc_ms, one.to_utc_ms, one.due_utc_ms)
        else:
            loads[group.letter] = Load(rows.waiting_counts(state).get(group.letter, 0), now_utc_ms, now_utc_ms)
    return loads


class Loads:
    """Of all groups, once a change and once a minute: neither a touch nor a display waits for six simulations.

    What is learnt of the day's visits is kept for some seconds: on a long day it costs a good part of a promise, and
    one visit more changes it little.
    """

    def __init__(self, book: Book, office: Office) -> None:
        self._book = book
        self._office = office
        self._stamp = (-1, -1)
        self._known: dict[str, Load] = {}
        self._learnt: tuple[str, int] = ("", -1)
        self._rates = Rates(service_s={})

    def all(self) -> dict[str, Load]:
        """As `group_loads`."""
        now_utc_ms = self._book.clock.now_utc_ms()
        stamp = (self._book.changed.version, now_utc_ms // 60_000)
        if stamp != self._stamp:
            state = self._book.state
            self._known = group_loads(state, self._office, now_utc_ms, self._rates_of(state, now_utc_ms))
            self._stamp = stamp
        return self._known

    def estimate_for(self, state: OfficeState, service: Service, now_utc_ms: int) -> Estimate:
        """As the function. `state`: the book's own, or what it will be after acts that are being decided."""
        rates = self._rates_of(state, now_utc_ms)
        return all_estimates(state, self._office, now_utc_ms, rates=rates)[service.group]

    def _rates_of(self, state: OfficeState, now_utc_ms: int) -> Rates:
        at = (state.day.date, now_utc_ms // RATES_MS)
        if at != self._learnt:
            two_stage = {service.id for service in self._office.services if service.two_stage}
            self._rates = learnt(state, now_utc_ms, default_service_s(self._office), two_stage)
            self._learnt = at
        return self._rates
