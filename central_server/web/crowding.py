"""How full an office usually is: counts by weekday and hour, from the pictures that it sends. Nobody is in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from central_server.database import Connection
from central_server.heard import SILENT
from central_server.offices import OfficeHere
from kiosk_app.office import catalogue
from kiosk_app.office.board import Board

EVERY_MIN = 5
"""One sample of each group in so many minutes, however often the picture changes."""
WEEKS = 12
"""That count; a season ago the office was another."""
KEPT_DAYS = 7 * WEEKS + 7
_board = msgspec.msgpack.Decoder(Board)
SAMPLES_MIN = 3
"""Fewer say nothing of an hour."""


class Usual(NamedTuple):
    """People waiting, on average over the samples of an hour."""

    hour: int
    waiting: float


async def sample(connection: Connection, here: OfficeHere, now: datetime) -> bool:
    """Takes what the office shows now into the counts, once in five minutes however many processes ask. False where
    there is nothing to take: done already, shut, or not heard."""
    office, local = here.office.id, now.astimezone(catalogue.zone(here.office))
    number = (local.hour * 60 + local.minute) // EVERY_MIN
    found = await connection.execute(
        "SELECT board FROM office_sync WHERE office = %s AND board_at > %s AND NOT EXISTS (SELECT 1 FROM crowding "
        "WHERE office = %s AND day = %s AND hour = %s AND last_number >= %s)",
        (office, now - SILENT, office, local.date(), local.hour, number),
    )
    row = await found.fetchone()
    if row is None or not (shown := _board.decode(row[0])).date:
        return False
    rows = [(office, one.letter, local.date(), local.hour, one.waiting, number) for one in shown.groups]
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO crowding (office, letter, day, hour, waiting, samples, last_number) "
            "VALUES (%s, %s, %s, %s, %s, 1, %s) ON CONFLICT (office, letter, day, hour) DO UPDATE "
            "SET waiting = crowding.waiting + excluded.waiting, samples = crowding.samples + 1, "
            "last_number = excluded.last_number WHERE crowding.last_number < excluded.last_number",
            rows,
        )
    return True


async def usual(connection: Connection, office: str, today: date) -> Mapping[int, tuple[Usual, ...]]:
    """By weekday (0 is Monday), each hour in order, all groups together."""
    found = await connection.execute(
        "SELECT weekday, hour, sum(average) FROM ("
        "SELECT extract(isodow FROM day)::int - 1 AS weekday, hour, letter, "
        "sum(waiting)::float8 / sum(samples) AS average, sum(samples) AS samples "
        "FROM crowding WHERE office = %s AND day >= %s AND day < %s GROUP BY 1, 2, 3) AS of_groups "
        "GROUP BY 1, 2 HAVING max(samples) >= %s ORDER BY 1, 2",
        (office, today - timedelta(weeks=WEEKS), today, SAMPLES_MIN),
    )
    by_day: dict[int, list[Usual]] = {}
    for weekday, hour, waiting in await found.fetchall():
        by_day.setdefault(weekday, []).append(Usual(hour, float(waiting)))
    return {weekday: tuple(hours) for weekday, hours in by_day.items()}


async def forget(connection: Connection, today: date) -> None:
    """What counts no more. By whoever purges."""
    await connection.execute("DELETE FROM crowding WHERE day < %s", (today - timedelta(days=KEPT_DAYS),))
