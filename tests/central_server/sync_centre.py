"""Central as an office's hub finds it: its own desk on a real PostgreSQL, of which backups are made and put back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from central_server import chain, restored
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.contacts import Box
from central_server.database import Pool
from central_server.days import Availability
from central_server.news import News
from central_server.offices import OfficeHere
from central_server.sync_desk import SyncDesk
from kiosk_app import sync_messages as wire
from tests.kiosk_app.replication.machines import Now, small_office

TABLES = (
    *("chains", "facts", "slot_days", "bookings", "contacts", "messages"),
    *("office_chains", "office_gaps", "office_forks", "office_sync", "paused_days"),
)
KEY = b"k" * 43


class Centre:
    """One city's, for one office."""

    def __init__(self, pool: Pool, now: Now, office: str) -> None:
        self.pool, self.now, self.office = pool, now, office
        self.wrong_ms = 0
        box = Box(b"c" * 32)
        here = OfficeHere(msgspec.structs.replace(small_office(), id=office), KEY)
        self.central = Central(
            pool, box, Bookings(pool, box), Availability(), {office: here}, "https://central.example", self.time
        )
        self.desk = SyncDesk(self.central, News(pool, 0.0))

    def time(self) -> datetime:
        return datetime.fromtimestamp((self.now.utc_ms + self.wrong_ms) / 1000, UTC)

    async def begin(self) -> None:
        async with self.pool.connection() as connection:
            await chain.begin(connection, self.office)

    async def answer(self, message: bytes) -> bytes:
        return wire.encode(await self.desk.answer(self.office, wire.decode_request(message)))

    async def backup(self) -> dict[str, list[Any]]:
        """Also between two statements of others: each of ours is a transaction."""
        async with self.pool.connection() as connection:
            found = {}
            for table in TABLES:
                query = f"SELECT t::text FROM {table} t WHERE office = %s".encode()
                found[table] = [row[0] for row in await (await connection.execute(query, (self.office,))).fetchall()]
            return found

    async def put_back(self, backup: dict[str, list[Any]]) -> None:
        async with self.pool.connection() as connection:
            for table in TABLES:
                await connection.execute(f"DELETE FROM {table} WHERE office = %s".encode(), (self.office,))
                columns = await self._columns(connection, table)
                query = (
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE "
                    f"SELECT {columns} FROM unnest(%s::text[]) AS t (line), LATERAL (SELECT (line::{table}).*) AS r"
                )
                await connection.execute(query.encode(), (backup[table],))
        async with self.pool.connection() as connection:
            await restored.pause_all(connection)

    async def _columns(self, connection: Any, table: str) -> str:
        found = await connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (table,),
        )
        return ", ".join(row[0] for row in await found.fetchall())

    async def facts(self) -> dict[tuple[str, int], bytes]:
        async with self.pool.connection() as connection:
            query = "SELECT machine, seq, data FROM facts WHERE office = %s"
            found = await (await connection.execute(query, (self.office,))).fetchall()
        return {(machine, seq): data for machine, seq, data in found}

    async def rows(self) -> dict[str, str]:
        async with self.pool.connection() as connection:
            query = "SELECT booking, state FROM bookings WHERE office = %s AND state <> 'held'"
            return dict(await (await connection.execute(query, (self.office,))).fetchall())
