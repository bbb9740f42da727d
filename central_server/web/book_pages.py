"""Choosing a day and a time, and holding it: for a new booking and for the change of an old one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from starlette.responses import Response

from central_server import days as central_days
from central_server.bookings import HOLD, No, Wish
from central_server.web import choosing
from central_server.web.choosing import Cell, Day, Strip
from central_server.web.find_pages import place
from central_server.web.office_pages import pulse
from central_server.web.own_booking import Own, cookie_age, look
from central_server.web.site import Trouble, Visit
from kiosk_app.office.catalogue import WEEKDAYS, Service
from kiosk_app.office.slots import Start

ARRIVE_BEFORE_MIN = 5
DAY_MIN_MAX = 24 * 60


class Times(NamedTuple):
    """What the page shows. `chosen` is None where no day is planned, `start` where no time is chosen yet."""

    strip: Strip | None
    chosen: Day | None
    morning: tuple[Cell, ...]
    afternoon: tuple[Cell, ...]
    start: Start | None
    first_free: date | None
    free_days: int


async def slots(visit: Visit) -> Response:
    service = visit.service()
    return await page(visit, service, f"/{visit.here.office.id}/book/{service.id}")


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
    rules = choosing.booking_of(visit.here.office, service)
    if rules is None:
        raise Trouble("not_found")
    wanted_day, wanted_min = asked(visit)
    found = await times(visit, service, day or wanted_day, wanted_min)
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
        arrive_by="" if found.start is None else choosing.clock(found.start.start_min - ARRIVE_BEFORE_MIN),
        hold_minutes=int(HOLD.total_seconds()) // 60,
        pulse=pulse(visit, await visit.shown()),
    )


def asked(visit: Visit) -> tuple[date | None, int | None]:
    """`day` and `at` of the address; what is none is not asked for."""
    query = visit.request.query_params
    return day_of(query.get("day", "")), minute_of(query.get("at", ""))


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def minute_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) < DAY_MIN_MAX else None


async def times(visit: Visit, service: Service, wanted: date | None, at_min: int | None) -> Times:
    office = visit.here.office
    rules = choosing.booking_of(office, service)
    assert rules is not None
    now = visit.local
    async with visit.central.pool.connection() as connection:
        free = await visit.central.availability.between(
            connection, office.id, service.group, *choosing.window(rules, now.date())
        )
        shown = choosing.days(free, rules, service, now)
        chosen = choosing.chosen_day(shown, wanted)
        lanes = () if chosen is None else await _lanes(connection, office.id, service.group, chosen.date)
    first_free = next((one.date for one in shown if one.free), None)
    free_days = sum(bool(one.free) for one in shown)
    if chosen is None:
        return Times(None, None, (), (), None, None, 0)
    cells = choosing.cells(lanes, chosen, choosing.earliest_min(rules, chosen.date, now)) if chosen.free else ()
    return Times(
        choosing.strip(shown, chosen),
        chosen,
        tuple(one for one in cells if one.at_min < choosing.NOON_MIN),
        tuple(one for one in cells if one.at_min >= choosing.NOON_MIN),
        next((one for one in chosen.free if one.start_min == at_min), None),
        first_free,
        free_days,
    )


async def _lanes(
    connection: central_days.Connection, office: str, letter: str, day: date
) -> tuple[central_days.Lane, ...]:
    found = await connection.execute(
        "SELECT lanes FROM slot_days WHERE office = %s AND letter = %s AND day = %s", (office, letter, day)
    )
    row = await found.fetchone()
    return () if row is None else central_days.decode_lanes(row[0])


async def hold(visit: Visit) -> Response:
    """Of the form under the times: `day` and `at`."""
    service = visit.service()
    office = visit.here.office
    rules = choosing.booking_of(office, service)
    if rules is None:
        raise Trouble("not_found")
    path = f"/{office.id}/book/{service.id}"
    sent = await visit.form()
    day, at_min = day_of(sent.get("day", "")), minute_of(sent.get("at", ""))
    if day is None or at_min is None:
        return await page(visit, service, path, "slots.choose_first", 422, day)
    if not choosing.may_book(rules, service, day, Start(at_min, 0, 0, 0), visit.local):
        return await page(visit, service, path, "slots.too_late", 409, day)
    await visit.limit(visit.site.limits.holds)
    await visit.limit(visit.site.limits.holds_of_office, office.id)
    wish = Wish(office.id, service.group, day, at_min, service.id, visit.language, "web")
    held = await visit.central.bookings.hold(wish, visit.now)
    if isinstance(held, No):
        return await page(visit, service, path, REFUSED[held.why], 409, day)
    async with visit.central.pool.connection() as connection:
        own = await look(connection, office.id, held.booking, held.key)
    if own is None:
        raise Trouble("busy")
    response = visit.goes_to(own.path)
    keep_key(visit, response, own, held.key)
    return response


def keep_key(visit: Visit, response: Response, own: Own, key: str) -> None:
    """In a cookie that goes to this booking's pages alone, so that no address ever shows it."""
    visit.site.cookies.set(response, visit.site.cookies.key, key, cookie_age(own, visit.local), own.path)


REFUSED: dict[str, str] = {
    "taken": "slots.taken",
    "no_such_day": "slots.closed",
    "closed": "slots.closed",
    "too_many_held": "slots.busy",
    "gone": "slots.taken",
    "too_many": "form.too_many",
    "too_late": "slots.too_late",
}
"""What is said for each `No` of the bookings."""
