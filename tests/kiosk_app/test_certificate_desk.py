"""Whole visits to a certificate kiosk by presses, with the real core and the real central server: one that goes well,
then one for each trouble.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from scripts.central import Trial
from tests.kiosk_app.certificate_kiosk_house import KioskHouse, central_server, kiosk_house
from tests.kiosk_app.troubled_line import TroubledLine, troubled_line

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def central() -> Iterator[Trial]:
    # A short path, because a socket lies in it; open to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="ck") as folder, central_server(Path(folder) / "c") as started:
        yield started


@pytest.fixture
def line(central: Trial, tmp_path: Path) -> Iterator[TroubledLine]:
    with troubled_line(central, tmp_path / "line") as made:
        yield made


@pytest.fixture
async def kiosk(
    tmp_path: Path, printer: SimulatedPrinter, central: Trial, line: TroubledLine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KioskHouse]:
    async with kiosk_house(tmp_path, printer, central, line, monkeypatch) as made:
        yield made


async def test_one_copy_paid_at_the_counter(kiosk: KioskHouse, printer: SimulatedPrinter) -> None:
    await kiosk.to_confirm()
    assert kiosk.view.preview is not None and kiosk.view.preview.picture.startswith("data:image/png;base64,")
    assert kiosk.view.fee is not None and kiosk.view.fee.amount == "200"
    await kiosk.press("buy")
    await kiosk.sees("cert_pay")
    payment = kiosk.sale_id
    assert kiosk.view.slip is not None and kiosk.view.slip.number == "K-0001"
    assert kiosk.rows(kiosk.issuances) == ["issuing"]
    assert not kiosk.documents.pieces
    kiosk.staff_take_money()
    await kiosk.sees("cert_take")
    (document,) = kiosk.line.documents
    kiosk.documents.wait_for_pieces(len(kiosk.pages_of(document.pdf)))
    assert kiosk.is_printed(document.pdf)
    await kiosk.until(lambda: "印刷" in kiosk.view.notice or kiosk.sale(payment).slips)
    await kiosk.told("issued")
    assert kiosk.sale(payment).ended and not kiosk.core.book.state.claims
    printer.wait_for_pieces(1)
    on_receipt = "\n".join(printer.lines_on_paper())
    assert "領収書" in on_receipt and "K-0001" in on_receipt and "200円" in on_receipt
    await kiosk.leave()
    await kiosk.until(lambda: kiosk.line.asked[-1] == "close" or "close" in kiosk.line.asked)
    steps = [one for one in kiosk.line.asked if one != "outcome"]
    assert [one for one in steps if one != "challenge"] == ["open", "offers", "prepare", "issue", "close"]
    port = kiosk.core.lobby.certificates
    assert port is not None and port.now().preview == "" and port.now().offer is None
