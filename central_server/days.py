"""What may still be sold online: the lanes of each day as the office planned them, and what has been sold of them.

Read without a lock for pages; whoever sells reads it again with the day's row locked.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from central_server.database import Connection, Pool, quick
from central_server.sharing import Shared
from kiosk_app.office.slot_days import Version
from kiosk_app.office.slots import Lane, Places, Promise, Start, free_starts

CACHED_MAX = 20_000
"""Days of all offices whose free starts a process remembers: some kilobytes each. Of a day there are as many as its
matters take different numbers of places."""
PlacesOn = Callable[[date], Places]
"""What a matter takes on a day."""
_lanes = msgspec.msgpack.Decoder(tuple[Lane, ...])


class Day(NamedTuple):
    """`version` differs after every sale, cancellation and change of plan."""

    lanes: tuple[Lane, ...]
    version: int
    closed: bool


class Shown(NamedTuple):
    """A day as it was at `version`. `free`: starts at which there are as many places in a row as were asked for.
    `held`: so many wait for their visitor's word. `expired`: some of what was held too long is still in the table."""

    closed: bool
    free: tuple[Start, ...]
    version: int
    held: int = 0
    expired: bool = False


class _Known(NamedTuple):
    """`until`: then the first of what is held is held no longer."""

    shown: Shown
    until: datetime | None


class _Kept(NamedTuple):
    """What occupies a day."""

    promises: list[Promise]
    until: datetime | None
    held: int
    expired: bool


def decode_lanes(data: bytes) -> tuple[Lane, ...]:
    return _lanes.decode(data)


def encode_lanes(lanes: Sequence[Lane]) -> bytes:
    return msgspec.msgpack.encode(tuple(lanes))


async def plan(
    connection: Connection, office: str, letter: str, day: date, lanes: Sequence[Lane], version: Version
) -> bool:
    """Takes a plan of the hub; false for one that is not later than what is here. In the caller's transaction."""
    done = await connection.execute(
        "INSERT INTO slot_days (office, letter, day, lanes, epoch, number) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (office, letter, day) DO UPDATE SET lanes = excluded.lanes, epoch = excluded.epoch, "
        "number = excluded.number, version = slot_days.version + 1 "
        "WHERE (slot_days.epoch, slot_days.number) < (excluded.epoch, excluded.number)",
        (office, letter, day, encode_lanes(lanes), *version),
    )
    return done.rowcount == 1


async def locked(connection: Connection, office: str, letter: str, day: date) -> Day | None:
    """The day, which nobody else can change before the caller's transaction ends."""
    found = await connection.execute(
        "SELECT lanes, version, closed FROM slot_days WHERE office = %s AND letter = %s AND day = %s FOR UPDATE",
        (office, letter, day),
    )
    row = await found.fetchone()
    return None if row is None else Day(_lanes.decode(row[0]), row[1], row[2])


async def touch(connection: Connection, office: str, letter: str, day: date) -> None:
    """To be called by whoever has changed what is free."""
    await connection.execute(
        "UPDATE slot_days SET version = version + 1 WHERE office = %s AND letter = %s AND day = %s",
        (office, letter, day),
    )


async def promises(connection: Connection, office: str, letter: str, day: date) -> list[Promise]:
    """All that occupies time, also what is only held for somebody who is still typing."""
    found = await connection.execute(
        "SELECT booking, lane, start_min, length_min, after_min FROM bookings "
        "WHERE office = %s AND letter = %s AND day = %s AND state <> 'cancelled'",
        (office, letter, day),
    )
    return [
        Promise(booking=booking, lane=lane, start_min=start, length_min=length, after_min=after)
        for booking, lane, start, length, after in await found.fetchall()
    ]


Key = tuple[str, str, date, Places]


def one_place(day: date) -> Places:
    return 1


class Availability:
    """Free starts of many days, computed again only where something has changed. One a process."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, _Known] = OrderedDict()
        self._asked: Shared[tuple[str, str, date, date, datetime, Hashable], dict[date, Shown]] = Shared()

    async def day(
        self, pool: Pool, office: str, letter: str, day: date, now: datetime, places: Places = 1
    ) -> Shown | None:
        """One day; None where none is planned."""
        seen = await self.seen(pool, office, letter, day, day, now, lambda day: places, places)
        return seen.get(day)

    async def seen(
        self,
        pool: Pool,
        office: str,
        letter: str,
        first: date,
        last: date,
        now: datetime,
        places: PlacesOn = one_place,
        matter: Hashable = "",
    ) -> dict[date, Shown]:
        """Every planned day, for any number of visitors who look at the same days in one moment: one look for all of
        them. `matter` names what takes these `places`: who asks with the same one shares the look. The past is the
        caller's, and what else may not be chosen (window.open_starts)."""

        async def look() -> dict[date, Shown]:
            async with quick(pool) as connection:
                return await self._look(connection, office, letter, first, last, now, places)

        minute = now.replace(second=0, microsecond=0)
        return await self._asked.ask((office, letter, first, last, minute, matter), look)

    async def _look(
        self,
        connection: Connection,
        office: str,
        letter: str,
        first: date,
        last: date,
        now: datetime,
        places: PlacesOn,
    ) -> dict[date, Shown]:
        found = await connection.execute(
            "SELECT day, version, closed, lanes FROM slot_days "
            "WHERE office = %s AND letter = %s AND day BETWEEN %s AND %s ORDER BY day",
            (office, letter, first, last),
        )
        rows = await found.fetchall()
        changed = [
            day
            for day, version, closed, _ in rows
            if not closed and not self._knows((office, letter, day, places(day)), version, now)
        ]
        kept = await self._promises(connection, office, letter, changed, now)
        free: dict[date, Shown] = {}
        for day, version, closed, lanes in rows:
            if closed:
                free[day] = Shown(True, (), version)
                continue
            key = (office, letter, day, places(day))
            if day in kept:
                one = kept[day]
                starts = tuple(free_starts(_lanes.decode(lanes), one.promises, "central", 0, key[3]))
                self._known[key] = _Known(Shown(False, starts, version, one.held, one.expired), one.until)
            self._known.move_to_end(key)
            free[day] = self._known[key].shown
        while len(self._known) > CACHED_MAX:
            self._known.popitem(last=False)
        return free

    def _knows(self, key: Key, version: int, now: datetime) -> bool:
        known = self._known.get(key)
        if known is None or known.shown.version != version:
            return False
        return known.until is None or now < known.until

    async def _promises(
        self, connection: Connection, office: str, letter: str, days: Sequence[date], now: datetime
    ) -> dict[date, _Kept]:
        """Read after the versions: what was sold in between is in it, and the next look sees another version."""
        if not days:
            return {}
        promises: dict[date, list[Promise]] = {day: [] for day in days}
        until: dict[date, datetime] = {}
        held: Counter[date] = Counter()
        expired: set[date] = set()
        found = await connection.execute(
            "SELECT day, booking, lane, start_min, length_min, after_min, held_until FROM bookings "
            "WHERE office = %s AND letter = %s AND day = ANY(%s) AND state <> 'cancelled'",
            (office, letter, list(days)),
        )
        for day, booking, lane, start, length, after, held_until in await found.fetchall():
            if held_until is not None:
                if held_until <= now:
                    expired.add(day)
                    continue
                held[day] += 1
                until[day] = min(until.get(day, held_until), held_until)
            promises[day].append(
                Promise(booking=booking, lane=lane, start_min=start, length_min=length, after_min=after)
            )
        return {day: _Kept(promises[day], until.get(day), held[day], day in expired) for day in days}
