"""How much one person, or one who pretends to be many, may book and guess; wrong tries are counted in the database.

What is stored of who tries is a keyed hash and an hour, and goes after a day.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from central_server.database import Connection


class Limits(NamedTuple):
    """`per_contact`: bookings of one telephone number or mail address that are still to come: a family books twice and
    more. `places`: people in a row of one booking. `wrong_codes_an_hour`: of one caller, half as many of one code."""

    per_contact: int = 4
    per_contact_an_hour: int = 8
    places: int = 4
    wrong_codes_an_hour: int = 20
    keep_contact_days: int = 7
    holds_in_ten_minutes: int = 60
    """Of one address and process, through the JSON API."""


DEFAULTS = Limits()


async def count_try(connection: Connection, mark: bytes, now: datetime) -> int:
    """How many there have been in this hour, with this one: counted before it is known to be wrong, or many at once
    would all pass."""
    found = await connection.execute(
        "INSERT INTO tries (mark, hour, count) VALUES (%s, date_trunc('hour', %s::timestamptz), 1) "
        "ON CONFLICT (mark, hour) DO UPDATE SET count = tries.count + 1 RETURNING count",
        (mark, now),
    )
    row = await found.fetchone()
    assert row is not None
    return int(row[0])


async def take_back(connection: Connection, mark: bytes, now: datetime) -> None:
    """It was right."""
    await connection.execute(
        "UPDATE tries SET count = count - 1 WHERE mark = %s AND hour = date_trunc('hour', %s::timestamptz)", (mark, now)
    )
