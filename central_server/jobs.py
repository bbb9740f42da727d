"""What central does without being asked: give back what was held, remind, send what is to be told, forget contacts.

Each worker process has this loop; a lock of the database lets one at a time do each work. Sending has a lock and a loop
of its own: a slow mail server must not keep a held time from being free again. So has looking at the machines of all
offices; and each receiver of alerts has a loop and a thread, because any of them may hang.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import psycopg

from central_server import sending, upkeep
from central_server.central import Central
from central_server.database import plainly, quick
from central_server.fleet import alerts, technicians, telling
from central_server.fleet.telling import AlertWay
from central_server.sending import Senders, senders

__all__ = ["Jobs", "senders"]

UPKEEP_LOCK, SENDING_LOCK, ALERT_LOCK = 0x48690001, 0x48690002, 0x48690003
EVERY_S = 2.0
MESSAGES_A_ROUND = 200

_log = logging.getLogger("central")


class Jobs:
    def __init__(self, central: Central, ways: Senders, reminder_at: str) -> None:
        self._central, self._ways, self._reminder_at = central, ways, reminder_at
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._minute: datetime | None = None
        """Whose work is done."""
        self._looked: datetime | None = None
        """At the machines of all offices."""

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        works = ((UPKEEP_LOCK, self._upkeep), (SENDING_LOCK, self._send), (ALERT_LOCK, self._look))
        self._tasks = [loop.create_task(self._repeat(lock, work)) for lock, work in works]
        self._tasks += [loop.create_task(self._tell(way)) for way in self._ways.alerts]
        for task in self._tasks:
            task.add_done_callback(_crash)

    async def stop(self) -> None:
        """What is being sent to a visitor is sent to its end. An alert that hangs is left for whoever starts next."""
        self._ending.set()
        for way in self._ways.alerts:
            way.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ways.close()

    async def _repeat(self, lock: int, work: Callable[[datetime], Awaitable[None]]) -> None:
        while not self._ending.is_set():
            try:
                async with alone(self._central, lock) as mine:
                    if mine:
                        await work(self._central.now())
            except psycopg.OperationalError as error:
                _log.warning("the database is away: %s", plainly(error))
            await self._pause()

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await self._ending.wait()

    async def _upkeep(self, now: datetime) -> None:
        if now.replace(second=0, microsecond=0) == self._minute:
            await upkeep.often(self._central, now)
            return
        await upkeep.turn(self._central, now, self._reminder_at, self._ways.channels)
        self._minute = now.replace(second=0, microsecond=0)

    async def _send(self, now: datetime) -> None:
        for _ in range(MESSAGES_A_ROUND):
            if self._ending.is_set() or not await sending.send_one(self._central, self._ways, self._central.now()):
                break
        await asyncio.to_thread(self._ways.pause)

    async def _look(self, now: datetime) -> None:
        if self._looked is not None and timedelta(0) <= now - self._looked < alerts.LOOK_EVERY:
            return
        await alerts.look(self._central, self._ways.alert_receivers, now)
        async with quick(self._central.pool) as connection:
            await alerts.purge(connection, now)
            await technicians.purge(connection, now)
        self._looked = now

    async def _tell(self, way: AlertWay) -> None:
        """Without a lock: what is being sent is marked in its row. So a receiver that hangs keeps neither another one
        waiting nor a connection."""
        while not self._ending.is_set():
            try:
                while not self._ending.is_set() and await telling.tell_one(self._central, way, self._central.now()):
                    pass
            except psycopg.OperationalError as error:
                _log.warning("the database is away: %s", plainly(error))
            await self._pause()


@contextlib.asynccontextmanager
async def alone(central: Central, lock: int) -> AsyncIterator[bool]:
    """Whether this process is the one that does it; until the end of the block no other one is."""
    async with quick(central.pool) as connection:
        found = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (lock,))).fetchone()
        if found != (True,):
            yield False
            return
        try:
            yield True
        finally:
            if not connection.closed:
                await connection.execute("SELECT pg_advisory_unlock(%s)", (lock,))


def _crash(task: asyncio.Task[None]) -> None:
    """A bug: the process ends, and its parent starts another one."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a job ended", exc_info=error)
        os.kill(os.getpid(), signal.SIGTERM)
