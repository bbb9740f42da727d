"""Hubs that wait for something new: one look at the database a second for all of them, whichever process wrote it."""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
import psycopg_pool

from central_server.database import Pool
from kiosk_app.sync_messages import WAIT_S, Wait

LOOK_S = 0.5
WAITING_MAX = 5_000
"""Of one process. One more is told at once that there may be news."""


class News:
    """One a process."""

    def __init__(self, pool: Pool, wait_s: float = WAIT_S) -> None:
        self._pool, self._wait_s = pool, wait_s
        self._waiting: dict[asyncio.Future[None], tuple[str, Wait]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def until(self, office: str, asked: Wait) -> bool:
        """Whether there is something that the hub does not have; False when it has waited long enough."""
        if len(self._waiting) >= WAITING_MAX:
            return True
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[mine] = office, asked
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(self._wait_s):
                await mine
            return True
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(mine, None)

    async def _look(self) -> None:
        """As long as anybody waits."""
        while self._waiting:
            with contextlib.suppress(psycopg.OperationalError, psycopg_pool.PoolTimeout):
                # Who asks for anything else is told that the database is away.
                await self._tell()
            await asyncio.sleep(LOOK_S)

    async def _tell(self) -> None:
        offices = sorted({office for office, _ in self._waiting.values()})
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT c.office, c.machine, c.seq, coalesce(s.catalogue_sha256, '') FROM chains c "
                "LEFT JOIN office_sync s USING (office) WHERE c.office = ANY(%s)",
                (offices,),
            )
            now = {office: (machine, seq, catalogue) for office, machine, seq, catalogue in await found.fetchall()}
        for mine, (office, asked) in list(self._waiting.items()):
            if not mine.done() and _is_new(now.get(office), asked):
                mine.set_result(None)


def _is_new(now: tuple[str, int, str] | None, asked: Wait) -> bool:
    """A chain that has only begun has no fact by which the hub could hear of its name."""
    if now is None:
        return False
    machine, seq, catalogue = now
    return (seq > 0 and (machine, seq) != (asked.chain, asked.seq)) or catalogue != asked.catalogue
