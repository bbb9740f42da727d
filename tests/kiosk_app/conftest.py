"""The office that the core's tests share: one simulated printer a session, a fresh core a test."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from tests.kiosk_app.house import House

MORNING = datetime(2026, 4, 6, 9, 0)
"""A Monday, a business day."""


@pytest.fixture(scope="session")
def one_printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as simulated:
        yield simulated


@pytest.fixture
def printer(one_printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch) -> SimulatedPrinter:
    """Without faults and with an empty tray."""
    # The driver looks this often whether it shall close, and a test closes an office some hundred times.
    monkeypatch.setattr(line, "READ_SLICE_S", 0.005)
    one_printer.faults.clear()
    one_printer.pieces.clear()
    return one_printer


@pytest.fixture
async def house(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[House]:
    """Open on Monday 6 April 2026 at 9:00."""
    opened = await House(tmp_path, printer, MORNING).open()
    yield opened
    await opened.close()
