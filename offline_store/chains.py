"""What is known of chains of facts wherever they are kept: how far each goes, where it begins, what of it is lost.

Central knows it of its offices without any SQLite.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec


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


class Gaps:
    """Facts known to be lost: the only places where a chain may go on without its predecessor."""

    def __init__(self, rows: Sequence[tuple[str, int, int]] = ()) -> None:
        self._ranges: dict[str, list[tuple[int, int]]] = {}
        for machine, first, last in rows:
            self.add(machine, first, last)

    @classmethod
    def read(cls, connection: Any) -> Gaps:
        """Of a log's SQLite, which who only compares chains need not load."""
        return cls(connection.execute("SELECT machine, first_seq, last_seq FROM gaps").fetchall())

    def holds(self, machine: str, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self._ranges.get(machine, ()))

    def hold_all(self, machine: str, first: int, last: int) -> bool:
        """Whether every one from first to last is lost; true of none."""
        for begin, end in sorted(self._ranges.get(machine, ())):
            if begin <= first <= end:
                first = end + 1
        return first > last

    def forget(self, machine: str, up_to: int) -> None:
        """What would have been destroyed meanwhile is no longer missed."""
        kept = [(max(first, up_to + 1), last) for first, last in self._ranges.get(machine, ()) if last > up_to]
        self._ranges[machine] = kept

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


def digest_of(heads: Mapping[str, tuple[int, bytes]]) -> bytes:
    """Equal exactly when two sides know the same chains as far as each other. `heads`: seq and hash by machine."""
    digest = hashlib.sha256()
    for machine, (seq, last) in sorted(heads.items()):
        digest.update(f"{machine} {seq} {last.hex()}\n".encode())
    return digest.digest()
