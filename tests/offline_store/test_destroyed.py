"""What is destroyed is gone for good, and the rest of the log is as whole as before: to readers, peers and salvage."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store import maintenance, schema, snapshots
from offline_store.base import NO_BASE, Base
from offline_store.check import ChainCheck, Progress
from offline_store.envelope import hash_of
from offline_store.errors import BadRecord, StoreError
from offline_store.intake import Refusal
from offline_store.log import Log, NewFact
from offline_store.outbox import Outbox
from offline_store.wire import Batch, Lost
from tests.depth import examples
from tests.offline_store.test_intake import assert_whole, batch_of, exchange

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SAID = NewFact("core", "RecordsDestroyed", b'{"why":"rule"}', 9_000)


def reopened(log: Log, tail: int = 1000) -> Log:
    log.close()
    again, damage = Log.open(log.path, log.machine.partition("~")[0], tail=tail)
    assert damage is None
    return again


@given(plan=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 40)), min_size=1, max_size=5))
@settings(max_examples=examples(25))
def test_what_is_kept_reads_as_before_and_what_is_destroyed_is_nowhere(
    plan: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory, facts: Callable
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    log = Log.open(path, "m1").log
    for size, cut in plan:
        log.append(facts(size, log.last_position))
        before = log.read_stored(0, 10_000)
        place = min(log.base.position + cut, log.last_position)
        if place == log.base.position:
            continue
        gone = [data for position, _, data in before if position < place]
        log.destroy(place, [SAID])
        kept = [one for one in before if one[0] >= place]
        assert log.read_stored(0, 10_000)[:-1] == kept
        assert log.base.position == place - 1
        assert_whole_from(log)
        log = reopened(log, tail=3)
        assert log.read_stored(0, 10_000)[:-1] == kept
        assert_whole_from(log)
        raw = path.read_bytes()
        assert [data for data in gone if data in raw] == [], "overwritten, not only forgotten"
    assert log.append(facts(1))[0].seq == log.last_position
    log.close()


def assert_whole_from(log: Log) -> None:
    check = ChainCheck(log)
    assert check.run(7) == Progress(log.last_position - log.base.position, done=True)
    check.close()


def test_a_place_that_is_not_in_the_log_is_refused_and_nothing_happens(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(10))
    log.destroy(5, [])
    for place in (0, 4, 11):
        with pytest.raises(ValueError, match="no position"):
            log.destroy(place, [SAID])
    assert [position for position, _ in log.read(0, 100)] == list(range(5, 11))


def test_everything_but_what_tells_of_it_can_be_destroyed(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(10))
    (said,) = log.destroy(10, [SAID])
    log.destroy(11, [])
    assert (log.head("m1"), log.last_position) == ((said.seq, log.hash_at_position(11)), 11)
    log = reopened(log)
    assert [e.kind for _, e in log.read(0, 10)] == ["RecordsDestroyed"]
    log.close()


def test_the_chain_that_hangs_on_another_place_is_found(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(10))
    log.destroy(5, [SAID])
    log.close()
    for tail in (1000, 2):
        connection = sqlite3.connect(log.path)
        heads = {"m1": (4, hash_of(b"another"), 4)}
        schema.write_base(connection, Base(4, heads))  # type: ignore[arg-type]
        connection.commit()
        connection.close()
        opened_log = Log.open(log.path, "m1", tail=tail)
        if tail == 1000:
            assert opened_log.damage is not None
            assert opened_log.damage.cause == "the chain is broken"
        opened_log.log.close()


@pytest.mark.parametrize("sql", ["UPDATE base SET position = 5", "DELETE FROM base", "UPDATE base SET heads = x'7b7d'"])
def test_a_changed_base_is_damage_and_the_facts_are_kept(sql: str, opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(10))
    log.destroy(5, [SAID])
    kept = [data for _, _, data in log.read_stored(0, 100)]
    log.close()
    connection = sqlite3.connect(log.path)
    connection.execute(sql)
    connection.commit()
    connection.close()
    assert isinstance(maintenance.verify(log.path), BadRecord)
    again, damage = Log.open(log.path, "m1")
    assert damage is not None
    assert (damage.salvaged, again.machine) == (7, "m1~1")
    assert [data for _, _, data in again.read_stored(0, 100)] == kept
    assert again.gaps() == [("m1", 1, 4)], "what was destroyed cannot be told from what is lost any more"
    assert_whole(again)
    again.close()


def test_salvage_knows_where_the_log_begins_and_brings_nothing_back(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(2000))
    old = log.read_stored(9, 1)[0][2]
    log.destroy(1500, [SAID])
    kept = [data for _, _, data in log.read_stored(0, 3000)]
    log.close()
    data = bytearray(log.path.read_bytes())
    data[data.index(kept[100]) + 60] ^= 1
    # An old copy beside the tables, as an unclean disk might hold it.
    log.path.write_bytes(bytes(data) + (hash_of(old) + old).ljust(4096, b"\0"))
    again, damage = Log.open(log.path, "m1")
    assert damage is not None
    assert [data for _, _, data in again.read_stored(0, 3000)] == kept[:100] + kept[101:]
    assert (again.base.position, again.gaps()) == (1499, [("m1", 1600, 1600)])
    assert_whole_from(again)
    again.close()


# --- what others see -------------------------------------------------------------------------------------------


def test_a_peer_that_still_has_what_we_destroyed_is_answered_as_had(opened: Callable, facts: Callable) -> None:
    source, hub = opened("m1"), opened("hub")
    source.append(facts(20))
    exchange(source, hub)
    hub.destroy(11, [SAID])
    for after, limit in ((0, 1000), (0, 5), (9, 1), (8, 5)):
        result = hub.intake(batch_of(source, after, limit))
        assert (result.refusal, result.forks, result.accepted) == (None, (), ())
        assert result.duplicates == min(limit, 20 - after)
    source.append(facts(3))
    exchange(source, hub)
    assert hub.digest() != source.digest()
    exchange(hub, source)
    assert hub.digest() == source.digest()
    assert_whole(source)
    assert_whole_from(hub)


def test_another_history_below_our_base_is_a_fork_where_a_hash_is_known(
    opened: Callable, facts: Callable, tmp_path: Path
) -> None:
    source, hub = opened("m1"), opened("hub")
    source.append(facts(20))
    exchange(source, hub)
    hub.destroy(11, [])
    (tmp_path / "other").mkdir()
    other = Log.open(tmp_path / "other" / "m1.db", "m1").log
    other.append(facts(8))
    other.append(facts(2, first=500))
    result = hub.intake(batch_of(other, 0))
    assert [fork.seq for fork in result.forks] == [10]
    assert result.refusal is None
    items = (*batch_of(other, 8, 1).items, *batch_of(source, 9, 1).items)
    result = hub.intake(Batch(sender="m1", after=0, up_to=10, items=items))
    assert [fork.seq for fork in result.forks] == [9], "the tenth names the ninth"
    other.close()


def test_a_machine_that_comes_new_goes_on_without_what_was_destroyed(opened: Callable, facts: Callable) -> None:
    source, old, new = opened("m1"), opened("old"), opened("new")
    source.append(facts(20))
    exchange(source, old, 7)
    source.destroy(11, [SAID])
    exchange(source, new, 4)
    assert new.gaps() == [("m1", 1, 10)]
    assert_whole(new)
    source.append(facts(2))
    exchange(source, new)
    exchange(source, old)
    assert old.head("m1") == new.head("m1") == source.head("m1")
    # Somebody who still has them can give them.
    exchange(old, new)
    assert new.gaps() == []
    assert new.digest() == old.digest()


def test_what_a_peer_asks_that_is_destroyed_is_named_absent(opened: Callable, facts: Callable) -> None:
    log = opened("m1")
    log.append(facts(20))
    log.destroy(11, [])
    outbox = Outbox(log, "hub")
    batch = outbox.next_batch()
    assert batch is not None
    assert (batch.lost, batch.up_to, len(batch.items)) == ((Lost("m1", 1, 10),), 20, 10)
    outbox.acknowledged(batch)
    assert outbox.refused(Refusal("missing_before", "m1", 4)) == "absent"
    assert outbox.refused(Refusal("missing_before", "m1", 15)) == "again"
    assert outbox.refused(Refusal("missing_before", "m1", 99)) == "stuck"
    assert outbox.refused(Refusal("bad_hash")) == "stuck"


def test_a_lost_fact_that_would_be_destroyed_by_now_is_missed_no_more(opened: Callable, facts: Callable) -> None:
    source, hub = opened("m1"), opened("hub")
    source.append(facts(20))
    late = batch_of(source, 4, 1)
    items = tuple(item for n, item in enumerate(batch_of(source, 0).items, 1) if n not in (5, 15))
    lost = (Lost("m1", 5, 5), Lost("m1", 15, 15))
    hub.intake(Batch(sender="m1", after=0, up_to=20, items=items, lost=lost))
    hub.destroy(10, [])
    assert hub.gaps() == [("m1", 15, 15)]
    assert hub.intake(late).duplicates == 1
    assert len(hub.intake(batch_of(source, 14, 1)).accepted) == 1
    assert hub.gaps() == []
    assert_whole_from(hub)
    # The fifteenth stands last now, after what came later; the others of its machine go first.
    hub.destroy(hub.last_position, [SAID])
    assert_whole_from(hub)
    hub = reopened(hub)
    assert hub.append(facts(1))[0].lamport == 22
    hub.close()


def test_verify_export_and_stats_of_a_log_that_begins_later(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(20))
    log.destroy(11, [SAID])
    assert maintenance.verify(log.path) == Progress(11, done=True)
    out = io.BytesIO()
    assert maintenance.export(log.path, out) == 11
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == list(range(11, 22))
    stats = maintenance.stats(log.path)
    assert (stats.facts, stats.destroyed, stats.lost, stats.last_seq_by_machine) == (11, 10, 0, {"m1": 21})


def test_a_snapshot_of_before_is_none_and_one_of_after_serves(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(20))
    snapshots.save(log, "folds", b"x", 10, 1)
    log.destroy(11, [SAID])
    assert snapshots.load(log, "folds", 1) is None
    snapshots.save(log, "folds", b"y", 21, 1)
    assert snapshots.load(reopened(log), "folds", 1) == snapshots.Snapshot(21, b"y")


def test_a_check_in_the_background_minds_no_destruction(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(60))
    check = ChainCheck(log)
    for _ in range(3):
        assert isinstance(check.step(10), Progress)
    log.destroy(50, [SAID])
    assert isinstance(check.run(10), Progress)
    check.close()


def test_the_file_becomes_smaller_when_asked(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(5000, padding=300))
    log = reopened(log)
    before = log.path.stat().st_size
    log.destroy(4500, [SAID])
    kept = log.read_stored(0, 10_000)
    space = log.give_space_back()
    assert space.outcome == "given_back"
    assert space.bytes_free > before // 2
    assert log.path.stat().st_size < before // 3
    assert log.give_space_back().outcome == "nothing"
    assert log.read_stored(0, 10_000) == kept
    assert_whole_from(reopened(log))


# --- versions ----------------------------------------------------------------------------------------------------

VERSION_1 = (
    """CREATE TABLE identity (
  id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, machine TEXT NOT NULL, hash BLOB NOT NULL
)""",
    """CREATE TABLE facts (
  position INTEGER PRIMARY KEY, machine TEXT NOT NULL, seq INTEGER NOT NULL, at_utc_ms INTEGER NOT NULL,
  kind TEXT NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, UNIQUE (machine, seq)
)""",
    "CREATE INDEX facts_by_time ON facts (at_utc_ms, kind)",
    """CREATE TABLE gaps (
  machine TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, PRIMARY KEY (machine, first_seq)
)""",
    """CREATE TABLE quarantine (
  machine TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (machine, seq, hash)
)""",
    """CREATE TABLE cursors (
  peer TEXT NOT NULL, direction TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (peer, direction)
)""",
)
"""The tables as they were written by the first version: copied, so that no later change can reach them."""


def log_of_version_1(path: Path, records: list[tuple[int, bytes]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA page_size=4096")
    connection.execute("PRAGMA journal_mode=WAL")
    for table in VERSION_1:
        connection.execute(table)
    connection.execute("INSERT INTO identity VALUES (1, 1, 'm1', ?)", (hash_of(b"1 m1"),))
    for position, data in records:
        fact = json.loads(data)
        row = (position, "m1", fact["seq"], fact["at_utc_ms"], fact["kind"], hash_of(data), data)
        connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()


@pytest.fixture
def old_log(opened: Callable, facts: Callable, tmp_path: Path) -> tuple[Path, list[bytes]]:
    log = opened()
    log.append(facts(30))
    records = [(position, data) for position, _, data in log.read_stored(0, 100)]
    path = tmp_path / "old.db"
    log_of_version_1(path, records)
    return path, [data for _, data in records]


def test_a_log_of_version_1_opens_and_is_one_of_today(old_log: tuple[Path, list[bytes]]) -> None:
    path, records = old_log
    assert maintenance.verify(path) == Progress(30, done=True)
    assert maintenance.stats(path).destroyed == 0
    log, damage = Log.open(path, "m1")
    assert (damage, log.machine, log.base) == (None, "m1", NO_BASE)
    assert [data for _, _, data in log.read_stored(0, 100)] == records
    log.destroy(11, [SAID])
    log = reopened(log)
    assert log.base.position == 10
    assert_whole_from(log)
    log.close()


def test_a_damaged_log_of_version_1_is_kept_aside_as_ever(old_log: tuple[Path, list[bytes]]) -> None:
    path, records = old_log
    data = bytearray(path.read_bytes())
    data[data.index(records[20]) + 40] ^= 1
    path.write_bytes(data)
    log, damage = Log.open(path, "m1")
    assert damage is not None
    assert (damage.first_bad_seq, damage.salvaged, log.machine) == (21, 29, "m1~1")
    assert_whole(log)
    log.close()


def test_a_log_of_a_newer_program_is_left_alone(old_log: tuple[Path, list[bytes]]) -> None:
    path, _ = old_log
    connection = sqlite3.connect(path)
    connection.execute("UPDATE identity SET version = 3, hash = ?", (hash_of(b"3 m1"),))
    connection.execute("CREATE TABLE of_the_future (x)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="version 3, this program knows up to 2: install a newer one"):
        Log.open(path, "m1")
    assert list(path.parent.glob("old.db.damaged-*")) == []


# --- killed in the middle ------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from offline_store.log import Log, NewFact
log = Log.open(Path(sys.argv[1]), "m1").log
print("open", flush=True)
while True:
    log.append([NewFact("child", "Called", b"{}", 0)] * 40)
    log.destroy(log.last_position - 20, [NewFact("core", "RecordsDestroyed", b"{}", 0)])
    print(log.base.position, flush=True)
"""


def kill_between(folder: Path, lines: int, delay_ms: int) -> None:
    path = folder / "log.db"
    command = [sys.executable, "-c", CHILD, str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        for _ in range(lines):
            line = child.stdout.readline()
            assert line, "the child ended by itself"
        # Wherever it is by then: what is asserted below holds at every point.
        signal.sigtimedwait([], delay_ms / 1000)
        child.kill()
        rest = child.stdout.read().splitlines()
    acknowledged = int((rest[:-1] or [line])[-1])
    log, damage = Log.open(path, "m1")
    assert damage is None
    assert log.base.position >= acknowledged
    assert_whole_from(log)
    kinds = [e.kind for _, e in log.read(0, 1000)]
    assert len(kinds) in (21 + 1, 21 + 1 + 40), "all of a destruction or nothing of it"
    log.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 12))])
def test_killed_at_any_point_all_or_nothing_is_destroyed(seed: int, tmp_path: Path) -> None:
    kill_between(tmp_path, 2 + seed % 3, 7 * seed % 40)
