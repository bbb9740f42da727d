"""Central's own facts of an office, written in the transaction that they tell of: a chain each, one writer at a time.

What a booking page has confirmed is in the chain or was never confirmed; there is no second store that could differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from central_server.database import Connection
from kiosk_app.office import facts as f
from offline_store.envelope import GENESIS, Envelope, encode, hash_of

MACHINE = "central"
_INSERT = "INSERT INTO facts (office, machine, seq, hash, data) VALUES (%s, %s, %s, %s, %s)"


async def begin(connection: Connection, office: str) -> None:
    """The chain of an office that has none yet."""
    await connection.execute(
        "INSERT INTO chains (office, machine, hash) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (office, MACHINE, GENESIS),
    )


def begin_now(connection: psycopg.Connection[Any], office: str) -> None:
    """The same for a command."""
    connection.execute(
        "INSERT INTO chains (office, machine, hash) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (office, MACHINE, GENESIS),
    )


async def append(connection: Connection, office: str, at_utc_ms: int, actor: str, facts: Sequence[f.Fact]) -> int:
    """The seq of the last one. Holds the chain until the caller's transaction ends: let it be the last thing it does.

    Raises LookupError for an office that has no chain.
    """
    found = await connection.execute(
        "SELECT machine, seq, lamport, hash FROM chains WHERE office = %s FOR UPDATE", (office,)
    )
    row = await found.fetchone()
    if row is None:
        raise LookupError(f"no office {office!r}")
    machine, seq, lamport, previous = row
    rows = []
    for fact in facts:
        seq, lamport = seq + 1, lamport + 1
        envelope = Envelope(machine, seq, lamport, at_utc_ms, actor, type(fact).__name__, f.encode(fact))
        data = encode(envelope, previous)
        previous = hash_of(data)
        rows.append((office, machine, seq, previous, data))
    if len(rows) == 1:
        await connection.execute(_INSERT, rows[0])
    else:
        async with connection.cursor() as cursor:
            await cursor.executemany(_INSERT, rows)
    await connection.execute(
        "UPDATE chains SET seq = %s, lamport = %s, hash = %s WHERE office = %s", (seq, lamport, previous, office)
    )
    return int(seq)
