"""`hitofuda log verify|export|stats`: what a person may ask of a log file without stopping the core.

Exit codes: 0 done; 1 the log is damaged; 2 there is no log to read, or no place to write to. One sentence each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from offline_store import maintenance
from offline_store.errors import BadRecord, StoreDamaged, StoreError


def verify(path: Path) -> int:
    """Says how many records are right, or names the first bad one."""
    return _tell(path, lambda: _verify(path))


def _verify(path: Path) -> int:
    found = maintenance.verify(path)
    print(msgspec.json.encode(found).decode())
    return 1 if isinstance(found, BadRecord) else 0


def export(path: Path, out: Path) -> int:
    return _tell(path, lambda: _export(path, out))


def _export(path: Path, out: Path) -> int:
    if str(out) == "-":
        maintenance.export(path, sys.stdout.buffer)
    else:
        with out.open("wb") as file:
            maintenance.export(path, file)
    return 0


def stats(path: Path) -> int:
    return _tell(path, lambda: _stats(path))


def _stats(path: Path) -> int:
    print(msgspec.json.format(msgspec.json.encode(maintenance.stats(path)), indent=2).decode())
    return 0


def _tell(path: Path, work: Callable[[], int]) -> int:
    try:
        done = work()
        sys.stdout.flush()
        return done
    except StoreDamaged as error:
        bad = error.bad
        where = f" at position {bad.position} ({bad.machine} {bad.seq})" if bad.position else ""
        sys.stderr.write(f"{path}: the log is damaged: {bad.cause}{where}\n")
        return 1
    except BrokenPipeError:
        # Who reads has seen enough; without this Python complains once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except StoreError as error:
        sys.stderr.write(f"{error}\n" if str(path) in str(error) else f"{path}: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error.filename or path}: {error.strerror}\n")
        return 2
