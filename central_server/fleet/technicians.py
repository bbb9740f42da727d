"""Who may look at the fleet: technicians by a token of their own, with which they sign in; programs by one for metrics.

Central keeps hashes alone. A token that is taken back ends what was signed in with it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import psycopg

from central_server.database import Connection
from central_server.offices import OfficesError, token_hash
from kiosk_app.clock import new_token

Use = Literal["technician", "metrics"]
NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
NAME_MAX = 40
SIGNED_IN = timedelta(hours=10)
"""A working day."""
SESSIONS_MAX = 20
"""Of one technician; the oldest ends."""


class Row(NamedTuple):
    name: str
    use: Use
    added_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def add(dsn: str, name: str, use: Use, now: datetime, carry: Callable[[str], None]) -> None:
    """A token, given to `carry` before it counts. Who is there already gets a new one, and the old one ends at once.
    Raises OfficesError for a name that cannot be."""
    if len(name) > NAME_MAX or NAME.fullmatch(name) is None:
        raise OfficesError("name: expected small letters, digits, dots and hyphens, 40 at most")
    token = new_token()
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM fleet_sessions WHERE name = %s", (name,))
        connection.execute(
            "INSERT INTO fleet_tokens (name, use, token_sha256, added_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (name) DO UPDATE SET use = excluded.use, token_sha256 = excluded.token_sha256, "
            "added_at = excluded.added_at, used_at = NULL, revoked_at = NULL",
            (name, use, token_hash(token), now),
        )
        carry(token)


def revoke(dsn: str, name: str, now: datetime) -> None:
    """Raises OfficesError for one that is not there."""
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM fleet_sessions WHERE name = %s", (name,))
        done = connection.execute(
            "UPDATE fleet_tokens SET revoked_at = coalesce(revoked_at, %s) WHERE name = %s", (now, name)
        )
        if done.rowcount == 0:
            raise OfficesError(f"{name}: there is nobody of that name")


def rows(dsn: str) -> list[Row]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT name, use, added_at, used_at, revoked_at FROM fleet_tokens ORDER BY name")
        return [Row(*one) for one in found.fetchall()]


async def by_token(connection: Connection, token: str, use: Use, now: datetime) -> str | None:
    """Whose it is; None for nobody's, for one that was taken back, and for one of another use."""
    found = await connection.execute(
        "UPDATE fleet_tokens SET used_at = %s WHERE token_sha256 = %s AND use = %s AND revoked_at IS NULL "
        "RETURNING name",
        (now, token_hash(token), use),
    )
    row = await found.fetchone()
    return None if row is None else str(row[0])


async def sign_in(connection: Connection, token: str, now: datetime) -> str | None:
    """The session's own token, which is told once; None for a token that signs nobody in."""
    async with connection.transaction():
        name = await by_token(connection, token, "technician", now)
        if name is None:
            return None
        session = new_token()
        await connection.execute(
            "DELETE FROM fleet_sessions WHERE name = %s AND session_sha256 NOT IN (SELECT session_sha256 "
            "FROM fleet_sessions WHERE name = %s ORDER BY expires_at DESC LIMIT %s)",
            (name, name, SESSIONS_MAX - 1),
        )
        await connection.execute(
            "INSERT INTO fleet_sessions (session_sha256, name, expires_at) VALUES (%s, %s, %s)",
            (token_hash(session), name, now + SIGNED_IN),
        )
    return session


async def by_session(connection: Connection, session: str, now: datetime) -> str | None:
    found = await connection.execute(
        "SELECT name FROM fleet_sessions JOIN fleet_tokens USING (name) "
        "WHERE session_sha256 = %s AND expires_at > %s AND revoked_at IS NULL",
        (token_hash(session), now),
    )
    row = await found.fetchone()
    return None if row is None else str(row[0])


async def sign_out(connection: Connection, session: str) -> None:
    await connection.execute("DELETE FROM fleet_sessions WHERE session_sha256 = %s", (token_hash(session),))


async def purge(connection: Connection, now: datetime) -> None:
    await connection.execute("DELETE FROM fleet_sessions WHERE expires_at <= %s", (now,))
