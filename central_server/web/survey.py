"""One question afterwards. What is kept is how many gave which answer on a day, and that a ticket has answered."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from central_server.database import Connection

ANSWERS = ("good", "fair", "poor", "bad")
"""よかった, まあよかった, あまりよくなかった, よくなかった."""
ASKED_DAYS = 2
"""After the day of its ticket an answer is forgotten to be anybody's."""


async def answered(connection: Connection, ticket: str) -> bool:
    found = await connection.execute("SELECT 1 FROM survey_given WHERE mark = %s", (_mark(ticket),))
    return await found.fetchone() is not None


async def give(connection: Connection, office: str, letter: str, day: date, ticket: str, answer: str) -> bool:
    """Counts the first answer of a ticket; false for a further one, which changes nothing."""
    async with connection.transaction():
        first = await connection.execute(
            "INSERT INTO survey_given (mark, day) VALUES (%s, %s) ON CONFLICT DO NOTHING", (_mark(ticket), day)
        )
        if first.rowcount == 0:
            return False
        await connection.execute(
            "INSERT INTO survey_answers (office, letter, day, answer, times) VALUES (%s, %s, %s, %s, 1) "
            "ON CONFLICT (office, letter, day, answer) DO UPDATE SET times = survey_answers.times + 1",
            (office, letter, day, answer),
        )
    return True


async def forget(connection: Connection, today: date) -> None:
    """Which tickets have answered; the counts stay. By whoever purges."""
    await connection.execute("DELETE FROM survey_given WHERE day < %s", (today - timedelta(days=ASKED_DAYS),))


def _mark(ticket: str) -> bytes:
    return hashlib.sha256(f"survey\0{ticket}".encode()).digest()
