"""Sends what alerts.py has written down: in order to each receiver, at least once, under one id each.

What was being sent by a process that is gone is sent again; the receiver drops what it knows by the id.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from central_server.central import Central
from central_server.database import Connection, quick
from kiosk_app.clock import jitter
from kiosk_app.office.delivery import REFUSALS_MAX, Event, Outcome, pause_ms
from kiosk_app.webhook_files import Receiver
from kiosk_app.webhook_sender import DEADLINE_S, Sender

SENDING = timedelta(minutes=5)
KEPT = timedelta(hours=24)
"""What could not be told for so long is given up: by then it is told by whoever looks at the page."""


class _Taken(NamedTuple):
    alert: str
    event: str
    receiver: str
    body: str
    tries: int
    made_at: datetime


class AlertWay:
    """To one receiver, in a thread of its own: whoever hangs, drips or cannot be looked up keeps nobody else waiting,
    and takes no thread from what visitors ask for."""

    def __init__(self, receiver: Receiver, deadline_s: float = DEADLINE_S) -> None:
        self.receiver = receiver
        self._sender = Sender(deadline_s)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"alerts-{receiver.name}")

    async def send(self, told: Event, timestamp_s: int) -> Outcome:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._sender.send, self.receiver, told, timestamp_s)

    def stop(self) -> None:
        """What is on its way is left, and counts as failed."""
        self._sender.stop()

    def close(self) -> None:
        self.stop()
        self._thread.shutdown(wait=False)


async def tell_one(central: Central, way: AlertWay, now: datetime) -> bool:
    """The oldest for this receiver, when it is due. False where none is. No connection is held while it is sent."""
    async with quick(central.pool) as connection:
        await connection.execute(
            "UPDATE alert_messages SET state = 'given_up' WHERE receiver = %s AND made_at < %s AND not_before <= %s "
            "AND state IN ('waiting', 'sending')",
            (way.receiver.name, now - KEPT, now),
        )
        taken = await _take(connection, way.receiver.name, now)
    if taken is None:
        return False
    told = Event(
        id=f"alert.{taken.alert}.{taken.event}",
        kind=f"alert.{taken.event}",
        at_utc_ms=int(taken.made_at.timestamp() * 1000),
        body=taken.body,
    )
    outcome = await way.send(told, int(now.timestamp()))
    async with quick(central.pool) as connection:
        await _settle(connection, taken, outcome, now)
    return True


async def _take(connection: Connection, receiver: str, now: datetime) -> _Taken | None:
    """Committed before a word is sent. The first of them alone: what comes after it waits for it. One that has been on
    its way for so long that nobody can be sending it any more is taken again."""
    found = await connection.execute(
        "UPDATE alert_messages SET state = 'sending', tries = tries + 1, not_before = %s "
        "WHERE (alert, event, receiver) = ("
        "SELECT m.alert, m.event, m.receiver FROM alert_messages m WHERE m.state IN ('waiting', 'sending') "
        "AND m.receiver = %s AND m.not_before <= %s AND NOT EXISTS ("
        "SELECT 1 FROM alert_messages b WHERE b.receiver = m.receiver AND b.position < m.position "
        "AND b.state IN ('waiting', 'sending')) ORDER BY m.position LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING alert, event, receiver, body, tries, made_at",
        (now + SENDING, receiver, now),
    )
    row = await found.fetchone()
    return None if row is None else _Taken(*row)


async def _settle(connection: Connection, taken: _Taken, outcome: Outcome, now: datetime) -> None:
    state = "sent"
    if outcome != "taken":
        state = "refused" if outcome == "refused" and taken.tries >= REFUSALS_MAX else "waiting"
    pause = timedelta(milliseconds=pause_ms(taken.tries, jitter()))
    await connection.execute(
        "UPDATE alert_messages SET state = %s, not_before = %s "
        "WHERE alert = %s AND event = %s AND receiver = %s AND state = 'sending'",
        (state, now + pause if state == "waiting" else now, taken.alert, taken.event, taken.receiver),
    )
