"""Several appends in one commit: durable at its end and not before, all of them or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_store.check import ChainCheck, Progress
from offline_store.errors import StoreFull
from offline_store.log import Log, NewFact
from offline_store.reserve import Reserve

Facts = Callable[..., list[NewFact]]
Opened = Callable[..., Log]


def durable(log: Log) -> int:
    """What another process would find now."""
    reader = sqlite3.connect(f"file:{log.path}?mode=ro", uri=True)
    found = reader.execute("SELECT count(*) FROM facts").fetchone()[0]
    reader.close()
    return int(found)


def assert_whole(log: Log) -> None:
    check = ChainCheck(log)
    assert check.run() == Progress(log.last_position, done=True)
    check.close()


def fill_up(log: Log) -> None:
    pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
    log._connection.execute(f"PRAGMA max_page_count = {pages}")


def make_room(log: Log) -> None:
    log._connection.execute("PRAGMA max_page_count = 1000000")


def test_nothing_is_durable_before_the_end_and_everything_after(opened: Opened, facts: Facts) -> None:
    log = opened()
    log.append(facts(2))
    commits: list[str] = []
    log._connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    with log.together():
        first, second = log.append(facts(3)), log.append(facts(4))
        assert durable(log) == 2
        assert [e.seq for e in (*first, *second)] == list(range(3, 10))
    assert durable(log) == 9 and commits == ["COMMIT"]
    assert_whole(log)


def test_what_ends_in_an_error_has_not_happened(opened: Opened, facts: Facts, tmp_path: Path) -> None:
    log = opened()
    log.append(facts(2))
    before = (log.heads(), log.lamport, log.last_position, log.digest())
    with pytest.raises(ZeroDivisionError), log.together():
        log.append(facts(3))
        raise ZeroDivisionError
    assert (log.heads(), log.lamport, log.last_position, log.digest()) == before
    assert log.append(facts(1, first=9))[0].seq == 3
    assert_whole(log)
    log.close()
    assert Log.open(tmp_path / "m1.db", "m1").log.last_position == 3


def test_the_first_facts_of_a_log_can_be_taken_back_too(opened: Opened, facts: Facts) -> None:
    log = opened()
    with pytest.raises(ZeroDivisionError), log.together():
        log.append(facts(1))
        raise ZeroDivisionError
    assert log.heads() == {}
    assert log.append(facts(1))[0].seq == 1
    assert_whole(log)


def test_without_room_for_all_there_is_nothing_of_any(tmp_path: Path, facts: Facts) -> None:
    """Not even with the reserve: what it would save has already been rolled back with the others."""
    reserve = Reserve(tmp_path / "reserve", 64 * 1024)
    reserve.fill()
    log = Log.open(tmp_path / "m1.db", "m1", reserve=reserve).log
    log.append(facts(1))
    fill_up(log)
    with pytest.raises(StoreFull), log.together():
        log.append(facts(1, first=1))
        log.append(facts(2000, first=2), outcome=True)
    assert durable(log) == log.last_position == 1 and reserve.held
    make_room(log)
    with log.together():
        log.append(facts(2000, first=2))
    assert durable(log) == 2001
    assert_whole(log)
    log.close()
