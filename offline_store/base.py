"""Where a log begins: what retention has destroyed leaves its last place and each machine's last hash.

The chain of what is kept hangs on these hashes, so the row carries a hash of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from offline_store.envelope import hash_of

TABLE_OF_BASE = """CREATE TABLE base (
  id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, heads BLOB NOT NULL, hash BLOB NOT NULL
)"""


class Head(NamedTuple):
    """The last fact of one machine."""

    seq: int
    hash: bytes
    lamport: int


class Base(msgspec.Struct, frozen=True):
    """Everything up to and including `position` is destroyed. `heads`: the last destroyed fact of each machine."""

    position: int
    heads: Mapping[str, Head]

    def seq(self, machine: str) -> int:
        """Up to here facts of this machine were had once; 0 when none is destroyed."""
        head = self.heads.get(machine)
        return 0 if head is None else head.seq

    def hash_at(self, machine: str, seq: int) -> bytes | None:
        head = self.heads.get(machine)
        return head.hash if head is not None and head.seq == seq else None


NO_BASE = Base(0, {})
_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(dict[str, Head])


def write_base(connection: sqlite3.Connection, base: Base) -> None:
    """Within the caller's transaction."""
    heads = _encoder.encode(base.heads)
    row = (base.position, heads, _hash(base.position, heads))
    connection.execute("INSERT OR REPLACE INTO base VALUES (1, ?, ?, ?)", row)


def read_base(connection: sqlite3.Connection) -> Base | None:
    """None when it does not verify. A log of version 1 has no such table and begins at position 1."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'base'").fetchone():
        return NO_BASE
    rows = connection.execute("SELECT position, heads, hash FROM base").fetchall()
    if len(rows) != 1 or not isinstance(rows[0][0], int) or not isinstance(rows[0][1], bytes):
        return None
    position, heads, stored_hash = rows[0]
    if _hash(position, heads) != stored_hash:
        return None
    return Base(position, _decoder.decode(heads))


def _hash(position: int, heads: bytes) -> bytes:
    return hash_of(b"%d %s" % (position, heads))
