"""A hub and central that hear of each other now and then: nothing lost, nothing twice, no minute two people's."""

from __future__ import annotations

import pytest

from central_server.database import Pool
from tests.central_server.sync_world import DAYS, HOUR_MS, World
from tests.depth import examples

pytestmark = pytest.mark.slow


async def test_any_schedule_ends_the_same_on_both_sides(pool: Pool) -> None:
    for seed in range(examples(6)):
        await World(pool, seed).run(40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
async def test_many_schedules_end_the_same(pool: Pool, seed: int) -> None:
    await World(pool, seed).run(60)


async def test_a_weekend_without_network_loses_nothing_and_sells_nothing_twice(pool: Pool) -> None:
    one = World(pool, 7)
    await one.begin()
    await one.heal()
    one.cut = True
    for hour in range(64):
        await one.pass_ms(HOUR_MS)
        one.hub.tick()
        one.hub.issue("residence", f"i{hour}")
        one.sell(DAYS[hour % 2])
        await one.visitor(DAYS[1])
        if one.held:
            await one.confirm()
        one.check()
    pending = one.sync.pending()
    assert pending is not None and pending > 64 and not one.sync.linked
    await one.heal()
    await one.judge_facts()
    assert one.sync.linked
    one.check()
