"""The durable log: everything that happened, each fact chained to the one before, acknowledged only when on disk.

One writer owns the file. Damage is a value of `Log.open`; a full disk is StoreFull and passes without a restart.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from offline_store import schema
from offline_store.base import Head, read_base
from offline_store.destroyed import Space, destroy_before, shrink
from offline_store.envelope import GENESIS, Envelope, decode_link, encode, hash_of
from offline_store.errors import BadRecord, StoreDamaged, StoreError, StoreFull, named_trouble
from offline_store.examining import create, examine
from offline_store.holding import hold
from offline_store.intake import Intake, Refused, Sorting
from offline_store.reserve import Reserve, free_bytes
from offline_store.salvage import Damage, base_name, begin_again, finish_replacement, next_incarnation
from offline_store.verify import BASE_FAULT, Gaps, Row, bad, hash_at, read_heads, whole
from offline_store.wire import Batch

QUARANTINE_MAX = 10_000
READ_SLICE = 500


class NewFact(NamedTuple):
    """What the core hands over; the log adds the place."""

    actor: str
    kind: str
    body: bytes
    at_utc_ms: int


class OpenedLog(NamedTuple):
    log: Log
    damage: Damage | None


class Log:
    """Made by `Log.open`. May be used from several threads; each call is whole by itself."""

    _is_together = False
    _is_closed = False

    def __init__(self, path: Path, holder: int, reserve: Reserve | None) -> None:
        self.path = path
        self._holder = holder
        self._reserve = reserve
        self._lock = threading.RLock()
        self._connection = schema.connect(path)
        try:
            self._read()
        except BaseException:
            self._connection.close()
            raise

    def _read(self) -> None:
        schema.migrate(self._connection)
        identity = schema.read_identity(self._connection)
        base = read_base(self._connection)
        heads = read_heads(self._connection)
        if identity is None or base is None or isinstance(heads, BadRecord):
            no_identity = BadRecord(0, "", 0, "no identity")
            raise StoreDamaged(heads if isinstance(heads, BadRecord) else BASE_FAULT if identity else no_identity)
        self.machine = identity[1]
        self.base = base
        """Where this log begins."""
        self._heads = dict(base.heads)
        for machine, head in heads.items():
            self._heads[machine] = max(head, self._heads.get(machine, head))
        self._gaps = Gaps.read(self._connection)
        self._lamport = max((head.lamport for head in self._heads.values()), default=0)
        last = self._connection.execute("SELECT max(position) FROM facts").fetchone()[0]
        self._last = base.position if last is None else int(last)

    @classmethod
    def open(
        cls,
        path: Path,
        machine: str,
        *,
        tail: int = 1000,
        known_bad: BadRecord | None = None,
        reserve: Reserve | None = None,
    ) -> OpenedLog:
        """Raises StoreFull or StoreError when the disk refuses. `known_bad`: what a background check has found."""
        if base_name(machine) != machine:
            raise ValueError(f"{machine}: an incarnation is the store's to choose")
        holder = hold(path)
        try:
            with named_trouble(path):
                finish_replacement(path)
                damage = None
                if not path.exists() and not schema.wal_of(path).exists():
                    create(path, machine)
                elif fault := known_bad or examine(path, machine, tail):
                    damage = begin_again(path, machine, fault)
                try:
                    return OpenedLog(_made(cls, path, holder, reserve), damage)
                except StoreDamaged as damaged:
                    # What a reader could still read, the writer cannot.
                    damage = begin_again(path, machine, damaged.bad)
                    return OpenedLog(cls(path, holder, reserve), damage)
        except BaseException:
            os.close(holder)
            raise

    def close(self) -> None:
        """Moves the write-ahead log into the file. Closing twice is harmless."""
        with self._lock:
            if self._holder != -1:
                self._is_closed = True
                self._connection.close()
                os.close(self._holder)
                self._holder = -1

    def _still_open(self) -> None:
        """For who reads in another thread than the one that closes."""
        if self._is_closed:
            raise StoreError(f"{self.path}: closed meanwhile")

    # --- writing ---------------------------------------------------------------------------------------------

    def append(self, items: Sequence[NewFact], *, outcome: bool = False) -> list[Envelope]:
        """Durable when it returns, all or none. `outcome`: the end of an act already begun may use up the reserve."""
        with self._lock:
            try:
                return self._append(items)
            except StoreFull:
                # Within `together` the transaction may be gone, and with it what others have appended.
                if self._is_together or not outcome or self._reserve is None or not self._reserve.release():
                    raise
                return self._append(items)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is appended inside becomes durable when this ends, all or nothing: until then it has not happened.

        Raises what an append raises, and whatever is raised inside. Only appends belong inside.
        """
        with self._lock:
            before = (dict(self._heads), self._lamport, self._last)
            try:
                with self._transaction():
                    self._is_together = True
                    yield
            except BaseException:
                self._heads, self._lamport, self._last = before
                raise
            finally:
                self._is_together = False

    def _append(self, items: Sequence[NewFact]) -> list[Envelope]:
        envelopes, rows = self._placed(items)
        if rows:
            with self._transaction() as connection:
                connection.executemany(schema.INSERT, rows)
            self._advance(envelopes, rows)
        return envelopes

    def destroy(self, before_position: int, said: Sequence[NewFact]) -> list[Envelope]:
        """Destroys every fact before this position and appends `said`, which tells of it: durable when it returns, all
        or nothing. Raises StoreFull, StoreDamaged, and ValueError for a position that is not in the log."""
        with self._lock:
            if not self.base.position < before_position <= self._last:
                raise ValueError(f"the log has no position {before_position}")
            envelopes, rows = self._placed(said)
            with self._transaction() as connection:
                base = destroy_before(connection, self.base, before_position)
                connection.executemany(schema.INSERT, rows)
            self.base = base
            self._gaps = Gaps.read(self._connection)
            self._advance(envelopes, rows)
            return envelopes

    def give_space_back(self) -> Space:
        """Makes the file as small as what is in it. Takes seconds for a long log: not while an office is open."""
        with self._lock, named_trouble(self.path):
            return shrink(self._connection, self.path.stat().st_size, free_bytes(self.path))

    def _placed(self, items: Sequence[NewFact]) -> tuple[list[Envelope], list[Row]]:
        """As they will stand in the log, after the last of this machine."""
        head = self._heads.get(self.machine, Head(0, GENESIS, 0))
        lamport = self._lamport
        envelopes: list[Envelope] = []
        rows: list[Row] = []
        for number, item in enumerate(items, 1):
            lamport += 1
            envelope = Envelope(self.machine, head.seq + 1, lamport, item.at_utc_ms, item.actor, item.kind, item.body)
            data = encode(envelope, head.hash)
            head = Head(envelope.seq, hash_of(data), lamport)
            rows.append((self._last + number, self.machine, head.seq, item.at_utc_ms, item.kind, head.hash, data))
            envelopes.append(envelope)
        return envelopes, rows

    def _advance(self, envelopes: Sequence[Envelope], rows: Sequence[Row]) -> None:
        if envelopes:
            last = envelopes[-1]
            self._heads[self.machine] = Head(last.seq, rows[-1][5], last.lamport)
            self._lamport = last.lamport
            self._last += len(rows)

    def intake(self, batch: Batch) -> Intake:
        """Takes facts of others, whole or not at all, any number of times. Moves the cursor of the sender with it."""
        with self._lock, named_trouble(self.path):
            sorting = Sorting(
                self.machine,
                self._heads,
                self._gaps,
                self._hash_at,
                self._previous_named_at,
                self._is_quarantined,
                self.base,
            )
            try:
                sorting.sort(batch)
            except Refused as refused:
                return Intake(refusal=refused.refusal)
            rows = [
                (self._last + number, e.machine, e.seq, e.at_utc_ms, e.kind, link.item.hash, link.item.data)
                for number, link in enumerate(sorting.accepted, 1)
                for e in (link.envelope,)
            ]
            moves = batch.up_to > self.cursor(batch.sender, "from")
            if rows or sorting.forks or moves:
                self._write_intake(batch, sorting, rows)
            self._heads = sorting.heads
            self._gaps = sorting.gaps
            self._lamport = max((head.lamport for head in self._heads.values()), default=0)
            self._last += len(rows)
            return Intake(
                tuple((row[0], link.envelope) for row, link in zip(rows, sorting.accepted, strict=True)),
                sorting.duplicates,
                tuple(fork for fork, _ in sorting.forks),
                sorting.own_ahead,
            )

    def _write_intake(self, batch: Batch, sorting: Sorting, rows: Sequence[Row]) -> None:
        with self._transaction() as connection:
            connection.executemany(schema.INSERT, rows)
            if sorting.gaps.rows() != self._gaps.rows():
                connection.execute("DELETE FROM gaps")
                connection.executemany("INSERT INTO gaps VALUES (?, ?, ?)", sorting.gaps.rows())
            kept = connection.execute("SELECT count(*) FROM quarantine").fetchone()[0]
            connection.executemany(
                "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?)",
                [(f.machine, f.seq, i.hash, i.data) for f, i in sorting.forks[: max(0, QUARANTINE_MAX - kept)]],
            )
            if batch.up_to > self.cursor(batch.sender, "from"):
                connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, 'from', ?)", (batch.sender, batch.up_to))

    def begin_incarnation(self) -> str:
        """For a log that was restored from an old copy (`Intake.own_ahead`, or a fork of our own chain)."""
        with self._lock:
            began = next_incarnation(self.path, base_name(self.machine), {self.machine, *self._heads})
            with self._transaction() as connection:
                hashed = schema.identity_hash(schema.VERSION, began)
                connection.execute("UPDATE identity SET machine = ?, hash = ?", (began, hashed))
            self.machine = began
            return began

    def set_cursor(self, peer: str, direction: str, position: int) -> None:
        """`to`: what the peer has acknowledged of ours. `from`: what we have of the peer's."""
        with self._lock, self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", (peer, direction, position))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and the connection is free again whatever happened."""
        with named_trouble(self.path):
            if self._is_together:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back by itself already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # --- reading ---------------------------------------------------------------------------------------------

    @property
    def last_position(self) -> int:
        return self._last

    def read(self, after_position: int, limit: int) -> list[tuple[int, Envelope]]:
        """In the order of this log. Raises StoreDamaged rather than return a record that does not verify."""
        return [(position, e) for position, e, _ in self.read_stored(after_position, limit)]

    def read_stored(self, after_position: int, limit: int) -> list[tuple[int, Envelope, bytes]]:
        """With the stored bytes, for sending and exporting."""
        query = f"SELECT {schema.ROW} FROM facts WHERE position > ? ORDER BY position LIMIT ?"
        return self._select(query, (after_position, limit))

    def read_range(self, from_utc_ms: int, to_utc_ms: int, kinds: Sequence[str] = ()) -> list[tuple[int, Envelope]]:
        """Facts with from <= at < to, of these kinds (of all when empty), in the order of this log."""
        only = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        query = f"SELECT {schema.ROW} FROM facts WHERE at_utc_ms >= ? AND at_utc_ms < ?{only} ORDER BY position"
        return [(position, e) for position, e, _ in self._select(query, (from_utc_ms, to_utc_ms, *kinds))]

    def iterate_machine(self, machine: str) -> Iterator[Envelope]:
        """One machine's facts by seq; appends meanwhile are seen too."""
        query = f"SELECT {schema.ROW} FROM facts WHERE machine = ? AND seq > ? ORDER BY seq LIMIT {READ_SLICE}"
        seq = 0
        while envelopes := [e for _, e, _ in self._select(query, (machine, seq))]:
            yield from envelopes
            seq = envelopes[-1].seq

    def _select(self, query: str, arguments: Sequence[object]) -> list[tuple[int, Envelope, bytes]]:
        with self._lock, named_trouble(self.path):
            self._still_open()
            rows = self._connection.execute(query, arguments).fetchall()
        found = []
        for row in rows:
            checked = whole(row)
            if isinstance(checked, str):
                raise StoreDamaged(bad(row, checked))
            found.append((row[0], checked[0], row[6]))
        return found

    def head(self, machine: str) -> tuple[int, bytes]:
        """Seq and hash of the machine's last fact; (0, GENESIS) when there is none."""
        head = self._heads.get(machine)
        return (0, GENESIS) if head is None else (head.seq, head.hash)

    def heads(self) -> dict[str, tuple[int, bytes]]:
        with self._lock:
            return {machine: (head.seq, head.hash) for machine, head in self._heads.items()}

    def known(self) -> dict[str, int]:
        """For a peer: up to which seq nothing of a machine is missing here."""
        with self._lock:
            first_lost = {machine: first for machine, first, _ in reversed(self._gaps.rows())}
            return {m: first_lost.get(m, head.seq + 1) - 1 for m, head in self._heads.items()}

    def gaps(self) -> list[tuple[str, int, int]]:
        """(machine, first, last) of facts known to be lost."""
        return self._gaps.rows()

    def digest(self) -> bytes:
        """Equal exactly when two logs hold the same facts, or held them, in whatever order they came."""
        digest = hashlib.sha256()
        with self._lock:
            for machine, head in sorted(self._heads.items()):
                digest.update(f"{machine} {head.seq} {head.hash.hex()}\n".encode())
            for gap in self._gaps.rows():
                digest.update(f"{gap}\n".encode())
        return digest.digest()

    def hash_at_position(self, position: int) -> bytes | None:
        with self._lock, named_trouble(self.path):
            row = self._connection.execute("SELECT hash FROM facts WHERE position = ?", (position,)).fetchone()
        return None if row is None else bytes(row[0])

    def position_of(self, machine: str, seq: int) -> int | None:
        with self._lock, named_trouble(self.path):
            query = "SELECT position FROM facts WHERE machine = ? AND seq = ?"
            row = self._connection.execute(query, (machine, seq)).fetchone()
        return None if row is None else int(row[0])

    @property
    def lamport(self) -> int:
        """The greatest that is known here."""
        return self._lamport

    def first_position(self, machine: str, first_seq: int, last_seq: int, after: int = 0) -> int | None:
        """Of the earliest fact behind `after` among first_seq..last_seq of a machine."""
        with self._lock, named_trouble(self.path):
            self._still_open()
            query = "SELECT min(position) FROM facts WHERE machine = ? AND seq BETWEEN ? AND ? AND position > ?"
            found = self._connection.execute(query, (machine, first_seq, last_seq, after)).fetchone()[0]
        return None if found is None else int(found)

    def cursor(self, peer: str, direction: str) -> int:
        with self._lock, named_trouble(self.path):
            query = "SELECT position FROM cursors WHERE peer = ? AND direction = ?"
            row = self._connection.execute(query, (peer, direction)).fetchone()
        return 0 if row is None else int(row[0])

    def quarantine(self) -> list[tuple[str, int, bytes, bytes]]:
        """(machine, seq, hash, stored bytes) of every fact of a fork."""
        with self._lock, named_trouble(self.path):
            return self._connection.execute("SELECT * FROM quarantine ORDER BY machine, seq, hash").fetchall()

    def hash_at(self, machine: str, seq: int) -> bytes | None:
        """Of the fact at this place; None where there is none, or only one that is destroyed."""
        with self._lock, named_trouble(self.path):
            return self._hash_at(machine, seq)

    def _hash_at(self, machine: str, seq: int) -> bytes | None:
        return hash_at(self._connection, machine, seq) or self.base.hash_at(machine, seq)

    def _previous_named_at(self, machine: str, seq: int) -> bytes | None:
        query = "SELECT bytes FROM facts WHERE machine = ? AND seq = ?"
        row = self._connection.execute(query, (machine, seq)).fetchone()
        return None if row is None else decode_link(row[0])[1]

    def _is_quarantined(self, fact_hash: bytes) -> bool:
        return self._connection.execute("SELECT 1 FROM quarantine WHERE hash = ?", (fact_hash,)).fetchone() is not None


def _made(kind: type[Log], path: Path, holder: int, reserve: Reserve | None) -> Log:
    """So that what is unreadable has a name."""
    with named_trouble(path):
        return kind(path, holder, reserve)
