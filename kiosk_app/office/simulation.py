"""Plays the queue forward by the rules of queue.py, to find when somebody who joins a line now would be called.

Deterministic: every call takes its usual time. One run answers for all service groups, because whoever joins last
changes nothing for those ahead.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

Span = tuple[int, int]
"""From..until, UTC milliseconds."""


class Leg(NamedTuple):
    """A further call of one visitor, `after_ms` after the one before has ended."""

    after_ms: int
    group: str
    busy_ms: int
    key_utc_ms: int | None
    """What it is ordered by in its line; None is the moment it joins, as for papers that are ready (交付)."""


class Person(NamedTuple):
    """One visitor in a line: the smallest key is called first, then the smallest place."""

    key_utc_ms: int
    place: int
    group: str
    busy_ms: int
    first_come: bool
    """Ahead of whoever joins the same line later, whatever was promised."""
    then: tuple[Leg, ...] = ()


class Seat(NamedTuple):
    """A counter, from when it is free. It begins no call within its rest."""

    free_utc_ms: int
    number: int
    groups: tuple[str, ...]
    rest: Span | None = None
    then: tuple[Leg, ...] = ()
    """What the visitor who is there now does afterwards."""


class Booked(NamedTuple):
    """A slot that is sold and whose visitor is not checked in yet: it occupies [start, until) of one lane."""

    group: str
    lane: int
    start_utc_ms: int
    until_utc_ms: int


class Turn(NamedTuple):
    """When one who joins now is called, and after how many calls of the same line."""

    utc_ms: int
    calls: int


def turns(
    groups: Collection[str],
    line: Mapping[str, Sequence[Person]],
    seats: Iterable[Seat],
    booked: Iterable[Booked] = (),
    coming: Iterable[tuple[int, Leg]] = (),
) -> dict[str, Turn]:
    """By group. `line` holds the people of each group, next first; `coming` join it at that moment.

    A group that no counter serves is left out.
    """
    hall = _Hall(groups, line)
    hall.sit(seats)
    for slot in booked:
        person = Person(slot.start_utc_ms, hall.place(), slot.group, slot.until_utc_ms - slot.start_utc_ms, False)
        hall.will_join(slot.start_utc_ms, person)
    for at, leg in coming:
        hall.goes_on(at, (leg,))
    return hall.run()


class _Hall:
    def __init__(self, groups: Collection[str], line: Mapping[str, Sequence[Person]]) -> None:
        self.asked = set(groups)
        self.found: dict[str, Turn] = {}
        self.lines = {group: list(people) for group, people in line.items()}
        """A sorted list is a heap."""
        self.first_come = {group: sum(one.first_come for one in people) for group, people in line.items()}
        self.calls: dict[str, int] = {}
        self.seats: dict[int, Seat] = {}
        self.idle: set[int] = set()
        self.places = sum(map(len, self.lines.values()))
        self.coming: list[tuple[int, int, Person]] = []
        self.free: list[tuple[int, int]] = []

    def place(self) -> int:
        self.places += 1
        return self.places

    def sit(self, seats: Iterable[Seat]) -> None:
        for seat in seats:
            self.seats[seat.number] = seat
            heapq.heappush(self.free, (_rested(seat.free_utc_ms, seat), seat.number))
            if seat.then:
                self.goes_on(seat.free_utc_ms, seat.then)

    def will_join(self, at: int, person: Person) -> None:
        heapq.heappush(self.coming, (at, person.place, person))

    def goes_on(self, at: int, legs: tuple[Leg, ...]) -> None:
        leg = legs[0]
        joins = at + leg.after_ms
        key = joins if leg.key_utc_ms is None else leg.key_utc_ms
        self.will_join(joins, Person(key, self.place(), leg.group, leg.busy_ms, True, legs[1:]))

    def run(self) -> dict[str, Turn]:
        free, coming = self.free, self.coming
        while self.asked and (free or coming):
            if coming and (not free or coming[0][0] <= free[0][0]):
                at, _, person = heapq.heappop(coming)
                self._joins(at, person)
                continue
            at, number = heapq.heappop(free)
            self._is_free(at, self.seats[number])
        return self.found

    def _joins(self, at: int, person: Person) -> None:
        heapq.heappush(self.lines.setdefault(person.group, []), person)
        self.first_come[person.group] = self.first_come.get(person.group, 0) + person.first_come
        for number in sorted(self.idle):
            if person.group in self.seats[number].groups:
                self.idle.discard(number)
                heapq.heappush(self.free, (_rested(at, self.seats[number]), number))

    def _is_free(self, at: int, seat: Seat) -> None:
        heads = [self.lines[group][0] for group in seat.groups if self.lines.get(group)]
        first = min(heads) if heads else None
        self._ask(at, seat, first)
        if first is None:
            self.idle.add(seat.number)
            return
        heapq.heappop(self.lines[first.group])
        self.first_come[first.group] -= first.first_come
        self.calls[first.group] = self.calls.get(first.group, 0) + 1
        ends = at + first.busy_ms
        heapq.heappush(self.free, (_rested(ends, seat), seat.number))
        if first.then:
            self.goes_on(ends, first.then)

    def _ask(self, at: int, seat: Seat, first: Person | None) -> None:
        """Whoever joins now is promised this very moment, so only an older promise goes first."""
        if first is not None and first.key_utc_ms <= at:
            return
        for group in seat.groups:
            if group in self.asked and not self.first_come.get(group):
                self.asked.discard(group)
                self.found[group] = Turn(at, self.calls.get(group, 0))


def _rested(at: int, seat: Seat) -> int:
    """A counter that would be free in the middle of its rest is free after it."""
    if seat.rest is not None and seat.rest[0] <= at < seat.rest[1]:
        return seat.rest[1]
    return at
