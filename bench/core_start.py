"""A core's start with two years behind it: process, snapshot, the log's tail, until the printer is ready.

The snapshot is as old as a running core ever lets it become, so that this is the slowest ordinary start.
"""

from __future__ import annotations

from bench.house import House
from bench.row import Row, row

HISTORY = 500_000
STARTS = 5


def rows() -> list[Row]:
    starts_s = []
    with House(history=HISTORY) as house:
        facts = house.client.health().facts
        if facts < HISTORY:
            raise RuntimeError(f"{facts:,} facts, not {HISTORY:,}")
        for _ in range(STARTS):
            # Killed, not stopped: an ordered stop would leave a fresh snapshot behind.
            house.kill_core()
            starts_s.append(house.start_core())
    return [row(f"core start: ready, {HISTORY:,} facts, slowest of {STARTS}", max(starts_s), "s", 1.0)]
