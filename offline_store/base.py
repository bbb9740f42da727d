"""Where a log begins: what retention has destroyed leaves its last place and each machine's last hash.

The chain of what is kept hangs on these hashes, so the row carries a hash of its own.
"""

from __future__ import annotations

import sqlite3

import msgspec

from offline_store.chains import NO_BASE as NO_BASE
from offline_store.chains import Base as Base
from offline_store.chains import Head as Head
from offline_store.envelope import hash_of

TABLE_OF_BASE = """CREATE TABLE base (
  id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, heads BLOB NOT NULL, hash BLOB NOT NULL
)"""


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
