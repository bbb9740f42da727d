"""Our reader of the write-ahead log finds the first page that SQLite itself finds, whatever was cut or changed."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store.log import Log
from offline_store.schema import wal_of
from offline_store.write_ahead import first_page
from tests.depth import examples

PAGE_BYTES = 4096


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, facts: Callable) -> tuple[bytes, bytes]:
    """A database and its write-ahead log that holds several first pages: one whenever the file has grown."""
    path = tmp_path_factory.mktemp("grown") / "log.db"
    log = Log.open(path, "m1").log
    for first in range(0, 60, 6):
        log.append(facts(6, first, padding=900))
    database, wal = path.read_bytes(), wal_of(path).read_bytes()
    log.close()
    assert wal.count(b"SQLite format 3") > 5
    return database, wal


def as_sqlite_finds_it(folder: Path, database: bytes, wal: bytes) -> bytes:
    """SQLite moves what is whole into the file."""
    path = folder / "judged.db"
    path.write_bytes(database)
    wal_of(path).write_bytes(wal)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    return path.read_bytes()[:PAGE_BYTES]


@given(cut=st.integers(0, 10**6), at=st.none() | st.integers(0, 10**6), flip=st.integers(1, 255))
@settings(max_examples=examples(150), deadline=None)
def test_the_first_page_is_the_one_that_sqlite_finds(
    cut: int, at: int | None, flip: int, grown: tuple[bytes, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database, wal = grown
    changed = bytearray(wal)
    if at is not None:
        changed[at % len(wal)] ^= flip
    del changed[len(wal) - cut % len(wal) :]
    folder = tmp_path_factory.getbasetemp()
    path = folder / "ours-wal"
    path.write_bytes(changed)
    assert (first_page(path) or database[:PAGE_BYTES]) == as_sqlite_finds_it(folder, database, bytes(changed))


def test_without_a_whole_header_there_is_none(grown: tuple[bytes, bytes], tmp_path: Path) -> None:
    path = tmp_path / "log.db-wal"
    assert first_page(path) == b""
    for content in (b"", grown[1][:31], bytes(5000), grown[1][:32]):
        path.write_bytes(content)
        assert first_page(path) == b""
    path.write_bytes(grown[1])
    assert first_page(path).startswith(b"SQLite format 3")
