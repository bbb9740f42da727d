"""`hitofuda log verify|export|stats`: what a person may ask of a log file without stopping the core."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from offline_store import maintenance
from offline_store.errors import BadRecord, StoreError


def verify(path: Path) -> int:
    """0: every record and the chain are right. 1: names the first bad record. 2: there is no log to read."""
    return _tell(lambda: _verify(path))


def _verify(path: Path) -> int:
    found = maintenance.verify(path)
    print(msgspec.json.encode(found).decode())
    return 1 if isinstance(found, BadRecord) else 0


def export(path: Path, out: Path) -> int:
    return _tell(lambda: _export(path, out))


def _export(path: Path, out: Path) -> int:
    if str(out) == "-":
        maintenance.export(path, sys.stdout.buffer)
    else:
        with out.open("wb") as file:
            maintenance.export(path, file)
    return 0


def stats(path: Path) -> int:
    return _tell(lambda: _stats(path))


def _stats(path: Path) -> int:
    print(msgspec.json.format(msgspec.json.encode(maintenance.stats(path)), indent=2).decode())
    return 0


def _tell(work: Callable[[], int]) -> int:
    try:
        return work()
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 2
