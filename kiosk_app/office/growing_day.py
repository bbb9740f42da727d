"""The figures of today's services, kept while the day goes on: consoles show them after every change, and on a day of
5,000 tickets each change would otherwise read all of them. `statistics.service_days` is what they must always equal.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Literal, NamedTuple

from kiosk_app.office.figures import nearest_rank, waited_s
from kiosk_app.office.state import FRESH, Day, ServiceDay, Ticket, Visit, is_callable, stops_of, visit_of


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
    """Of a ticket that has not changed nothing is read again. What is in a day is replaced and never altered, so the
    same object is the same ticket."""

    def __init__(self) -> None:
        self._day: Day | None = None
        self._outages = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._seen: dict[str, tuple[Ticket, Visit, object]] = {}
        self._parts: dict[str, tuple[_Part, ...]] = {}
        self._tallies: dict[str, _Tally] = {}

    def services(self, day: Day) -> tuple[ServiceDay, ...]:
        if day is not self._day or len(day.outages) != self._outages:
            # An outage is left out of waits.
            self._begin_anew()
            self._day, self._outages = day, len(day.outages)
        seen, visits, added = self._seen, day.visits, day.added
        for place, (ticket_id, ticket) in enumerate(day.tickets.items()):
            was, visit = seen.get(ticket_id), visits.get(ticket_id, FRESH)
            if was and was[0] is ticket and was[1] is visit and was[2] is added.get(ticket_id):
                continue
            seen[ticket_id] = (ticket, visit, added.get(ticket_id))
            self._read_again(day, place, ticket_id)
        if len(seen) != len(day.tickets):
            # What stood for a ticket is gone.
            self._day = None
            return self.services(day)
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
        if index == 0:
            wait_s = waited_s(day, ticket, visit)
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
