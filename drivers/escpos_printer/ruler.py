"""A page that tells a person how wide an unknown printer prints and how fine: bars that end where its paper does."""

from __future__ import annotations

from PIL import Image, ImageDraw

from drivers.escpos_printer import protocol
from drivers.escpos_printer.drawing import face

WIDTHS_DOTS = (384, 420, 512, 576, 832)
RULER_DOTS = 320
"""On any paper: 40 mm at 203 dots an inch, 45 mm at 180, 27 mm at 300."""
BAR_DOTS = 24
LABEL_DOTS = 24


def page() -> bytes:
    """Left-aligned. Each bar ends in a hook of its own, so that one that is cut off is seen to be."""
    out = bytearray(protocol.INITIALISE + b"\x1ba\x00")
    for width_dots in WIDTHS_DOTS:
        out += _picture(_labelled_bar(str(width_dots), width_dots))
    out += _picture(_labelled_bar("mm?", RULER_DOTS))
    return bytes(out + b"\x1bJ\x40" + protocol.CUT)


def measured_dpi(length_mm: float) -> int | None:
    """What the ruler's length means; None when it fits no printer."""
    dpi = RULER_DOTS * 25.4 / length_mm if length_mm > 0 else 0.0
    return next((known for known in (180, 203, 300) if abs(dpi - known) <= 0.05 * known), None)


def _labelled_bar(label: str, width_dots: int) -> Image.Image:
    ink = Image.new("1", (width_dots, LABEL_DOTS + BAR_DOTS + 16), 0)
    draw = ImageDraw.Draw(ink)
    draw.text((0, 0), label, fill=1, font=face(LABEL_DOTS, 0))
    top = LABEL_DOTS + 8
    draw.line((0, top, width_dots - 1, top), fill=1, width=3)
    for x in (0, width_dots - 3):
        draw.rectangle((x, top, x + 2, top + BAR_DOTS), fill=1)
    return ink


def _picture(ink: Image.Image) -> bytes:
    """GS v 0 of the whole width in bands: the printer drops what is beyond its head."""
    width_bytes = (ink.width + 7) // 8
    packed = ink.tobytes()
    rows = 1024 // width_bytes
    out = bytearray()
    for start in range(0, ink.height, rows):
        band = packed[start * width_bytes : (start + rows) * width_bytes]
        count = len(band) // width_bytes
        out += b"\x1dv0\0" + bytes((width_bytes % 256, width_bytes // 256, count % 256, count // 256)) + band
    return bytes(out)
