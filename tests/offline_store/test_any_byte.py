"""A file damaged in any byte is a log that is kept aside, or one that reads as before: never a traceback."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_store import maintenance
from offline_store.check import ChainCheck, Progress
from offline_store.errors import BadRecord, StoreError
from offline_store.log import Log, NewFact

FACTS = 12
SAMPLE = 150


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, facts: Callable) -> tuple[bytes, list[bytes]]:
    """One page for each table and index, with a base."""
    path = tmp_path_factory.mktemp("small") / "log.db"
    log = Log.open(path, "m1").log
    log.append(facts(FACTS))
    log.destroy(3, [NewFact("core", "RecordsDestroyed", b"{}", 2000)])
    records = [data for _, _, data in log.read_stored(0, 100)]
    log.close()
    return path.read_bytes(), records


def damage(small: tuple[bytes, list[bytes]], folder: Path, at: int, to: int) -> None:
    """Whatever a byte becomes: the log opens, takes a fact, and the check of the whole agrees in the end."""
    before, records = small
    changed = bytearray(before)
    if changed[at] == to:
        return
    changed[at] = to
    path = folder / "log.db"
    path.write_bytes(changed)
    for look in (maintenance.verify, maintenance.stats):
        # Beside the core a technician looks at the same file: one sentence at most.
        try:
            look(path)
        except StoreError as error:
            assert str(error)
    log, found = Log.open(path, "m1")
    if found is None:
        check = ChainCheck(log)
        bad = check.run()
        check.close()
        if isinstance(bad, BadRecord):
            log.close()
            log, found = Log.open(path, "m1", known_bad=bad)
    kept = [data for _, _, data in log.read_stored(0, 100)]
    if found is None:
        assert kept == records
    else:
        assert found.kept_as.read_bytes() == changed
        assert log.machine == "m1~1"
        assert len(records) - len(kept) <= 1
        assert [data for data in kept if data not in records] == []
    log.append([NewFact("m1", "Called", b"{}", 3000)])
    log.close()
    assert isinstance(maintenance.verify(path), Progress)
    shutil.rmtree(folder)


def places(small: tuple[bytes, list[bytes]]) -> list[int]:
    """Of the bytes that mean something; the others are zero, and free or overwritten."""
    return [at for at, byte in enumerate(small[0]) if byte]


def values(choose: random.Random, now: int) -> int:
    return choose.choice((now ^ 1 << choose.randrange(8), 0xFF, 0, choose.randrange(256)))


@pytest.mark.slow
def test_a_changed_byte_is_never_a_traceback(
    small: tuple[bytes, list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    choose = random.Random(7)
    for at in choose.sample(places(small), SAMPLE):
        damage(small, tmp_path_factory.mktemp("any"), at, values(choose, small[0][at]))


@pytest.mark.parametrize("to", [0xFF, 0x80, 0x00])
def test_a_changed_name_of_a_table_is_damage(
    to: int, small: tuple[bytes, list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite names such a table in its message, which is no text then."""
    for text in (b"CREATE TABLE facts", b"facts_by_time", b"tableidentity", b"sqlite_autoindex_facts"):
        at = small[0].index(text)
        for offset in (0, 7, len(text) - 1):
            damage(small, tmp_path_factory.mktemp("name"), at + offset, to)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_byte_that_means_something_is_never_a_traceback(
    small: tuple[bytes, list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    choose = random.Random(8)
    for at in places(small):
        damage(small, tmp_path_factory.mktemp("every"), at, values(choose, small[0][at]))
