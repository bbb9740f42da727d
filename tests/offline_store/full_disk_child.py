"""Runs on a disk of one MiB (or under a limit on file size): fills it, and must go on when there is space again."""

import resource
import sys
from pathlib import Path

from offline_store import snapshots
from offline_store.check import ChainCheck, Progress
from offline_store.errors import StoreFull
from offline_store.log import Log, NewFact
from offline_store.reserve import Reserve, free_bytes

folder, limited = Path(sys.argv[1]), sys.argv[2] == "limited"
LIMIT_BYTES = 600_000
one = [NewFact("machine", "TicketIssued", b'{"x":"%s"}' % (b"x" * 800), 0)]
outcome = [NewFact("machine", "PrintEnded", b'{"verdict":"issued"}', 0)]


def refused() -> bool:
    try:
        log.append(one)
    except StoreFull:
        return True
    return False


if limited:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    filler = None
else:
    filler = folder / "filler"
    filler.write_bytes(bytes(150_000))
reserve = Reserve(folder / "log.db.reserve", 128 * 1024)
log = Log.open(folder / "log.db", "m1", reserve=reserve).log
assert reserve.fill() and reserve.held
acknowledged = 0
while not refused():
    acknowledged += 1
    assert acknowledged < 5000, "the disk never filled"
print("full after", acknowledged, "free", free_bytes(log.path))
assert acknowledged > 20
assert refused() and refused()
assert log.last_position == acknowledged
assert [e.seq for _, e in log.read(0, 10_000)] == list(range(1, acknowledged + 1))
if limited:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * LIMIT_BYTES, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
else:
    try:
        snapshots.save(log, "folds", bytes(400_000), 1, 1)
    except StoreFull:
        assert snapshots.load(log, "folds", 1) is None
    else:
        raise AssertionError("a snapshot fitted on a full disk")
    for _ in range(5):
        log.append(outcome, outcome=True)
        acknowledged += 1
    assert not reserve.held, "the reserve was not needed: the disk was not full"
    filler.unlink()
for _ in range(10):
    log.append(one)
    acknowledged += 1
assert limited or reserve.fill() or free_bytes(log.path) < reserve.size_bytes
check = ChainCheck(log)
assert check.run() == Progress(acknowledged, done=True)
check.close()
log.close()
log, damage = Log.open(folder / "log.db", "m1")
assert damage is None and log.last_position == acknowledged
log.close()
print("recovered")
