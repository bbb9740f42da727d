"""A power cut in the middle of a commit: the disk holds old sectors, new ones and garbage, and /run is empty.

What had been promised before is there; what had not been acknowledged is there whole or not at all; no number that is
on paper is given again.
"""

import random
import shutil

import pytest

from tests.depth import seeds
from tests.faults.house import House
from tests.faults.lives import Lives, check_end
from tests.offline_store.torn import torn

COMMIT = "after execute in offline_store.log.Log._transaction"
"""Every second one is a COMMIT, the others are BEGIN."""
WAL_HEADER_BYTES = 32
COMMITS = 6
"""Of a core with two visitors; the day, the printer, and two for each ticket."""
SEEDS = seeds([0], range(1, 30), range(30, 1000))


def lose_power(house: House, choose: random.Random) -> None:
    """What the disk holds afterwards, of a core that died just after a commit nobody has been told of."""
    before, after = house.folder / "before", house.folder / "data"
    name = f"{house.log_path.name}-wal"
    wal = (before / name).read_bytes() if (before / name).exists() else b""
    new = (after / name).read_bytes()
    if wal:
        # A write-ahead log that begins anew has its header on the disk before the first frame is written (SQLite ticket
        # ff5be73dee): no disk holds the old header beside new frames, which would bring old pages back.
        wal = new[:WAL_HEADER_BYTES] + wal[WAL_HEADER_BYTES:]
    (after / name).write_bytes(torn(choose, wal, new))
    (after / f"{house.log_path.name}-shm").unlink()
    shutil.rmtree(house.folder / "run")
    shutil.rmtree(before)
    house.printer.firmware.power_cut()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_torn_commit_loses_and_doubles_nothing(seed: int, house: House) -> None:
    choose = random.Random(seed)
    cuts = [(COMMIT, 2 * (seed % COMMITS + 1)), (COMMIT, 2 * choose.randint(1, COMMITS))]
    folders = [str(house.folder / "data"), str(house.folder / "before")]
    lives = Lives(house, cuts, lambda: lose_power(house, choose), keep=folders)
    lives.next()
    numbers = [lives.visitor.take_ticket() for _ in range(2)]
    house.kill()
    assert lives.deaths > 0
    check_end(house, numbers, forgotten=lives.deaths)
