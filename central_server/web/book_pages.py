"""Choosing a day and a time, and holding it: for a new booking and for the change of an old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from starlette.responses import Response

from central_server import days as central_days
from central_server import window
from central_server.bookings import HOLD, No, Why, Wish
from central_server.database import Pool, quick
from central_server.web import choosing
from central_server.web.choosing import Cell, Day, Strip
from central_server.web.find_pages import place
from central_server.web.office_pages import pulse
from central_server.web.own_booking import Own, keep_key, path_of
from central_server.web.site import Trouble, Visit
from kiosk_app.office.catalogue import WEEKDAYS, Service
from kiosk_app.office.slots import Lane, Start

ARRIVE_BEFORE_MIN = 5
DAY_MIN = 24 * 60
REFUSED: Mapping[Why, str] = {
    "taken": "slots.taken",
    "no_such_day": "slots.closed",
    "closed": "slots.closed",
    "too_far": "slots.closed",
    "not_bookable": "slots.closed",
    "too_many_held": "slots.busy",
    "too_late": "slots.too_late",
    "too_many": "form.too_many",
}
"""What is said for each `No` of the bookings, where the visitor chooses again."""


class Times(NamedTuple):
    """What the page shows. `chosen` is None where no day is planned, `start` where no time is chosen yet."""

    strip: Strip | None = None
    chosen: Day | None = None
    morning: tuple[Cell, ...] = ()
    afternoon: tuple[Cell, ...] = ()
    start: Start | None = None
    first_free: date | None = None


async def slots(visit: Visit) -> Response:
    service = visit.service()
    return await page(visit, service, _path(visit, service))


def _path(visit: Visit, service: Service) -> str:
    return f"/{visit.here.office.id}/book/{service.id}"


async def page(
    visit: Visit,
    service: Service,
    path: str,
    said: str = "",
    status: int = 200,
    day: date | None = None,
    moves: Own | None = None,
) -> Response:
    """`said`: the key of a sentence about what has just not worked, on `day`. `moves`: the booking that is changed."""
    if not window.bookable(visit.here.office, service):
        raise Trouble("not_found")
    query = visit.request.query_params
    wanted = day or day_of(query.get("day", "")) or (None if moves is None else moves.day)
    found = await times(visit, service, wanted, minute_of(query.get("at", "")))
    return visit.render(
        "slots.html",
        status,
        service=service,
        times=found,
        path=path,
        said=said,
        moves=moves,
        moves_at="" if moves is None else choosing.clock(moves.start.start_min),
        weekday=lambda day: f"weekday.{WEEKDAYS[day.weekday()]}",
        clock=choosing.clock,
        place=place(visit, service.group),
        arrive_by="" if found.start is None else arrive_by(found.start),
        hold_minutes=int(HOLD.total_seconds()) // 60,
        pulse=pulse(visit, await visit.shown()),
    )


def arrive_by(start: Start) -> str:
    return choosing.clock(max(0, start.start_min - ARRIVE_BEFORE_MIN))


def day_of(text: str) -> date | None:
    """2026-04-07; None for what is no day."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def minute_of(text: str) -> int | None:
    """Of the day; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) < DAY_MIN else None


async def times(visit: Visit, service: Service, wanted: date | None, at_min: int | None) -> Times:
    office = visit.here.office
    span = window.days(office, service.group, visit.now)
    if span is None:
        return Times()
    central, places = visit.central, window.places(office, service.group, service.id)
    seen = await central.availability.seen(central.pool, office.id, service.group, *span, visit.now, places, service.id)
    free = {day: one.free for day, one in seen.items()}
    shown = choosing.days(office, service, free, visit.now)
    chosen = choosing.chosen_day(shown, wanted)
    if chosen is None:
        return Times()
    lanes = await _lanes(central.pool, office.id, service.group, chosen.date) if chosen.free else ()
    cells = choosing.cells(lanes, chosen, places(chosen.date))
    return Times(
        choosing.strip(shown, chosen),
        chosen,
        tuple(one for one in cells if one.at_min < choosing.NOON_MIN),
        tuple(one for one in cells if one.at_min >= choosing.NOON_MIN),
        next((one for one in chosen.free if one.start_min == at_min), None),
        next((one.date for one in shown if one.free), None),
    )


async def _lanes(pool: Pool, office: str, letter: str, day: date) -> tuple[Lane, ...]:
    async with quick(pool) as connection:
        found = await connection.execute(
            "SELECT lanes FROM slot_days WHERE office = %s AND letter = %s AND day = %s", (office, letter, day)
        )
        row = await found.fetchone()
    return () if row is None else central_days.decode_lanes(row[0])


async def hold(visit: Visit) -> Response:
    """Of the form under the times: `day` and `at`."""
    service = visit.service()
    if not window.bookable(visit.here.office, service):
        raise Trouble("not_found")
    path = _path(visit, service)
    wish = await wished(visit, service)
    if wish is None:
        return await page(visit, service, path, "slots.choose_first", 422)
    held = await visit.central.bookings.hold(wish, visit.now)
    if isinstance(held, No):
        return await page(visit, service, path, REFUSED.get(held.why, "slots.taken"), 409, wish.day)
    response = visit.goes_to(path_of(wish.office, held.booking))
    keep_key(visit, response, wish.office, held.booking, wish.day, held.key)
    return response


async def wished(visit: Visit, service: Service) -> Wish | None:
    """What a form of this page asks for, counted as one more try to take a time; None where no time was chosen."""
    sent = await visit.form()
    office = visit.here.office.id
    day, at_min = day_of(sent.get("day", "")), minute_of(sent.get("at", ""))
    if day is None or at_min is None:
        return None
    await visit.limit(visit.site.limits.holds)
    await visit.limit(visit.site.limits.holds_of_office, office)
    return Wish(office, service.group, day, at_min, service.id, visit.language, "web")
