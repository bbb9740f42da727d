"""The trouble a disk can make, as a closed list: what the core may meet is named here, anything else is a bug.

A full disk is expected and passes; a damaged record is expected and has a way on; the rest stops the machine.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from offline_store.reserve import free_bytes

FULL_BELOW_BYTES = 256 * 1024
"""A failed write with less than this free is a full disk, whatever name the system gave to the error."""

DAMAGE_CODES = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH})

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError, MemoryError)
"""What comes of reading a file in which any byte may have changed. A changed text that SQLite quotes in its message
is no UTF-8; a changed length asks for more memory than there can be."""


class BadRecord(msgspec.Struct, frozen=True):
    """The first place that does not verify. Position and seq are 0 where not even those can be read."""

    position: int
    machine: str
    seq: int
    cause: str


class StoreError(Exception):
    """The disk or the file refuses; nothing was acknowledged."""


class StoreFull(StoreError):
    """No space. The transaction is rolled back; the same call works again once there is space."""


class StoreDamaged(StoreError):
    """A record that was read does not verify. Close, and open again with `known_bad=error.bad`."""

    def __init__(self, bad: BadRecord) -> None:
        super().__init__(f"{bad.cause} at position {bad.position} ({bad.machine} {bad.seq})")
        self.bad = bad


def means_damage(error: Exception) -> bool:
    """Whether SQLite met bytes that it did not write (against a refusal of the system, such as a missing right)."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF in DAMAGE_CODES or code == sqlite3.SQLITE_IOERR_SHORT_READ


@contextmanager
def named_trouble(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system raise into the classes above."""
    try:
        yield
    except (UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise StoreDamaged(BadRecord(0, "", 0, f"a value that cannot be read: {error}")) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        code: int | None = getattr(error, "sqlite_errorcode", None)
        primary = None if code is None else code & 0xFF
        # A quota, a limit on file size or a shared-memory file that cannot grow come as IOERR or CANTOPEN.
        short = primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and free_bytes(path) < FULL_BELOW_BYTES
        if primary == sqlite3.SQLITE_FULL or short:
            raise StoreFull(str(error)) from error
        if means_damage(error):
            raise StoreDamaged(BadRecord(0, "", 0, str(error))) from error
        raise StoreError(str(error)) from error


@contextmanager
def named_system_trouble(path: Path) -> Iterator[None]:
    """The same for plain files."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(str(error)) from error
        raise StoreError(f"{path}: {error}") from error
