"""A printer that is not ours: it draws our pictures to the dot as we meant them, and our driver understands it.

It knows neither kanji nor process-ids, so text is judged by npos, and a verdict here is never more than "maybe".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageOps

from drivers.escpos_printer.document import draw_pages
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import NumberMark, PrinterStatus, PrintOutcome, QrCode, Rule, TicketLine, TicketPaper
from tests.drivers.escpos_printer.documents import certificate, paper
from tests.drivers.escpos_printer.patience import patient
from tests.judges.emupos import Emupos, needs_emupos, running
from tests.judges.pictures import assert_same, assert_same_but_beside_lone_dots

pytestmark = [needs_emupos, pytest.mark.slow]
WIDTHS = (384, 576, 832)
PICTURES = TicketPaper(
    (
        NumberMark(),
        TicketLine("𠮷田 髙﨑", 2),
        TicketLine("辻󠄀", 3, reverse=True),
        Rule(),
        TicketLine("请等候叫号", 2, language="zh"),
        TicketLine("번호표"),
        QrCode("https://example.jp/t/7Kq2mX9bLw"),
        TicketLine("Tiếng Việt"),
    )
)
"""A ticket of which the printer's ROM has no line."""


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emupos]:
    with running(tmp_path, getattr(request, "param", 576)) as made:
        yield made


def settings(port: int, width_dots: int = 576) -> PrinterSettings:
    """emupos never says that it cleared its buffer: there is nothing to be patient for."""
    return replace(patient(port), width_dots=width_dots, clear_timeout_s=0.1)


@pytest.mark.parametrize(("other", "width_dots"), [(width, width) for width in WIDTHS], indirect=["other"])
def test_pictures_are_the_same_to_the_dot_on_both_papers(other: Emupos, width_dots: int) -> None:
    with SimulatedPrinter(width_dots=width_dots, speed_dots_s=1e6, cut_s=0.0) as ours:
        for port in (other.port, ours.port):
            driver = EscPosTicketPrinter(settings(port, width_dots))
            assert driver.print_ticket(PICTURES, "one").verdict in ("issued", "maybe")
            outcome = driver.print_document(paper(certificate()), "two")
            driver.close()
            assert isinstance(outcome, PrintOutcome)
            assert outcome.cause is None
        pieces = ours.wait_for_pieces(2)
    ticket, document = other.wait_for_receipts(2)
    assert_same(ImageOps.invert(pieces[0].image.convert("L")), ticket)
    assert_same(ImageOps.invert(pieces[1].image.convert("L")), document)
    pages = draw_pages(certificate(), width_dots, 203)
    assert isinstance(pages, list)
    assert_same_but_beside_lone_dots(document, pages[0])


def test_our_driver_understands_a_printer_that_is_not_ours(other: Emupos) -> None:
    driver = EscPosTicketPrinter(settings(other.port))
    said: dict[str, PrinterStatus] = {
        "paper-near-end": "near_end",
        "paper-out": "paper_out",
        "cover-open": "cover_open",
        "offline": "offline",
    }
    assert driver.preflight() == "ready"
    assert driver.identity().model == "TM-T20III"
    assert not driver.identity().process_ids
    for fault, status in said.items():
        other.fault(fault, True)
        assert driver.preflight() == status
        if status != "near_end":
            assert driver.print_ticket(PICTURES, fault).verdict == "not_issued"
        other.fault(fault, False)
        assert driver.preflight() == "ready"
    assert other.wait_for_receipts(0) == []
    outcome = driver.print_ticket(PICTURES, "job")
    driver.close()
    assert (outcome.verdict, outcome.cause) == ("maybe", None)
    assert len(other.wait_for_receipts(1)) == 1
