"""Killed processes and lost writes: what was acknowledged is there afterwards, and the chain is whole."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_store.check import ChainCheck, Progress
from offline_store.log import Log
from tests.offline_store.torn import torn

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAGE_BYTES = 4096


def assert_holds(path: Path, acknowledged: int) -> int:
    log, damage = Log.open(path, "m1")
    assert damage is None
    assert log.machine == "m1"
    assert log.last_position >= acknowledged
    assert [e.seq for _, e in log.read(0, 10**6)] == list(range(1, log.last_position + 1))
    check = ChainCheck(log)
    assert check.run() == Progress(log.last_position, done=True)
    check.close()
    log.close()
    return log.last_position


def kill_in_the_middle(path: Path, seed: int) -> None:
    """Twice on the same log, so that a start after a kill is killed too."""
    choose = random.Random(seed)
    acknowledged = 0
    for start in range(2):
        arguments = [sys.executable, str(HERE / "appending_child.py"), str(path), str(seed * 2 + start)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            assert first, "the child ended by itself"
            time.sleep(choose.random() * 0.15)
            child.kill()
            lines = (first + child.stdout.read()).splitlines()
        # The last line may have been cut by the kill itself.
        acknowledged = max([acknowledged, *(int(line) for line in lines[:-1])])
    assert assert_holds(path, acknowledged) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_killed_process_loses_nothing_acknowledged(seed: int, tmp_path: Path) -> None:
    kill_in_the_middle(tmp_path / "log.db", seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 220))
def test_a_killed_process_loses_nothing_acknowledged_deep(seed: int, tmp_path: Path) -> None:
    kill_in_the_middle(tmp_path / "log.db", seed)


def files(path: Path) -> tuple[bytes, bytes]:
    return path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()


def first_page_torn(choose: random.Random, before: bytes, after: bytes) -> bytes:
    """The page by which SQLite knows the file: nothing of it, or only some of its sectors, is what it was or became."""
    garbage = choose.choice((choose.randbytes(PAGE_BYTES), bytes(PAGE_BYTES)))
    cut = choose.choice((512, 1024, PAGE_BYTES))
    return garbage[:cut] + before[cut:PAGE_BYTES] + torn(choose, before, after)[PAGE_BYTES:]


def lose_writes(folder: Path, facts: Callable, seed: int, commits: int) -> tuple[int, int]:
    """One life of a log, its power cut after every commit in thought. Returns cuts made and checkpoints seen."""
    choose = random.Random(seed)
    path = folder / "log.db"
    log = Log.open(path, "m1").log
    log.append(facts(1))
    checkpoints = 0
    cuts = 0
    # The life must be long enough to see a checkpoint too.
    while cuts < commits or checkpoints == 0:
        acknowledged = log.last_position
        database, wal = files(path)
        log.append(facts(choose.choice((1, 1, 5, 300, 400)), acknowledged, padding=choose.randrange(900)))
        database_after, wal_after = files(path)
        # The commit's frames were still on their way: the database itself is not written before they are synced.
        states = [(database, torn(choose, wal, wal_after), acknowledged)]
        if database_after != database:
            # The commit was synced and the checkpoint's pages were on their way.
            checkpoints += 1
            states.append((torn(choose, database, database_after), wal_after, log.last_position))
            states.append((first_page_torn(choose, database, database_after), wal_after, log.last_position))
        for number, (database_bytes, wal_bytes, promised) in enumerate(states):
            cut = folder / f"cut-{number}"
            cut.mkdir()
            (cut / "log.db").write_bytes(database_bytes)
            (cut / "log.db-wal").write_bytes(wal_bytes)
            assert_holds(cut / "log.db", promised)
            shutil.rmtree(cut)
            cuts += 1
    log.close()
    return cuts, checkpoints


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_torn_writes_lose_nothing_acknowledged(seed: int, tmp_path: Path, facts: Callable) -> None:
    cuts, checkpoints = lose_writes(tmp_path, facts, seed, 30)
    assert cuts >= 30
    assert checkpoints > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 60))
def test_torn_writes_lose_nothing_acknowledged_deep(seed: int, tmp_path: Path, facts: Callable) -> None:
    assert lose_writes(tmp_path, facts, seed, 30)[0] >= 30


@pytest.mark.parametrize("first", [bytes(4096), b"\xff" * 4096, b"SQLite format 3\0\x02\0" + bytes(4078)])
def test_a_first_page_torn_while_the_write_ahead_log_holds_it_is_no_damage(
    first: bytes, tmp_path: Path, facts: Callable
) -> None:
    path = tmp_path / "log.db"
    log = Log.open(path, "m1").log
    log.append(facts(700))
    database, wal = files(path)
    (tmp_path / "cut").mkdir()
    cut = tmp_path / "cut" / "log.db"
    cut.write_bytes(first + database[4096:])
    cut.with_name("log.db-wal").write_bytes(wal)
    assert_holds(cut, 700)
    log.close()


def test_a_first_page_torn_without_a_write_ahead_log_is_damage(tmp_path: Path, facts: Callable) -> None:
    path = tmp_path / "log.db"
    log = Log.open(path, "m1").log
    log.append(facts(50))
    log.close()
    path.write_bytes(bytes(PAGE_BYTES) + path.read_bytes()[PAGE_BYTES:])
    again, damage = Log.open(path, "m1")
    assert damage is not None
    assert damage.salvaged == 50
    again.close()
