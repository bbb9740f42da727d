"""The day's figures, for the leader's page and for the days after its details are gone."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Literal, NamedTuple

from kiosk_app.office.figures import day_figures, nearest_rank, to_text
from kiosk_app.office.state import (
    FRESH,
    Day,
    DayTotals,
    ServiceDay,
    Ticket,
    Visit,
    is_callable,
    stops_of,
    visit_of,
)


def quantile(values: list[int], share: float) -> int | None:
    """The nearest-rank quantile; None without values."""
    return nearest_rank(sorted(values), share)


class _Part(NamedTuple):
    """What one service of one ticket adds to the figures of that service."""

    service: str
    name: str
    letter: str
    wait_s: int | None
    completed: bool
    no_show: bool
    waiting: bool


class _Tally:
    def __init__(self) -> None:
        self.names: dict[int, tuple[str, str]] = {}
        """By the place of a ticket in the day; the first one names the service."""
        self.issued = self.waiting = self.completed = self.no_shows = 0
        self.waits_s: list[int] = []
        """In order."""

    def count(self, part: _Part, times: Literal[1, -1]) -> None:
        self.issued += times
        self.waiting += times * part.waiting
        self.completed += times * part.completed
        self.no_shows += times * part.no_show
        if part.wait_s is not None and times == 1:
            insort(self.waits_s, part.wait_s)
        elif part.wait_s is not None:
            del self.waits_s[bisect_left(self.waits_s, part.wait_s)]


class GrowingDay:
    """`service_days` of a day while it goes on, for whoever asks after every change: of a ticket that has not changed
    nothing is read again. What is in a day is replaced and never altered, so the same object is the same ticket."""

    def __init__(self) -> None:
        self._day: Day | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._seen: dict[str, tuple[Ticket, Visit, object]] = {}
        self._parts: dict[str, tuple[_Part, ...]] = {}
        self._tallies: dict[str, _Tally] = {}

    def services(self, day: Day) -> tuple[ServiceDay, ...]:
        if day is not self._day:
            self._begin_anew()
            self._day = day
        seen, visits, added = self._seen, day.visits, day.added
        for place, (ticket_id, ticket) in enumerate(day.tickets.items()):
            was, visit = seen.get(ticket_id), visits.get(ticket_id, FRESH)
            if was and was[0] is ticket and was[1] is visit and was[2] is added.get(ticket_id):
                continue
            seen[ticket_id] = (ticket, visit, added.get(ticket_id))
            self._read_again(day, place, ticket_id)
        return tuple(_row(day, service, tally) for service, tally in sorted(self._tallies.items()))

    def _read_again(self, day: Day, place: int, ticket_id: str) -> None:
        now, was = _parts_of(day, ticket_id), self._parts.get(ticket_id, ())
        if now == was:
            return
        for part in was:
            tally = self._tallies[part.service]
            tally.count(part, -1)
            tally.names.pop(place, None)
            if not tally.issued:
                del self._tallies[part.service]
        for part in now:
            tally = self._tallies.setdefault(part.service, _Tally())
            tally.count(part, 1)
            tally.names.setdefault(place, (part.name, part.letter))
        self._parts[ticket_id] = now


def service_days(day: Day) -> tuple[ServiceDay, ...]:
    """One row a service, in the order of their ids. A wait is from issue to the first call of the visit."""
    return GrowingDay().services(day)


def _parts_of(day: Day, ticket_id: str) -> tuple[_Part, ...]:
    ticket = day.tickets[ticket_id]
    if ticket.voided:
        return ()
    visit = visit_of(day, ticket_id)
    waited = False
    parts = []
    for index, stop in enumerate(stops_of(day, ticket_id)):
        wait_s = None
        if index == 0 and visit.first_called_utc_ms:
            wait_s = max(0, visit.first_called_utc_ms - ticket.issued_utc_ms) // 1000
        completed = stop.service in visit.done
        is_first = not completed and not waited
        waited = waited or is_first
        no_show = is_first and visit.status == "no_show"
        waiting = is_first and visit.status == "waiting" and is_callable(ticket)
        parts.append(_Part(stop.service, stop.service_name, ticket.letter, wait_s, completed, no_show, waiting))
    return tuple(parts)


def _row(day: Day, service: str, tally: _Tally) -> ServiceDay:
    name, letter = tally.names[min(tally.names)]
    served_s = sorted(day.service_s.get(service, ()))
    return ServiceDay(
        service=service,
        name=name,
        letter=letter,
        issued=tally.issued,
        waiting=tally.waiting,
        completed=tally.completed,
        no_shows=tally.no_shows,
        wait_median_s=nearest_rank(tally.waits_s, 0.5),
        wait_p90_s=nearest_rank(tally.waits_s, 0.9),
        service_median_s=nearest_rank(served_s, 0.5),
        service_p90_s=nearest_rank(served_s, 0.9),
    )


def day_totals(day: Day, over: bool = True) -> DayTotals:
    """Visits, not services: a visit is completed when every one of its services is. `over`: as it is archived."""
    issued = completed = no_shows = cancelled = voided = waiting = 0
    waits_s: list[int] = []
    for ticket_id, ticket in day.tickets.items():
        visit = visit_of(day, ticket_id)
        if visit.first_called_utc_ms:
            waits_s.append(max(0, visit.first_called_utc_ms - ticket.issued_utc_ms) // 1000)
        if ticket.voided:
            voided += 1
            continue
        issued += 1
        no_shows += visit.status == "no_show"
        cancelled += visit.status == "cancelled"
        waiting += visit.status in ("waiting", "held") and ticket_id in day.live
        completed += visit.status == "waiting" and is_callable(ticket) and ticket_id not in day.live
    return DayTotals(
        date=day.date,
        issued=issued,
        completed=completed,
        no_shows=no_shows,
        cancelled=cancelled,
        voided=voided,
        waiting=waiting,
        wait_median_s=quantile(waits_s, 0.5),
        wait_p90_s=quantile(waits_s, 0.9),
        services=service_days(day),
        figures=to_text(day_figures(day, over)),
    )
