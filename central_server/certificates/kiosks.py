"""The kiosks that may ask for certificates: each has a token of its own, of which central keeps the hash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import psycopg

from central_server.database import Connection
from central_server.offices import OfficesError, token_hash
from kiosk_app.clock import new_token


class Kiosk(NamedTuple):
    """`name`: unique within its office."""

    office: str
    name: str


def add(dsn: str, kiosk: Kiosk, now: datetime, carry: Callable[[str], None]) -> str:
    """Its token, given to `carry` before it counts. A kiosk that is there already gets a new one, and its old one ends
    at once. Raises OfficesError for an unknown office."""
    token = new_token()
    with psycopg.connect(dsn) as connection:
        if connection.execute("SELECT 1 FROM offices WHERE office = %s", (kiosk.office,)).fetchone() is None:
            raise OfficesError(f"office {kiosk.office}: there is no such office")
        connection.execute(
            "INSERT INTO kiosks (office, kiosk, token_sha256, added_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (office, kiosk) DO UPDATE SET token_sha256 = excluded.token_sha256, "
            "added_at = excluded.added_at, revoked_at = NULL",
            (*kiosk, token_hash(token), now),
        )
        carry(token)
    return token


def revoke(dsn: str, kiosk: Kiosk, now: datetime) -> None:
    """It opens nothing more. Raises OfficesError for one that is not there."""
    with psycopg.connect(dsn) as connection:
        done = connection.execute(
            "UPDATE kiosks SET revoked_at = coalesce(revoked_at, %s) WHERE office = %s AND kiosk = %s", (now, *kiosk)
        )
        if done.rowcount == 0:
            raise OfficesError(f"office {kiosk.office}: there is no kiosk {kiosk.name}")


async def by_token(connection: Connection, token: str) -> Kiosk | None:
    found = await connection.execute(
        "SELECT office, kiosk FROM kiosks WHERE token_sha256 = %s AND revoked_at IS NULL", (token_hash(token),)
    )
    row = await found.fetchone()
    return None if row is None else Kiosk(*row)
