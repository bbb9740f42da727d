"""What may still be sold online: the lanes of each day as the office planned them, and what has been sold of them.

Read without a lock for pages; whoever sells reads it again with the day's row locked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from central_server.database import Connection
from kiosk_app.office.slot_days import Version
from kiosk_app.office.slots import Lane, Promise, Start, free_starts

CACHED_MAX = 20_000
"""Days of all offices whose free starts a process remembers: some kilobytes each."""
_lanes = msgspec.msgpack.Decoder(tuple[Lane, ...])


class Day(NamedTuple):
    """`version` differs after every sale, cancellation and change of plan."""

    lanes: tuple[Lane, ...]
    version: int
    closed: bool


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


class Availability:
    """Free starts of many days, computed again only where something has changed. One a process."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, date], tuple[int, tuple[Start, ...]]] = OrderedDict()

    async def between(
        self, connection: Connection, office: str, letter: str, first: date, last: date
    ) -> dict[date, tuple[Start, ...]]:
        """Every planned day with its free starts, one place each; a closed one has none. The past is the caller's."""
        found = await connection.execute(
            "SELECT day, version, closed, lanes FROM slot_days "
            "WHERE office = %s AND letter = %s AND day BETWEEN %s AND %s ORDER BY day",
            (office, letter, first, last),
        )
        rows = await found.fetchall()
        changed = [
            day for day, version, closed, _ in rows if not closed and self._version(office, letter, day) != version
        ]
        kept = await self._promises(connection, office, letter, changed)
        free: dict[date, tuple[Start, ...]] = {}
        for day, version, closed, lanes in rows:
            if closed:
                free[day] = ()
                continue
            key = (office, letter, day)
            if day in kept:
                self._known[key] = version, tuple(free_starts(_lanes.decode(lanes), kept[day], "central", 0))
            self._known.move_to_end(key)
            free[day] = self._known[key][1]
        while len(self._known) > CACHED_MAX:
            self._known.popitem(last=False)
        return free

    def _version(self, office: str, letter: str, day: date) -> int | None:
        known = self._known.get((office, letter, day))
        return None if known is None else known[0]

    async def _promises(
        self, connection: Connection, office: str, letter: str, days: Sequence[date]
    ) -> dict[date, list[Promise]]:
        """Read after the versions: what was sold in between is in it, and the next look sees another version."""
        if not days:
            return {}
        kept: dict[date, list[Promise]] = {day: [] for day in days}
        found = await connection.execute(
            "SELECT day, booking, lane, start_min, length_min, after_min FROM bookings "
            "WHERE office = %s AND letter = %s AND day = ANY(%s) AND state <> 'cancelled'",
            (office, letter, list(days)),
        )
        for day, booking, lane, start, length, after in await found.fetchall():
            kept[day].append(Promise(booking=booking, lane=lane, start_min=start, length_min=length, after_min=after))
        return kept
