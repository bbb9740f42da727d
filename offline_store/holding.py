"""One process owns a log: the right to write is a lock of the system, which ends with the process in whatever way."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from offline_store.errors import StoreError


def hold(path: Path) -> int:
    """The right to write, given back by the system when this process ends in whatever way."""
    holder = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(holder)
        raise StoreError(f"{path}: another process has this log open") from None
    return holder
