"""What makes a stored record true: its hash, its columns, and its link to the one before.

Used on the tail at every start, on the whole chain in the background, and on every record that is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from offline_store.base import Base, Head, read_base
from offline_store.chains import Gaps as Gaps
from offline_store.envelope import GENESIS, Envelope, MalformedEnvelope, decode_link, hash_of
from offline_store.errors import BadRecord
from offline_store.schema import ROW

BASE_FAULT = BadRecord(0, "", 0, "the place where the log begins does not verify")
Row = Sequence[Any]
"""position, machine, seq, at_utc_ms, kind, hash, bytes: of any type, since a damaged file may hold anything."""


def whole(row: Row) -> tuple[Envelope, bytes] | str:
    """Envelope and previous hash of a record that verifies by itself, else what is wrong with it."""
    _, machine, seq, at_utc_ms, kind, stored_hash, data = row
    if not isinstance(data, bytes) or hash_of(data) != stored_hash:
        return "the record does not match its hash"
    try:
        envelope, previous = decode_link(data)
    except MalformedEnvelope as error:
        return f"the record is not an envelope: {error}"
    if (envelope.machine, envelope.seq, envelope.at_utc_ms, envelope.kind) != (machine, seq, at_utc_ms, kind):
        return "the columns differ from the record"
    return envelope, previous


def bad(row: Row, cause: str) -> BadRecord:
    position, machine, seq = (row[0], row[1], row[2])
    return BadRecord(
        position if isinstance(position, int) else 0,
        machine if isinstance(machine, str) else "",
        seq if isinstance(seq, int) else 0,
        cause,
    )


def link_fault(envelope: Envelope, previous: bytes, before: bytes | None, gaps: Gaps, base: Base) -> str:
    """Empty when the record follows the one before (`before`: that one's hash, None when it is not in the log)."""
    if envelope.seq == 1:
        return "" if previous == GENESIS else "the first record names one before it"
    machine, seq = envelope.machine, envelope.seq - 1
    before = before or base.hash_at(machine, seq)
    if before is None:
        # Lost, or destroyed: a lost fact that came back late stands in the log after what came later.
        return "" if gaps.holds(machine, seq) or seq < base.seq(machine) else "the record before it is missing"
    return "" if before == previous else "the chain is broken"


def hash_at(connection: sqlite3.Connection, machine: str, seq: int) -> bytes | None:
    row = connection.execute("SELECT hash FROM facts WHERE machine = ? AND seq = ?", (machine, seq)).fetchone()
    return None if row is None else row[0]


def tail_fault(connection: sqlite3.Connection, tail: int) -> BadRecord | None:
    """The first bad record among the last `tail`."""
    gaps = Gaps.read(connection)
    base = read_base(connection)
    if base is None:
        return BASE_FAULT
    rows = connection.execute(f"SELECT {ROW} FROM facts ORDER BY position DESC LIMIT ?", (tail,)).fetchall()[::-1]
    seen: dict[tuple[str, int], bytes] = {}
    for number, row in enumerate(rows):
        checked = whole(row)
        if isinstance(checked, str):
            return bad(row, checked)
        envelope, previous = checked
        if row[0] != rows[0][0] + number or (len(rows) < tail and row[0] != base.position + number + 1):
            return bad(row, "a position is missing before it")
        place = (envelope.machine, envelope.seq - 1)
        before = seen.get(place) or hash_at(connection, *place)
        if fault := link_fault(envelope, previous, before, gaps, base):
            return bad(row, fault)
        seen[(envelope.machine, envelope.seq)] = row[5]
    return _heads_fault(read_heads(connection), rows)


def _heads_fault(heads: Mapping[str, Head] | BadRecord, rows: Sequence[Row]) -> BadRecord | None:
    """The index by machine must lead at least as far as the tail does, or it is damaged."""
    if isinstance(heads, BadRecord):
        return heads
    for row in rows:
        if row[1] not in heads or heads[row[1]].seq < row[2]:
            return bad(row, "the index does not lead to this record")
    return None


def read_heads(connection: sqlite3.Connection) -> dict[str, Head] | BadRecord:
    """The last fact of every machine: one step in the index for each, however long the log."""
    heads: dict[str, Head] = {}
    machine = ""
    while True:
        found = connection.execute("SELECT min(machine) FROM facts WHERE machine > ?", (machine,)).fetchone()[0]
        if found is None:
            return heads
        row = connection.execute(
            f"SELECT {ROW} FROM facts WHERE machine = ? ORDER BY seq DESC LIMIT 1", (found,)
        ).fetchone()
        checked = "the index leads to no record" if row is None else whole(row)
        if isinstance(checked, str):
            return BadRecord(0, str(found), 0, checked) if row is None else bad(row, checked)
        heads[str(found)] = Head(row[2], row[5], checked[0].lamport)
        machine = found
