"""A sheet of a certificate on real lines: what comes out is what was bound; what is not bound sends not a dot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from drivers.document_driver import EscPosDocumentPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import Drawn, PageHouse
from drivers.sheet_ports import Binding, PaperShape, Sheet
from tests.drivers.escpos_printer.documents import pdf
from tests.drivers.escpos_printer.patience import patient

pytestmark = pytest.mark.slow

DOCUMENT = pdf("20 20 30 40 re f 5 5 m 95 110 l S", "60 50 25 20 re f", size_points=(100, 120))
BINDING = Binding("s1", "j1", "r1", hashlib.sha256(DOCUMENT).hexdigest())


@pytest.fixture(scope="module")
def house() -> Iterator[PageHouse]:
    made = PageHouse()
    yield made
    made.close()


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as simulated:
        yield simulated


@pytest.fixture
def driver(printer: SimulatedPrinter) -> Iterator[EscPosDocumentPrinter]:
    made = EscPosDocumentPrinter(replace(patient(printer.port), width_dots=576))
    yield made
    made.close()


def drawn(house: PageHouse, shape: PaperShape) -> Drawn:
    found = house.draw(DOCUMENT, BINDING, shape)
    assert isinstance(found, Drawn)
    return found


def sheet_of(found: Drawn, at: int) -> Sheet:
    return Sheet(found.binding, at, len(found.pages), found.pdf, found.pages[at])


def dots(found: Drawn, at: int) -> Image.Image:
    page = found.pages[at]
    return Image.frombytes("1", (page.width_dots, page.height_dots), page.rows())


def test_each_page_is_a_sheet_of_its_own(
    house: PageHouse, printer: SimulatedPrinter, driver: EscPosDocumentPrinter
) -> None:
    found = drawn(house, driver.shape)
    assert driver.shape == PaperShape(576, 203, by_page=True)
    for at in (0, 1):
        outcome = driver.print_sheet(sheet_of(found, at), lambda: BINDING)
        assert (outcome.verdict, outcome.cause, outcome.misfit, outcome.at) == ("issued", None, "", at)
        assert outcome.binding == BINDING
        assert 0 < outcome.first_byte_s < outcome.finished_s
        (*_, piece) = printer.wait_for_pieces(at + 1)
        printed = piece.image.crop((0, 120, 576, piece.image.height)).point(lambda level: 255 - level)
        assert printed.getbbox() is not None
        assert printed.crop(printed.getbbox()).tobytes() == dots(found, at).crop(dots(found, at).getbbox()).tobytes()


@pytest.mark.parametrize("field", ["session", "job", "resident", "sha256", "none", "pdf", "page"])
def test_what_is_not_bound_sends_not_a_dot(
    house: PageHouse, printer: SimulatedPrinter, driver: EscPosDocumentPrinter, field: str
) -> None:
    """The comparison is asked for when the printer is ready, and what it finds out then counts."""
    found = drawn(house, driver.shape)
    sheet, bound = sheet_of(found, 0), BINDING
    if field == "pdf":
        sheet = replace(sheet, pdf=DOCUMENT + b"\n")
    elif field == "page":
        sheet = replace(sheet, page=found.pages[1])
    elif field != "none":
        bound = replace(BINDING, **{field: "0" * 64})
    assert driver.preflight() == "ready"
    received = len(printer.received)
    outcome = driver.print_sheet(sheet, lambda: None if field == "none" else bound)
    assert outcome.verdict == "not_issued" and outcome.misfit
    assert len(printer.received) == received and not printer.pieces
    assert driver.print_sheet(sheet_of(found, 1), lambda: BINDING).verdict == "issued"


def test_a_page_for_other_paper_is_another_page(house: PageHouse, driver: EscPosDocumentPrinter) -> None:
    found = drawn(house, PaperShape(832, 203, by_page=True))
    assert driver.print_sheet(sheet_of(found, 0), lambda: BINDING).misfit
    assert driver.print_sheet(replace(sheet_of(found, 0), page=None, of=1), lambda: BINDING).misfit


def test_no_paper_is_known_before_anything_is_compared_or_sent(
    house: PageHouse, printer: SimulatedPrinter, driver: EscPosDocumentPrinter
) -> None:
    found = drawn(house, driver.shape)
    printer.faults.fail_repeatedly("paper_out")
    outcome = driver.print_sheet(sheet_of(found, 0), lambda: BINDING)
    assert (outcome.verdict, outcome.cause, outcome.misfit) == ("not_issued", "paper_out", "")
    printer.faults.clear()
    assert driver.preflight() == "ready"
    assert driver.print_sheet(sheet_of(found, 0), lambda: BINDING).verdict == "issued"


def test_paper_that_ends_in_a_sheet_leaves_it_in_doubt_and_the_next_sheet_has_paper_of_its_own(
    house: PageHouse, printer: SimulatedPrinter, driver: EscPosDocumentPrinter
) -> None:
    found = drawn(house, driver.shape)
    assert driver.preflight() == "ready"
    printer.faults.fail_after("paper_out", 150, "dots")
    outcome = driver.print_sheet(sheet_of(found, 0), lambda: BINDING)
    assert (outcome.verdict, outcome.cause) == ("maybe", "paper_out")
    printer.faults.clear()
    assert driver.preflight() == "ready"
    assert driver.print_sheet(sheet_of(found, 1), lambda: BINDING).verdict == "issued"
    torn, whole = [piece for piece in printer.wait_for_pieces(2) if piece.image.point(lambda v: 255 - v).getbbox()]
    assert torn.torn and not whole.torn
