"""The last picture of each office, as its hub has sent it: read again every two seconds at most, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from central_server.database import Pool
from central_server.web.ticket_view import Shown
from kiosk_app.office.board import Board

FRESH = timedelta(seconds=2)
_board = msgspec.msgpack.Decoder(Board)


class Boards:
    """One a process. A picture is decoded once, and a ticket is looked for in all of them."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._shown: dict[str, Shown] = {}
        self._came: dict[str, datetime] = {}

    async def all(self, pool: Pool, now: datetime) -> Mapping[str, Shown]:
        """By office. One that has never been heard is not in it."""
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            await self._read(pool)
            self._read_at = now
        return self._shown

    async def _read(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            heard = await connection.execute(
                "SELECT office, heard_at, board_at FROM office_sync WHERE board IS NOT NULL AND heard_at IS NOT NULL"
            )
            shown: dict[str, Shown] = {}
            for office, heard_at, came in await heard.fetchall():
                kept = self._shown.get(office)
                if kept is not None and self._came.get(office) == came:
                    shown[office] = Shown(kept.board, heard_at)
                    continue
                row = await (
                    await connection.execute("SELECT board FROM office_sync WHERE office = %s", (office,))
                ).fetchone()
                if row is not None and row[0] is not None:
                    shown[office] = Shown(_board.decode(row[0]), heard_at)
                    self._came[office] = came
        self._shown = shown
