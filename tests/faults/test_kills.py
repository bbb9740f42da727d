"""A core killed at any point between touch and paper: no number twice, no ticket lost, doubt shown as doubt.

Two visitors take a ticket each. The core dies at a boundary that an undisturbed run has shown to exist, and again at
another one after its restart; then what is in the log, on the paper and on the screen must agree.
"""

import functools
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from tests.depth import seeds
from tests.faults import boundaries
from tests.faults.house import ForkServer, House, renew
from tests.faults.lives import Boundary, Lives, check_end
from tests.faults.visitor import Visitor

VISITORS = 2
PLAIN, LONG = range(1, 200), range(200, 1000)


@functools.cache
def undisturbed(forks: ForkServer, printer: SimulatedPrinter) -> dict[str, int]:
    """How often each boundary is passed by a core that nobody kills."""
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    try:
        house = House(folder, forks, printer)
        house.start(boundaries=str(folder / "boundaries"))
        for _ in range(VISITORS):
            Visitor(house, lambda: pytest.fail(house.said())).take_ticket()
        house.kill()
        return dict(Counter(label for label, _ in boundaries.read(folder / "boundaries")))
    finally:
        renew(printer)
        shutil.rmtree(folder)


def choose_kills(passed: dict[str, int], seed: int) -> list[Boundary]:
    """Two deaths. The first goes through all names in turn, so that rare ones are not drowned by frequent ones."""
    choose = random.Random(seed)
    names = sorted(passed)
    first = names[seed % len(names)]
    second = choose.choice(names)
    return [(name, choose.randint(1, passed[name])) for name in (first, second)]


def live_and_die(house: House, passed: dict[str, int], seed: int) -> int:
    lives = Lives(house, choose_kills(passed, seed))
    lives.next()
    numbers = [lives.visitor.take_ticket() for _ in range(VISITORS)]
    if house.running:
        house.kill()
    check_end(house, numbers)
    return lives.deaths


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds([0], PLAIN, LONG))
def test_nothing_is_lost_or_doubled_by_a_kill(seed: int, house: House, forks: ForkServer) -> None:
    live_and_die(house, undisturbed(forks, house.printer), seed)
