"""The simulated paper: rows of dots as the head burns them, and the pieces that the cutter or a hand takes away.

It draws from the printer's side, with the ROM's cell sizes, so that a ticket's picture is evidence and not an echo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageOps

from drivers.escpos_printer.drawing import face

MONO_JP = 5
"""Noto Sans Mono CJK JP: ASCII is half a kanji, as in a printer's ROM (12 x 24 beside 24 x 24)."""


@dataclass(frozen=True)
class Piece:
    """Paper that left the printer. `torn`: by hand, or after the printer's buffer was cleared in the middle of it."""

    width_dots: int
    rows: bytes
    """One bit a dot, 1 = ink."""
    data: bytes
    lines: tuple[str, ...]
    torn: bool = False

    @cached_property
    def image(self) -> Image.Image:
        """As a person sees it: ink is black."""
        height = len(self.rows) // ((self.width_dots + 7) // 8)
        return ImageChops.invert(Image.frombytes("1", (self.width_dots, height), self.rows))


@dataclass(frozen=True)
class Style:
    """How the next characters are printed."""

    width: int = 1
    height: int = 1
    bold: bool = False
    reverse: bool = False


@lru_cache(maxsize=2000)
def glyph(char: str, cells: int, style: Style) -> Image.Image:
    """One character in its cell, 255 = ink."""
    size = max(style.width, style.height)
    cell = Image.new("L", (12 * cells * size, 24 * size), 0)
    # Kanji fill their cell; ASCII stands a little higher, so that g and the comma keep their tails as in a ROM.
    baseline = round(24 * size * (0.88 if cells == 2 else 0.82))
    ImageDraw.Draw(cell).text((0, baseline), char, fill=255, font=face(24 * size, MONO_JP), anchor="ls")
    cell = cell.resize((12 * cells * style.width, 24 * style.height)).point(lambda level: 255 if level > 127 else 0)
    if style.bold:
        cell = ImageChops.lighter(cell, ImageChops.offset(cell, 1, 0))
    return ImageOps.invert(cell) if style.reverse else cell


def compose(cells: list[Image.Image], width_dots: int, justification: int) -> Image.Image:
    """The cells of one line, bottoms together, placed on the paper's width."""
    total = sum(cell.width for cell in cells)
    height = max((cell.height for cell in cells), default=0)
    line = Image.new("L", (width_dots, height), 0)
    x = {0: 0, 1: (width_dots - total) // 2, 2: width_dots - total}[justification]
    for cell in cells:
        line.paste(cell, (x, height - cell.height))
        x += cell.width
    return line


class Roll:
    """The paper from the cutter's edge back to the head; grows by rows."""

    def __init__(self, width_dots: int, cutter_distance_dots: int) -> None:
        self._width_dots = width_dots
        self._cutter_distance_dots = cutter_distance_dots
        self._row_bytes = (width_dots + 7) // 8
        self._lines: list[str] = []
        self._spoilt = False
        self._rows = bytearray()
        self.renew()

    def renew(self) -> None:
        """A fresh edge: the paper between cutter and head is blank and already behind the head."""
        self._rows = bytearray(self._row_bytes * self._cutter_distance_dots)
        self._lines = []
        self._spoilt = False

    @property
    def lines(self) -> tuple[str, ...]:
        """What can be read (at least in part) on the paper that is still in the printer."""
        return tuple(self._lines)

    def has_ink(self) -> bool:
        return any(self._rows)

    def spoil(self) -> None:
        """Part of what should stand here was thrown away."""
        self._spoilt = self._spoilt or self.has_ink()

    def write(self, text: str) -> None:
        self._lines.append(text)

    def rows_of(self, ink: Image.Image) -> bytes:
        """A picture as wide as the paper, as the rows that `burn` takes."""
        return ink.convert("1", dither=Image.Dither.NONE).tobytes()

    def burn(self, rows: bytes | None, start: int, count: int) -> None:
        """Rows start..start+count of a picture; blank rows without one."""
        if rows is None:
            self._rows += bytes(self._row_bytes * count)
        else:
            self._rows += rows[start * self._row_bytes : (start + count) * self._row_bytes]

    def take(self, data: bytes, torn: bool = False) -> Piece:
        """Cut at the cutter, which stands a little after the head; or torn off by hand, whole."""
        behind = b"" if torn else bytes(self._rows[len(self._rows) - self._row_bytes * self._cutter_distance_dots :])
        rows = bytes(self._rows[: len(self._rows) - len(behind)])
        piece = Piece(self._width_dots, rows, data, tuple(self._lines), torn or self._spoilt)
        self.renew()
        if behind:
            self._rows = bytearray(behind)
        return piece
