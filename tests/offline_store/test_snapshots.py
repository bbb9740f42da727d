"""A snapshot is given back exactly as it was saved, or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store import snapshots
from offline_store.log import Log
from tests.depth import examples


@pytest.fixture
def log(opened: Callable, facts: Callable) -> Log:
    log = opened()
    log.append(facts(10))
    return log


def test_the_last_one_saved_is_loaded(log: Log) -> None:
    assert snapshots.load(log, "folds", 1) is None
    snapshots.save(log, "folds", b"first\n\n", 4, 1)
    snapshots.save(log, "other", b"", 0, 1)
    assert snapshots.load(log, "folds", 1) == snapshots.Snapshot(4, b"first\n\n")
    snapshots.save(log, "folds", b"second", 10, 1)
    assert snapshots.load(log, "folds", 1) == snapshots.Snapshot(10, b"second")
    assert snapshots.load(log, "other", 1) == snapshots.Snapshot(0, b"")
    assert snapshots.load(log, "folds", 2) is None
    with pytest.raises(ValueError, match="no position 11"):
        snapshots.save(log, "folds", b"", 11, 1)


@given(at=st.integers(0, 10**6), flip=st.integers(1, 255), cut=st.booleans())
@settings(max_examples=examples(200))
def test_a_changed_or_cut_one_is_none(
    at: int, flip: int, cut: bool, tmp_path_factory: pytest.TempPathFactory, facts: Callable
) -> None:
    folder = tmp_path_factory.getbasetemp() / "snapshot"
    folder.mkdir(exist_ok=True)
    log = Log.open(folder / "log.db", "m1").log
    if log.last_position == 0:
        log.append(facts(3))
    snapshots.save(log, "folds", b'{"waiting":["A-105"]}', 2, 1)
    path = folder / "log.db.snapshot-folds"
    data = bytearray(path.read_bytes())
    at %= len(data)
    if cut:
        del data[at:]
    else:
        data[at] ^= flip
    path.write_bytes(data)
    loaded = snapshots.load(log, "folds", 1)
    log.close()
    assert loaded is None


def test_one_of_another_history_is_none(log: Log, tmp_path: Path, facts: Callable) -> None:
    snapshots.save(log, "folds", b"x", 10, 1)
    saved = (tmp_path / "m1.db.snapshot-folds").read_bytes()
    for name, history in (("shorter", facts(9)), ("other", facts(10, first=1))):
        (tmp_path / name).mkdir()
        other = Log.open(tmp_path / name / "m1.db", "m1").log
        other.append(history)
        (tmp_path / name / "m1.db.snapshot-folds").write_bytes(saved)
        assert snapshots.load(other, "folds", 1) is None
        other.close()
    assert snapshots.load(log, "folds", 1) is not None
