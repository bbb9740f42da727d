"""A hub and central that hear of each other now and then: nothing lost, nothing twice, no minute two people's."""

from __future__ import annotations

import pytest

from central_server.database import Pool
from tests.central_server.sync_world import World
from tests.depth import examples

pytestmark = pytest.mark.slow


async def test_any_schedule_ends_the_same_on_both_sides(pool: Pool) -> None:
    for seed in range(examples(6)):
        await World(pool, seed).run(40)
