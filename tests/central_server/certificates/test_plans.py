"""What is asked while a visitor waits reads a few rows, however many certificates a city has ever given."""

from __future__ import annotations

import psycopg
import pytest

from central_server.certificates import rows
from central_server.database import Connection, Pool
from tests.central_server.test_indexes import read

pytestmark = pytest.mark.slow
ROWS, SESSIONS = 6_000, 2_000
MAY_READ = 20
OFFICE, MARK, NOW = "kokura-kita", b"s7", "2026-04-06 10:00+09"
QUESTIONS = {
    "void what was prepared": (
        "UPDATE issuances SET state = 'void' WHERE office = %s AND session_sha256 = %s "
        "AND state IN ('making', 'prepared')",
        (OFFICE, MARK),
    ),
    "one issuance": ("SELECT state FROM issuances WHERE office = %s AND issuance = %s", (OFFICE, "i7")),
    "one number": ("SELECT state FROM issuances WHERE office = %s AND number = %s AND kind = 'x'", (OFFICE, 7)),
    "one session": (
        "SELECT resident FROM card_sessions WHERE office = %s AND session_sha256 = %s AND kiosk = 'k'",
        (OFFICE, MARK),
    ),
    "silent kiosks": (
        "SELECT number FROM issuances WHERE state = 'issuing' AND confirmed_at <= %s LIMIT 2000",
        (NOW,),
    ),
    "sessions that are over": ("SELECT office FROM card_sessions WHERE expires_at <= %s LIMIT 2000", (NOW,)),
    "challenges that are over": ("SELECT office FROM card_challenges WHERE expires_at <= %s LIMIT 2000", (NOW,)),
}


def fill(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(
        "INSERT INTO issuances (office, number, issuance, kiosk, session_sha256, resident, kind, layout, state, "
        "sha256, made_at, confirmed_at) SELECT %s, n, 'i' || n, 'k', ('s' || n)::bytea, '', 'x', 'a4', "
        "CASE n %% 600 WHEN 0 THEN 'issuing' ELSE 'issued' END, '', now(), timestamptz '2026-05-01' "
        "FROM generate_series(1, %s) n",
        (OFFICE, ROWS),
    )
    for table, key in (("card_sessions", "session_sha256"), ("card_challenges", "challenge")):
        of_key = "('s' || n)::bytea" if table == "card_sessions" else "'c' || n"
        more = "resident, subject_sealed, opened_at" if table == "card_sessions" else "nonce, made_at"
        values = "'', '', now()" if table == "card_sessions" else "'', now()"
        connection.execute(
            f"INSERT INTO {table} (office, {key}, kiosk, {more}, expires_at) "
            f"SELECT %s, {of_key}, 'k', {values}, timestamptz '2026-05-01' FROM generate_series(1, %s) n".encode(),
            (OFFICE, SESSIONS),
        )
    connection.execute("ANALYZE issuances, card_sessions, card_challenges")


def test_no_question_reads_more_than_it_needs(dsn: str) -> None:
    took = {}
    with psycopg.connect(dsn) as connection:
        fill(connection)
        for what, (sql, values) in QUESTIONS.items():
            ((plan,),) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}".encode(), values).fetchall()
            took[what] = read(plan[0]["Plan"])
        connection.rollback()
    assert {what: count for what, count in took.items() if count > MAY_READ} == {}


async def test_upkeep_ends_much_at_once_in_turns(pool: Pool) -> None:
    """A weekend without upkeep: each turn is bounded, and together they do it all."""
    from datetime import datetime, timedelta

    now = datetime.fromisoformat(NOW)

    async def left(connection: Connection) -> int:
        found = await connection.execute("SELECT count(*) FROM card_sessions")
        row = await found.fetchone()
        assert row is not None
        return int(row[0])

    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO card_sessions (office, session_sha256, kiosk, resident, subject_sealed, opened_at, "
            "expires_at) SELECT %s, ('s' || n)::bytea, 'k', '', '', now(), %s FROM generate_series(1, %s) n",
            (OFFICE, now - timedelta(hours=1), rows.PURGED_A_TURN + 5),
        )
        await rows.upkeep(connection, now)
        assert await left(connection) == 5
        await rows.upkeep(connection, now)
        assert await left(connection) == 0
