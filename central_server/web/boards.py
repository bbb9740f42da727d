"""The last picture of each office, as its hub has sent it: read again every two seconds at most, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from central_server.database import Pool, quick
from central_server.web.ticket_view import Shown
from kiosk_app.office.board import Board

FRESH = timedelta(seconds=2)
_board = msgspec.msgpack.Decoder(Board)


class Boards:
    """One a process. A picture is decoded once, and a ticket is looked for in all of them."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._shown: dict[str, Shown] = {}

    async def all(self, pool: Pool, now: datetime) -> Mapping[str, Shown]:
        """By office. One that has never been heard is not in it."""
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            await self._read(pool)
            self._read_at = now
        return self._shown

    async def _read(self, pool: Pool) -> None:
        async with quick(pool) as connection:
            found = await connection.execute("SELECT office, board_at FROM office_sync WHERE board IS NOT NULL")
            came: dict[str, datetime] = dict(await found.fetchall())
            new = [office for office, at in came.items() if not self._has(office, at)]
            found = await connection.execute(
                "SELECT office, board, board_at FROM office_sync WHERE office = ANY(%s) AND board IS NOT NULL", (new,)
            )
            read = {office: Shown(_board.decode(board), at) for office, board, at in await found.fetchall()}
        self._shown = {office: one for office in came if (one := read.get(office) or self._shown.get(office))}

    def _has(self, office: str, came: datetime) -> bool:
        kept = self._shown.get(office)
        return kept is not None and kept.heard == came
