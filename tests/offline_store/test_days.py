"""A stretch of time comes in slices, the same facts in the same order as at once, and nothing damaged among them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_store import maintenance
from offline_store.days import DayReader
from offline_store.errors import StoreDamaged
from offline_store.log import Log, NewFact


def written(path: Path, times: list[int]) -> Path:
    with closing(Log.open(path, "m1").log) as log:
        for at in times:
            log.append([NewFact("1001", "Recalled", b"{}", at)])
    return path


def read(reader: DayReader, records: int) -> list[int]:
    found = []
    while entries := reader.step(records):
        assert len(entries) <= records
        found += [entry.seq for entry in entries]
    return found


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 7))
def test_slices_are_the_stretch(
    tmp_path_factory: pytest.TempPathFactory, times: list[int], begin: int, end: int, records: int
) -> None:
    path = written(tmp_path_factory.mktemp("log") / "facts.db", times)
    with closing(DayReader(path, begin, end)) as reader:
        found = read(reader, records)
    assert found == [e.seq for e in maintenance.read_range(path, begin, end)]
    assert found == [seq for seq, at in enumerate(times, 1) if begin <= at < end]


def test_what_is_written_meanwhile_is_left_out_and_seen_by_the_stamp(tmp_path: Path) -> None:
    path = written(tmp_path / "facts.db", [1, 2, 3])
    with closing(Log.open(path, "m1").log) as log, closing(DayReader(path, 0, 10)) as reader:
        assert len(reader.step(2)) == 2
        log.append([NewFact("1001", "Recalled", b"{}", 4)])
        assert read(reader, 2) == [3]
        with closing(DayReader(path, 0, 10)) as later, closing(DayReader(path, 0, 4)) as other:
            assert later.stamp != reader.stamp == other.stamp


def test_a_changed_record_is_never_given_out(tmp_path: Path) -> None:
    path = written(tmp_path / "facts.db", [1, 2, 3])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE facts SET bytes = replace(bytes, 'Recalled', 'Resumed!') WHERE seq = 2")
    with closing(DayReader(path, 0, 10)) as reader:
        assert len(reader.step(1)) == 1
        with pytest.raises(StoreDamaged) as found:
            reader.step(1)
    assert found.value.bad.seq == 2
