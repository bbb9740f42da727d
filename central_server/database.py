"""The way to PostgreSQL: a pool of connections, and numbered migrations, applied once and in order by one process."""

from __future__ import annotations

import contextlib
import hashlib
import re
import select
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool

FOLDER = Path(__file__).parent / "migrations"
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
LOCK = 0x4869746F
"""Of PostgreSQL's advisory locks: whoever migrates holds it."""
CONNECTIONS_MAX = 8
WAITING_MAX = 1_000
WAIT_S = 5.0
STATEMENT_MS = 5_000

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]


class SchemaError(Exception):
    """This database is not one that this program can use."""


class Migration(NamedTuple):
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """In order. Raises SchemaError where a number is missing or there twice."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        named = NAME.fullmatch(path.name)
        if named is None:
            raise SchemaError(f"{path.name}: expected a name like 0001_bookings.sql")
        found.append(Migration(int(named[1]), path.name, path.read_text(encoding="utf-8")))
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise SchemaError(f"expected migrations 1 to {len(found)}, each once")
    return found


def migrate(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Applies what is missing, each in a transaction of its own; the names of these. May be called by several at once.

    Raises SchemaError for a database of a newer program, or one whose applied migrations are not those of this one.
    """
    known = migrations(folder)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations ("
            "number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, "
            "applied_at timestamptz NOT NULL DEFAULT now())"
        )
        applied = connection.execute("SELECT number, name, sha256 FROM migrations ORDER BY number").fetchall()
        for number, name, sha256 in applied:
            if number > len(known):
                raise SchemaError(f"the database was made by a newer program ({name})")
            if known[number - 1].sha256 != sha256:
                raise SchemaError(f"{name} was applied in another form than this program has")
        done = []
        for one in known[len(applied) :]:
            with connection.transaction():
                # Ours, from a file of the program itself.
                connection.execute(one.sql.encode())
                connection.execute(
                    "INSERT INTO migrations (number, name, sha256) VALUES (%s, %s, %s)",
                    (one.number, one.name, one.sha256),
                )
            done.append(one.name)
    return done


def missing(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Migrations that are not applied yet. Raises psycopg.Error, and SchemaError for another program's database."""
    known = migrations(folder)
    with psycopg.connect(dsn) as connection:
        if connection.execute("SELECT to_regclass('migrations')").fetchone() == (None,):
            return [one.name for one in known]
        applied: dict[int, str] = dict(connection.execute("SELECT number, sha256 FROM migrations").fetchall())
    if len(applied) > len(known):
        raise SchemaError("the database was made by a newer program")
    for one in known[: len(applied)]:
        if applied.get(one.number) != one.sha256:
            raise SchemaError(f"{one.name} was applied in another form than this program has")
    return [one.name for one in known[len(applied) :]]


def plainly(error: psycopg.Error) -> str:
    """What the database or the way to it says, on one line."""
    return " ".join(str(error).split())


@contextlib.asynccontextmanager
async def quick(pool: Pool) -> AsyncIterator[Connection]:
    """A connection on which each statement is a transaction of its own: one way to the server and back instead of
    three. `connection.transaction()` makes one of several as always, `in_one_go` a quicker one."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        try:
            yield connection
        finally:
            if not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE:
                await connection.set_autocommit(False)


@contextlib.asynccontextmanager
async def in_one_go(connection: Connection) -> AsyncIterator[None]:
    """A transaction whose statements do not wait for each other's answers: only what is fetched is waited for, and at
    the end all of it. On a `quick` connection. What a statement raises is raised there, or where something is fetched
    first; nothing of it has happened then."""
    async with connection.pipeline(), connection.transaction():
        yield


async def look_at(connection: Connection) -> None:
    """Whether the server is still there, before somebody gets this connection. Raises psycopg.OperationalError.

    A server that has ended has said so on the line, and that costs no way to it and back.
    """
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        # It may also have said something else.
        await AsyncConnectionPool.check_connection(connection)


def pool(dsn: str, connections: int = CONNECTIONS_MAX) -> Pool:
    """To be opened by whoever serves. Who waits longer than WAIT_S for a connection gets psycopg_pool.PoolTimeout."""
    return AsyncConnectionPool(
        dsn,
        min_size=min(2, connections),
        max_size=connections,
        max_waiting=WAITING_MAX,
        timeout=WAIT_S,
        open=False,
        check=look_at,
        kwargs={"options": f"-c statement_timeout={STATEMENT_MS}"},
    )
