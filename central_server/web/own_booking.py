"""A booking as its own visitor sees it: found by the key in their cookie, never by its id alone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from starlette.responses import Response

from central_server.booking_rows import Booked, Seen
from central_server.web.site import SHORT_ID, Trouble, Visit
from kiosk_app.office.slots import Start

KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class Own(NamedTuple):
    office: str
    key: str
    seen: Seen

    @property
    def booked(self) -> Booked:
        return self.seen.booked

    @property
    def day(self) -> date:
        return self.booked.day

    @property
    def start(self) -> Start:
        return self.booked.start

    @property
    def state(self) -> str:
        return self.seen.state

    @property
    def path(self) -> str:
        return path_of(self.office, self.booked.booking)

    def is_held(self, now: datetime) -> bool:
        return self.state == "held" and self.seen.until is not None and self.seen.until > now

    def may_change(self, now: datetime) -> bool:
        """Also who was cancelled by a closure may take another time."""
        return self.is_closed_out or (self.state == "booked" and now < self.seen.change_until)

    @property
    def is_closed_out(self) -> bool:
        return self.state == "cancelled" and self.seen.cancelled_by == "closure" and not self.seen.replaced_by


def path_of(office: str, booking: str) -> str:
    return f"/b/{office}/{booking}"


def key_of(visit: Visit) -> str:
    key = visit.request.cookies.get(visit.site.cookies.key, "")
    return key if KEY.fullmatch(key) else ""


async def own(visit: Visit) -> Own:
    """Of the cookie. Raises Trouble."""
    _ = visit.here
    key = key_of(visit)
    if not key:
        raise Trouble("no_booking")
    return await found(visit, key)


async def found(visit: Visit, key: str) -> Own:
    office, booking = visit.here.office.id, visit.request.path_params["booking"]
    if SHORT_ID.fullmatch(booking) and KEY.fullmatch(key):
        seen = await visit.central.bookings.look(office, booking, key)
        if isinstance(seen, Seen):
            return Own(office, key, seen)
    await visit.limit(visit.site.limits.unknown)
    raise Trouble("no_booking")


def keep_key(visit: Visit, response: Response, office: str, booking: str, day: date, key: str) -> None:
    """In a cookie that goes to this booking's pages alone, so that no address ever shows it; until the day after."""
    until = datetime.combine(day + timedelta(days=2), datetime.min.time(), visit.zone)
    age_s = max(3_600, int((until - visit.now).total_seconds()))
    visit.site.cookies.set(response, visit.site.cookies.key, key, age_s, path_of(office, booking))


def drop_key(visit: Visit, response: Response, one: Own) -> None:
    visit.site.cookies.drop(response, visit.site.cookies.key, one.path)
