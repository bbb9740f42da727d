"""Seeded days of an office whose cables, machines, disks, clocks and hubs fail: no number twice, nobody forgotten, and
nobody called twice for one stage but those that the healing lists.

A failure names its line: `Schedule(SEED).run()` from tests.kiosk_app.replication.world plays it again.
"""

from __future__ import annotations

from collections import Counter

import pytest

from kiosk_app.office import facts as f
from tests.depth import DEPTH
from tests.kiosk_app.replication.world import Schedule

SEEDS = {"quick": 80, "plain": 5_000, "long": 100_000}[DEPTH]
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
    assert first.hubs[0].log.digest() == second.hubs[0].log.digest()


@pytest.mark.slow
def test_the_schedules_do_what_they_are_for() -> None:
    """Machines print while cut off, from their own bands; days change; lies are told; clocks are wrong; and the hub
    changes, by plan, by force, and with both alive, each with its own consoles."""
    played = [Schedule(seed).run() for seed in range(240)]
    ends = [(one, one.hubs[0]) for one in played]
    facts = [f.decode(e.kind, e.body) for _, hub in ends for _, e in hub.log.read(0, 10_000)]
    kinds = Counter(type(fact).__name__ for fact in facts)
    assert sum(len(one.printed) for one in played) > 300
    assert any(700 <= printed.number < 800 for one in played for printed in one.printed)
    assert kinds["NumberCalled"] > 20 and kinds["NumberMatched"] > 15
    assert sum(one.lies for one in played) > 10
    assert sum(one.revoked for one in played) > 10
    for kind in ("ClockDoubted", "RecordsRefused", "DayCheckpoint", "Called", "StaffAccepted", "AlertCleared"):
        assert kind in kinds, kind
    assert sum(hub.book.state.day.date != "2026-04-06" for _, hub in ends) > 20
    causes = Counter(fact.cause for fact in facts if isinstance(fact, f.HubTaken))
    assert min(causes["planned"], causes["forced"]) > 30, causes
    void = [(one, call) for one, _ in ends for call in one.judge.calls if not one.judge.counts(call, one.judge.line())]
    assert len({id(one) for one, _ in void}) > 10, "both hubs called"
    twice = [
        call
        for one, call in void
        for other in one.judge.calls
        if isinstance(call.fact, f.Called) and isinstance(other.fact, f.Called)
        if other.machine != call.machine and other.fact.ticket == call.fact.ticket
    ]
    assert len(twice) > 3, "and one visitor to two counters"
    assert any(one.followed and len(one.reigns) > 4 for one in (hub.book.state for _, hub in ends))
    assert any(reign not in state.line for state in (hub.book.state for _, hub in ends) for reign in state.reigns)
