"""Plain functions behind `hitofuda log verify|export|stats|history`: a person can look at the log without the core.

They open the file read-only, also beside a running core. Nothing here deletes a fact: see destroyed.py.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import BinaryIO

import msgspec

from offline_store import schema
from offline_store.base import read_base
from offline_store.check import ChainCheck, Progress
from offline_store.envelope import Envelope
from offline_store.errors import BadRecord, StoreDamaged, StoreError, named_trouble
from offline_store.verify import bad, whole


class Stats(msgspec.Struct, frozen=True):
    """The log in numbers."""

    identity: str
    facts: int
    facts_by_kind: dict[str, int]
    facts_by_day: dict[str, int]
    """In the order of the days."""
    last_seq_by_machine: dict[str, int]
    destroyed: int
    """By the rule of retention; the log begins after them."""
    lost: int
    quarantined: int
    file_bytes: int
    write_ahead_bytes: int
    kept_aside: tuple[str, ...]


def verify(path: Path) -> Progress | BadRecord:
    """The whole chain and every index. Raises StoreError when there is no log to read."""
    _require(path)
    with named_trouble(path):
        schema.refuse_newer(path)
        check = ChainCheck(path)
        try:
            return check.run()
        finally:
            check.close()


def export(path: Path, out: BinaryIO) -> int:
    """One stored record a line, in the order of the log, byte for byte. Returns how many."""
    _require(path)
    count = 0
    with named_trouble(path):
        connection = _connect(path)
        try:
            for row in connection.execute(f"SELECT {schema.ROW} FROM facts ORDER BY position"):
                checked = whole(row)
                if isinstance(checked, str):
                    raise StoreDamaged(bad(row, checked))
                out.write(row[6] + b"\n")
                count += 1
        finally:
            connection.close()
    return count


def read_range(path: Path, from_utc_ms: int, to_utc_ms: int) -> list[Envelope]:
    """Facts with from <= at < to, in the order of the log."""
    _require(path)
    found = []
    with named_trouble(path):
        connection = _connect(path)
        try:
            query = f"SELECT {schema.ROW} FROM facts WHERE at_utc_ms >= ? AND at_utc_ms < ? ORDER BY position"
            for row in connection.execute(query, (from_utc_ms, to_utc_ms)):
                checked = whole(row)
                if isinstance(checked, str):
                    raise StoreDamaged(bad(row, checked))
                found.append(checked[0])
        finally:
            connection.close()
    return found


def stats(path: Path, offset_min: int = 0) -> Stats:
    """Counts, not contents. `offset_min`: how far the office's days begin before those of UTC."""
    # Imported here: it costs a start 100 ms that only a person's question needs.
    import sqlite_utils

    _require(path)
    with named_trouble(path):
        connection = _connect(path)
        try:
            database = sqlite_utils.Database(connection)
            identity = schema.read_identity(connection)
            kinds = database.query("SELECT kind, count(*) AS facts FROM facts GROUP BY kind ORDER BY kind")
            machines = database.query("SELECT machine, max(seq) AS seq FROM facts GROUP BY machine ORDER BY machine")
            days = database.query(
                "SELECT date(at_utc_ms / 1000 + ?, 'unixepoch') AS day, count(*) AS facts FROM facts "
                "GROUP BY day ORDER BY day",
                (offset_min * 60,),
            )
            lost = next(database.query("SELECT coalesce(sum(last_seq - first_seq + 1), 0) AS lost FROM gaps"))["lost"]
            base = read_base(connection)
            wal = schema.wal_of(path)
            return Stats(
                "" if identity is None else identity[1],
                database["facts"].count,
                {row["kind"]: row["facts"] for row in kinds},
                {row["day"]: row["facts"] for row in days},
                {row["machine"]: row["seq"] for row in machines},
                0 if base is None else base.position,
                lost,
                database["quarantine"].count,
                path.stat().st_size,
                wal.stat().st_size if wal.exists() else 0,
                tuple(sorted(p.name for p in path.parent.glob(f"{path.name}.damaged-*"))),
            )
        finally:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Raises StoreDamaged for what is no log, or one whose tables are lost."""
    if fault := schema.header_fault(path):
        raise StoreDamaged(fault)
    schema.refuse_newer(path)
    connection = schema.connect_read_only(path)
    try:
        if fault := schema.schema_fault(connection, schema.known_version(connection)):
            raise StoreDamaged(fault)
    except BaseException:
        connection.close()
        raise
    return connection


def _require(path: Path) -> None:
    if not path.exists():
        raise StoreError(f"{path}: there is no log")
    if not path.is_file():
        raise StoreError(f"{path}: expected the file of a log, not a directory or device")
