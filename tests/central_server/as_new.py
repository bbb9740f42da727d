"""One database for test after test, each time as if it had just been migrated: to make and drop one takes twenty times
as much as to empty what the test before has filled.

What cannot be emptied (another table, index or setting, statistics, changed rows of a migration) makes it anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

from scripts.postgres import Cluster

TEMPLATE = "template_hitofuda"
END_MS = 10_000
FORM = """
SELECT md5(string_agg(said, E'\\n' ORDER BY said)) FROM (
    SELECT 'relation ' || concat_ws(' ', c.oid::regclass, c.relkind, c.relpersistence, c.reloptions)
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'index ' || pg_get_indexdef(c.oid)
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i'
    UNION ALL SELECT 'column ' || concat_ws(' ', a.attrelid::regclass, a.attnum, a.attname, a.atttypid::regtype,
        a.attnotnull, a.attisdropped, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint ' || concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || concat_ws(' ', tgrelid::regclass, tgname, tgenabled)
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || p.oid::regprocedure || md5(p.prosrc)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'extension ' || extname FROM pg_extension
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT 'setting ' || concat_ws(' ', r.setrole, r.setconfig)
        FROM pg_db_role_setting r JOIN pg_database b ON b.oid = r.setdatabase WHERE b.datname = current_database()
    UNION ALL SELECT 'statistics ' || c.oid::regclass
        FROM pg_statistic s JOIN pg_class c ON c.oid = s.starelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'sequence ' || concat_ws(' ', sequencename, last_value, start_value, increment_by)
        FROM pg_sequences WHERE schemaname = 'public'
) everything (said)
"""
"""All that a test can have done to a database but rows."""


class AsNew:
    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name
        self.dsn = cluster.dsn.replace("dbname=postgres", f"dbname={name}")
        template = cluster.dsn.replace("dbname=postgres", f"dbname={TEMPLATE}")
        with psycopg.connect(template, autocommit=True) as connection:
            self._form = _form(connection)
            self._rows = {table: _rows(connection, table) for table in _filled(connection)}
        self._is_there = False

    def renew(self) -> str:
        """Its address, when there is nothing in it and nobody connected."""
        if not (self._is_there and self._emptied()):
            remake(self._cluster, self._name)
            self._is_there = True
        return self.dsn

    def _emptied(self) -> bool:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            # What a test has left behind could hold a lock, or write still.
            connection.execute(
                "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
                (END_MS,),
            )
            if more := [sql.Identifier(table) for table in _filled(connection) if table not in self._rows]:
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(more)))
            kept = {table: _rows(connection, table) for table in _filled(connection)}
            return (kept, _form(connection)) == (self._rows, self._form)


Connection = psycopg.Connection[tuple[object, ...]]


def _form(connection: Connection) -> object:
    found = connection.execute(FORM).fetchone()
    assert found is not None
    return found[0]


def _filled(connection: Connection) -> list[str]:
    """Tables in which there is anything, also where it was rolled back or deleted."""
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
    return [str(name) for (name,) in connection.execute(tables + "AND pg_relation_size(oid) > 0 ORDER BY 1")]


def _rows(connection: Connection, table: str) -> object:
    asked = sql.SQL("SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t").format(sql.Identifier(table))
    return connection.execute(asked).fetchone()


def remake(cluster: Cluster, name: str) -> None:
    """A database with everything migrated and nothing in it, in the place of the one that has this name."""
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        drop(connection, name)
        # Copying its files costs a fraction of writing them to the log first.
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))


def drop(connection: Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def fresh(cluster: Cluster, name: str) -> Iterator[str]:
    """One for a test that needs its own; gone afterwards, because each has some megabytes."""
    remake(cluster, name)
    try:
        yield cluster.dsn.replace("dbname=postgres", f"dbname={name}")
    finally:
        with psycopg.connect(cluster.dsn, autocommit=True) as connection:
            drop(connection, name)
