"""Batches in any order, twice, cut or forged: the logs end equal, or say why not."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store import wire
from offline_store.check import ChainCheck, Progress
from offline_store.envelope import GENESIS, Envelope, encode, hash_of
from offline_store.log import Log
from offline_store.outbox import Outbox
from offline_store.wire import Batch, Item
from tests.depth import examples


def batch_of(log: Log, after: int, limit: int = 1000) -> Batch:
    stored = log.read_stored(after, limit)
    items = tuple(Item(hash_of(data), data) for _, _, data in stored)
    return Batch(sender=log.machine, after=after, up_to=after + len(stored), items=items)


def exchange(source: Log, target: Log, limit: int = 1000, know: bool = False) -> None:
    """What the core's sync worker does, without a network."""
    outbox = Outbox(source, target.machine.partition("~")[0])
    while batch := outbox.next_batch(limit, target.known() if know else None):
        result = target.intake(wire.decode(wire.encode(batch)))
        if result.refusal is None:
            outbox.acknowledged(batch)
        else:
            assert outbox.refused(result.refusal)


def assert_whole(log: Log) -> None:
    check = ChainCheck(log)
    assert check.run() == Progress(log.last_position, done=True)
    check.close()


@given(schedule=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 12)), max_size=30))
@settings(max_examples=examples(25))
def test_any_order_and_any_repeats_end_in_the_same_log(
    schedule: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory, facts: Callable
) -> None:
    folder = tmp_path_factory.mktemp("sync")
    source, target = Log.open(folder / "a.db", "m1").log, Log.open(folder / "b.db", "hub").log
    source.append(facts(30))
    for after, limit in schedule:
        before = target.digest()
        result = target.intake(batch_of(source, after, limit))
        if result.refusal is not None:
            assert result.refusal == type(result.refusal)("missing_before", "m1", target.head("m1")[0] + 1)
            assert target.digest() == before
        assert result.forks == ()
    exchange(source, target, 7)
    assert target.digest() == source.digest()
    assert [e for _, e in target.read(0, 100)] == [e for _, e in source.read(0, 100)]
    repeated = target.intake(batch_of(source, 0))
    assert (len(repeated.accepted), repeated.duplicates) == (0, 30)
    assert_whole(target)
    source.close()
    target.close()


def test_three_machines_with_cuts_end_equal(opened: Callable, facts: Callable) -> None:
    hub, first, second = opened("hub"), opened("m1"), opened("m2")
    for round_number in range(5):
        for log in (hub, first, second):
            log.append(facts(round_number + 1))
        exchange(first, hub, 2)
        if round_number % 2:
            exchange(hub, second, 3)
            exchange(second, hub)
        exchange(hub, first, 4)
    for _ in range(2):
        exchange(second, hub)
        exchange(hub, first)
        exchange(hub, second)
    assert hub.digest() == first.digest() == second.digest()
    assert first.append(facts(1))[0].lamport > max(e.lamport for _, e in hub.read(0, 1000))
    for log in (hub, first, second):
        assert_whole(log)
    assert Outbox(hub, "m1").waiting == 0


def test_what_the_peer_already_has_is_not_sent(opened: Callable, facts: Callable) -> None:
    source, target = opened("m1"), opened("hub")
    source.append(facts(20))
    exchange(source, target)
    Outbox(source, "hub").restart()
    batch = Outbox(source, "hub").next_batch(5, target.known())
    assert batch is not None
    assert (batch.items, batch.up_to) == ((), 20)
    source.append(facts(2))
    batch = Outbox(source, "hub").next_batch(5, target.known())
    assert batch is not None
    assert (len(batch.items), batch.up_to) == (2, 22)


def test_a_bad_hash_refuses_the_whole_batch_and_moves_no_cursor(opened: Callable, facts: Callable) -> None:
    source, target = opened("m1"), opened("hub")
    source.append(facts(5))
    good = batch_of(source, 0)
    for number in range(5):
        item = good.items[number]
        for forged in (Item(item.hash, item.data[:-2] + b" }"), Item(bytes(32), item.data)):
            items = (*good.items[:number], forged, *good.items[number + 1 :])
            result = target.intake(Batch(sender="m1", after=0, up_to=5, items=items))
            assert result.refusal is not None
            assert result.refusal.cause == "bad_hash"
    nonsense = Item(hash_of(b"{}"), b"{}")
    result = target.intake(Batch(sender="m1", after=0, up_to=5, items=(*good.items, nonsense)))
    assert result.refusal is not None
    assert result.refusal.cause == "malformed"
    assert (target.last_position, target.cursor("m1", "from")) == (0, 0)
    assert len(target.intake(good).accepted) == 5
    assert (target.last_position, target.cursor("m1", "from")) == (5, 5)


def test_a_fork_goes_to_quarantine_with_what_follows_it(opened: Callable, facts: Callable, tmp_path) -> None:
    source, target = opened("m1"), opened("hub")
    source.append(facts(3))
    exchange(source, target)
    (tmp_path / "other").mkdir()
    other = Log.open(tmp_path / "other" / "m1.db", "m1").log
    other.append(facts(2))
    other.append(facts(4, first=500))
    digest = target.digest()
    for _ in range(2):
        result = target.intake(batch_of(other, 0))
        assert result.refusal is None
        assert [(f.seq, f.kept_hash is None) for f in result.forks] == [(3, False), (4, True), (5, True), (6, True)]
        assert (target.digest(), len(target.quarantine())) == (digest, 4)
    later = target.intake(batch_of(other, 4))
    assert [f.seq for f in later.forks] == [5, 6]
    source.append(facts(2, first=3))
    assert [e.seq for _, e in target.intake(batch_of(source, 3)).accepted] == [4, 5]
    assert_whole(target)
    other.close()


def test_a_restored_log_learns_that_others_have_more_of_it(opened: Callable, facts: Callable, tmp_path) -> None:
    source, hub = opened("m1"), opened("hub")
    source.append(facts(9))
    exchange(source, hub)
    (tmp_path / "old").mkdir()
    restored = Log.open(tmp_path / "old" / "m1.db", "m1").log
    result = restored.intake(batch_of(hub, 0))
    assert (result.own_ahead, result.accepted) == (9, ())
    assert restored.begin_incarnation() == "m1~1"
    assert len(restored.intake(batch_of(hub, 0)).accepted) == 9
    assert restored.append(facts(1))[0].lamport == 10
    assert restored.digest() != hub.digest()
    exchange(restored, hub)
    assert restored.digest() == hub.digest()
    restored.close()


def test_a_lost_fact_is_declared_and_comes_back_from_who_still_has_it(
    opened: Callable, facts: Callable, tmp_path
) -> None:
    source, hub, central = opened("m1"), opened("hub"), opened("central")
    source.append(facts(20))
    exchange(source, hub)
    source.close()
    path = tmp_path / "m1.db"
    data = bytearray(path.read_bytes())
    data[data.index(hub.read_stored(9, 1)[0][2]) + 200] ^= 1
    path.write_bytes(data)
    damaged = Log.open(path, "m1")
    assert damaged.damage is not None
    assert (damaged.damage.first_bad_seq, damaged.damage.salvaged) == (10, 19)
    log = damaged.log
    assert log.gaps() == [("m1", 10, 10)]
    exchange(log, central)
    assert central.gaps() == [("m1", 10, 10)]
    assert_whole(central)
    Outbox(hub, "m1").restart()
    assert log.known() == {"m1": 9}
    exchange(hub, log, know=True)
    assert log.gaps() == []
    exchange(log, central)
    exchange(log, hub)
    assert log.digest() == central.digest() == hub.digest()
    for each in (log, central, hub):
        assert_whole(each)
    log.close()


def test_a_false_fact_does_not_fit_into_a_gap(opened: Callable) -> None:
    log = opened("hub")
    items = []
    previous = GENESIS
    for seq in (1, 2, 3):
        data = encode(Envelope("m1", seq, seq, 0, "", "Called", b"{}"), previous)
        previous = hash_of(data)
        items.append(Item(previous, data))
    false = encode(Envelope("m1", 2, 2, 0, "", "Called", b'"false"'), items[0].hash)
    lost = (wire.Lost("m1", 2, 2),)
    log.intake(Batch(sender="m1", after=0, up_to=3, items=(items[0], items[2]), lost=lost))
    assert log.gaps() == [("m1", 2, 2)]
    result = log.intake(Batch(sender="m1", after=0, up_to=3, items=(Item(hash_of(false), false),)))
    assert [f.seq for f in result.forks] == [2]
    assert len(log.intake(Batch(sender="m1", after=0, up_to=3, items=(items[1],))).accepted) == 1
    assert log.gaps() == []
    assert_whole(log)


def test_too_large_a_batch_is_refused(opened: Callable) -> None:
    item = Item(bytes(32), b"x")
    batch = Batch(sender="m1", after=0, up_to=1, items=(item,) * (wire.ITEMS_MAX + 1))
    result = opened("hub").intake(batch)
    assert result.refusal is not None
    assert result.refusal.cause == "too_large"
    with pytest.raises(wire.MalformedBatch):
        wire.decode(wire.encode(batch))


@given(data=st.binary(max_size=300), at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_any_bytes_are_a_batch_or_a_named_error(data: bytes, at: int, flip: int) -> None:
    good = bytearray(wire.encode(Batch(sender="m1", after=0, up_to=1, items=(Item(bytes(32), b"{}"),))))
    good[at % len(good)] ^= flip
    for candidate in (data, bytes(good)):
        try:
            assert isinstance(wire.decode(candidate), Batch)
        except wire.MalformedBatch as error:
            assert str(error)
