"""Finds every place at which a core can die between a touch and the paper, and dies at the one it is told.

A boundary is the moment before or after a call that changes something outside of the process: the database, a file,
a socket, the printer's line. Nobody lists them: the interpreter's profiling hook sees each such call as it is made.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import sqlite3
import sys
import threading
from collections import Counter
from pathlib import Path
from types import BuiltinFunctionType, FrameType, ModuleType
from typing import Any

OUTSIDE = frozenset({
    "execute", "executemany", "write", "replace", "rename", "unlink", "link", "mkdir", "open", "chmod", "fsync",
    "posix_fallocate", "truncate", "ftruncate", "bind", "listen", "connect", "send", "sendall", "sendmsg",
})  # fmt: skip
"""Names of the interpreter's own functions that change the world when they belong to one of these."""
OWNERS = (sqlite3.Connection, socket.SocketType, io.IOBase)
BEFORE, AFTER = "before ", "after "
ROOMS = frozenset({"kiosk_app", "drivers", "offline_store", "asyncio"})
HELPERS = frozenset({"pathlib", "os"})
"""What a room does through one of these it does itself."""


class Watch:
    """Writes each boundary as a line to `out`; dies by SIGKILL at the n-th of the name `kill[0]`, if given.

    `keep`: two folders; the first is copied to the second just before the call after which it dies.
    """

    def __init__(self, out: Path, kill: tuple[str, int] | None, keep: tuple[Path, Path] | None = None) -> None:
        self._line = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._write = os.write
        self._seen: Counter[str] = Counter()
        self._kill = kill
        self._keep = keep
        # Threads that begin later are seen too.
        threading.setprofile(self._look)
        sys.setprofile(self._look)

    def _look(self, frame: FrameType, event: str, called: Any) -> None:
        # Called for all that the process does, so what is no boundary is known by the first look.
        if event == "call" or event == "return" or not _owns[type(called.__self__)] or not _is_outside(called):
            return
        doer: FrameType | None = frame
        while doer is not None and doer.f_globals.get("__name__") in HELPERS:
            doer = doer.f_back
        module = "" if doer is None else str(doer.f_globals.get("__name__", ""))
        if doer is None or module.partition(".")[0] not in ROOMS:
            return
        when = BEFORE if event == "c_call" else AFTER
        label = f"{when}{called.__name__} in {module}.{doer.f_code.co_qualname}"
        self._seen[label] += 1
        self._write(self._line, f"{self._seen[label]} {label}\n".encode())
        if self._kill == (label, self._seen[label]):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._keep and self._kill == (label.replace(BEFORE, AFTER), self._seen[label]):
            shutil.copytree(*self._keep, dirs_exist_ok=True)


class _Owns(dict[type, bool]):
    """Whether a function that belongs to something of a type can be a boundary."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = found = issubclass(kind, OWNERS) or kind is ModuleType
        return found


_owns = _Owns()


def _is_outside(called: BuiltinFunctionType) -> bool:
    if called.__name__ not in OUTSIDE:
        return False
    owner = called.__self__
    return isinstance(owner, OWNERS) or owner.__name__ == os.name


def read(out: Path) -> list[tuple[str, int]]:
    """The boundaries that a run passed, in order: (name, which of that name)."""
    lines = [line.split(" ", 1) for line in out.read_text().splitlines()]
    return [(label, int(number)) for number, label in lines]
