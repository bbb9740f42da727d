"""Takes every whole record out of a damaged log, keeps the old file aside, and begins a new incarnation.

Interrupted at any point, the next start ends in the same place: until `.ready` exists the old file is untouched.
"""

from __future__ import annotations

import json
import mmap
import sqlite3
import sys
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

import msgspec

from offline_store.base import NO_BASE, Base, read_base, write_base
from offline_store.envelope import MalformedEnvelope, decode, hash_of
from offline_store.errors import UNREADABLE, BadRecord
from offline_store.schema import INSERT, connect_read_only, create, header_fault, read_identity, sync_folder, wal_of
from offline_store.verify import Gaps

SLICE = 512
SMALLEST_ROW_BYTES = 200
"""No row of facts is smaller, so the size of the file bounds the search for rows."""
RECORD_START = b'{"version":'
HASH_BYTES, PAGE_BYTES = 32, 4096


class Damage(msgspec.Struct, frozen=True):
    """What was found at start and what was done about it."""

    first_bad_seq: int
    kept_as: Path
    salvaged: int
    previous: str
    """The incarnation that ended; empty when the damaged file could not even say its name."""
    cause: str


def base_name(machine: str) -> str:
    return machine.partition("~")[0]


def finish_replacement(path: Path) -> None:
    """The end of `begin_again`, also after a cut: the old write-ahead log must never meet the new file."""
    ready = path.with_name(path.name + ".ready")
    if ready.exists():
        wal_of(path).unlink(missing_ok=True)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        ready.rename(path)
        sync_folder(path)


def begin_again(path: Path, machine: str, bad: BadRecord, at_least: int = 1) -> Damage:
    """`at_least`: of the new incarnation's number. Raises what SQLite and the system raise; the old file is then still
    in its place."""
    previous, base = _identity(path)
    kept = _keep_aside(path)
    records = _records(path, base)
    seen = {previous, *base.heads, *(record.machine for record in records)}
    began = next_incarnation(path, machine, seen, at_least)
    new = path.with_name(path.name + ".new")
    connection = create(new, began)
    connection.execute("BEGIN")
    connection.executemany(INSERT, (_row(n, record) for n, record in enumerate(records, base.position + 1)))
    connection.executemany("INSERT INTO gaps VALUES (?, ?, ?)", _gaps(records, base).rows())
    write_base(connection, base)
    connection.execute("COMMIT")
    # Closing moves the write-ahead log into the file and syncs it, so that one rename moves everything.
    connection.close()
    new.rename(path.with_name(path.name + ".ready"))
    sync_folder(path)
    finish_replacement(path)
    return Damage(bad.seq, kept, len(records), previous, bad.cause)


def next_incarnation(path: Path, machine: str, seen: set[str], at_least: int = 1) -> str:
    """One more than any that is known from the log, its facts, or the files kept aside."""
    own = [name for name in seen if base_name(name) == machine]
    known = [int(n) for n in (name.partition("~")[2] for name in own) if n.isdecimal()]
    return f"{machine}~{max([*known, kept_count(path) - 1, at_least - 1, 0]) + 1}"


def kept_count(path: Path) -> int:
    names = [p.name.removesuffix("-wal") for p in path.parent.glob(f"{path.name}.damaged-*")]
    return max((int(n) for name in names if (n := name.rpartition("-")[2]).isdecimal()), default=0)


def _keep_aside(path: Path) -> Path:
    """A second name for the very same files; a rename would leave a moment without a log."""
    sources = [p for p in (path, wal_of(path)) if p.exists() and (p == path or p.stat().st_size)]
    for number in count(1):
        kept = path.with_name(f"{path.name}.damaged-{number}")
        targets = {path: kept, wal_of(path): wal_of(kept)}
        # After a cut, some of the links are made already.
        if all(not target.exists() or (s in sources and s.samefile(target)) for s, target in targets.items()):
            break
    for source in sources:
        if not targets[source].exists():
            targets[source].hardlink_to(source)
    sync_folder(path)
    return kept


def _identity(path: Path) -> tuple[str, Base]:
    """What the file can still say of its name and of where it begins."""
    name, base = "", NO_BASE
    try:
        connection = connect_read_only(path)
        try:
            identity = read_identity(connection)
            name = "" if identity is None else identity[1]
            base = read_base(connection) or NO_BASE
        finally:
            connection.close()
    except UNREADABLE:
        # An unreadable name is reported as empty; the damage that made it so is reported already.
        return name, base
    return name, base


class _Record(NamedTuple):
    """Sorts as whoever folds a log relies on: each machine's facts in their order. Small, as there may be a million."""

    lamport: int
    machine: str
    seq: int
    data: bytes


def _row(position: int, record: _Record) -> tuple[int, str, int, int, str, bytes, bytes]:
    envelope = decode(record.data)
    return (
        position,
        envelope.machine,
        envelope.seq,
        envelope.at_utc_ms,
        envelope.kind,
        hash_of(record.data),
        record.data,
    )


def _gaps(records: list[_Record], base: Base) -> Gaps:
    """Of a log whose base cannot be read, what was destroyed counts as lost too."""
    gaps = Gaps()
    last = {machine: head.seq for machine, head in base.heads.items()}
    for machine, seq in sorted((record.machine, record.seq) for record in records):
        if seq > last.get(machine, 0) + 1:
            gaps.add(machine, last.get(machine, 0) + 1, seq - 1)
        last[machine] = max(seq, last.get(machine, 0))
    return gaps


def _records(path: Path, base: Base) -> list[_Record]:
    """Every whole record: through the tables, then whatever else is recognisable in the raw bytes."""
    found: dict[tuple[str, int], _Record] = {}
    known: set[bytes] = set()
    sources = [(_table_records(path, base.position + 1), NO_BASE)] if path.exists() else []
    # Beside the tables an old copy of a destroyed record may lie about; it must not come back.
    sources += [(_carved_records(file, known), base) for file in (path, wal_of(path)) if file.exists()]
    for source, beyond in sources:
        for stored_hash, data in source:
            if not isinstance(data, bytes) or hash_of(data) != stored_hash:
                continue
            try:
                envelope = decode(data)
            except MalformedEnvelope:
                continue
            if envelope.seq <= beyond.seq(envelope.machine):
                continue
            known.add(hash_of(data))
            record = _Record(envelope.lamport, sys.intern(envelope.machine), envelope.seq, data)
            found.setdefault((record.machine, record.seq), record)
    return sorted(found.values())


def _table_records(path: Path, begin: int) -> Iterator[tuple[object, object]]:
    """A slice at a time, and row by row where a slice cannot be read. `begin`: the first position, if it is known."""
    if header_fault(path) is not None:
        return
    size = path.stat().st_size + (wal_of(path).stat().st_size if wal_of(path).exists() else 0)
    connection = connect_read_only(path)
    query = "SELECT hash, bytes FROM facts WHERE position BETWEEN ? AND ? ORDER BY position"
    try:
        most = size // SMALLEST_ROW_BYTES + 1
        begins = [begin]
        # Where the base cannot be read, the log may begin far away.
        if (other := _first_position(connection)) >= begin + most:
            begins.append(other)
        for first in chain.from_iterable(range(at, at + most, SLICE) for at in begins):
            try:
                rows = connection.execute(query, (first, first + SLICE - 1)).fetchall()
            except UNREADABLE:
                rows = []
                for position in range(first, first + SLICE):
                    try:
                        rows += connection.execute(query, (position, position)).fetchall()
                    except UNREADABLE:
                        # This is the damage itself; the raw search below may still find the record.
                        continue
            yield from rows
    finally:
        connection.close()


def _first_position(connection: sqlite3.Connection) -> int:
    try:
        found = connection.execute("SELECT min(position) FROM facts WHERE position > 0").fetchone()[0]
    except UNREADABLE:
        return 1
    return found if isinstance(found, int) else 1


def _carved_records(file: Path, known: set[bytes]) -> Iterator[tuple[object, object]]:
    """Records on one page each: the hash stands directly before the JSON, and the JSON says itself where it ends.

    Not those that are `known` already; the file is mapped, because a log of years is larger than a small memory.
    """
    if file.stat().st_size == 0:
        return
    scanner = json.JSONDecoder(strict=False)
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        at = raw.find(RECORD_START)
        while at != -1:
            if at >= HASH_BYTES and (stored_hash := raw[at - HASH_BYTES : at]) not in known:
                try:
                    # latin-1 keeps one character a byte, and every sign that structures JSON is ASCII.
                    end = scanner.raw_decode(raw[at : at + PAGE_BYTES].decode("latin-1"))[1]
                except (ValueError, RecursionError):
                    end = 0
                if end:
                    yield stored_hash, raw[at : at + end]
            at = raw.find(RECORD_START, at + 1)
