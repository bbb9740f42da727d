"""A log's file before it is opened for writing: made anew where there is none, and looked at without touching it."""

from __future__ import annotations

from pathlib import Path

from offline_store import schema
from offline_store.errors import UNREADABLE, BadRecord, StoreError, means_damage
from offline_store.salvage import base_name, kept_count, next_incarnation
from offline_store.verify import tail_fault


def create(path: Path, machine: str) -> None:
    """Complete under another name first: a log that exists has its tables. One was kept aside? Then go on after it."""
    new = path.with_name(path.name + ".new")
    kept = kept_count(path)
    began = next_incarnation(path, machine, {f"{machine}~{kept}"}) if kept else machine
    schema.create(new, began).close()
    new.rename(path)
    schema.sync_folder(path)


def examine(path: Path, machine: str, tail: int) -> BadRecord | None:
    """What is wrong with the file, its tables, its identity or its last `tail` records. Changes nothing."""
    if not path.exists():
        return BadRecord(0, "", 0, "the file is missing beside its write-ahead log")
    if fault := schema.header_fault(path):
        return fault
    schema.refuse_newer(path)
    connection = schema.connect_read_only(path)
    try:
        identity = schema.read_identity(connection)
        if fault := schema.schema_fault(connection, schema.known_version(connection)):
            return fault
        if identity is None:
            return BadRecord(0, "", 0, "the identity does not verify")
        if identity[0] > schema.VERSION or base_name(identity[1]) != machine:
            raise StoreError(f"{path}: a log of {identity[1]}, version {identity[0]}, is not one for {machine}")
        return tail_fault(connection, tail)
    except UNREADABLE as error:
        if not means_damage(error):
            raise
        return BadRecord(0, "", 0, str(error))
    finally:
        connection.close()
