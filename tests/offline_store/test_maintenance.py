"""What a person sees of the log from outside, also while the core has it open."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_store import maintenance
from offline_store.check import ChainCheck, Progress
from offline_store.errors import BadRecord, StoreDamaged, StoreError


def test_an_open_log_can_be_verified_counted_and_exported(opened: Callable, facts: Callable, tmp_path: Path) -> None:
    log = opened()
    log.append(facts(10))
    path = tmp_path / "m1.db"
    assert maintenance.verify(path) == Progress(10, done=True)
    stats = maintenance.stats(path)
    assert (stats.identity, stats.facts, stats.last_seq_by_machine) == ("m1", 10, {"m1": 10})
    assert stats.facts_by_kind == {"Called": 6, "TicketIssued": 4}
    assert (stats.lost, stats.quarantined, stats.kept_aside) == (0, 0, ())
    out = io.BytesIO()
    assert maintenance.export(path, out) == 10
    assert out.getvalue() == b"".join(data + b"\n" for _, _, data in log.read_stored(0, 10))
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == list(range(1, 11))


def test_a_changed_record_stops_the_export_and_is_named(opened: Callable, facts: Callable, tmp_path: Path) -> None:
    log = opened()
    log.append(facts(10))
    record = log.read_stored(4, 1)[0][2]
    log.close()
    path = tmp_path / "m1.db"
    data = bytearray(path.read_bytes())
    data[data.index(record) + 50] ^= 1
    path.write_bytes(data)
    bad = maintenance.verify(path)
    assert isinstance(bad, BadRecord)
    assert (bad.position, bad.machine, bad.seq) == (5, "m1", 5)
    with pytest.raises(StoreDamaged, match="m1 5"):
        maintenance.export(path, io.BytesIO())


@pytest.mark.parametrize("function", [maintenance.verify, maintenance.stats])
def test_no_log_is_said_and_none_is_made(function: Callable, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no log"):
        function(tmp_path / "log.db")
    assert list(tmp_path.iterdir()) == []


def test_the_background_check_goes_in_slices_and_does_not_hold_up_the_writer(opened: Callable, facts: Callable) -> None:
    log = opened()
    log.append(facts(50))
    check = ChainCheck(log)
    seen = []
    while isinstance(result := check.step(10), Progress) and not result.done:
        seen.append(result.records)
        if len(seen) < 5:
            log.append(facts(5))
    assert seen[:4] == [0, 10, 20, 30]
    assert result == Progress(70, done=True)
    check.close()
