"""The first pages: which office, what can be done from here, and how full it is now and usually."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from starlette.responses import RedirectResponse, Response

from central_server.database import quick
from central_server.web import crowding
from central_server.web.site import Visit
from central_server.web.ticket_view import Shown, is_silent
from kiosk_app.office import calendar, dates
from kiosk_app.office.board import GroupNow
from kiosk_app.office.catalogue import WEEKDAYS, Text

LEVELS = 10
"""Widths of the bars of a usual day."""


class GroupLine(NamedTuple):
    letter: str
    name: Text
    now: GroupNow | None
    estimate: str


class Hour(NamedTuple):
    hour: int
    waiting: int
    level: int


class Pulse(NamedTuple):
    """Whether an office is heard. `since`: its last word, as a time of its day; empty where there was none."""

    silent: bool
    since: str


async def city(visit: Visit) -> Response:
    """One office alone needs no question."""
    offices = list(visit.central.offices.values())
    if len(offices) == 1:
        return RedirectResponse(f"/{offices[0].office.id}/", 302)
    return visit.render("city.html", offices=[one.office for one in offices])


async def home(visit: Visit) -> Response:
    office = visit.here.office
    opening = calendar.opening(office, None, visit.now)
    hours = (
        visit.say("home.open_until", time=dates.clock_time(opening.until))
        if isinstance(opening, calendar.Open)
        else calendar.sentence(office, opening, visit.now, visit.language)
    )
    return visit.render(
        "home.html",
        hours=hours,
        open=isinstance(opening, calendar.Open),
        pulse=pulse(visit, await visit.shown()),
        books=any(group.booking is not None for group in office.groups),
    )


async def now(visit: Visit) -> Response:
    office = visit.here.office
    shown = await visit.shown()
    async with quick(visit.central.pool) as connection:
        usual = await crowding.usual(connection, office.id, visit.today)
    wanted = visit.request.query_params.get("weekday", "")
    weekday = int(wanted) if wanted in tuple("0123456") else visit.today.weekday()
    return visit.render(
        "now.html",
        pulse=pulse(visit, shown),
        is_open=shown is not None and bool(shown.board.date),
        groups=[_line(visit, shown, letter.letter, letter.name) for letter in office.groups],
        weekdays=[(n, f"weekday.{WEEKDAYS[n]}") for n in sorted(usual)],
        weekday=weekday,
        hours=_hours(usual.get(weekday, ())),
        refresh_s=60,
    )


def pulse(visit: Visit, shown: Shown | None) -> Pulse:
    silent = is_silent(shown, visit.now)
    return Pulse(silent, "" if shown is None else moment_text(visit, shown.heard.astimezone(visit.zone)))


def moment_text(visit: Visit, at: datetime) -> str:
    return dates.when(at, visit.today, visit.language)


def _line(visit: Visit, shown: Shown | None, letter: str, name: Text) -> GroupLine:
    found = None if shown is None else next((one for one in shown.board.groups if one.letter == letter), None)
    return GroupLine(letter, name, found, estimate(visit, found.from_utc_ms, found.to_utc_ms) if found else "")


def estimate(visit: Visit, from_utc_ms: int, to_utc_ms: int) -> str:
    """10:40〜10:55; empty where none can be told."""
    if from_utc_ms <= 0 or to_utc_ms <= 0:
        return ""
    first, last = (clock_of(visit, one) for one in (from_utc_ms, to_utc_ms))
    return visit.say("estimate.range", first=first, last=last)


def clock_of(visit: Visit, utc_ms: int) -> str:
    return dates.clock_time(datetime.fromtimestamp(utc_ms / 1000, visit.zone))


def _hours(usual: tuple[crowding.Usual, ...]) -> list[Hour]:
    most = max((one.waiting for one in usual), default=0.0)
    return [Hour(one.hour, round(one.waiting), round(LEVELS * one.waiting / most) if most > 0 else 0) for one in usual]
