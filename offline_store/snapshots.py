"""A folded state kept on disk, so that a start reads it and the few facts after it instead of half a million.

It is only ever a short cut: whatever does not agree with the log is no snapshot, and the core folds from the start.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated

import msgspec

from offline_store.errors import named_system_trouble
from offline_store.log import Log
from offline_store.schema import sync_folder

HEADER_BYTES_MAX = 1024


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    position: Annotated[int, msgspec.Meta(ge=0)]
    log_hash: str
    blob_sha256: str


class Snapshot(msgspec.Struct, frozen=True):
    """`blob` holds everything up to and including `position`."""

    position: int
    blob: bytes


def _path(log: Log, name: str) -> Path:
    return log.path.with_name(f"{log.path.name}.snapshot-{name}")


def _log_hash(log: Log, position: int) -> str | None:
    if position == 0:
        return ""
    found = log.hash_at_position(position)
    return None if found is None else found.hex()


def save(log: Log, name: str, blob: bytes, position: int, schema: int) -> None:
    """Replaces the one of this name, whole or not at all. Raises StoreFull or StoreError; the old one then stays."""
    log_hash = _log_hash(log, position)
    if log_hash is None:
        raise ValueError(f"the log has no position {position}")
    header = msgspec.json.encode(_Header(schema, position, log_hash, hashlib.sha256(blob).hexdigest()))
    path = _path(log, name)
    new = path.with_name(path.name + ".new")
    with named_system_trouble(path):
        try:
            with new.open("wb") as file:
                file.write(header + b"\n" + blob)
                file.flush()
                os.fsync(file.fileno())
            new.rename(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise
        sync_folder(path)


def load(log: Log, name: str, schema: int) -> Snapshot | None:
    """None when there is none, or it is of another schema, or damaged, or of another history than the log's."""
    try:
        raw = _path(log, name).read_bytes()
    except FileNotFoundError:
        return None
    line, newline, blob = raw.partition(b"\n")
    if not newline or len(line) > HEADER_BYTES_MAX:
        return None
    try:
        header = msgspec.json.decode(line, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if header.schema != schema or header.blob_sha256 != hashlib.sha256(blob).hexdigest():
        return None
    if header.position > log.last_position or header.log_hash != _log_hash(log, header.position):
        return None
    return Snapshot(header.position, blob)
