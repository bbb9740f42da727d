"""The public keys of codes on paper, in the database: whoever renews the signing key does not unsay what it has
signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import psycopg

from central_server.certificates.verification import Signer
from central_server.database import Connection


def keep(dsn: str, signing_key: bytes, now: datetime) -> None:
    """Before anything is signed with it. Empty: this server signs nothing."""
    if not signing_key:
        return
    signer = Signer(signing_key)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO verification_keys (key_id, public_key, since) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (signer.key_id, signer.public, now),
        )


async def all_of(connection: Connection) -> Mapping[bytes, bytes]:
    """By id."""
    found = await connection.execute("SELECT key_id, public_key FROM verification_keys")
    return {bytes(key): bytes(public) for key, public in await found.fetchall()}
