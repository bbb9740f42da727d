"""The shape of the log's file and how it is opened, so that every reader and the one writer agree on it.

`hash` stands directly before `bytes` in a row: a record can then be recognised even in a file whose tables are lost.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from offline_store.base import NO_BASE, TABLE_OF_BASE, write_base
from offline_store.envelope import hash_of
from offline_store.errors import UNREADABLE, BadRecord, StoreError
from offline_store.write_ahead import first_page

VERSION = 2
"""1 had no base: every log began at position 1."""

TABLES_OF_1 = (
    """CREATE TABLE identity (
  id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, machine TEXT NOT NULL, hash BLOB NOT NULL
)""",
    """CREATE TABLE facts (
  position INTEGER PRIMARY KEY, machine TEXT NOT NULL, seq INTEGER NOT NULL, at_utc_ms INTEGER NOT NULL,
  kind TEXT NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, UNIQUE (machine, seq)
)""",
    "CREATE INDEX facts_by_time ON facts (at_utc_ms, kind)",
    """CREATE TABLE gaps (
  machine TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, PRIMARY KEY (machine, first_seq)
)""",
    """CREATE TABLE quarantine (
  machine TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (machine, seq, hash)
)""",
    """CREATE TABLE cursors (
  peer TEXT NOT NULL, direction TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (peer, direction)
)""",
)
TABLES = (*TABLES_OF_1, TABLE_OF_BASE)
_TABLES_OF = {1: set(TABLES_OF_1), VERSION: set(TABLES)}

ROW = "position, machine, seq, at_utc_ms, kind, hash, bytes"
INSERT = f"INSERT INTO facts ({ROW}) VALUES (?, ?, ?, ?, ?, ?, ?)"

# The bytes of the file's header that never change: name, page size, WAL, and the constants of the format.
_HEADER = b"SQLite format 3\x00\x10\x00\x02\x02\x00\x40\x20\x20"
_HEADER_REST = ((44, b"\x00\x00\x00\x04"), (52, bytes(4)), (56, b"\x00\x00\x00\x01"))


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def connect(path: Path) -> sqlite3.Connection:
    """The writer's connection. The caller begins and ends transactions itself."""
    # psow=0: a commit ends on a sector of its own, so that a power cut during the next one cannot tear it.
    # Without it SQLite trusts the disk to leave the rest of a half-written sector alone; see test_power.py.
    address = f"{path.absolute().as_uri()}?psow=0"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=64)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=OFF")
    # What is destroyed is overwritten: it must neither be readable on the disk nor come back from a damaged file.
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Never waits for the writer, never holds it up, and leaves the files as they are when it closes."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    # A damaged text must come out as a text that differs, not as an error without a place.
    connection.text_factory = lambda data: data.decode(errors="replace")
    return connection


def identity_hash(version: int, machine: str) -> bytes:
    return hash_of(f"{version} {machine}".encode())


def create(path: Path, machine: str) -> sqlite3.Connection:
    """A new log under a working name; it becomes the log only when it is complete and renamed."""
    for leftover in (path, wal_of(path), path.with_name(path.name + "-shm")):
        leftover.unlink(missing_ok=True)
    connection = connect(path)
    connection.execute("PRAGMA page_size=4096")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN")
    for table in TABLES:
        connection.execute(table)
    connection.execute("INSERT INTO identity VALUES (1, ?, ?, ?)", (VERSION, machine, identity_hash(VERSION, machine)))
    write_base(connection, NO_BASE)
    connection.execute("COMMIT")
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """A log of version 1 becomes one of this version in its place, or stays as it was."""
    version, machine = read_identity(connection) or (VERSION, "")
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(TABLE_OF_BASE)
        write_base(connection, NO_BASE)
        hashed = identity_hash(VERSION, machine)
        connection.execute("UPDATE identity SET version = ?, hash = ?", (VERSION, hashed))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def sync_folder(path: Path) -> None:
    """Makes renames beside `path` durable."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def header_fault(path: Path) -> BadRecord | None:
    """SQLite itself does not notice every changed byte of its first page (one of them makes a log read-only).

    A page that was being written when power failed is no damage while the write-ahead log holds it.
    """
    with path.open("rb") as file:
        header = file.read(100)
    if _is_header(header) or (header and _is_header(first_page(wal_of(path)))):
        return None
    return BadRecord(0, "", 0, "the file's header is not that of a log")


def _is_header(page: bytes) -> bool:
    return page.startswith(_HEADER) and all(page[at : at + len(b)] == b for at, b in _HEADER_REST)


def schema_fault(connection: sqlite3.Connection, version: int = VERSION) -> BadRecord | None:
    found = {str(row[0]) for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    right = found == _TABLES_OF.get(version)
    return None if right else BadRecord(0, "", 0, "the tables are not those of a log")


def known_version(connection: sqlite3.Connection) -> int:
    """Of a log that this program can read; of any other, or without an identity, the present one."""
    identity = read_identity(connection)
    return identity[0] if identity is not None and identity[0] in _TABLES_OF else VERSION


def read_identity(connection: sqlite3.Connection) -> tuple[int, str] | None:
    """Version and machine (with its incarnation), or None when they do not verify."""
    rows = connection.execute("SELECT version, machine, hash FROM identity").fetchall()
    if len(rows) != 1 or rows[0][2] != identity_hash(rows[0][0], rows[0][1]):
        return None
    return int(rows[0][0]), str(rows[0][1])


def refuse_newer(path: Path) -> None:
    """A log of a later version is not damaged: after a step back of the program it must stay as it is.

    So whatever later versions change, the table of the identity keeps its shape.
    """
    if header_fault(path):
        return
    connection = connect_read_only(path)
    try:
        identity = read_identity(connection)
    except UNREADABLE:
        # Not even an identity: damage, and whoever looks for that will name it.
        return
    finally:
        connection.close()
    if identity is not None and identity[0] > VERSION:
        raise StoreError(
            f"{path}: a log of version {identity[0]}, this program knows up to {VERSION}: install a newer one"
        )
