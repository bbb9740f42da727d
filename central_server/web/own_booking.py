"""A booking as its own visitor sees it: found by the key in their cookie, never by its id alone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from central_server.bookings import key_hash
from central_server.central import OfficeHere
from central_server.database import Connection
from kiosk_app.office import booking_code
from kiosk_app.office.slots import Start

KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class Own(NamedTuple):
    office: str
    booking: str
    state: str
    held_until: datetime | None
    letter: str
    day: date
    start: Start
    service: str
    language: str
    by_mail: bool = False

    @property
    def path(self) -> str:
        return f"/b/{self.office}/{self.booking}"

    def is_held(self, now: datetime) -> bool:
        return self.state == "held" and self.held_until is not None and self.held_until > now


async def look(connection: Connection, office: str, booking: str, key: str) -> Own | None:
    """Without a lock: for a page. None for a key that is not this booking's."""
    found = await connection.execute(
        "SELECT state, held_until, letter, day, start_min, lane, length_min, after_min, service, language "
        "FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s",
        (office, booking, key_hash(key)),
    )
    row = await found.fetchone()
    if row is None:
        return None
    state, until, letter, day, start_min, lane, length_min, after_min, service, language = row
    start = Start(start_min, lane, length_min, after_min)
    return Own(office, booking, state, until, letter, day, start, service, language)


def code_of(here: OfficeHere, own: Own) -> str:
    """Sixteen digits, as the ticket machine reads them."""
    claim = booking_code.Claim(here.office.number, own.day, own.letter, own.start.start_min, own.start.lane)
    return booking_code.encode(here.booking_key, claim)


def cookie_age(own: Own, now: datetime) -> int:
    """Seconds that the key stays in the visitor's browser: until the day after."""
    until = datetime.combine(own.day + timedelta(days=2), datetime.min.time(), now.tzinfo)
    return max(3_600, int((until - now).total_seconds()))
