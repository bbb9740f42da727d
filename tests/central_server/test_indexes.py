"""What is asked while somebody waits goes by an index, or it would take longer with every year."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from central_server import finding, messages

pytestmark = pytest.mark.slow
NOW, DAY = "2026-04-01 12:00+09", "2026-04-06"
PLACE = ("kokura-kita", "M", DAY, 1, 540)
QUESTIONS = {
    "a booking by code": (finding._BY_PLACE.decode(), (*PLACE, *PLACE)),
    "the telephone list": (messages._UNTOLD, ("kokura-kita", NOW)),
    "a day's promises": (
        "SELECT day FROM bookings WHERE office = %s AND letter = 'M' AND day = ANY('{2026-04-06}') "
        "AND state <> 'cancelled'",
        ("kokura-kita",),
    ),
    "held too long": ("SELECT office FROM bookings WHERE state = 'held' AND held_until <= %s", (NOW,)),
    "tomorrow": (
        "SELECT booking FROM bookings WHERE office = %s AND day = %s AND state = 'booked' AND reminded_at IS NULL",
        ("kokura-kita", DAY),
    ),
    "one contact's bookings": (
        "SELECT count(*) FROM contacts c LEFT JOIN bookings b ON b.office = c.office AND b.contact = c.contact "
        "WHERE c.office = %s AND c.address_mark = %s",
        ("kokura-kita", b"x"),
    ),
    "to be sent": ("SELECT booking FROM messages WHERE state = 'waiting' AND not_before <= %s", (NOW,)),
    "contacts to be destroyed": ("SELECT contact FROM contacts WHERE purge_on < %s", (DAY,)),
}


ROWS, A_DAY = 6_000, 100
"""Of one office: a hundred bookings a day and group."""
MAY_READ = 3 * A_DAY


def fill(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    connection.execute("ALTER TABLE bookings DROP CONSTRAINT no_minute_twice")
    connection.execute(
        "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, "
        "held_until, service, language, source, key_hash, contact, cancelled_by) "
        "SELECT 'kokura-kita', 'b' || n, CASE n %% 2 WHEN 0 THEN 'M' ELSE 'H' END, date '2026-03-20' + n / 200, "
        "n %% 5, 540 + n %% 40, 10, 0, CASE n %% 50 WHEN 0 THEN 'held' WHEN 1 THEN 'cancelled' ELSE 'booked' END, "
        "CASE n %% 50 WHEN 0 THEN timestamptz '2026-05-01' END, 's', 'ja', 'web', '', 'c' || n, "
        "CASE n %% 50 WHEN 1 THEN 'closure' END FROM generate_series(1, %s) n",
        (ROWS,),
    )
    connection.execute(
        "INSERT INTO contacts (office, contact, sealed, key_sealed, address_mark, purge_on, made_at) "
        "SELECT 'kokura-kita', 'c' || n, '', '', n::text::bytea, '2026-05-01', now() FROM generate_series(1, %s) n",
        (ROWS,),
    )
    connection.execute(
        "INSERT INTO messages (office, booking, kind, channel, state, not_before, made_at) "
        "SELECT 'kokura-kita', 'b' || n, 'confirmed', 'mail', 'sent', now(), now() FROM generate_series(1, %s) n",
        (ROWS,),
    )
    connection.execute("ANALYZE")


def read(plan: dict[str, Any]) -> float:
    """Rows of tables that were looked at, whether they were of any use or not."""
    of_a_table = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) if "Relation Name" in plan else 0
    return float(of_a_table * plan["Actual Loops"]) + sum(read(one) for one in plan.get("Plans", ()))


def test_no_question_reads_more_than_it_needs(dsn: str) -> None:
    took = {}
    with psycopg.connect(dsn) as connection:
        fill(connection)
        for what, (sql, values) in QUESTIONS.items():
            ((plan,),) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}".encode(), values).fetchall()
            took[what] = read(plan[0]["Plan"])
    assert {what: rows for what, rows in took.items() if rows > MAY_READ} == {}
