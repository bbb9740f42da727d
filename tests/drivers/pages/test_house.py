"""A PDF becomes dots in a process of its own: whole and sealed, or refused; and nothing that it does harms the next."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.escpos_printer.document import PAGE_LIMIT, draw_pages
from drivers.pages.drawing import BLANK, DRAWN, answer
from drivers.pages.house import PDF_BYTES_MAX, Drawn, PageHouse
from drivers.ports import Unprintable
from drivers.sheet_ports import Binding, PaperShape, Sheet
from tests.drivers.escpos_printer.documents import certificate, pdf
from tests.drivers.pages.encrypted import encrypted_pdf

pytestmark = pytest.mark.slow

ROLL = PaperShape(576, 203, by_page=True)
WIDE = PaperShape(1728, 203, by_page=True)
TRAY = PaperShape()
TWO_PAGES = pdf("100 100 50 50 re f", "200 200 50 50 re f")


@pytest.fixture(scope="module")
def house() -> Iterator[PageHouse]:
    made = PageHouse()
    yield made
    made.close()


def bound(data: bytes, job: str = "j1") -> Binding:
    return Binding("s1", job, "r1", hashlib.sha256(data).hexdigest())


def drawn(house: PageHouse, data: bytes, shape: PaperShape = ROLL, preview_px: int = 0) -> Drawn:
    found = house.draw(data, bound(data), shape, preview_px)
    assert isinstance(found, Drawn)
    return found


@pytest.mark.parametrize("shape", [ROLL, WIDE, PaperShape(832, 203, by_page=True)])
def test_the_dots_are_those_of_the_pdf(house: PageHouse, shape: PaperShape) -> None:
    data = certificate()
    found = drawn(house, data, shape)
    (want,) = draw_pages(data, shape.width_dots, shape.dpi)  # type: ignore[misc]
    assert found.page_count == 1 and found.pdf == data
    assert (found.pages[0].width_dots, found.pages[0].height_dots) == want.size
    assert found.pages[0].rows() == want.tobytes()


def test_what_the_parent_draws_before_anybody_comes_is_a_page_with_nothing_on_it() -> None:
    (blank,) = draw_pages(BLANK, 512, 203)  # type: ignore[misc]
    assert answer(BLANK, 512, 203, 64)[0][0] == DRAWN
    assert blank.getbbox() is None


def test_every_page_knows_its_place_and_a_tray_gets_the_pdf_itself(house: PageHouse) -> None:
    assert [page.at for page in drawn(house, TWO_PAGES).pages] == [0, 1]
    whole = drawn(house, TWO_PAGES, TRAY)
    assert (whole.page_count, whole.pages, whole.pdf) == (2, (), TWO_PAGES)


def test_the_preview_is_of_the_dots_that_will_be_printed(house: PageHouse) -> None:
    found = drawn(house, certificate(), WIDE, preview_px=900)
    assert len(found.previews) == 1 and found.previews[0].startswith(b"\x89PNG")
    assert int.from_bytes(found.previews[0][16:20], "big") == 864
    assert drawn(house, certificate(), WIDE).previews == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "unreadable"),
        (b"\x1b@ no pdf", "unreadable"),
        (b"%PDF-1.4", "unreadable"),
        (certificate()[:300], "unreadable"),
        (encrypted_pdf("secret"), "encrypted"),
        (encrypted_pdf(""), "encrypted"),
        (pdf(*[""] * (PAGE_LIMIT + 1)), "too_long"),
        (b"%PDF-1.4" + bytes(PDF_BYTES_MAX), "too_long"),
        (pdf("", size_points=(10, 14_000)), "too_long"),
    ],
)
def test_what_cannot_be_a_certificate_is_refused(house: PageHouse, data: bytes, reason: str) -> None:
    for shape in (ROLL, TRAY):
        assert house.draw(data, bound(data), shape) == Unprintable(reason)  # type: ignore[arg-type]


def test_other_bytes_than_the_bound_ones_are_refused(house: PageHouse) -> None:
    assert house.draw(certificate(), bound(TWO_PAGES), ROLL) == Unprintable("not_the_document")


def test_an_image_that_no_memory_holds_is_refused_and_not_left_out(house: PageHouse) -> None:
    """pdfium draws a page without an image for which it has no memory: that would be another document."""
    data, small = with_image(7_000), with_image(200)
    assert len(data) < PDF_BYTES_MAX
    assert house.draw(data, bound(data), ROLL) == Unprintable("too_long")
    assert isinstance(house.draw(small, bound(small), ROLL), Drawn)


def with_image(side: int) -> bytes:
    """Black, so many dots wide and high, over all of the page."""
    rows = zlib.compress(bytes(side) * side, 9)
    head = f"q 500 0 0 500 0 0 cm BI /W {side} /H {side} /BPC 8 /CS /G /F /Fl ID "
    made = pdf("CONTENT", size_points=(500, 500))
    stream = b"<< /Length %d >>\nstream\n%b%b EI Q" % (len(head) + len(rows) + 5, head.encode(), rows)
    return made.replace(b"<< /Length 7 >>\nstream\nCONTENT", stream)


def test_a_child_that_is_killed_harms_nobody_else(house: PageHouse) -> None:
    """Whatever it had done until then: refused, or drawn whole; never half."""
    lines = "\n".join(f"{x} 10 m {x} 800 l S" for x in range(40))
    data = pdf(*[lines] * 6)
    whole = [page.rows() for page in drawn(house, data, WIDE).pages]
    with ThreadPoolExecutor(1) as thread:
        for _ in range(100):
            work = thread.submit(house.draw, data, bound(data), WIDE)
            while not (children := children_of(pid_of(house))) and not work.done():
                pass
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            found = work.result()
            if isinstance(found, Unprintable):
                break
            assert [page.rows() for page in found.pages] == whole
    assert found == Unprintable("unreadable")
    assert drawn(house, TWO_PAGES).page_count == 2


def pid_of(house: PageHouse) -> int:
    assert house.process is not None
    return house.process.pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_house_that_has_died_is_built_again() -> None:
    house = PageHouse()
    try:
        assert drawn(house, TWO_PAGES).page_count == 2
        os.kill(pid_of(house), signal.SIGKILL)
        assert drawn(house, TWO_PAGES).page_count == 2
        assert drawn(house, certificate()).page_count == 1
    finally:
        house.close()


@pytest.mark.slow
def test_the_house_ends_with_its_core() -> None:
    """However that ends: nobody else would ever end it."""
    program = (
        "import os\n"
        "from drivers.pages.house import PageHouse\n"
        "house = PageHouse()\n"
        "house.start()\n"
        "print(house.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    core = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)
    pid = int(core.stdout)
    deadline_s = time.monotonic() + 60.0
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_many_at_once_get_their_own(house: PageHouse) -> None:
    documents = [pdf(f"{10 * at} {20 * at} 40 30 re f", f"{5 * at} 9 m 300 {at} l S") for at in range(12)]
    want = [[page.tobytes() for page in draw_pages(one, 576, 203)] for one in documents]  # type: ignore[union-attr]
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda at: house.draw(documents[at], bound(documents[at], f"j{at}"), ROLL), range(12)))
    for at, one in enumerate(found):
        assert isinstance(one, Drawn)
        assert one.binding.job == f"j{at}" and [page.rows() for page in one.pages] == want[at]


def test_a_sheet_fits_only_what_it_was_made_of(house: PageHouse) -> None:
    one = drawn(house, TWO_PAGES)
    sheet = Sheet(one.binding, 1, 2, one.pdf, one.pages[1])
    assert sheet.misfit(one.binding) == ""
    assert sheet.misfit(None)
    for other in ({"session": "s2"}, {"job": "j2"}, {"resident": "r2"}, {"sha256": "0" * 64}):
        assert sheet.misfit(replace(one.binding, **other))
    other_page = replace(one.pages[1], packed=one.pages[0].packed)
    for wrong in (
        replace(sheet, pdf=certificate()),
        replace(sheet, page=one.pages[0]),
        replace(sheet, page=other_page),
        replace(sheet, page=replace(one.pages[1], at=0)),
        replace(sheet, page=replace(one.pages[1], binding=replace(one.binding, job="j2"))),
        replace(sheet, page=None),
    ):
        assert wrong.misfit(one.binding)
    everything_of_another = replace(one.binding, resident="r2")
    moved = replace(sheet, binding=everything_of_another, page=replace(one.pages[1], binding=everything_of_another))
    assert moved.misfit(everything_of_another), "the seal was made for another resident"
