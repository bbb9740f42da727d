"""What the tests of faults share: one fork server and one printer a test process, a folder a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from tests.faults.house import ForkServer, House, renew


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def the_printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as printer:
        yield printer


@pytest.fixture
def printer(the_printer: SimulatedPrinter) -> SimulatedPrinter:
    renew(the_printer)
    return the_printer


@pytest.fixture
def house(tmp_path: Path, forks: ForkServer, printer: SimulatedPrinter) -> Iterator[House]:
    made = House(tmp_path, forks, printer)
    yield made
    if made.running:
        made.kill()
