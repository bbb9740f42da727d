"""Selling a slot: held for ten minutes while a visitor types, then promised, and perhaps given back.

The day's row is locked while one start of it is sold, and an exclusion constraint of the database stands behind that:
no minute of a lane is ever two people's, however many processes sell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from central_server import chain, days
from central_server.contacts import Box, Contact
from central_server.database import Connection, Pool
from kiosk_app.clock import new_id, new_token
from kiosk_app.office.facts_slots import BookingCancelled, BookingMade, Source
from kiosk_app.office.slots import Promise, Start, free_starts

HOLD = timedelta(minutes=10)
NEAR_MAX = 6
"""Other starts that are offered to who came too late."""
KEEP_CONTACT_DAYS = 7
HELD_OF_ONE_DAY_MAX = 200
"""Of one group and day, not confirmed yet: more would be somebody who blocks a day without booking it."""
PER_ADDRESS_MAX = 4
"""Bookings of one address that are still to come: a family books twice and more."""

Why = Literal["taken", "no_such_day", "closed", "gone", "too_many", "too_many_held", "too_late"]


class No(NamedTuple):
    """`near`: starts of the same day that were free a moment ago."""

    why: Why
    near: tuple[Start, ...] = ()


class Wish(NamedTuple):
    office: str
    letter: str
    day: date
    start_min: int
    service: str
    language: str
    source: Source
    places: int = 1


class Held(NamedTuple):
    """`key` is the visitor's own: whoever has it may confirm, change and cancel. It is nowhere else."""

    booking: str
    key: str
    start: Start
    until: datetime


class Booked(NamedTuple):
    booking: str
    letter: str
    day: date
    start: Start
    service: str
    language: str


class Bookings:
    """One a process. `per_address_max`: bookings that one address may have before it."""

    def __init__(self, pool: Pool, box: Box, per_address_max: int = PER_ADDRESS_MAX) -> None:
        self._pool, self._box, self._per_address_max = pool, box, per_address_max

    # --- holding -------------------------------------------------------------------------------------------------

    async def hold(self, wish: Wish, now: datetime) -> Held | No:
        """`now`: with its zone. Any lane that has this start is right."""
        async with self._pool.connection() as connection:
            if (lost := await self._is_gone(connection, wish, now)) is not None:
                # Most who want a hot slot come too late; they need not wait for a lock.
                return lost
            async with connection.transaction():
                return await self._hold(connection, wish, now)

    async def _is_gone(self, connection: Connection, wish: Wish, now: datetime) -> No | None:
        found = await connection.execute(
            "SELECT lanes, version, closed FROM slot_days WHERE office = %s AND letter = %s AND day = %s",
            (wish.office, wish.letter, wish.day),
        )
        row = await found.fetchone()
        if row is None:
            return No("no_such_day")
        if row[2]:
            return No("closed")
        day = days.Day(days.decode_lanes(row[0]), row[1], row[2])
        kept = await _promises(connection, wish, now)
        free = free_starts(day.lanes, kept, "central", 0, wish.places)
        return None if any(one.start_min == wish.start_min for one in free) else No("taken", _near(free, wish))

    async def _hold(self, connection: Connection, wish: Wish, now: datetime) -> Held | No:
        day = await days.locked(connection, wish.office, wish.letter, wish.day)
        if day is None:
            return No("no_such_day")
        if day.closed:
            return No("closed")
        await connection.execute(
            "DELETE FROM bookings WHERE office = %s AND letter = %s AND day = %s "
            "AND state = 'held' AND held_until <= %s",
            (wish.office, wish.letter, wish.day, now),
        )
        if await _held(connection, wish) >= HELD_OF_ONE_DAY_MAX:
            return No("too_many_held")
        kept = await days.promises(connection, wish.office, wish.letter, wish.day)
        free = free_starts(day.lanes, kept, "central", 0, wish.places)
        start = next((one for one in free if one.start_min == wish.start_min), None)
        if start is None:
            return No("taken", _near(free, wish))
        held = Held(new_id(), new_token(), start, now + HOLD)
        await connection.execute(
            "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, "
            "held_until, service, language, source, key_hash) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'held', %s, %s, %s, %s, %s)",
            (
                *(wish.office, held.booking, wish.letter, wish.day, start.lane, start.start_min),
                *(start.length_min, start.after_min, held.until, wish.service, wish.language, wish.source),
                key_hash(held.key),
            ),
        )
        await days.touch(connection, wish.office, wish.letter, wish.day)
        return held

    # --- promising -----------------------------------------------------------------------------------------------

    async def confirm(self, office: str, booking: str, key: str, contact: Contact, now: datetime) -> Booked | No:
        """From here on it is a promise. The same confirmation again gives the same answer."""
        async with self._pool.connection() as connection, connection.transaction():
            row = await _locked(connection, office, booking, key)
            if row is None or row.state not in ("held", "booked"):
                return No("gone")
            if row.state == "booked":
                return row.booked(booking)
            if row.held_until is None or row.held_until <= now:
                return No("gone")
            if row.day_closed:
                # The day has said what it sold, and sells no more.
                return No("closed")
            mark = self._box.address_mark(office, contact)
            if await self._count(connection, office, mark, now) >= self._per_address_max:
                return No("too_many")
            contact_id = new_id()
            await self._keep_contact(connection, office, contact_id, contact, mark, row.day)
            await connection.execute(
                "UPDATE bookings SET state = 'booked', held_until = NULL, contact = %s "
                "WHERE office = %s AND booking = %s",
                (contact_id, office, booking),
            )
            await chain.append(connection, office, _ms(now), "central", [row.made(booking)])
            return row.booked(booking)

    async def _count(self, connection: Connection, office: str, mark: bytes, now: datetime) -> int:
        # Two confirmations of one address at once wait for each other, or both would see the other's absence.
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (int.from_bytes(mark[:8], signed=True),))
        found = await connection.execute(
            "SELECT count(*) FROM contacts c JOIN bookings b ON b.office = c.office AND b.contact = c.contact "
            "WHERE c.office = %s AND c.address_mark = %s AND b.state = 'booked' AND b.day >= %s",
            (office, mark, now.astimezone(UTC).date() - timedelta(days=1)),
        )
        row = await found.fetchone()
        assert row is not None
        return int(row[0])

    async def _keep_contact(
        self, connection: Connection, office: str, contact_id: str, contact: Contact, mark: bytes, day: date
    ) -> None:
        await connection.execute(
            "INSERT INTO contacts (office, contact, sealed, address_mark, phone_mark, purge_on) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            (
                *(office, contact_id, self._box.seal(office, contact_id, contact), mark),
                self._box.phone_mark(office, contact.phone) if contact.phone else None,
                day + timedelta(days=KEEP_CONTACT_DAYS),
            ),
        )

    # --- giving back -----------------------------------------------------------------------------------------------

    async def release(self, office: str, booking: str, key: str) -> None:
        """Who leaves the page gives back what was held for them; nothing was promised yet."""
        async with self._pool.connection() as connection, connection.transaction():
            row = await _locked(connection, office, booking, key)
            if row is not None and row.state == "held":
                await connection.execute("DELETE FROM bookings WHERE office = %s AND booking = %s", (office, booking))
                await days.touch(connection, office, row.letter, row.day)

    async def cancel(self, office: str, booking: str, key: str, now: datetime) -> Booked | No:
        """By the visitor. The same again gives the same answer."""
        async with self._pool.connection() as connection, connection.transaction():
            row = await _locked(connection, office, booking, key)
            if row is None or row.state in ("held", "no_show"):
                return No("gone")
            if row.state == "checked_in":
                return No("too_late")
            if row.state == "booked":
                await connection.execute(
                    "UPDATE bookings SET state = 'cancelled' WHERE office = %s AND booking = %s", (office, booking)
                )
                await days.touch(connection, office, row.letter, row.day)
                cancelled = BookingCancelled(booking=booking, letter=row.letter, date=row.day.isoformat(), by="visitor")
                await chain.append(connection, office, _ms(now), "central", [cancelled])
            return row.booked(booking)


class _Row(NamedTuple):
    state: str
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
    day_closed: bool = False

    def booked(self, booking: str) -> Booked:
        start = Start(self.start_min, self.lane, self.length_min, self.after_min)
        return Booked(booking, self.letter, self.day, start, self.service, self.language)

    def made(self, booking: str) -> BookingMade:
        return BookingMade(
            booking=booking,
            letter=self.letter,
            date=self.day.isoformat(),
            lane=self.lane,
            start_min=self.start_min,
            length_min=self.length_min,
            after_min=self.after_min,
            service=self.service,
            source=self.source,
            language=self.language,
        )


async def _locked(connection: Connection, office: str, booking: str, key: str) -> _Row | None:
    """The day first and then the booking, as whoever sells does: two who want both never wait for each other."""
    proof = key_hash(key)
    found = await connection.execute(
        "SELECT letter, day FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s",
        (office, booking, proof),
    )
    place = await found.fetchone()
    if place is None:
        return None
    day = await days.locked(connection, office, *place)
    found = await connection.execute(
        "SELECT state, held_until, letter, day, lane, start_min, length_min, after_min, service, language, source "
        "FROM bookings WHERE office = %s AND booking = %s AND key_hash = %s FOR UPDATE",
        (office, booking, proof),
    )
    row = await found.fetchone()
    return None if row is None else _Row(*row)._replace(day_closed=day is None or day.closed)


async def _promises(connection: Connection, wish: Wish, now: datetime) -> list[Promise]:
    """As days.promises, without what is held no longer."""
    found = await connection.execute(
        "SELECT booking, lane, start_min, length_min, after_min FROM bookings WHERE office = %s AND letter = %s "
        "AND day = %s AND state <> 'cancelled' AND (held_until IS NULL OR held_until > %s)",
        (wish.office, wish.letter, wish.day, now),
    )
    return [
        Promise(booking=booking, lane=lane, start_min=start, length_min=length, after_min=after)
        for booking, lane, start, length, after in await found.fetchall()
    ]


async def _held(connection: Connection, wish: Wish) -> int:
    found = await connection.execute(
        "SELECT count(*) FROM bookings WHERE office = %s AND letter = %s AND day = %s AND state = 'held'",
        (wish.office, wish.letter, wish.day),
    )
    row = await found.fetchone()
    assert row is not None
    return int(row[0])


def _near(free: Sequence[Start], wish: Wish) -> tuple[Start, ...]:
    """One lane of each start is enough to offer it."""
    by_time = {one.start_min: one for one in reversed(free)}
    nearest = sorted(by_time.values(), key=lambda one: (abs(one.start_min - wish.start_min), one.start_min))
    return tuple(sorted(nearest[:NEAR_MAX]))


def key_hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
