"""The store's own log on a database in memory: thousands of offices a minute, and a disk that is full when told to."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_store import schema
from offline_store.base import NO_BASE, write_base
from offline_store.errors import StoreFull
from offline_store.log import Log


def new_disk(machine: str) -> sqlite3.Connection:
    """What outlives the process of a machine."""
    disk = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for table in schema.TABLES:
        disk.execute(table)
    disk.execute(
        "INSERT INTO identity VALUES (1, ?, ?, ?)",
        (schema.VERSION, machine, schema.identity_hash(schema.VERSION, machine)),
    )
    write_base(disk, NO_BASE)
    return disk


class MemoryLog(Log):
    """Of one life of the machine; the next one opens the same disk."""

    def __init__(self, disk: sqlite3.Connection) -> None:
        self.path = Path("/nonexistent/facts.db")
        self._holder = -1
        self._reserve = None
        self._lock = threading.RLock()
        self._connection = disk
        self.full = False
        self._read()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self.full:
            raise StoreFull("the disk is full")
        with super()._transaction() as connection:
            yield connection
