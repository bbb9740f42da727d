"""Draws what the kanji ROM cannot print: names like 𠮷 and 髙, variants (辻󠄀), other languages in their own glyphs."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from drivers.escpos_printer.encoding import Script
from drivers.escpos_printer.folding import fold

FONT_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
_FACE: dict[Script, int] = {"ja": 0, "ko": 1, "zh": 2}
_NO_CHARACTER = "\U0010ffff"
_MISSING = "〓"
"""What a Japanese printer sets where a type is missing: seen at once, and never taken for the character."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SIDE_DOTS = 4


def font_path(weight: str = "Bold") -> Path:
    for folder in FONT_FOLDERS:
        path = folder / f"NotoSansCJK-{weight}.ttc"
        if path.exists():
            return path
    raise FileNotFoundError(f"NotoSansCJK-{weight}.ttc is in none of {[str(f) for f in FONT_FOLDERS]}: fonts-noto-cjk")


@lru_cache(maxsize=64)
def face(height_dots: int, index: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(), height_dots, index=index)


@lru_cache(maxsize=4000)
def _has_glyph(char: str) -> bool:
    """All faces of the collection hold the same characters, in different shapes."""
    font = face(24, 0)
    return char == " " or bytes(font.getmask(char)) != bytes(font.getmask(_NO_CHARACTER))


def drawable(text: str) -> str:
    """The text with 〓 for each character that no font of ours has."""
    if not features.check("raqm"):
        # Without Raqm a selector would be a box of its own: the plain form of the same character is the lesser evil.
        text = _SELECTORS.sub("", text)
    return "".join(char if _SELECTORS.match(char) or _has_glyph(char) else _MISSING for char in text)


def text_picture(text: str, size: int, width_dots: int, reverse: bool = False, script: Script = "ja") -> Image.Image:
    """A line drawn in the right regional glyphs (255 = ink), folded when it is wider than the paper."""
    font = face(24 * size, _FACE[script])
    lines = fold(drawable(text), lambda part: font.getlength(part) <= width_dots - 2 * _SIDE_DOTS)
    drawn = [_line_picture(line, font, size, width_dots, reverse) for line in lines]
    ink = Image.new("L", (width_dots, sum(line.height for line in drawn)), 0)
    y = 0
    for line in drawn:
        ink.paste(line, (0, y))
        y += line.height
    return ink


def _line_picture(text: str, font: ImageFont.FreeTypeFont, size: int, width_dots: int, reverse: bool) -> Image.Image:
    box = font.getbbox(text, anchor="ms")
    # Two accents above a capital (Ế) are higher than a kanji. A heap of accents, which no language has, is cut off.
    above = min(40 * size, max(24 * size, -int(box[1])))
    below = min(12 * size, max(6 * size, int(box[3])))
    ink = Image.new("L", (width_dots, above + below), 0)
    ImageDraw.Draw(ink).text((width_dots / 2, above), text, fill=255, font=font, anchor="ms")
    ink = ink.point(lambda level: 255 if level > 127 else 0)
    if reverse:
        edges = ink.getbbox() or (0, 0, 0, 0)
        shade = Image.new("L", ink.size, 0)
        shade.paste(255, (max(0, edges[0] - 12 * size), 0, min(width_dots, edges[2] + 12 * size), ink.height))
        ink = ImageChops.difference(shade, ink)
    return ink
