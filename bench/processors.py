"""Whose processor time it was. What a request costs is the same on a busy machine, where what it takes is not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def with_children(pid: int) -> list[int]:
    """This process and all below it, now."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            below.setdefault(int(_fields(stat)[1]), []).append(int(stat.parent.name))
        except OSError:
            # It has ended meanwhile.
            continue
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found


def parent_of(pid: int) -> int:
    return int(_fields(Path(f"/proc/{pid}/stat"))[1])


def spent_s(pid: int) -> float:
    """Of a process and of all below it, also of those that have ended and were waited for."""
    total = 0
    for one in with_children(pid):
        try:
            # utime, stime, cutime, cstime
            total += sum(int(ticks) for ticks in _fields(Path(f"/proc/{one}/stat"))[11:15])
        except OSError:
            continue
    return total / TICKS


def gently(pids: Iterable[int]) -> None:
    """They stand for another computer, and get only what this one's own processes leave of its processors: they, their
    threads, and what they start later."""
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))


def _fields(stat: Path) -> list[str]:
    """After the name, which may hold blanks: the state, then the parent."""
    return stat.read_text().rpartition(")")[2].split()


class Account:
    """Between its beginning and `said`: milliseconds of processor a request, of this process and of each process tree
    that is named."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._began = self._spent()

    def _spent(self) -> dict[str, float]:
        return {"those who ask": time.process_time(), **{name: spent_s(pid) for name, pid in self._pids.items()}}

    def said(self, requests: int) -> str:
        each_ms = {name: 1000 * (now - self._began[name]) / max(1, requests) for name, now in self._spent().items()}
        parts = ", ".join(f"{name} {ms:.2f}" for name, ms in each_ms.items())
        return f"{parts} ms of processor a request; {sum(each_ms.values()):.2f} together"
