"""A printer that needs no time for its paper and draws nothing: where many tickets a second are measured, what is
measured shall be the core and not how the simulator draws its glyphs. It speaks the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from bench.house import TimedPrinter
from drivers.escpos_printer.firmware import Firmware
from drivers.escpos_printer.paper import Piece

SPEED_DOTS_S = 1e9


class QuickPrinter(TimedPrinter):
    """`papers`: the lines of text of each piece that was cut."""

    def __init__(self) -> None:
        super().__init__()
        self.papers: list[tuple[str, ...]] = []
        self.firmware = _NoInk(self._transmit, self._finished, speed_dots_s=SPEED_DOTS_S, cut_s=0.0)

    def _take_in(self, data: bytes) -> None:
        super()._take_in(data)
        self.received.clear()
        self.arrivals.clear()

    def _finished(self, piece: Piece) -> None:
        self.papers.append(piece.lines)


class _NoInk(Firmware):
    """Reads every command and answers it; a line of text is written down where others would burn it."""

    def _add_text(self, data: bytes) -> Iterator[float | None]:
        self._text += data.decode("cp932", "backslashreplace")
        yield from ()

    def _print_line(self, feed_dots: int | None = None) -> Iterator[float | None]:
        text, self._text = self._text, ""
        if text:
            self.roll.write(text)
        yield from ()

    def _print_picture(self, data: bytes) -> Iterator[float | None]:
        yield from ()

    def _advance(self, rows: int, ink: Image.Image | None = None, text: str = "") -> Iterator[float | None]:
        yield from ()

    def _cut(self, feed_dots: int) -> Iterator[float | None]:
        yield from self._print_line()
        self._take_piece()
