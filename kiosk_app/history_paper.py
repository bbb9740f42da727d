"""操作履歴 on paper: an auditor asks for a day, and a page can be signed.

Pages are drawn, so no printer needs a font.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from drivers.escpos_printer.drawing import drawable, font_path
from drivers.ports import DocumentPaper
from kiosk_app.api import ActionRow

DPI = 200
WIDTH_DOTS, HEIGHT_DOTS = 1654, 2339
"""A4."""
EDGE_DOTS = 120
ROW_DOTS = 40
HEAD_DOTS = 150
TEXT_DOTS = 26
ROWS_A_PAGE = (HEIGHT_DOTS - 2 * EDGE_DOTS - HEAD_DOTS - 2 * ROW_DOTS) // ROW_DOTS
PAGES_MAX = 40
LINES_MAX = ROWS_A_PAGE * PAGES_MAX
COLUMNS = (("時刻", 0), ("番号", 100), ("操作", 230), ("窓口", 460), ("係員", 550), ("理由", 680))
"""What stands over each, and where it begins."""


def paper(rows: Sequence[ActionRow], title: str, note: str, at: datetime) -> DocumentPaper:
    """At most LINES_MAX rows, in the order given. `title` and `note` stand on each page, `at` is in the file alone."""
    pages = [rows[n : n + ROWS_A_PAGE] for n in range(0, min(len(rows), LINES_MAX), ROWS_A_PAGE)] or [()]
    pictures = [page(part, title, note, f"{n} / {len(pages)}") for n, part in enumerate(pages, 1)]
    out = io.BytesIO()
    when = at.utctimetuple()
    pictures[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pictures[1:],
        resolution=DPI,
        creationDate=when,
        modDate=when,
        title="操作履歴",
    )
    pdf = out.getvalue()
    return DocumentPaper(pdf, hashlib.sha256(pdf).hexdigest())


def page(rows: Sequence[ActionRow], title: str, note: str, number: str) -> Image.Image:
    """One page, black on white."""
    sheet = Image.new("1", (WIDTH_DOTS, HEIGHT_DOTS), 1)
    draw = ImageDraw.Draw(sheet)
    large, small = _font(44), _font(TEXT_DOTS)
    right = WIDTH_DOTS - EDGE_DOTS
    draw.text((EDGE_DOTS, EDGE_DOTS), drawable(title), fill=0, font=large)
    draw.text((EDGE_DOTS, EDGE_DOTS + 70), drawable(note), fill=0, font=small)
    draw.text((right, EDGE_DOTS + 70), number, fill=0, font=small, anchor="ra")
    y = EDGE_DOTS + HEAD_DOTS
    _line(draw, y, [name for name, _ in COLUMNS])
    draw.line((EDGE_DOTS, y + ROW_DOTS - 4, right, y + ROW_DOTS - 4), fill=0, width=3)
    for row in rows:
        y += ROW_DOTS
        _line(draw, y, [row.time, row.number, row.what, row.counter, row.staff_code, row.reason])
        draw.line((EDGE_DOTS, y + ROW_DOTS - 4, right, y + ROW_DOTS - 4), fill=0, width=1)
    return sheet


def _line(draw: ImageDraw.ImageDraw, y: int, cells: Sequence[str]) -> None:
    font = _font(TEXT_DOTS)
    ends = [x for _, x in COLUMNS[1:]] + [WIDTH_DOTS - 2 * EDGE_DOTS]
    for cell, (_, x), end in zip(cells, COLUMNS, ends, strict=True):
        draw.text((EDGE_DOTS + x, y), _fitting(drawable(cell), font, end - x - 10), fill=0, font=font)


def _fitting(text: str, font: ImageFont.FreeTypeFont, width_dots: int) -> str:
    """Cut with an ellipsis: a reason is one of the office's own list, and its beginning tells which."""
    if font.getlength(text) <= width_dots:
        return text
    while text and font.getlength(text + "…") > width_dots:
        text = text[:-1]
    return text + "…"


def _font(height_dots: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path("Regular"), height_dots)
