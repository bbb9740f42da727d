"""How a booking stands in the database, and what is said of it to whoever asks. Statements of bookings.py."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Literal, NamedTuple

from central_server import days
from central_server.database import Connection
from kiosk_app.office.facts_slots import BookingMade, Source
from kiosk_app.office.slots import Promise, Start

State = Literal["held", "booked", "cancelled", "checked_in", "no_show"]
By = Literal["visitor", "staff", "closure"]
NEAR_MAX = 6
"""Other starts that are offered to who came too late."""
NOT_ON_DISK = "set_config('synchronous_commit', 'off', true)"
"""Of a transaction that promises nothing. What is only held may be lost with the power, some tenths of a second of it:
its visitor is then told that it is gone. So nobody waits for the disk while a day is locked, but for a promise."""

Why = Literal[
    "taken",
    "no_such_day",
    "closed",
    "gone",
    "too_many",
    "too_many_held",
    "too_late",
    "too_far",
    "not_bookable",
    "too_many_tries",
    "bad_contact",
]
"""closed: nothing more of this day is sold online. too_late: so near (or past) that only a person can help. too_far:
beyond the last day that can be booked. gone: no such booking, or another key. too_many: this contact has enough.
bad_contact: no mail address and no telephone number that can be one."""


class No(NamedTuple):
    """`near`: starts of the same day that were free a moment ago."""

    why: Why
    near: tuple[Start, ...] = ()


class Wish(NamedTuple):
    """`places`: so many people one after the other, each for as many slots as the matter takes."""

    office: str
    letter: str
    day: date
    start_min: int
    service: str
    language: str
    source: Source
    places: int = 1


class Held(NamedTuple):
    """`key` is the visitor's own: whoever has it may confirm, change and cancel. Central keeps its hash, and sealed
    beside the contact what a link in a message needs."""

    booking: str
    key: str
    start: Start
    until: datetime


class Booked(NamedTuple):
    """`code`: the reservation code, sixteen digits; empty where the office has no key here."""

    booking: str
    letter: str
    day: date
    start: Start
    service: str
    language: str
    code: str = ""


class Seen(NamedTuple):
    """A booking as its own page shows it. `replaced_by`: the booking that took its place, under the same key.
    `change_until`: from this moment on it can be neither changed nor cancelled online."""

    booked: Booked
    state: State
    until: datetime | None
    replaced_by: str
    cancelled_by: By | None
    change_until: datetime


class Found(NamedTuple):
    """By code and contact. `key` opens the visitor's own page."""

    booked: Booked
    key: str


class Row(NamedTuple):
    state: State
    held_until: datetime | None
    letter: str
    day: date
    lane: int
    start_min: int
    length_min: int
    after_min: int
    service: str
    language: str
    source: Source
    contact: str | None
    replaced_by: str | None
    cancelled_by: By | None
    day_closed: bool = False

    @property
    def start(self) -> Start:
        return Start(self.start_min, self.lane, self.length_min, self.after_min)

    def wish(self, office: str) -> Wish:
        return Wish(office, self.letter, self.day, self.start_min, self.service, self.language, self.source)


_COLUMNS = (
    "state, held_until, letter, day, lane, start_min, length_min, after_min, service, language, source, contact, "
    "replaced_by, cancelled_by"
)


async def read(connection: Connection, office: str, booking: str, key: str) -> Row | None:
    """As it stands, for showing."""
    found = await connection.execute(
        f"SELECT {_COLUMNS} FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s".encode(),
        (office, booking, key_hash(key)),
    )
    row = await found.fetchone()
    return None if row is None else Row(*row)


async def locked(
    connection: Connection, office: str, booking: str, key: str, also: tuple[str, date] | None = None
) -> Row | None:
    """The day first and then the booking, as whoever sells does: two who want both never wait for each other. `also`:
    another group's day that is locked with it, both in one order."""
    place = await place_of(connection, office, booking, key)
    if place is None:
        return None
    known = {one: await days.locked(connection, office, *one) for one in sorted({place, also or place})}
    row = await locked_here(connection, office, booking)
    day = known[place]
    return None if row is None else row._replace(day_closed=day is None or day.closed)


async def locked_quickly(connection: Connection, office: str, booking: str, key: str) -> Row | None:
    """The same within `in_one_go`, with one wait: both statements are on their way before the first is answered."""
    hashed = key_hash(key)
    of_day = await connection.execute(
        "SELECT d.closed FROM slot_days d JOIN bookings b ON b.office = d.office AND b.letter = d.letter "
        "AND b.day = d.day WHERE b.office = %s AND b.booking = %s AND b.key_hash = %s FOR UPDATE OF d",
        (office, booking, hashed),
    )
    found = await connection.execute(
        f"SELECT {_COLUMNS} FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s FOR UPDATE".encode(),
        (office, booking, hashed),
    )
    day, row = await of_day.fetchone(), await found.fetchone()
    return None if row is None else Row(*row)._replace(day_closed=day is None or day[0])


async def locked_here(connection: Connection, office: str, booking: str) -> Row | None:
    """Without the visitor's key, for what the office itself has decided. Its day must be locked already."""
    found = await connection.execute(
        f"SELECT {_COLUMNS} FROM bookings WHERE office = %s AND booking = %s FOR UPDATE".encode(), (office, booking)
    )
    row = await found.fetchone()
    return None if row is None else Row(*row)


async def place_of(connection: Connection, office: str, booking: str, key: str) -> tuple[str, date] | None:
    found = await connection.execute(
        "SELECT letter, day FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s",
        (office, booking, key_hash(key)),
    )
    row = await found.fetchone()
    return None if row is None else (row[0], row[1])


async def insert(
    connection: Connection,
    wish: Wish,
    booking: str,
    start: Start,
    key: bytes,
    now: datetime,
    held_until: datetime | None,
    contact: str | None = None,
) -> None:
    """Held, or without `held_until` booked at once. `key`: its hash."""
    await connection.execute(
        "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, "
        "held_until, service, language, source, key_hash, contact, made_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(wish.office, booking, wish.letter, wish.day, start.lane, start.start_min, start.length_min),
            *(start.after_min, "booked" if held_until is None else "held", held_until, wish.service, wish.language),
            *(wish.source, key, contact, now),
        ),
    )


async def insert_at(
    connection: Connection,
    version: int,
    wish: Wish,
    booking: str,
    start: Start,
    key: bytes,
    now: datetime,
    held_until: datetime,
) -> bool:
    """Held, if the day is still at this version: then nobody has sold, given back or planned anything since it was
    looked at. False where somebody has. One statement, and so all or nothing without a transaction around it."""
    done = await connection.execute(
        "WITH day AS (UPDATE slot_days SET version = version + 1 WHERE office = %s AND letter = %s AND day = %s "
        f"AND version = %s AND NOT closed RETURNING {NOT_ON_DISK}) "
        "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, "
        "held_until, service, language, source, key_hash, made_at) "
        "SELECT %s, %s, %s, %s, %s, %s, %s, %s, 'held', %s, %s, %s, %s, %s, %s FROM day",
        (
            *(wish.office, wish.letter, wish.day, version, wish.office, booking, wish.letter, wish.day, start.lane),
            *(start.start_min, start.length_min, start.after_min, held_until, wish.service, wish.language),
            *(wish.source, key, now),
        ),
    )
    return done.rowcount == 1


async def give_back(connection: Connection, office: str, booking: str, key: str) -> bool:
    """What is held and not confirmed, by its key. One statement, in which the day is locked first: what becomes of the
    booking while that is waited for is seen, and a confirmed one stays."""
    done = await connection.execute(
        "WITH place AS (SELECT letter, day FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s "
        "AND state = 'held'), "
        "touched AS (UPDATE slot_days d SET version = version + 1 FROM place p WHERE d.office = %s "
        f"AND d.letter = p.letter AND d.day = p.day RETURNING d.letter, d.day, {NOT_ON_DISK}) "
        "DELETE FROM bookings b USING touched t WHERE b.office = %s AND b.booking = %s AND b.state = 'held' "
        "AND b.letter = t.letter AND b.day = t.day",
        (office, booking, key_hash(key), office, office, booking),
    )
    return done.rowcount == 1


async def drop_expired(connection: Connection, office: str, letter: str, day: date, now: datetime) -> None:
    await connection.execute(
        "DELETE FROM bookings WHERE office = %s AND letter = %s AND day = %s AND state = 'held' AND held_until <= %s",
        (office, letter, day, now),
    )


async def held_count(connection: Connection, office: str, letter: str, day: date) -> int:
    found = await connection.execute(
        "SELECT count(*) FROM bookings WHERE office = %s AND letter = %s AND day = %s AND state = 'held'",
        (office, letter, day),
    )
    row = await found.fetchone()
    assert row is not None
    return int(row[0])


async def promises_but(connection: Connection, wish: Wish, booking: str) -> list[Promise]:
    """All that occupies time of the wish's day, without one booking that is about to be given back."""
    kept = await days.promises(connection, wish.office, wish.letter, wish.day)
    return [one for one in kept if one.booking != booking]


def made(wish: Wish, booking: str, start: Start) -> BookingMade:
    return BookingMade(
        booking=booking,
        letter=wish.letter,
        date=wish.day.isoformat(),
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service=wish.service,
        source=wish.source,
        language=wish.language,
    )


def near(free: list[Start] | tuple[Start, ...], start_min: int) -> tuple[Start, ...]:
    """One lane of each start is enough to offer it."""
    by_time = {one.start_min: one for one in reversed(free)}
    nearest = sorted(by_time.values(), key=lambda one: (abs(one.start_min - start_min), one.start_min))
    return tuple(sorted(nearest[:NEAR_MAX]))


def key_hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
