"""How the days and times of window.py are laid out on a phone: a strip of days, and the times of one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from central_server import window
from kiosk_app.office.catalogue import Office, Service
from kiosk_app.office.slots import Lane, Places, Start, free_starts

STRIP = 5
"""Days beside each other on a phone."""
NOON_MIN = 12 * 60


class Day(NamedTuple):
    """`free`: starts that may be booked now, each once however many lanes have it."""

    date: date
    free: tuple[Start, ...]


class Cell(NamedTuple):
    """A time of the chosen day. `start` is None where it is sold."""

    at_min: int
    start: Start | None


class Strip(NamedTuple):
    """The days that are shown, and the first days of the neighbouring strips (None at an end)."""

    days: tuple[Day, ...]
    before: date | None
    after: date | None


def days(office: Office, service: Service, free: Mapping[date, Sequence[Start]], now: datetime) -> tuple[Day, ...]:
    """Every planned day, with what may be booked of it now."""
    found = window.open_starts(office, service.group, service.id, free, now)
    return tuple(Day(day, tuple(_once(starts))) for day, starts in sorted(found.items()))


def chosen_day(shown: Sequence[Day], wanted: date | None) -> Day | None:
    """The one that was asked for, else the next with a free start, else the first."""
    asked = next((one for one in shown if one.date == wanted), None)
    return asked or next((one for one in shown if one.free), None) or next(iter(shown), None)


def strip(shown: Sequence[Day], chosen: Day) -> Strip:
    """The five days among which the chosen one is."""
    at = shown.index(chosen) // STRIP * STRIP
    return Strip(
        tuple(shown[at : at + STRIP]),
        shown[at - STRIP].date if at else None,
        shown[at + STRIP].date if at + STRIP < len(shown) else None,
    )


def cells(lanes: Sequence[Lane], chosen: Day, places: Places = 1) -> tuple[Cell, ...]:
    """The times of a day from its first free one on: those that are free, and those of its grid that are sold. What
    is past is not said to be sold, nor what was never long enough."""
    from_min = min((one.start_min for one in chosen.free), default=0)
    found = {one.start_min: Cell(one.start_min, one) for one in chosen.free}
    taken = sorted(found)
    long_enough = {one.start_min for one in free_starts(lanes, (), "central", from_min, places)}
    for one in free_starts(lanes, (), "central", from_min):
        is_shown = any(one.start_min <= free < one.until_min for free in taken)
        if one.start_min in long_enough and not is_shown:
            found.setdefault(one.start_min, Cell(one.start_min, None))
    return tuple(found[at] for at in sorted(found))


def clock(of_day_min: int) -> str:
    """10:20, as on the office's doors."""
    return f"{of_day_min // 60}:{of_day_min % 60:02}"


def _once(starts: Iterable[Start]) -> Iterable[Start]:
    """One lane of each start is enough to offer it: bookings.hold takes any."""
    by_time: dict[int, Start] = {}
    for one in starts:
        by_time.setdefault(one.start_min, one)
    return by_time.values()
