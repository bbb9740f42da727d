"""操作履歴 on paper: whole, in order, readable, once a press, and said where it cannot be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

import pypdfium2
import pytest
from msgspec.structs import replace

from drivers.document_driver import EscPosDocumentPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from kiosk_app import history_paper
from kiosk_app.api import ActionRow
from kiosk_app.devices import DocumentDevice
from kiosk_app.office import facts as f
from tests.kiosk_app.house import SERVICE, House

AT = datetime(2026, 4, 6, 9, 0)
ROW = ActionRow(time="23:59", staff_code="2042", counter="99番", number="A-1105", what="取り消し", reason="お帰り")


@pytest.fixture
def documents() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as simulated:
        yield simulated


def attach(house: House, port: int) -> None:
    settings = PrinterSettings(kind="tcp", host="127.0.0.1", port=port, width_dots=512)
    house.core.documents = DocumentDevice(EscPosDocumentPrinter(settings))


@pytest.mark.parametrize("count", [0, 1, history_paper.ROWS_A_PAGE, history_paper.ROWS_A_PAGE + 1, 200])
def test_every_line_is_on_a_page(count: int) -> None:
    paper = history_paper.paper([ROW] * count, "操作履歴", f"{count}件", AT)
    assert hashlib.sha256(paper.pdf).hexdigest() == paper.sha256
    pages = pypdfium2.PdfDocument(paper.pdf)
    assert len(pages) == max(1, -(-count // history_paper.ROWS_A_PAGE))
    assert [round(side) for side in pages[0].get_size()] == [595, 842]


def test_the_same_day_gives_the_same_bytes() -> None:
    one, other = (history_paper.paper([ROW], "操作履歴", "1件", AT) for _ in range(2))
    assert one == other


@pytest.mark.slow
def test_nothing_is_drawn_over_the_edge_of_the_paper_however_long_it_is() -> None:
    long = replace(ROW, what="一括取り消しを戻す" * 2, staff_code="2042-9999", reason="大雨のため、休止です。" * 6)
    page = history_paper.page([long] * history_paper.ROWS_A_PAGE, "操作履歴", "件", "1 / 1").convert("L")
    left, top, right, bottom = page.point(lambda level: 255 - level).getbbox() or (0, 0, 0, 0)
    edge = history_paper.EDGE_DOTS
    assert left >= edge - 2
    assert top >= edge
    assert right <= history_paper.WIDTH_DOTS - edge + 2
    assert bottom <= history_paper.HEIGHT_DOTS - edge


async def test_a_clerk_prints_the_day_once(house: House, documents: SimulatedPrinter) -> None:
    attach(house, documents.port)
    token = await house.sign_in()
    await house.act(token, "issue", service=SERVICE)
    wish = {"day": "2026-04-06", "intent": "print-1"}
    reply = await house.act(token, "print_history", **wish)
    assert (reply.ok, reply.message) == (True, "操作履歴を印刷しました。")
    assert len(documents.pieces) == 1
    again = await house.act(token, "print_history", **wish)
    assert again.ok
    assert len(documents.pieces) == 1
    (started,) = house.facts(f.HistoryPrintStarted)
    assert (started.date, started.lines > 0) == ("2026-04-06", True)
    assert (await house.staff_view(token)).actions[0].what == "操作履歴の印刷"


@pytest.mark.parametrize(
    ("day", "words"), [("", "日付がありません"), ("2026-02-31", "日付"), ("2026-04-07", "まだ来て")]
)
async def test_a_day_that_is_none_is_refused(house: House, documents: SimulatedPrinter, day: str, words: str) -> None:
    attach(house, documents.port)
    reply = await house.act(await house.sign_in(), "print_history", day=day)
    assert not reply.ok
    assert words in reply.message
    assert documents.pieces == []


async def test_a_printer_that_is_away_is_said_and_nothing_is_recorded(house: House) -> None:
    token = await house.sign_in()
    reply = await house.act(token, "print_history", day="2026-04-06")
    assert "書類プリンターがありません" in reply.message
    attach(house, 1)
    reply = await house.act(token, "print_history", day="2026-04-06")
    assert "書類プリンターが使えません" in reply.message
    assert house.facts(f.HistoryPrintStarted) == []


async def test_a_trainee_prints_nothing(house: House, documents: SimulatedPrinter) -> None:
    attach(house, documents.port)
    token = await house.sign_in(training=True)
    assert not (await house.act(token, "print_history", day="2026-04-06")).ok
    assert documents.pieces == []
