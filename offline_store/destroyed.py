"""What retention does to the file: old facts are overwritten, and the log begins after them.

Destruction is one transaction of the log (`Log.destroy`). The chain holds: the base keeps the hash of the last
destroyed fact of each machine, and the first one that is kept names it.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

import msgspec

from offline_store import schema
from offline_store.base import Base, Head, write_base
from offline_store.errors import StoreDamaged
from offline_store.verify import Gaps, bad, whole

ROOM_TIMES = 2
"""A new copy of the whole file, and the write-ahead log that carries it into its place."""


class Space(msgspec.Struct, frozen=True):
    """`no_room`: the disk has too little to make the file smaller now; new facts use the freed pages all the same."""

    outcome: Literal["given_back", "no_room", "nothing"]
    bytes_free: int
    """Given back, or what could be."""


def destroy_before(connection: sqlite3.Connection, base: Base, position: int) -> Base:
    """Within the caller's transaction. Raises StoreDamaged when a fact on which the rest would hang does not verify."""
    heads = dict(base.heads)
    last = connection.execute("SELECT machine, max(seq) FROM facts WHERE position < ? GROUP BY machine", (position,))
    for machine, seq in last.fetchall():
        query = f"SELECT {schema.ROW} FROM facts WHERE machine = ? AND seq = ?"
        row = connection.execute(query, (machine, seq)).fetchone()
        checked = whole(row)
        if isinstance(checked, str):
            raise StoreDamaged(bad(row, checked))
        if seq > base.seq(machine):
            heads[machine] = Head(seq, row[5], checked[0].lamport)
    found = Base(position - 1, heads)
    gaps = Gaps.read(connection)
    for machine, head in heads.items():
        gaps.forget(machine, head.seq)
    connection.execute("DELETE FROM facts WHERE position < ?", (position,))
    connection.execute("DELETE FROM gaps")
    connection.executemany("INSERT INTO gaps VALUES (?, ?, ?)", gaps.rows())
    write_base(connection, found)
    return found


def shrink(connection: sqlite3.Connection, file_bytes: int, free: int) -> Space:
    """Writes the file anew without its free pages, whole or not at all, if the disk can hold both for a while."""
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    unused = page_bytes * connection.execute("PRAGMA freelist_count").fetchone()[0]
    if unused == 0:
        return Space("nothing", 0)
    if free < ROOM_TIMES * (file_bytes - unused):
        return Space("no_room", unused)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Space("given_back", unused)
