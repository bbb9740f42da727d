"""The log keeps what it acknowledged, in order, and says so when its bytes have changed."""

import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from offline_store.check import ChainCheck, Progress
from offline_store.envelope import GENESIS, MalformedEnvelope, decode_link, hash_of
from offline_store.errors import BadRecord, StoreDamaged, StoreError
from offline_store.log import Log, NewFact
from tests.depth import examples

FACTS = 700
TAIL = 100


def whole_check(log: Log) -> Progress | BadRecord:
    check = ChainCheck(log)
    try:
        return check.run(100)
    finally:
        check.close()


def stored(log: Log) -> list[bytes]:
    return [data for _, _, data in log.read_stored(0, 10_000)]


@given(batches=st.lists(st.integers(0, 5), max_size=8))
@settings(max_examples=examples(20))
def test_places_are_contiguous_and_chained_across_restarts(
    batches: list[int], tmp_path_factory: pytest.TempPathFactory, facts
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    given_facts: list[NewFact] = []
    for size in batches:
        log, damage = Log.open(path, "m1")
        assert damage is None
        new = facts(size, len(given_facts))
        envelopes = log.append(new)
        given_facts += new
        assert [e.seq for e in envelopes] == list(range(len(given_facts) - size + 1, len(given_facts) + 1))
        log.close()
    log = Log.open(path, "m1").log
    previous = GENESIS
    for number, (position, envelope, data) in enumerate(log.read_stored(0, 1000), 1):
        assert (position, envelope.seq, envelope.lamport) == (number, number, number)
        assert decode_link(data) == (envelope, previous)
        assert NewFact(envelope.actor, envelope.kind, envelope.body, envelope.at_utc_ms) == given_facts[number - 1]
        previous = hash_of(data)
    assert log.head("m1") == (len(given_facts), previous)
    assert log.last_position == len(given_facts)
    assert whole_check(log) == Progress(len(given_facts), done=True)
    log.close()


def test_reading_by_time_kind_and_machine(opened, facts) -> None:
    log = opened()
    log.append(facts(1200))
    found = log.read_range(1300, 1310, ["TicketIssued"])
    assert [e.at_utc_ms for _, e in found] == [1300, 1303, 1306, 1309]
    assert [p for p, _ in log.read_range(1300, 1310)] == list(range(301, 311))
    assert [e.seq for e in log.iterate_machine("m1")] == list(range(1, 1201))
    assert list(log.iterate_machine("m2")) == []
    assert [p for p, _ in log.read(1195, 3)] == [1196, 1197, 1198]


def test_a_clock_that_steps_back_changes_no_order(opened) -> None:
    log = opened()
    for at_utc_ms in (5_000, -1, 0, 4_000):
        log.append([NewFact("clock", "Called", b"{}", at_utc_ms)])
    assert [e.at_utc_ms for _, e in log.read(0, 10)] == [5_000, -1, 0, 4_000]
    assert [e.lamport for _, e in log.read(0, 10)] == [1, 2, 3, 4]


def test_a_second_process_or_another_machine_is_refused(tmp_path: Path, opened) -> None:
    log = opened()
    with pytest.raises(StoreError, match="another process"):
        Log.open(tmp_path / "m1.db", "m1")
    log.close()
    with pytest.raises(StoreError, match="not one for m2"):
        Log.open(tmp_path / "m1.db", "m2")


def test_a_body_that_is_no_json_leaves_nothing_behind(opened, facts) -> None:
    log = opened()
    with pytest.raises(MalformedEnvelope):
        log.append([*facts(2), NewFact("x", "Called", b"{", 0)])
    assert log.last_position == 0
    assert [e.seq for e in log.append(facts(1))] == [1]


# --- damage --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, facts) -> tuple[Path, list[bytes]]:
    path = tmp_path_factory.mktemp("pristine") / "log.db"
    log = Log.open(path, "m1").log
    for first in range(0, FACTS, 7):
        log.append(facts(7, first))
    records = stored(log)
    log.close()
    return path, records


def damaged_copy(pristine: Path, folder: Path, offset: int, flip: int) -> tuple[Path, bytes]:
    data = bytearray(pristine.read_bytes())
    data[offset] ^= flip
    path = folder / "log.db"
    path.write_bytes(data)
    return path, bytes(data)


def assert_a_new_incarnation(opened_log, path: Path, bytes_before: bytes, records: list[bytes], lost_max: int) -> None:
    log, damage = opened_log
    assert damage is not None
    assert damage.kept_as == path.with_name("log.db.damaged-1")
    assert damage.kept_as.read_bytes() == bytes_before
    assert log.machine == "m1~1"
    kept = stored(log)
    assert damage.salvaged == len(kept)
    assert kept == [record for record in records if record in set(kept)]
    assert len(records) - len(kept) <= lost_max
    assert log.append([NewFact("m1", "LogDamaged", b"{}", 1)])[0].seq == 1
    assert whole_check(log) == Progress(len(kept) + 1, done=True)
    log.close()
    again, damage = Log.open(path, "m1")
    assert (damage, again.machine) == (None, "m1~1")
    again.close()


def flip_and_open(pristine: tuple[Path, list[bytes]], folder: Path, offset: int, flip: int) -> str:
    source, records = pristine
    path, before = damaged_copy(source, folder, offset, flip)
    opened_log = Log.open(path, "m1", tail=TAIL)
    if opened_log.damage is not None:
        assert_a_new_incarnation(opened_log, path, before, records, lost_max=1)
        return "start"
    bad = whole_check(opened_log.log)
    if isinstance(bad, Progress):
        # The byte lies where nothing is stored: everything reads as before.
        assert stored(opened_log.log) == records
        opened_log.log.close()
        return "nowhere"
    opened_log.log.close()
    assert_a_new_incarnation(Log.open(path, "m1", known_bad=bad), path, before, records, lost_max=1)
    return "background"


# Every page holds something at its start; a stride that is no divisor of the page also meets every kind of place.
@given(offset=st.integers(0, 10**9), flip=st.integers(1, 255))
@example(offset=0, flip=1)
@example(offset=18, flip=3)
@example(offset=20, flip=1)
@example(offset=100, flip=4)
@settings(max_examples=60)
@pytest.mark.slow
def test_one_changed_byte_anywhere_is_found_or_harmless(
    offset: int, flip: int, pristine: tuple[Path, list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    flip_and_open(pristine, folder, offset % pristine[0].stat().st_size, flip)
    shutil.rmtree(folder)


@pytest.mark.long
@pytest.mark.timeout(900)
@given(offset=st.integers(0, 10**9), flip=st.integers(1, 255))
@settings(max_examples=2000)
def test_one_changed_byte_anywhere_deep(
    offset: int, flip: int, pristine: tuple[Path, list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    flip_and_open(pristine, folder, offset % pristine[0].stat().st_size, flip)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("number", "found_by"), [(0, "background"), (300, "background"), (FACTS - TAIL, "start"), (FACTS - 1, "start")]
)
def test_a_changed_record_is_found_in_the_tail_at_start_and_elsewhere_in_the_background(
    number: int, found_by: str, pristine: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    record = pristine[1][number]
    offset = pristine[0].read_bytes().index(record) + len(record) // 2
    assert flip_and_open(pristine, tmp_path, offset, 1) == found_by


def test_reading_a_changed_record_is_refused_with_its_place(pristine: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    offset = pristine[0].read_bytes().index(pristine[1][200]) + 150
    path, _ = damaged_copy(pristine[0], tmp_path, offset, 1)
    log = Log.open(path, "m1", tail=TAIL).log
    with pytest.raises(StoreDamaged) as error:
        log.read(0, FACTS)
    log.close()
    assert (error.value.bad.position, error.value.bad.machine, error.value.bad.seq) == (201, "m1", 201)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000, bytes(8192)])
def test_a_file_that_is_no_database_is_kept_and_never_silently_empty(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(content)
    log, damage = Log.open(path, "m1")
    assert damage is not None
    assert (damage.salvaged, damage.previous, log.machine) == (0, "", "m1~1")
    assert damage.kept_as.read_bytes() == content
    log.close()


@pytest.mark.parametrize("cut", [4096, 20_000, -1])
def test_a_file_cut_short_gives_back_what_is_left(cut: int, pristine: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(pristine[0].read_bytes()[:cut])
    log, damage = Log.open(path, "m1")
    assert damage is not None
    whole = [r for r in pristine[1] if r in path.with_name("log.db.damaged-1").read_bytes()]
    assert stored(log) == whole
    assert isinstance(whole_check(log), Progress)
    log.close()


def test_records_found_without_their_tables_come_in_their_order(
    pristine: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    data = bytearray(pristine[0].read_bytes())
    for page in range(4096, len(data), 4096):
        data[page] = 0xFF
    path = tmp_path / "log.db"
    path.write_bytes(data)
    log, damage = Log.open(path, "m1")
    assert damage is not None
    assert len(stored(log)) > FACTS // 2
    assert stored(log) == [record for record in pristine[1] if record in data]
    log.close()


def test_each_damage_begins_a_further_incarnation_and_keeps_every_file(tmp_path: Path, facts) -> None:
    path = tmp_path / "log.db"
    for number in range(4):
        log, damage = Log.open(path, "m1")
        assert log.machine == ("m1" if number == 0 else f"m1~{number}")
        assert (damage is None) == (number == 0)
        log.append(facts(5, number * 5))
        assert log.last_position == 5 * (number + 1)
        log.close()
        header = bytearray(path.read_bytes())
        header[0] ^= 1
        path.write_bytes(header)
    assert len(list(tmp_path.glob("log.db.damaged-?"))) == 3


@pytest.mark.parametrize("point", ["kept", "half_new", "ready"])
def test_a_cut_in_the_middle_of_the_replacement_ends_in_the_same_place(
    point: str, pristine: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    record = pristine[1][-1]
    path, before = damaged_copy(pristine[0], tmp_path, pristine[0].read_bytes().index(record) + 20, 1)
    if point in ("kept", "half_new"):
        path.with_name("log.db.damaged-1").hardlink_to(path)
    if point == "half_new":
        path.with_name("log.db.new").write_bytes(b"half")
    if point == "ready":
        Log.open(path, "m1").log.close()
        path.rename(path.with_name("log.db.ready"))
        path.with_name("log.db.damaged-1").rename(path)
        path.with_name("log.db.damaged-1").hardlink_to(path)
        path.with_name("log.db-wal").write_bytes(b"the old one's")
    log, damage = Log.open(path, "m1")
    assert (damage is None) == (point == "ready")
    assert log.machine == "m1~1"
    assert stored(log) == pristine[1][:-1]
    assert path.with_name("log.db.damaged-1").read_bytes() == before
    assert len(list(tmp_path.glob("log.db.damaged-*"))) == 1
    log.close()


def test_a_restored_log_can_begin_a_new_incarnation_by_itself(opened, facts) -> None:
    log = opened()
    log.append(facts(3))
    assert log.begin_incarnation() == "m1~1"
    assert [(e.machine, e.seq, e.lamport) for e in log.append(facts(1))] == [("m1~1", 1, 4)]
    assert log.begin_incarnation() == "m1~2"
