"""Decides which days go by the rule of retention, and what of them must be remembered. Pure.

The hub's days begin with DayOpened and its checkpoint, a ticket machine's with DayJoined and its own.

A day goes when it is older than `keep_days`, and only where a fold can begin after it: at the opening of a later day
whose checkpoint is whole. Days that have none (of an older program) wait for the first one that has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kiosk_app.office import facts as f
from kiosk_app.office.fold_tickets import known_paper
from kiosk_app.office.state import Paper, number_text

DAYS_AT_ONCE = 1
"""The core does a day a tick: some ten thousand facts, so that it is never away for long."""
IN_DOUBT_MAX = 1000


class Opening(NamedTuple):
    """A day of this machine's log. `position` is of its DayOpened or DayJoined."""

    date: str
    position: int
    checkpoint: f.DayCheckpoint | f.MachineCheckpoint | None

    @property
    def is_beginning(self) -> bool:
        """A fold may begin here."""
        return self.checkpoint is not None and getattr(self.checkpoint, "whole", True)


class Plan(NamedTuple):
    """These days go: every fact before `first_kept`."""

    days: tuple[str, ...]
    first_kept: Opening


def openings(entries: Iterable[tuple[int, f.Fact]]) -> list[Opening]:
    """`entries`: position and fact of each opening (or joining) of a day and each checkpoint of this machine, in the
    order of its log. A day that was joined a second time began at the first."""
    found: list[Opening] = []
    for position, fact in entries:
        later = not found or getattr(fact, "date", "") > found[-1].date
        if isinstance(fact, f.DayOpened) or (isinstance(fact, f.DayJoined) and later):
            found.append(Opening(fact.date, position, None))
        elif isinstance(fact, f.DayCheckpoint | f.MachineCheckpoint) and found and found[-1].position == position - 1:
            found[-1] = found[-1]._replace(checkpoint=fact)
    return found


def decide(days: Sequence[Opening], today: date, keep_days: int, days_max: int = DAYS_AT_ONCE) -> Plan | None:
    """At most `days_max` at once, or more where no fold can begin in between. None when nothing is to go."""
    oldest_kept = (today - timedelta(days=keep_days)).isoformat()
    chosen: Plan | None = None
    for count in range(1, len(days)):
        if days[count - 1].date >= oldest_kept or (chosen is not None and count > days_max):
            break
        if days[count].is_beginning:
            chosen = Plan(tuple(day.date for day in days[:count]), days[count])
    return chosen


class Doubts:
    """Finds the tickets of which nobody ever learned whether they are on paper; they are named before they go."""

    def __init__(self) -> None:
        self._day = ""
        self._names: dict[str, str] = {}
        self._papers: dict[str, dict[str, Paper]] = {}

    def see(self, fact: f.Fact) -> None:
        """In the order of the log."""
        match fact:
            case f.DayOpened(date=day) | f.DayJoined(date=day):
                self._day = day
            case f.TicketIssued(ticket=ticket, letter=letter, number=number):
                self._names[ticket] = f"{self._day} {number_text(letter, number)}"
            case f.PrintStarted(ticket=ticket, job=job):
                self._papers.setdefault(ticket, {})[job] = "started"
            case f.PrintEnded(ticket=ticket, job=job, verdict=verdict):
                self._papers.setdefault(ticket, {})[job] = verdict
            case f.TicketVoided(ticket=ticket):
                self._names.pop(ticket, None)

    def found(self) -> tuple[str, ...]:
        doubtful = []
        for ticket, papers in self._papers.items():
            if ticket in self._names and known_paper(papers.values()) in ("started", "unknown"):
                doubtful.append(self._names[ticket])
        return tuple(doubtful[:IN_DOUBT_MAX])
