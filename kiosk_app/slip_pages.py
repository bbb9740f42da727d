"""A receipt or a claim's slip as a page, for a kiosk whose one printer is that of certificates.

Drawn from the same parts as on a ticket printer, so that nothing is said twice in two ways.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageDraw

from drivers.escpos_printer.drawing import drawable, face
from drivers.escpos_printer.encoding import Script, script_of
from drivers.escpos_printer.qr import qr_picture
from drivers.escpos_printer.raster import rule_picture
from drivers.ports import Gap, PaperPart, QrCode, Rule, TicketLine, TicketPaper

WIDTH_DOTS, DPI = 512, 203
EDGE_DOTS = 24
MONO: dict[Script, int] = {"ja": 5, "ko": 6, "zh": 7}
"""Of Noto Sans Mono CJK: a letter is half a kanji, as in a printer's ROM, for which columns were counted."""
ABOVE_DOTS, BELOW_DOTS = 28, 8


def page_of(paper: TicketPaper) -> bytes:
    """A PDF of one page, as long as its text."""
    drawn = [picture for part in paper.parts if (picture := _picture(part)) is not None]
    page = Image.new("L", (WIDTH_DOTS, 2 * EDGE_DOTS + sum(one.height for one in drawn)), 0)
    y = EDGE_DOTS
    for one in drawn:
        page.paste(one, ((WIDTH_DOTS - one.width) // 2, y))
        y += one.height
    out = io.BytesIO()
    page.point([255 - level for level in range(256)]).convert("1").save(out, "PDF", resolution=DPI)
    return out.getvalue()


def _picture(part: PaperPart) -> Image.Image | None:
    """255 = ink."""
    match part:
        case TicketLine():
            return _line(part)
        case Rule():
            return rule_picture(WIDTH_DOTS)
        case Gap():
            return Image.new("L", (WIDTH_DOTS, part.height_dots), 0)
        case QrCode():
            half = qr_picture(part.payload, WIDTH_DOTS)
            return None if half is None else half.resize((2 * half.width, 2 * half.height), Image.Resampling.NEAREST)
    return None


def _line(part: TicketLine) -> Image.Image:
    font = face(24 * part.size, MONO[script_of(part.text, part.language)])
    ink = Image.new("L", (WIDTH_DOTS, (ABOVE_DOTS + BELOW_DOTS) * part.size), 0)
    at = (WIDTH_DOTS / 2, ABOVE_DOTS * part.size)
    ImageDraw.Draw(ink).text(at, drawable(part.text), fill=255, font=font, anchor="ms")
    ink = ink.point(lambda level: 255 if level > 127 else 0)
    return ImageChops.invert(ink) if part.reverse else ink
