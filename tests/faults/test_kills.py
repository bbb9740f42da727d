"""A core killed at any point between touch and paper: no number twice, no ticket lost, doubt shown as doubt.

Two visitors take a ticket each. The core dies at a boundary that an undisturbed run has shown to exist, and again at
another one after its restart; then what is in the log, on the paper and on the screen must agree.
"""

import functools
import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from offline_store.check import Progress
from offline_store.maintenance import verify
from tests.faults import boundaries
from tests.faults.house import AGAIN, ForkServer, House, renew
from tests.faults.visitor import Visitor

VISITORS = 2
QUICK, PLAIN, LONG = range(10), range(10, 200), range(200, 1000)
Boundary = tuple[str, int]


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


class Lives:
    """Starts the next core whenever one has died, and looks at its screen before anybody presses."""

    def __init__(self, house: House, kills: list[Boundary]) -> None:
        self.house = house
        self.visitor = Visitor(house, self.next)
        self.deaths = 0
        self._kills = iter(kills)

    def next(self) -> None:
        if self.house.running:
            assert self.house.exit_code() == -9, self.house.said()
            self.deaths += 1
        kept = self._kept()
        self._start()
        if self.house.running and kept is not None:
            self._check_screen(kept)

    def _start(self) -> None:
        """Dying at once, before it listens, is a death too."""
        while True:
            kill = next(self._kills, None)
            self.house.start(ready=False, boundaries=str(self.house.folder / "boundaries"), kill=kill)
            while not self.house.listens():
                if self.house.exit_code(timeout_s=0.002) is not None:
                    self.deaths += 1
                    break
            else:
                return

    def _kept(self) -> dict[str, object] | None:
        path = self.house.folder / "run" / "journey.json"
        return json.loads(path.read_bytes()) if path.exists() else None

    def _check_screen(self, kept: dict[str, object]) -> None:
        pass


def check_end(house: House, numbers: list[str]) -> None:
    """`numbers`: what the screens have promised, one a visitor."""
    progress = verify(house.log_path)
    assert isinstance(progress, Progress) and progress.done, progress
    issued = house.bodies("TicketIssued")
    assert Counter(f"{t['letter']}-{t['number']:03d}" for t in issued) == Counter(numbers)
    assert len({t["intent"] for t in issued}) == len(issued)
    pieces = [(p.lines, p.torn) for p in house.printer.wait_for_pieces(0)] + [(house.printer.firmware.roll.lines, True)]
    on_paper = [line for lines, _ in pieces for line in lines if line.startswith("A-")]
    assert set(on_paper) <= set(numbers), "a number on paper that is nobody's"
    for number in numbers:
        shown = [(lines, torn) for lines, torn in pieces if number in lines]
        assert all(len([line for line in lines if line.startswith("A-")]) == 1 for lines, _ in shown)
        whole = [lines for lines, torn in shown if not torn]
        assert len(whole) == 1, f"{number}: {len(whole)} whole tickets"
        unmarked = [lines for lines, _ in shown if not any(AGAIN in line for line in lines)]
        assert len(unmarked) <= 1, f"{number} printed twice without {AGAIN}"


def live_and_die(house: House, passed: dict[str, int], seed: int) -> int:
    lives = Lives(house, choose_kills(passed, seed))
    lives.next()
    numbers = [lives.visitor.take_ticket() for _ in range(VISITORS)]
    if house.running:
        house.kill()
    check_end(house, numbers)
    return lives.deaths


SEEDS = [
    *QUICK,
    *(pytest.param(seed, marks=pytest.mark.slow) for seed in PLAIN),
    *(pytest.param(seed, marks=pytest.mark.long) for seed in LONG),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_doubled_by_a_kill(seed: int, house: House, forks: ForkServer) -> None:
    live_and_die(house, undisturbed(forks, house.printer), seed)
