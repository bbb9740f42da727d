"""What makes a stored record true: its hash, its columns, and its link to the one before.

Used on the tail at every start, on the whole chain in the background, and on every record that is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from offline_store.envelope import GENESIS, Envelope, MalformedEnvelope, decode_link, hash_of
from offline_store.errors import BadRecord
from offline_store.schema import ROW

Row = Sequence[Any]
"""position, machine, seq, at_utc_ms, kind, hash, bytes: of any type, since a damaged file may hold anything."""


class Head(NamedTuple):
    """The last fact of one machine."""

    seq: int
    hash: bytes
    lamport: int


class Gaps:
    """Facts known to be lost: the only places where a chain may go on without its predecessor."""

    def __init__(self, rows: Sequence[tuple[str, int, int]] = ()) -> None:
        self._ranges: dict[str, list[tuple[int, int]]] = {}
        for machine, first, last in rows:
            self.add(machine, first, last)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Gaps:
        return cls(connection.execute("SELECT machine, first_seq, last_seq FROM gaps").fetchall())

    def holds(self, machine: str, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self._ranges.get(machine, ()))

    def add(self, machine: str, first: int, last: int) -> None:
        self._ranges.setdefault(machine, []).append((first, last))

    def fill(self, machine: str, seq: int) -> None:
        """One lost fact came back from somebody who still had it."""
        ranges = []
        for first, last in self._ranges.get(machine, ()):
            if not first <= seq <= last:
                ranges.append((first, last))
                continue
            ranges += [part for part in ((first, seq - 1), (seq + 1, last)) if part[0] <= part[1]]
        self._ranges[machine] = ranges

    def rows(self) -> list[tuple[str, int, int]]:
        return sorted((machine, *part) for machine, parts in self._ranges.items() for part in parts)


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


def link_fault(envelope: Envelope, previous: bytes, before: bytes | None, gaps: Gaps) -> str:
    """Empty when the record follows the one before (`before`: that one's hash, None when it is not in the log)."""
    if envelope.seq == 1:
        return "" if previous == GENESIS else "the first record names one before it"
    if before is None:
        return "" if gaps.holds(envelope.machine, envelope.seq - 1) else "the record before it is missing"
    return "" if before == previous else "the chain is broken"


def hash_at(connection: sqlite3.Connection, machine: str, seq: int) -> bytes | None:
    row = connection.execute("SELECT hash FROM facts WHERE machine = ? AND seq = ?", (machine, seq)).fetchone()
    return None if row is None else row[0]


def tail_fault(connection: sqlite3.Connection, tail: int) -> BadRecord | None:
    """The first bad record among the last `tail`."""
    gaps = Gaps.read(connection)
    rows = connection.execute(f"SELECT {ROW} FROM facts ORDER BY position DESC LIMIT ?", (tail,)).fetchall()[::-1]
    seen: dict[tuple[str, int], bytes] = {}
    for number, row in enumerate(rows):
        checked = whole(row)
        if isinstance(checked, str):
            return bad(row, checked)
        envelope, previous = checked
        if row[0] != rows[0][0] + number or (len(rows) < tail and row[0] != number + 1):
            return bad(row, "a position is missing before it")
        place = (envelope.machine, envelope.seq - 1)
        before = seen.get(place) or hash_at(connection, *place)
        if fault := link_fault(envelope, previous, before, gaps):
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
