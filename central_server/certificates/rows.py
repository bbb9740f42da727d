"""Challenges, sessions and issuances in the database: what several central processes agree on.

Whoever prepares or issues for a session holds its row, so one session does one thing at a time, whichever process is
asked. Serial numbers have no gap: a number is taken together with its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from central_server.certificates import states
from central_server.certificates.kiosks import Kiosk
from central_server.database import Connection
from kiosk_app.certificate_messages import CHALLENGE_LIFE_S, SESSION_LIFE_S, OutcomeAsked, State
from kiosk_app.office.certificates import Kind, Layout

PURGED_A_TURN = 2_000
SILENT = timedelta(hours=1)
"""After so long without a word of its paper a confirmed document is `unknown`."""


class Session(NamedTuple):
    """`mark`: SHA-256 of its secret, as the row has it."""

    mark: bytes
    resident: str
    subject: bytes


class Reserved(NamedTuple):
    issuance: str
    number: int


class Finished(NamedTuple):
    issuance: str
    sha256: str
    pages: int


# --- challenges ------------------------------------------------------------------------------------------------------


async def add_challenge(connection: Connection, kiosk: Kiosk, challenge: str, nonce: bytes, now: datetime) -> None:
    await connection.execute(
        "INSERT INTO card_challenges (office, challenge, kiosk, nonce, made_at, expires_at) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (kiosk.office, challenge, kiosk.name, nonce, now, now + timedelta(seconds=CHALLENGE_LIFE_S)),
    )


async def spend(connection: Connection, kiosk: Kiosk, challenge: str, now: datetime) -> tuple[bytes, datetime] | None:
    """Its number and when it was made. It is gone, whatever comes of it; of several who ask one gets it."""
    found = await connection.execute(
        "DELETE FROM card_challenges WHERE office = %s AND challenge = %s AND kiosk = %s "
        "RETURNING nonce, made_at, expires_at",
        (kiosk.office, challenge, kiosk.name),
    )
    row = await found.fetchone()
    if row is None or not row[1] <= now <= row[2]:
        return None
    return bytes(row[0]), row[1]


# --- sessions --------------------------------------------------------------------------------------------------------


def mark_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def open_session(
    connection: Connection, kiosk: Kiosk, secret: str, resident: str, subject: bytes, now: datetime
) -> None:
    await connection.execute(
        "INSERT INTO card_sessions (office, session_sha256, kiosk, resident, subject_sealed, opened_at, expires_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (*(kiosk.office, mark_of(secret), kiosk.name, resident, subject), now, now + timedelta(seconds=SESSION_LIFE_S)),
    )


async def session(
    connection: Connection, kiosk: Kiosk, secret: str, now: datetime, *, locked: bool = False
) -> Session | None:
    """None for one that is over, or was opened at another kiosk."""
    found = await connection.execute(
        "SELECT session_sha256, resident, subject_sealed FROM card_sessions "
        "WHERE office = %s AND session_sha256 = %s AND kiosk = %s AND expires_at > %s"
        + (" FOR UPDATE" if locked else ""),
        (kiosk.office, mark_of(secret), kiosk.name, now),
    )
    row = await found.fetchone()
    return None if row is None else Session(bytes(row[0]), row[1], bytes(row[2]))


async def close(connection: Connection, kiosk: Kiosk, secret: str, now: datetime) -> None:
    """In a transaction of the caller's: what was prepared in it and not confirmed is void."""
    if await session(connection, kiosk, secret, now, locked=True) is None:
        return
    await _void(connection, kiosk.office, mark_of(secret), now)
    await connection.execute(
        "DELETE FROM card_sessions WHERE office = %s AND session_sha256 = %s", (kiosk.office, mark_of(secret))
    )


async def _void(connection: Connection, office: str, mark: bytes, now: datetime) -> None:
    await connection.execute(
        "UPDATE issuances SET state = 'void', ended_at = %s "
        "WHERE office = %s AND session_sha256 = %s AND state IN ('making', 'prepared')",
        (now, office, mark),
    )


# --- issuances -------------------------------------------------------------------------------------------------------


async def reserve(
    connection: Connection,
    kiosk: Kiosk,
    secret: str,
    issuances: Sequence[str],
    kind: Kind,
    layout: Layout,
    now: datetime,
) -> list[Reserved] | None:
    """Serial numbers for these; what this session had prepared before is void. None: it is over.

    In a transaction of the caller's, which it should end at once: others wait for the office's numbers.
    """
    found = await session(connection, kiosk, secret, now, locked=True)
    if found is None:
        return None
    await _void(connection, kiosk.office, found.mark, now)
    counted = await connection.execute(
        "INSERT INTO serials (office, last) VALUES (%s, %s) "
        "ON CONFLICT (office) DO UPDATE SET last = serials.last + excluded.last RETURNING last",
        (kiosk.office, len(issuances)),
    )
    row = await counted.fetchone()
    assert row is not None
    first = int(row[0]) - len(issuances) + 1
    made = [Reserved(one, first + n) for n, one in enumerate(issuances)]
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO issuances (office, number, issuance, kiosk, session_sha256, resident, kind, layout, state, "
            "made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'making', %s)",
            [
                (kiosk.office, one.number, one.issuance, kiosk.name, found.mark, found.resident, kind, layout, now)
                for one in made
            ],
        )
    return made


async def prepared(
    connection: Connection, kiosk: Kiosk, secret: str, finished: Sequence[Finished], now: datetime
) -> bool:
    """The issuer has made them all. False: the session has ended, or has asked for another, meanwhile; in a transaction
    of the caller's, who then undoes it."""
    if await session(connection, kiosk, secret, now, locked=True) is None:
        return False
    done = 0
    for one in finished:
        updated = await connection.execute(
            "UPDATE issuances SET state = 'prepared', sha256 = %s, pages = %s "
            "WHERE office = %s AND issuance = %s AND state = 'making'",
            (bytes.fromhex(one.sha256), one.pages, kiosk.office, one.issuance),
        )
        done += updated.rowcount
    return done == len(finished)


async def given_up(connection: Connection, office: str, issuances: Sequence[str], now: datetime) -> None:
    """The issuer has not made them, or they are not given out."""
    await connection.execute(
        "UPDATE issuances SET state = 'void', ended_at = %s "
        "WHERE office = %s AND issuance = ANY(%s) AND state IN ('making', 'prepared')",
        (now, office, list(issuances)),
    )


async def confirm(
    connection: Connection, kiosk: Kiosk, secret: str, issuances: Sequence[str], fee_yen: int, now: datetime
) -> bool:
    """From now on they count. All of them or none: false where one is not this session's, or void. In a transaction of
    the caller's, who then undoes it. Whoever asks again with the same fee is told the same."""
    found = await session(connection, kiosk, secret, now, locked=True)
    if found is None:
        return False
    done = await connection.execute(
        "UPDATE issuances SET state = 'issuing', fee_yen = %s, confirmed_at = coalesce(confirmed_at, %s) "
        "WHERE office = %s AND session_sha256 = %s AND issuance = ANY(%s) "
        "AND (state = 'prepared' OR (state = 'issuing' AND fee_yen = %s))",
        (fee_yen, now, kiosk.office, found.mark, list(issuances), fee_yen),
    )
    return done.rowcount == len(set(issuances)) == len(issuances)


async def tell(connection: Connection, kiosk: Kiosk, said: OutcomeAsked, now: datetime) -> tuple[State, bool] | None:
    """How it stands now, and whether this word contradicts an older one; None for one that this kiosk never had. In a
    transaction of the caller's."""
    found = await connection.execute(
        "SELECT number, state, settled, claim FROM issuances WHERE office = %s AND issuance = %s AND kiosk = %s "
        "FOR UPDATE",
        (kiosk.office, said.issuance, kiosk.name),
    )
    row = await found.fetchone()
    if row is None:
        return None
    number, state, settled, claim = row
    after = states.told(state, said.verdict)
    await connection.execute(
        "UPDATE issuances SET state = %s, settled = %s, claim = %s, contradicted = contradicted OR %s, "
        "ended_at = CASE WHEN state = %s THEN ended_at ELSE %s END WHERE office = %s AND number = %s",
        (
            *(after.state, states.money(settled, said.settled), said.claim or claim, after.contradicts),
            *(after.state, now, kiosk.office, number),
        ),
    )
    return after.state, after.contradicts


async def state_of(connection: Connection, office: str, number: int, kind: Kind) -> State | None:
    """None for a number that was never given to such a certificate."""
    found = await connection.execute(
        "SELECT state FROM issuances WHERE office = %s AND number = %s AND kind = %s", (office, number, kind)
    )
    row = await found.fetchone()
    return None if row is None else row[0]


# --- what happens by itself ------------------------------------------------------------------------------------------


async def upkeep(connection: Connection, now: datetime) -> None:
    """Challenges and sessions that are over go; what they had prepared is void; a silent kiosk's paper is unknown."""
    await connection.execute(
        "DELETE FROM card_challenges WHERE (office, challenge) IN "
        "(SELECT office, challenge FROM card_challenges WHERE expires_at <= %s LIMIT %s)",
        (now, PURGED_A_TURN),
    )
    async with connection.transaction():
        over = await connection.execute(
            "DELETE FROM card_sessions WHERE (office, session_sha256) IN (SELECT office, session_sha256 "
            "FROM card_sessions WHERE expires_at <= %s ORDER BY office, session_sha256 LIMIT %s FOR UPDATE) "
            "RETURNING office, session_sha256",
            (now, PURGED_A_TURN),
        )
        for office, mark in await over.fetchall():
            await _void(connection, office, bytes(mark), now)
    await connection.execute(
        "UPDATE issuances SET state = 'unknown', ended_at = %s WHERE (office, number) IN "
        "(SELECT office, number FROM issuances WHERE state = 'issuing' AND confirmed_at <= %s LIMIT %s)",
        (now, now - SILENT, PURGED_A_TURN),
    )
