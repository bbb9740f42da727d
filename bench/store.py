"""The store's budgets, measured beside a bare SQLite loop in the same run, because disks differ more than code does."""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from bench.row import Row, percentile, row
from offline_store.log import Log, NewFact
from offline_store.outbox import Outbox

BODY = (
    b'{"due_utc_ms":1775433600000,"estimate_from_utc_ms":1775434200000,"estimate_to_utc_ms":1775434500000,'
    b'"intent":"3f0c9a7e5b","language":"ja","letter":"A","machine_code":"m1","number":105,"ticket":"c1d2e3f4a5b6"}'
)
ROUNDS = 40
COMMITS_PER_ROUND = 20
BATCH = 1_000


def _fact(number: int) -> NewFact:
    return NewFact("machine", "TicketIssued", BODY, 1_775_433_600_000 + number)


def appends(folder: Path) -> list[Row]:
    """Bare and ours take turns, so that a disturbance of the disk meets both; medians of the rounds are compared."""
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE facts (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    log = Log.open(folder / "appends.db", "m1").log
    payload = BODY + bytes(200)
    bare_s, ours_s, single_ms = [], [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(COMMITS_PER_ROUND):
            bare.execute("BEGIN")
            bare.execute("INSERT INTO facts (bytes) VALUES (?)", (payload,))
            bare.execute("COMMIT")
        bare_s.append(time.perf_counter() - started)
        started = time.perf_counter()
        for number in range(COMMITS_PER_ROUND):
            before = time.perf_counter()
            log.append([_fact(number)])
            single_ms.append((time.perf_counter() - before) * 1000)
        ours_s.append(time.perf_counter() - started)
    bare.close()
    log.close()
    bare_rate = COMMITS_PER_ROUND / statistics.median(bare_s)
    rate = COMMITS_PER_ROUND / statistics.median(ours_s)
    return [
        row("store: durable appends", rate, "commits/s", 0.8 * bare_rate, more_is_better=True),
        row("store: one durable append, p99", percentile(single_ms, 99), "ms", 15),
    ]


def batches(folder: Path) -> list[Row]:
    """Facts a second in batches, written and then taken in by a second log."""
    log = Log.open(folder / "batches.db", "m1").log
    facts = [_fact(number) for number in range(BATCH)]
    started = time.perf_counter()
    for _ in range(100):
        log.append(facts)
    rate = 100 * BATCH / (time.perf_counter() - started)
    hub = Log.open(folder / "hub.db", "hub").log
    outbox = Outbox(log, "hub")
    started = time.perf_counter()
    while batch := outbox.next_batch():
        hub.intake(batch)
        outbox.acknowledged(batch)
    backlog_s = time.perf_counter() - started
    if hub.digest() != log.digest():
        raise AssertionError("the two logs differ")
    log.close()
    hub.close()
    return [
        row("store: batched appends", rate, "facts/s", 50_000, more_is_better=True),
        row("store: backlog of 100,000 facts into a second log", backlog_s, "s", 10),
    ]


def opening(folder: Path, count: int = 500_000) -> list[Row]:
    """A start with a long history: the tail is checked, the rest is left to the background."""
    path = folder / "long.db"
    log = Log.open(path, "m1").log
    for first in range(0, count, 10_000):
        log.append([_fact(number) for number in range(first, first + 10_000)])
    log.close()
    times_ms = []
    for _ in range(5):
        started = time.perf_counter()
        opened = Log.open(path, "m1")
        times_ms.append((time.perf_counter() - started) * 1000)
        if opened.damage is not None or opened.log.last_position != count:
            raise AssertionError("the log was not opened whole")
        opened.log.close()
    return [row(f"store: open {count:,} facts", max(times_ms), "ms", 150)]


def rows() -> list[Row]:
    """Every budget of the store. Uses a folder on the disk of the working directory, never a memory disk."""
    folder = Path(tempfile.mkdtemp(prefix=".bench-store-", dir=Path.cwd()))
    try:
        return [*appends(folder), *batches(folder), *opening(folder)]
    finally:
        shutil.rmtree(folder)
