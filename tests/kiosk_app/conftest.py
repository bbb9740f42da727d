"""The office that the core's tests share: one simulated printer a session, a fresh core a test."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import sign_in, words
from kiosk_app.office.catalogue import Office
from tests.kiosk_app.house import MORNING, House, OpenHouse

if TYPE_CHECKING:
    from scripts.central import Trial
    from tests.kiosk_app.certificate_kiosk_house import KioskHouse
    from tests.kiosk_app.troubled_line import TroubledLine

AKiosk = Callable[..., "AbstractAsyncContextManager[KioskHouse]"]
verify_once, load_words_once = cache(sign_in._verify), cache(words.load)
"""A hash takes 30 ms and the words 10 ms, the same every time, and a test run asks for them some hundred times."""


@pytest.fixture(scope="session")
def one_printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as simulated:
        yield simulated


@pytest.fixture
def printer(one_printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch) -> SimulatedPrinter:
    """Switched off and on: without faults, remains of a torn ticket or paper in the tray."""
    # The driver looks this often whether it shall close, and a test closes an office some hundred times.
    monkeypatch.setattr(line, "READ_SLICE_S", 0.005)
    monkeypatch.setattr(sign_in, "_verify", verify_once)
    monkeypatch.setattr(words, "load", load_words_once)
    one_printer.firmware.become("SIMULATED", process_ids=True)
    one_printer.firmware.power_cut()
    one_printer.faults.clear()
    one_printer.pieces.clear()
    return one_printer


@pytest.fixture
async def open_house(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[OpenHouse]:
    """Opens a house as a test wants it; closed at the end, whatever happened. One at a time: there is one printer."""
    opened: list[House] = []

    async def open_one(start: datetime = MORNING, office: Office | None = None) -> House:
        opened.append(House(tmp_path, printer, start, office))
        return await opened[-1].open()

    yield open_one
    for one in opened:
        await one.close()


@pytest.fixture(scope="session")
def certificate_central() -> Iterator[Trial]:
    """The real central server with its database, for kiosks one after the other: once for each worker."""
    # Loaded only where it is asked for.
    from tests.kiosk_app.certificate_kiosk_house import central_server

    # A short path, because a socket lies in it; open to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="ck") as folder, central_server(Path(folder) / "c") as started:
        yield started


@pytest.fixture
def troubled(certificate_central: Trial, tmp_path: Path) -> Iterator[TroubledLine]:
    """From a kiosk to it."""
    from tests.kiosk_app.troubled_line import troubled_line

    with troubled_line(certificate_central, tmp_path / "line") as made:
        yield made


@pytest.fixture
def a_kiosk(
    tmp_path: Path,
    printer: SimulatedPrinter,
    certificate_central: Trial,
    troubled: TroubledLine,
    monkeypatch: pytest.MonkeyPatch,
) -> AKiosk:
    """Opens a certificate kiosk, as certificate_kiosk_house.kiosk_house, with what a test wants of it."""
    from tests.kiosk_app.certificate_kiosk_house import kiosk_house

    return partial(kiosk_house, tmp_path, printer, certificate_central, troubled, monkeypatch)


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """Open on Monday 6 April 2026 at 9:00."""
    return await open_house()
