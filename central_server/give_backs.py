"""Numbers that somebody who leaves wants to give back. Central only passes it on: a fact in its chain goes down to the
office, whose hub decides whether the number is cancelled; its picture and its facts say so.

Nothing is kept of who asked: the unguessable id of the ticket, and when, until the day after.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from central_server import chain, office_chains
from central_server.database import Connection
from kiosk_app.clock import new_id
from kiosk_app.office.facts import GiveBackAsked
from kiosk_app.office.facts_floor import VISITOR

KEPT = timedelta(days=2)
Asked = Literal["", "asked", "refused"]


async def look(connection: Connection, office: str, ticket: str) -> Asked:
    found = await connection.execute(
        "SELECT refused_at FROM give_backs WHERE office = %s AND ticket = %s", (office, ticket)
    )
    row = await found.fetchone()
    return "" if row is None else "asked" if row[0] is None else "refused"


async def ask(connection: Connection, office: str, ticket: str, now: datetime) -> bool:
    """False where it was asked already and not refused since: then nothing is said again."""
    async with connection.transaction():
        # First what a hub's batch takes first, and the chain last.
        await office_chains.hold(connection, office)
        done = await connection.execute(
            "INSERT INTO give_backs (office, ticket, asked_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (office, ticket) DO UPDATE SET asked_at = excluded.asked_at, refused_at = NULL "
            "WHERE give_backs.refused_at IS NOT NULL",
            (office, ticket, now),
        )
        if done.rowcount == 0:
            return False
        fact = GiveBackAsked(ticket=ticket, intent=new_id())
        await chain.append(connection, office, int(now.timestamp() * 1000), VISITOR, [fact])
    return True


async def refused(connection: Connection, office: str, ticket: str, now: datetime) -> None:
    """By the office. What staff at a ticket machine had asked for is none of ours."""
    await connection.execute(
        "UPDATE give_backs SET refused_at = %s WHERE office = %s AND ticket = %s AND refused_at IS NULL",
        (now, office, ticket),
    )


async def forget(connection: Connection, now: datetime) -> None:
    """By whoever purges."""
    await connection.execute("DELETE FROM give_backs WHERE asked_at < %s", (now - KEPT,))
