"""The figures of today's services, kept while the day goes on: consoles show them after every change, and on a day of
5,000 tickets each change would otherwise read all of them. `statistics.service_days` is what they must always equal.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Literal, NamedTuple

from kiosk_app.office.figures import nearest_rank
from kiosk_app.office.state import Day, ServiceDay, is_callable, stops_of, visit_of


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
        self.served_s: list[int] = []
        self.row: ServiceDay | None = None
        """Until something is counted again, or another time is measured than `served_s`."""

    def count(self, part: _Part, times: Literal[1, -1]) -> None:
        self.row = None
        self.issued += times
        self.waiting += times * part.waiting
        self.completed += times * part.completed
        self.no_shows += times * part.no_show
        if part.wait_s is not None and times == 1:
            insort(self.waits_s, part.wait_s)
        elif part.wait_s is not None:
            del self.waits_s[bisect_left(self.waits_s, part.wait_s)]


class GrowingDay:
    """Of one book's day after the other."""

    def __init__(self) -> None:
        self._day: Day | None = None
        self._places: dict[str, int] = {}
        self._parts: dict[str, tuple[_Part, ...]] = {}
        self._tallies: dict[str, _Tally] = {}

    def services(self, day: Day, touched: Iterable[str] | None = None) -> tuple[ServiceDay, ...]:
        """`touched`: the only tickets that may have changed since it was asked last; None: any."""
        if touched is None or day is not self._day:
            self._begin_anew(day)
            touched = day.tickets
        for ticket_id in touched:
            # A call may be known before the ticket that it calls.
            if ticket_id in day.tickets:
                self._read_again(day, ticket_id)
        return tuple(_row(day, service, tally) for service, tally in sorted(self._tallies.items()))

    def _begin_anew(self, day: Day) -> None:
        self._day = day
        self._places = {ticket_id: place for place, ticket_id in enumerate(day.tickets)}
        self._parts = {}
        self._tallies = {}

    def _read_again(self, day: Day, ticket_id: str) -> None:
        place = self._places.setdefault(ticket_id, len(self._places))
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
            if (found := self._tallies.get(part.service)) is None:
                found = self._tallies[part.service] = _Tally()
            found.count(part, 1)
            found.names.setdefault(place, (part.name, part.letter))
        self._parts[ticket_id] = now


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
    served_s = day.service_s.get(service, [])
    if tally.row is not None and tally.served_s == served_s:
        return tally.row
    name, letter = tally.names[min(tally.names)]
    tally.served_s, ordered = list(served_s), sorted(served_s)
    tally.row = ServiceDay(
        service=service,
        name=name,
        letter=letter,
        issued=tally.issued,
        waiting=tally.waiting,
        completed=tally.completed,
        no_shows=tally.no_shows,
        wait_median_s=nearest_rank(tally.waits_s, 0.5),
        wait_p90_s=nearest_rank(tally.waits_s, 0.9),
        service_median_s=nearest_rank(ordered, 0.5),
        service_p90_s=nearest_rank(ordered, 0.9),
    )
    return tally.row
