"""A document comes out whole, in its own proportions and unaltered, or is refused before the first byte."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.document import PAGE_LIMIT, draw_pages, encode_document
from drivers.escpos_printer.protocol import CUT, EncodedTicket, marks_of, report
from drivers.ports import DocumentPaper, Unprintable
from tests.depth import examples
from tests.drivers.escpos_printer.documents import A4_POINTS, certificate, paper, pdf
from tests.drivers.escpos_printer.reading import carries_real_time_command, picture_on

MARKS = marks_of("job", 1)
WIDE = ((576, 203), (832, 203), (1728, 203), (512, 180))


def encoded(data: bytes, width_dots: int, dpi: int) -> EncodedTicket:
    ticket = encode_document(paper(data), MARKS, width_dots, dpi)
    assert isinstance(ticket, EncodedTicket)
    return ticket


def page_bytes(ticket: EncodedTicket) -> bytes:
    return b"".join(t.data for t in split(ticket.data) if t.kind == "picture" or t.data[:2] == b"\x1bJ")


@pytest.mark.parametrize(("width_dots", "dpi"), WIDE)
def test_the_paper_shows_the_page_as_drawn(width_dots: int, dpi: int) -> None:
    data = certificate()
    pages = draw_pages(data, width_dots, dpi)
    assert isinstance(pages, list)
    on_paper = picture_on(page_bytes(encoded(data, width_dots, dpi)), width_dots)
    want = pages[0].tobytes()
    got = on_paper.crop((0, 0, width_dots, pages[0].height)).tobytes()
    changed = [(a, b) for a, b in zip(want, got, strict=True) if a != b]
    assert set(changed) <= {(0x10, 0x18)}
    assert len(changed) < len(want) / 1000


@pytest.mark.parametrize(("width_dots", "dpi"), WIDE)
def test_edges_stand_where_they_should(width_dots: int, dpi: int) -> None:
    """A filled rectangle over the whole page, and a line of its middle: nothing is cut off, nothing is stretched."""
    data = pdf("0 0 595.276 841.89 re f")
    pages = draw_pages(data, width_dots, dpi)
    assert isinstance(pages, list)
    box = pages[0].getbbox()
    assert box is not None
    true_width = min(width_dots, A4_POINTS[0] / 72 * dpi)
    assert abs((box[2] - box[0]) - true_width) <= 1
    assert abs((box[3] - box[1]) - true_width * A4_POINTS[1] / A4_POINTS[0]) <= 2
    assert abs(box[0] - (width_dots - box[2])) <= 1


@pytest.mark.parametrize(("width_dots", "dpi"), WIDE)
def test_no_hairline_is_lost(width_dots: int, dpi: int) -> None:
    """Wherever it lies between two rows of dots: a table without its lines is another document."""
    heights = [700 - 10.37 * at for at in range(60)]
    pages = draw_pages(pdf("0.1 w\n" + "\n".join(f"50 {y:.2f} m 500 {y:.2f} l S" for y in heights)), width_dots, dpi)
    assert isinstance(pages, list)
    page = pages[0]
    middle = page.crop((page.width // 2, 0, page.width // 2 + 1, page.height)).convert("L").tobytes()
    for y in heights:
        at = int((A4_POINTS[1] - y) / A4_POINTS[1] * page.height)
        assert any(middle[at - 2 : at + 3]), y


def test_a_drawn_line_of_a_tenth_of_a_millimetre_is_kept_at_true_size() -> None:
    """As an outline that is filled, not quite level: half of it may lie in each of two rows of dots."""
    heights = [700 - 10.37 * at for at in range(60)]
    outlines = [f"50 {y:.3f} m 500 {y + 0.1:.3f} l 500 {y + 0.383:.3f} l 50 {y + 0.283:.3f} l h f" for y in heights]
    pages = draw_pages(pdf("\n".join(outlines)), 1728, 203)
    assert isinstance(pages, list)
    middle = pages[0].crop((864, 0, 865, pages[0].height)).convert("L").tobytes()
    assert all(any(middle[(at := int((A4_POINTS[1] - y) / 72 * 203)) - 3 : at + 4]) for y in heights)


def test_a_page_is_never_enlarged() -> None:
    pages = draw_pages(pdf("0 0 100 100 re f", size_points=(100, 100)), 1728, 203)
    assert isinstance(pages, list)
    assert abs(pages[0].height - 100 / 72 * 203) <= 1


def test_every_page_is_cut_and_the_marks_prove_the_last() -> None:
    data = encoded(pdf("100 100 50 50 re f", "200 200 50 50 re f"), 576, 203).data
    assert sum(token.data == CUT for token in split(data)) == 2
    assert data.index(report(MARKS.number)) < data.index(b"\x1dv0")
    assert data.endswith(report(MARKS.printed) + CUT + report(MARKS.cut))


@pytest.mark.parametrize(("width_dots", "dpi"), WIDE)
def test_the_printer_is_asked_between_bands(width_dots: int, dpi: int) -> None:
    ticket = encoded(certificate(), width_dots, dpi)
    ends = [0, *(end for end, _ in ticket.stops)]
    assert ends[-1] == len(ticket.data)
    assert max(b - a for a, b in itertools.pairwise(ends)) <= 2200
    assert all(ticket.data[:end].endswith(report(mark)) for end, mark in ticket.stops)
    assert not carries_real_time_command(ticket.data)


squares = st.tuples(st.integers(0, 590), st.integers(0, 830), st.integers(1, 60), st.integers(1, 60))


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(squares, max_size=12), st.sampled_from(WIDE))
def test_no_document_carries_a_command(shapes: list[tuple[int, int, int, int]], wide: tuple[int, int]) -> None:
    content = "\n".join(f"{x} {y} {w / 7:.2f} {h / 7:.2f} re f" for x, y, w, h in shapes)
    assert not carries_real_time_command(encoded(pdf(content), *wide).data)


def test_other_bytes_than_the_issuers_are_refused() -> None:
    received = paper(certificate())
    other = DocumentPaper(pdf("0 0 10 10 re f"), received.sha256)
    assert encode_document(other, MARKS, 576) == Unprintable("not_the_document")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"\x1b@ no pdf", certificate()[:300]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    assert encode_document(paper(data), MARKS, 576) == Unprintable("unreadable")


def test_a_document_without_end_is_refused() -> None:
    assert encode_document(paper(pdf(*[""] * (PAGE_LIMIT + 1))), MARKS, 576) == Unprintable("too_long")
    assert encode_document(paper(pdf("", size_points=(10, 14_000))), MARKS, 1728) == Unprintable("too_long")


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=20))
def test_a_damaged_pdf_never_raises(at: int, junk: bytes) -> None:
    whole = pdf("BT /F1 20 Tf 100 700 Td (A) Tj ET", "1 0 0 RG 10 10 m 500 500 l S")
    at %= len(whole)
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    assert isinstance(encode_document(paper(damaged), MARKS, 576), EncodedTicket | Unprintable)


def test_a_ticket_machine_does_not_load_pdfium() -> None:
    program = "import sys, drivers.escpos_printer.document; assert 'pypdfium2' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
