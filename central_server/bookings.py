"""Selling a slot: held for ten minutes while a visitor types, then promised, and perhaps changed or given back.

The day's row is locked while one start of it is sold, and an exclusion constraint of the database stands behind that:
no minute of a lane is ever two people's, however many processes sell.

What there is: `hold`, `release`, `confirm` (gives the reservation code), `look` (for the visitor's own page), `change`,
`cancel`, `find` (by code and contact, for who has lost the link), and `cancelled_by_office` for what a hub has told.
What may be chosen at all stands in window.py, what is free in days.py, what is told by mail and SMS in messages.py.
Whoever asks again with the same arguments gets the same answer: a lost answer does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from central_server import booking_rows, chain, days, finding, messages, window
from central_server.booking_rows import Booked, By, Found, Held, No, Row, Seen, State, Why, Wish, key_hash
from central_server.contacts import Box, Contact, contact_fault
from central_server.database import Connection, Pool, in_one_go, quick
from central_server.limits import Limits
from central_server.messages import Channel
from central_server.offices import OfficeHere, code_of
from central_server.queueing import Lines
from kiosk_app.clock import new_id, new_token
from kiosk_app.office.facts_slots import BookingCancelled
from kiosk_app.office.slots import Places, Start, free_starts

__all__ = ["HOLD", "Booked", "Bookings", "By", "Found", "Held", "No", "Seen", "State", "Why", "Wish"]

HOLD = timedelta(minutes=10)
HELD_OF_ONE_DAY_MAX = 200
"""Of one group and day, not confirmed yet: more would be somebody who blocks a day without booking it."""


class Bookings:
    """One a process. `offices`: None is for trials: without windows, codes and messages. `shown`: what pages are made
    from, so that it is remembered once."""

    def __init__(
        self,
        pool: Pool,
        box: Box,
        offices: Mapping[str, OfficeHere] | None = None,
        limits: Limits | None = None,
        channels: Collection[Channel] = (),
        shown: days.Availability | None = None,
    ) -> None:
        self._pool, self._box, self._offices = pool, box, offices
        self._limits, self._channels = limits or Limits(), frozenset(channels)
        self._shown = shown or days.Availability()
        self._lines: Lines[tuple[str, str, date]] = Lines()

    # --- holding -------------------------------------------------------------------------------------------------

    async def hold(self, wish: Wish, now: datetime) -> Held | No:
        """`now`: with its zone. Any lane that has this start is right."""
        if (why := self._shut(wish, now)) is not None:
            return No(why)
        place, places = (wish.office, wish.letter, wish.day), self._places(wish)
        with self._lines.stand(place) as mine:
            while True:
                shown = await self._shown.day(self._pool, *place, now, places)
                if (lost := _lost(wish, shown)) is not None:
                    # Most who want a hot slot come too late; they need not wait for a lock.
                    return lost
                if mine.is_first:
                    break
                await mine.moved()
            async with quick(self._pool) as connection:
                held: Held | No | None = await self._hold_as_seen(connection, wish, shown, now)
                if held is None:
                    async with in_one_go(connection):
                        held = await self._hold(connection, wish, now)
            mine.has_bought()
            return held

    def _shut(self, wish: Wish, now: datetime) -> Why | None:
        if not 1 <= wish.places <= self._limits.places:
            return "not_bookable"
        if self._offices is None:
            return None
        here = self._offices.get(wish.office)
        if here is None:
            return "not_bookable"
        return window.shut(here.office, wish.letter, wish.service, wish.day, wish.start_min, now)

    def _places(self, wish: Wish) -> Places:
        """Of the catalogue now: the day's plan and the minutes of the service."""
        here = (self._offices or {}).get(wish.office)
        if here is None:
            return wish.places
        return window.places(here.office, wish.letter, wish.service, wish.places)(wish.day)

    async def _hold_as_seen(
        self, connection: Connection, wish: Wish, shown: days.Shown | None, now: datetime
    ) -> Held | None:
        """In one statement, on a day that nobody has changed since it was looked at. None where somebody has, and for
        all that has to be looked at more closely."""
        start = next((one for one in shown.free if one.start_min == wish.start_min), None) if shown else None
        if shown is None or start is None or shown.expired or shown.held >= HELD_OF_ONE_DAY_MAX:
            return None
        held = Held(new_id(), new_token(), start, now + HOLD)
        sold = await booking_rows.insert_at(
            connection, shown.version, wish, held.booking, start, key_hash(held.key), now, held.until
        )
        return held if sold else None

    async def _hold(self, connection: Connection, wish: Wish, now: datetime) -> Held | No:
        await connection.execute(f"SELECT {booking_rows.NOT_ON_DISK}".encode())
        start = await self._free(
            connection, wish, await days.locked(connection, wish.office, wish.letter, wish.day), now
        )
        if isinstance(start, No):
            return start
        if await booking_rows.held_count(connection, wish.office, wish.letter, wish.day) >= HELD_OF_ONE_DAY_MAX:
            return No("too_many_held")
        held = Held(new_id(), new_token(), start, now + HOLD)
        await booking_rows.insert(connection, wish, held.booking, start, key_hash(held.key), now, held.until)
        await days.touch(connection, wish.office, wish.letter, wish.day)
        return held

    async def _free(
        self, connection: Connection, wish: Wish, day: days.Day | None, now: datetime, without: str = ""
    ) -> Start | No:
        """Of a day that is locked. `without`: a booking that is given back in the same transaction."""
        if day is None:
            return No("no_such_day")
        if day.closed:
            return No("closed")
        await booking_rows.drop_expired(connection, wish.office, wish.letter, wish.day, now)
        kept = await booking_rows.promises_but(connection, wish, without)
        free = free_starts(day.lanes, kept, "central", 0, self._places(wish))
        start = next((one for one in free if one.start_min == wish.start_min), None)
        return start if start is not None else No("taken", booking_rows.near(free, wish.start_min))

    async def release(self, office: str, booking: str, key: str) -> None:
        """Who leaves the page gives back what was held for them; nothing was promised yet."""
        async with quick(self._pool) as connection:
            await booking_rows.give_back(connection, office, booking, key)

    # --- promising -----------------------------------------------------------------------------------------------

    async def confirm(self, office: str, booking: str, key: str, contact: Contact, now: datetime) -> Booked | No:
        """From here on it is a promise. The same confirmation again gives the same answer."""
        if contact_fault(contact):
            return No("bad_contact")
        async with quick(self._pool) as connection, in_one_go(connection):
            row = await booking_rows.locked_quickly(connection, office, booking, key)
            if row is None or row.state not in ("held", "booked"):
                return No("gone")
            if row.state == "booked":
                return self._booked(office, booking, row)
            if row.held_until is None or row.held_until <= now:
                return No("gone")
            if row.day_closed:
                # The day has said what it sold, and sells no more.
                return No("closed")
            mark = self._box.address_mark(office, contact)
            if await self._has_enough(connection, office, mark, now):
                return No("too_many")
            contact_id = new_id()
            await self._keep_contact(connection, office, contact_id, contact, mark, key, row.day, now)
            await connection.execute(
                "UPDATE bookings SET state = 'booked', held_until = NULL, contact = %s "
                "WHERE office = %s AND booking = %s",
                (contact_id, office, booking),
            )
            await messages.queue(connection, office, booking, "confirmed", self._ways("confirmed", contact), now)
            await chain.append(
                connection, office, _ms(now), "central", [booking_rows.made(row.wish(office), booking, row.start)]
            )
            return self._booked(office, booking, row)

    async def _has_enough(self, connection: Connection, office: str, mark: bytes, now: datetime) -> bool:
        # Two confirmations of one address at once wait for each other, or both would see the other's absence.
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (int.from_bytes(mark[:8], signed=True),))
        found = await connection.execute(
            "SELECT count(*) FILTER (WHERE b.state = 'booked' AND b.day >= %s), count(*) FILTER (WHERE c.made_at > %s) "
            "FROM contacts c LEFT JOIN bookings b ON b.office = c.office AND b.contact = c.contact "
            "WHERE c.office = %s AND c.address_mark = %s",
            (now.astimezone(UTC).date() - timedelta(days=1), now - timedelta(hours=1), office, mark),
        )
        row = await found.fetchone()
        assert row is not None
        to_come, of_the_hour = row
        return bool(to_come >= self._limits.per_contact or of_the_hour >= self._limits.per_contact_an_hour)

    async def _keep_contact(
        self,
        connection: Connection,
        office: str,
        contact_id: str,
        contact: Contact,
        mark: bytes,
        key: str,
        day: date,
        now: datetime,
    ) -> None:
        await connection.execute(
            "INSERT INTO contacts (office, contact, sealed, key_sealed, address_mark, phone_mark, purge_on, made_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *(office, contact_id, self._box.seal(office, contact_id, contact)),
                self._box.seal_secret(office, contact_id, key.encode()),
                mark,
                self._box.phone_mark(office, contact.phone) if contact.phone else None,
                day + timedelta(days=self._limits.keep_contact_days),
                now,
            ),
        )

    # --- looking -------------------------------------------------------------------------------------------------

    async def look(self, office: str, booking: str, key: str) -> Seen | No:
        """For the visitor's own page."""
        async with quick(self._pool) as connection:
            row = await booking_rows.read(connection, office, booking, key)
        if row is None:
            return No("gone")
        until = self._change_until(office, row)
        booked = self._booked(office, booking, row)
        return Seen(booked, row.state, row.held_until, row.replaced_by or "", row.cancelled_by, until)

    async def find(self, code: str, contact: Contact, caller: str, now: datetime) -> Found | No:
        """Who has lost the link shows the code and the telephone number or mail address that was left with it.
        `caller`: who asks, an address on the network or a telephone number: wrong tries of each are limited."""
        return await finding.find(self._pool, self._box, self._offices or {}, self._limits, code, contact, caller, now)

    # --- changing and giving back ----------------------------------------------------------------------------------

    async def change(self, office: str, booking: str, key: str, to: Wish, now: datetime) -> Booked | No:
        """Another start for the one of before, in one transaction: never neither and never both. The new booking has
        another id and code, and the same key. Who was cancelled by a closure takes another time so as well."""
        if (why := self._shut(to, now)) is not None:
            return No(why)
        async with quick(self._pool) as connection, connection.transaction():
            row = await booking_rows.locked(connection, office, booking, key, also=(to.letter, to.day))
            if row is None or to.office != office:
                return No("gone")
            if row.replaced_by:
                return await self._changed_already(connection, row.replaced_by, key, to)
            moves = row.state == "booked"
            if moves and now >= self._change_until(office, row):
                return No("too_late")
            if row.state == "checked_in":
                return No("too_late")
            if not moves and not (row.state == "cancelled" and row.cancelled_by == "closure"):
                return No("gone")
            start = await self._free(
                connection, to, await days.locked(connection, office, to.letter, to.day), now, booking
            )
            if isinstance(start, No):
                return start
            return await self._change(connection, booking, key, row, to, start, now)

    async def _change(
        self, connection: Connection, booking: str, key: str, row: Row, to: Wish, start: Start, now: datetime
    ) -> Booked:
        office, new = to.office, new_id()
        await connection.execute(
            "UPDATE bookings SET state = 'cancelled', replaced_by = %s, "
            "cancelled_by = COALESCE(cancelled_by, 'visitor') WHERE office = %s AND booking = %s",
            (new, office, booking),
        )
        await booking_rows.insert(connection, to, new, start, key_hash(key), now, None, row.contact)
        await connection.execute(
            "UPDATE contacts SET purge_on = %s WHERE office = %s AND contact = %s",
            (to.day + timedelta(days=self._limits.keep_contact_days), office, row.contact),
        )
        for letter, day in sorted({(row.letter, row.day), (to.letter, to.day)}):
            await days.touch(connection, office, letter, day)
        contact = await messages.contact_of(connection, self._box, office, row.contact)
        ways = () if contact is None else self._ways("changed", contact)
        await messages.queue(connection, office, new, "changed", ways, now)
        made = booking_rows.made(to, new, start)
        given_back = [_cancelled(booking, row, "visitor", "changed")] if row.state == "booked" else []
        await chain.append(connection, office, _ms(now), "central", [*given_back, made])
        return Booked(
            new, to.letter, to.day, start, to.service, to.language, self._code(office, to.letter, to.day, start)
        )

    async def _changed_already(self, connection: Connection, booking: str, key: str, to: Wish) -> Booked | No:
        row = await booking_rows.read(connection, to.office, booking, key)
        if row is None or (row.letter, row.day, row.start_min) != (to.letter, to.day, to.start_min):
            return No("gone")
        return self._booked(to.office, booking, row)

    async def cancel(self, office: str, booking: str, key: str, now: datetime) -> Booked | No:
        """By the visitor. The same again gives the same answer."""
        async with quick(self._pool) as connection, in_one_go(connection):
            row = await booking_rows.locked_quickly(connection, office, booking, key)
            if row is None or row.state in ("held", "no_show") or row.replaced_by:
                return No("gone")
            if row.state == "checked_in" or (row.state == "booked" and now >= self._change_until(office, row)):
                return No("too_late")
            if row.state == "booked":
                await self._cancel(connection, office, booking, row, "visitor", "cancelled", now)
                fact = _cancelled(booking, row, "visitor", "")
                await chain.append(connection, office, _ms(now), "central", [fact])
            return self._booked(office, booking, row)

    async def cancelled_by_office(
        self, connection: Connection, office: str, fact: BookingCancelled, now: datetime
    ) -> bool:
        """What the hub has told of a booking of ours, in the caller's transaction, once or several times: its time is
        free again, and of a closure its visitor is told. Also of one who had checked in and then gave the number back.
        False where there is no such booking (any more)."""
        day = date.fromisoformat(fact.date)
        await days.locked(connection, office, fact.letter, day)
        row = await booking_rows.locked_here(connection, office, fact.booking)
        if row is None or row.state in ("held", "cancelled"):
            return False
        if fact.replaced_by:
            # Of what takes its place, which comes right behind, the visitor is told instead.
            await connection.execute(
                "UPDATE bookings SET state = 'cancelled', cancelled_by = %s, replaced_by = %s "
                "WHERE office = %s AND booking = %s",
                (fact.by, fact.replaced_by, office, fact.booking),
            )
            await days.touch(connection, office, row.letter, row.day)
            return True
        kind: messages.Kind = "closed" if fact.by == "closure" else "cancelled"
        await self._cancel(connection, office, fact.booking, row, fact.by, kind, now)
        return True

    async def moved_by_office(
        self, connection: Connection, office: str, booking: str, day: date, now: datetime
    ) -> None:
        """Staff have given this visitor another time: the contact lives as long as that needs, and is told."""
        found = await connection.execute(
            "UPDATE contacts c SET purge_on = greatest(c.purge_on, %s) FROM bookings b WHERE b.office = %s "
            "AND b.booking = %s AND c.office = b.office AND c.contact = b.contact RETURNING c.contact",
            (day + timedelta(days=self._limits.keep_contact_days), office, booking),
        )
        row = await found.fetchone()
        contact = None if row is None else await messages.contact_of(connection, self._box, office, row[0])
        if contact is not None:
            await messages.queue(connection, office, booking, "changed", self._ways("changed", contact), now)

    async def _cancel(
        self, connection: Connection, office: str, booking: str, row: Row, by: By, kind: messages.Kind, now: datetime
    ) -> None:
        await connection.execute(
            "UPDATE bookings SET state = 'cancelled', cancelled_by = %s WHERE office = %s AND booking = %s",
            (by, office, booking),
        )
        await days.touch(connection, office, row.letter, row.day)
        contact = await messages.contact_of(connection, self._box, office, row.contact)
        if contact is not None:
            await messages.queue(connection, office, booking, kind, self._ways(kind, contact), now)

    # --- what all of them say ----------------------------------------------------------------------------------------

    def _ways(self, kind: messages.Kind, contact: Contact) -> tuple[Channel, ...]:
        return messages.ways(kind, contact, self._channels)

    def _booked(self, office: str, booking: str, row: Row) -> Booked:
        code = self._code(office, row.letter, row.day, row.start)
        return Booked(booking, row.letter, row.day, row.start, row.service, row.language, code)

    def _code(self, office: str, letter: str, day: date, start: Start) -> str:
        here = (self._offices or {}).get(office)
        return "" if here is None else code_of(here, letter, day, start)

    def _change_until(self, office: str, row: Row) -> datetime:
        here = (self._offices or {}).get(office)
        if here is None:
            return datetime.max.replace(tzinfo=UTC)
        return window.change_until(here.office, row.letter, row.day, row.start_min)


def _lost(wish: Wish, shown: days.Shown | None) -> No | None:
    if shown is None:
        return No("no_such_day")
    if shown.closed:
        return No("closed")
    if any(one.start_min == wish.start_min for one in shown.free):
        return None
    return No("taken", booking_rows.near(shown.free, wish.start_min))


def _cancelled(booking: str, row: Row, by: By, reason: str) -> BookingCancelled:
    return BookingCancelled(booking=booking, letter=row.letter, date=row.day.isoformat(), by=by, reason=reason)


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
