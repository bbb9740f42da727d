"""Seeded schedules over real processes, each computer in a network namespace of its own: no number twice, nobody called
twice for one stage, nobody forgotten, and the same office on each computer in the end.

A failure names its seed, what went wrong when, and where the logs lie: `python -m tests.spaces.play SEED DIR`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.depth import DEPTH
from tests.faults.house import ForkServer
from tests.namespaces import INSIDE, needs_cables
from tests.spaces.plan import plan_of
from tests.spaces.play import Play

SEEDS = range(100 if DEPTH == "long" else 10)


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    """Root of namespaces of its own, also where an ordinary user runs the tests."""
    server = ForkServer(INSIDE)
    yield server
    server.close()


@needs_cables
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_fails_every_computer_ends_with_the_same_office(seed: int, forks: ForkServer, tmp_path: Path) -> None:
    Play(plan_of(seed), tmp_path, forks).run()
