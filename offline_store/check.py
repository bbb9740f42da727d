"""Checks the whole chain in the background, a bounded slice at a time, while the machine goes on working.

Start looks only at the tail; this finds what has changed in the older rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from offline_store import schema
from offline_store.base import read_base
from offline_store.errors import BadRecord, StoreDamaged, named_trouble
from offline_store.log import Log
from offline_store.verify import BASE_FAULT, Gaps, bad, link_fault, whole


class Progress(msgspec.Struct, frozen=True):
    """`records` have been found good so far."""

    records: int
    done: bool = False


class ChainCheck:
    """Has its own read-only connection, so the writer never waits for it. Close it when done.

    The last step is SQLite's own check of tables and indexes: it reads the file once, without holding the
    interpreter, so a step belongs in a worker thread.
    """

    def __init__(self, log: Log | Path) -> None:
        self._path = log if isinstance(log, Path) else log.path
        with named_trouble(self._path):
            self._connection = schema.connect_read_only(self._path)
        self._stage: Literal["file", "chain", "index", "done"] = "file"
        self._records = 0
        self._machine = ""
        self._seq = 0
        self._before: bytes | None = None

    def step(self, records: int) -> Progress | BadRecord:
        """Looks at `records` more. Raises StoreError when the system refuses to read."""
        try:
            with named_trouble(self._path), self._one_view():
                return self._step(records)
        except StoreDamaged as damaged:
            return BadRecord(0, self._machine, self._seq, damaged.bad.cause)

    def run(self, slice_records: int = 1000) -> Progress | BadRecord:
        """All steps one after another, for the command line and tests."""
        while isinstance(result := self.step(slice_records), Progress) and not result.done:
            pass
        return result

    def interrupt(self) -> None:
        """Ends a step that runs in another thread; it then raises StoreError."""
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _one_view(self) -> Iterator[None]:
        """What retention destroys during a step is still there until its end."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _step(self, records: int) -> Progress | BadRecord:
        fault: BadRecord | None = None
        if self._stage == "file":
            fault = self._file_fault()
            self._stage = "chain"
        elif self._stage == "chain":
            fault = self._chain_fault(records)
        elif self._stage == "index":
            fault = self._index_fault()
            self._stage = "done"
        return fault or Progress(self._records, self._stage == "done")

    def _file_fault(self) -> BadRecord | None:
        if fault := schema.header_fault(self._path):
            return fault
        if fault := schema.schema_fault(self._connection, schema.known_version(self._connection)):
            return fault
        known = schema.read_identity(self._connection)
        return BadRecord(0, "", 0, "the identity does not verify") if known is None else None

    def _chain_fault(self, records: int) -> BadRecord | None:
        """By machine and seq: the order of the chain, also where a lost fact came back late."""
        gaps = Gaps.read(self._connection)
        base = read_base(self._connection)
        if base is None:
            return BASE_FAULT
        query = f"""SELECT {schema.ROW} FROM facts WHERE (machine, seq) > (?, ?) ORDER BY machine, seq LIMIT ?"""
        rows = self._connection.execute(query, (self._machine, self._seq, records)).fetchall()
        for row in rows:
            checked = whole(row)
            if isinstance(checked, str):
                return bad(row, checked)
            envelope, previous = checked
            adjoins = (envelope.machine, envelope.seq) == (self._machine, self._seq + 1)
            if fault := link_fault(envelope, previous, self._before if adjoins else None, gaps, base):
                return bad(row, fault)
            self._machine, self._seq, self._before = envelope.machine, envelope.seq, row[5]
            self._records += 1
        if len(rows) < records:
            self._stage = "index"
        return None

    def _index_fault(self) -> BadRecord | None:
        verdict = str(self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if verdict != "ok":
            return BadRecord(0, "", 0, verdict)
        count, last = self._connection.execute("SELECT count(*), max(position) FROM facts").fetchone()
        base = read_base(self._connection)
        if base is None:
            return BASE_FAULT
        missing = count != (base.position if last is None else last) - base.position
        return BadRecord(0, "", 0, "positions are missing") if missing else None
