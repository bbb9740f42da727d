"""When central last heard of each office, and what that office then showed of itself: for pages, which say its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from central_server.database import Connection
from kiosk_app.office.board import Board

SILENT = timedelta(minutes=3)
"""An office shows itself every minute at least; after three it is called silent."""
_boards = msgspec.msgpack.Decoder(Board)


class Heard(NamedTuple):
    """`at`: None when it was never heard. `board`: as of `board_at`, None when none has come. `pending`: so many of its
    facts had not come then. `trouble`: for whoever looks after central, empty when there is none."""

    at: datetime | None
    board: Board | None
    board_at: datetime | None
    pending: int
    trouble: str

    def is_silent(self, now: datetime) -> bool:
        return self.at is None or now - self.at > SILENT


NEVER = Heard(None, None, None, 0, "")


async def of(connection: Connection, office: str) -> Heard:
    return (await of_all(connection, [office]))[office]


async def of_all(connection: Connection, offices: Sequence[str]) -> dict[str, Heard]:
    """Of each of these."""
    found = await connection.execute(
        "SELECT office, heard_at, board, board_at, pending, trouble FROM office_sync WHERE office = ANY(%s)",
        (list(offices),),
    )
    known = {
        office: Heard(at, None if board is None else _boards.decode(board), board_at, pending, trouble)
        for office, at, board, board_at, pending, trouble in await found.fetchall()
    }
    return {office: known.get(office, NEVER) for office in offices}
