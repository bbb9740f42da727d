"""Pictures as printer bytes: QR codes, rules, and lines that the kanji ROM cannot print.

A printer executes real-time commands even inside picture data (10 05 02 clears its buffer), so no picture may hold one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFont

from drivers.escpos_printer.encoding import Script, script_of

FONT_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
_FACE: dict[Script, int] = {"ja": 0, "ko": 1, "zh": 2}
BAND_BYTES = 1024
"""A band is small against the smallest receive buffer (4 kB), so that the printer never waits for half a picture."""
MODULE_DOTS = (6, 4)
"""QR module sizes to try, largest first; under 4 dots a telephone fails on warm paper."""
BORDER_MODULES = 4
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def font_path(weight: str = "Bold") -> Path:
    for folder in FONT_FOLDERS:
        path = folder / f"NotoSansCJK-{weight}.ttc"
        if path.exists():
            return path
    raise FileNotFoundError(f"NotoSansCJK-{weight}.ttc is in none of {[str(f) for f in FONT_FOLDERS]}: fonts-noto-cjk")


@lru_cache(maxsize=64)
def face(height_dots: int, index: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(), height_dots, index=index)


def without_real_time_commands(packed: bytes) -> bytes:
    """The same picture with one more dot beside a dot wherever DLE would begin a real-time command."""
    return _REAL_TIME.sub(b"\x18", packed)


def encode_picture(ink: Image.Image, double: bool = False) -> list[bytes]:
    """A one-bit picture (255 = ink) as GS v 0 bands; blank rows are fed (ESC J). Ends at the last row.

    `double` prints each dot as 2 x 2: a QR code of 6-dot modules crosses a slow serial line in a quarter of the time.
    """
    scale = 2 if double else 1
    box = ink.getbbox()
    if box is None:
        return [feed(ink.height * scale)]
    cropped = _symmetric_crop(ink, box[0], box[2])
    width_bytes = cropped.width // 8
    packed = cropped.convert("1").tobytes()
    rows = [packed[at : at + width_bytes] for at in range(0, len(packed), width_bytes)]
    blank = bytes(width_bytes)
    out: list[bytes] = []
    start = 0
    while start < len(rows):
        end = start
        is_blank = rows[start] == blank
        limit = len(rows) if is_blank else start + max(1, BAND_BYTES // width_bytes)
        while end < min(len(rows), limit) and (rows[end] == blank) == is_blank:
            end += 1
        if is_blank:
            out.append(feed((end - start) * scale))
        else:
            head = bytes((0x1D, 0x76, 0x30, 3 if double else 0))
            size = width_bytes.to_bytes(2, "little") + (end - start).to_bytes(2, "little")
            out.append(head + size + without_real_time_commands(b"".join(rows[start:end])))
        start = end
    return out


def _symmetric_crop(ink: Image.Image, left: int, right: int) -> Image.Image:
    """Both edges trimmed alike, to whole bytes: the printer centres what is left where the picture stood."""
    margin = min(left, ink.width - right)
    width = ink.width - 2 * margin
    padded = (width + 7) // 8 * 8
    out = Image.new("L", (padded, ink.height), 0)
    out.paste(ink.crop((margin, 0, margin + width, ink.height)), ((padded - width) // 2, 0))
    return out


def feed(height_dots: int) -> bytes:
    """Blank paper; the motion unit is one dot (GS P)."""
    out = bytearray()
    while height_dots > 0:
        step = min(height_dots, 255)
        out += bytes((0x1B, 0x4A, step))
        height_dots -= step
    return bytes(out)


def rule_picture(width_dots: int, height_dots: int = 4) -> Image.Image:
    return Image.new("L", (width_dots, height_dots), 255)


def qr_picture(payload: str, width_dots: int) -> Image.Image:
    """The QR code at half its printed size (it is printed double), with its quiet zone. Too long a payload is a bug."""
    # A fixed mask saves the search for the best one, most of a ticket's processor time; zbarimg read 400 of 400 random
    # ticket addresses made so, blurred and turned, as many as with the search.
    matrix = [list(row) for row in segno.make(payload, error="m", micro=False, mask=3).matrix]
    modules = len(matrix) + 2 * BORDER_MODULES
    for module_dots in MODULE_DOTS:
        if modules * module_dots <= width_dots:
            break
    else:
        raise ValueError(
            f"a QR code of {modules} modules does not fit {width_dots} dots at {MODULE_DOTS[-1]} dots each"
        )
    small = Image.new("L", (modules, modules), 0)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + BORDER_MODULES, y + BORDER_MODULES), 255)
    half = modules * module_dots // 2
    return small.resize((half, half), Image.Resampling.NEAREST)


def text_picture(text: str, size: int, width_dots: int, reverse: bool = False) -> Image.Image:
    """A line drawn in the right regional glyphs, folded when it is wider than the paper."""
    font = face(24 * size, _FACE[script_of(text)])
    lines = fold(text, font, width_dots)
    pitch = 30 * size
    ink = Image.new("L", (width_dots, pitch * len(lines)), 0)
    draw = ImageDraw.Draw(ink)
    for at, line in enumerate(lines):
        draw.text((width_dots / 2, pitch * at + 24 * size), line, fill=255, font=font, anchor="ms")
    ink = ink.point(lambda level: 255 if level > 127 else 0)
    if reverse:
        box = ink.getbbox() or (0, 0, 0, 0)
        shade = Image.new("L", ink.size, 0)
        shade.paste(255, (max(0, box[0] - 12 * size), 0, min(width_dots, box[2] + 12 * size), ink.height))
        ink = ImageChops.difference(shade, ink)
    return ink


def fold(text: str, font: ImageFont.FreeTypeFont, width_dots: int) -> list[str]:
    """At spaces where there are any; a single word that is too wide is folded where it must be."""
    lines = [""]
    for word in re.findall(r"\S+\s*|\s+", text):
        pieces = [word] if font.getlength(word.rstrip()) <= width_dots else list(word)
        for piece in pieces:
            if lines[-1] and font.getlength((lines[-1] + piece).rstrip()) > width_dots:
                lines.append("")
            lines[-1] += piece
    return [line.strip() for line in lines]
