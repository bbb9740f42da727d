"""Certificates of people who do not exist, on which every band of every page says whose it is: what a scanner of the
whole paper would see, so that not even half a page of another can hide.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import NamedTuple

import numpy as np
import segno
from PIL import Image

from tests.drivers.escpos_printer.documents import pdf

DPI = 203
CELL_DOTS = 8
CELLS = 64
BAR_DOTS = 16
BAND_DOTS = 80
"""Above the QR code, and once more below it."""
MODULE_DOTS = 6
QR_DOTS = 37 * MODULE_DOTS
WIDTH_DOTS = 576
HEIGHT_DOTS = BAR_DOTS + 2 * BAND_DOTS + QR_DOTS
LEFT_DOTS = (WIDTH_DOTS - CELLS * CELL_DOTS) // 2
BAR = b"\xff" * (CELLS // 8)


class Whose(NamedTuple):
    """`page` from 0."""

    resident: str
    job: str
    page: int

    @property
    def code(self) -> bytes:
        """In 64 cells of each row of dots that is no QR code's: the first is always ink, there and nowhere else."""
        digest = hashlib.sha256("\n".join(map(str, self)).encode()).digest()[: CELLS // 8]
        return bytes((digest[0] | 0x80, *digest[1:]))

    @property
    def text(self) -> str:
        """Of the QR code."""
        return f"{self.resident} {self.job} {self.page}"


def marked_pdf(resident: str, job: str, pages: int) -> bytes:
    size = (WIDTH_DOTS * 72 / DPI, HEIGHT_DOTS * 72 / DPI)
    return pdf(*(_content(Whose(resident, job, page)) for page in range(pages)), size_points=size)


def _content(whose: Whose) -> str:
    boxes = [(LEFT_DOTS, 0, CELLS * CELL_DOTS, BAR_DOTS)]
    for at in np.flatnonzero(np.unpackbits(np.frombuffer(whose.code, np.uint8))):
        x = LEFT_DOTS + int(at) * CELL_DOTS
        boxes += [(x, y, CELL_DOTS, BAND_DOTS) for y in (BAR_DOTS, BAR_DOTS + BAND_DOTS + QR_DOTS)]
    matrix = segno.make(whose.text, error="l", micro=False).matrix
    assert len(matrix) + 8 <= QR_DOTS // MODULE_DOTS
    for row, modules in enumerate(matrix):
        y = BAR_DOTS + BAND_DOTS + MODULE_DOTS * (4 + row)
        boxes += [
            (LEFT_DOTS + MODULE_DOTS * (4 + column), y, MODULE_DOTS, MODULE_DOTS)
            for column, is_ink in enumerate(modules)
            if is_ink
        ]
    to_points = 72 / DPI
    drawn = " ".join(f"{x} {HEIGHT_DOTS - y - height} {width} {height} re" for x, y, width, height in boxes)
    return f"{to_points:.6f} 0 0 {to_points:.6f} 0 0 cm {drawn} f"


class Seen(NamedTuple):
    """What stands on one piece of paper: how many rows of dots are of whom, and whether it is a whole page."""

    rows: dict[bytes, int]
    is_whole: bool


def read(paper: Image.Image) -> Seen | None:
    """None for paper without ink. Every row of dots is read; a mixed one is of a code that nobody has."""
    ink = np.asarray(paper.convert("L")) < 128
    if not ink.any():
        return None
    left = (ink.shape[1] - WIDTH_DOTS) // 2 + LEFT_DOTS
    cells = ink[:, left + CELL_DOTS // 2 + CELL_DOTS * np.arange(CELLS)]
    codes = [code.tobytes() for code in np.packbits(cells[cells[:, 0]], axis=1)]
    rows = Counter(code for code in codes if code != BAR)
    # pdfium draws the edge of a box into the row beside it, so a row more or less is the same page.
    is_whole = abs(codes.count(BAR) - BAR_DOTS) <= 2 and abs(sum(rows.values()) - 2 * BAND_DOTS) <= 3
    return Seen(dict(rows), is_whole)
