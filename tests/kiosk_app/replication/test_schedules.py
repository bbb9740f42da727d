"""Seeded days of an office whose cables, machines, disks and clocks fail: no number twice, nobody forgotten.

A failure names its line: `Schedule(SEED).run()` from tests.kiosk_app.replication.world plays it again.
"""

from __future__ import annotations

import pytest

from tests.depth import DEPTH
from tests.kiosk_app.replication.world import Schedule

SEEDS = {"quick": 200, "plain": 5_000, "long": 100_000}[DEPTH]
SLICES = 10


@pytest.mark.timeout(3600 if DEPTH == "long" else 300)
@pytest.mark.parametrize("part", range(SLICES))
def test_whatever_fails_every_machine_ends_with_the_same_office(part: int) -> None:
    """In parts, so that several processes may share the work."""
    for seed in range(part, SEEDS, SLICES):
        Schedule(seed).run()


def test_a_seed_plays_the_same_history_again() -> None:
    first, second = (Schedule(7).run() for _ in range(2))
    assert first.printed == second.printed
    assert first.hub.log.digest() == second.hub.log.digest()


@pytest.mark.slow
def test_the_schedules_do_what_they_are_for() -> None:
    """Machines print while cut off, from their own bands; days change; lies are told; clocks are wrong."""
    played = [Schedule(seed).run() for seed in range(120)]
    kinds = [e.kind for one in played for _, e in one.hub.log.read(0, 10_000)]
    assert sum(len(one.printed) for one in played) > 300
    assert any(700 <= printed.number < 800 for one in played for printed in one.printed)
    assert kinds.count("NumberCalled") > 20 and kinds.count("NumberMatched") > 15
    assert sum(one.lies for one in played) > 10
    for kind in ("ClockDoubted", "RecordsRefused", "DayCheckpoint", "Called", "StaffAccepted", "AlertCleared"):
        assert kind in kinds, kind
    assert sum(one.hub.book.state.day.date != "2026-04-06" for one in played) > 20
