"""Copies a log beside a running core, and puts a copy in the place of a log that is gone.

SQLite's own online backup: one moment of the log, whole, while the writer goes on.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from offline_store import salvage, schema
from offline_store.errors import BadRecord, StoreError, named_trouble
from offline_store.salvage import Damage
from offline_store.schema import sync_folder

RESTORED = "restored from a backup"


def copy(source: Path, target: Path) -> None:
    """`target` must not exist, and is durable when this returns. Raises StoreError."""
    if not source.is_file():
        raise StoreError(f"{source}: there is no log")
    with named_trouble(source):
        # Nobody else may read it, not even for a moment.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        reading = schema.connect_read_only(source)
        try:
            writing = sqlite3.connect(target, isolation_level=None)
            try:
                reading.backup(writing)
            finally:
                writing.close()
        finally:
            reading.close()
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def put_in_place(copied: Path, path: Path, machine: str, at_least: int) -> Damage:
    """Makes the copy the log at `path`, as a new incarnation: what was written since the copy was made is not known
    here, so no fact may come under the old name again. It gets its new name before its place, in its own folder on the
    same disk: whatever is cut off, no log lies there that would go on under the old one. `at_least`: of the
    incarnation's number, for others may know some that the copy does not. Raises StoreError where a log, or a part of
    one, is there."""
    for part in (path, schema.wal_of(path)):
        if part.exists():
            raise StoreError(f"{part}: a log is there; next: move it away, it may be better than the copy")
    with named_trouble(path):
        damage = salvage.begin_again(copied, machine, BadRecord(0, machine, 0, RESTORED), at_least)
        _give_to_owner(copied, path.parent)
        os.replace(copied, path)
        sync_folder(path)
    return damage


def _give_to_owner(copied: Path, folder: Path) -> None:
    """Whoever restores is root, and the log is the core's; nobody else may read it."""
    owner = folder.stat()
    descriptor = os.open(copied, os.O_RDONLY)
    try:
        os.fchmod(descriptor, 0o600)
        if os.geteuid() == 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
