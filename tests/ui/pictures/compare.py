"""Whether two pictures show the same to the eye. Small places count, not the whole: an icon is little of a screen."""

from __future__ import annotations

import msgspec
from PIL import Image, ImageChops, ImageFilter

STEP = 12
"""Levels of 255 by which a colour must differ to count: less may be the edge of a glyph, a fraction of a dot away."""
WINDOW_PX = 15
MOST_OF_WINDOW = 0.06
"""Of the dots of any such square."""


class Difference(msgspec.Struct, frozen=True):
    share: float
    """Of the worst square, 0 to 1."""
    x: int = 0
    y: int = 0

    @property
    def seen(self) -> bool:
        return self.share > MOST_OF_WINDOW


def compare(one: Image.Image, other: Image.Image) -> Difference:
    if one.size != other.size:
        return Difference(1.0)
    density = _differing(one, other).filter(ImageFilter.BoxBlur(WINDOW_PX // 2))
    worst = density.getextrema()[1]
    if not worst:
        return Difference(0.0)
    left, top, right, bottom = density.point(lambda level: 255 if level == worst else 0).getbbox() or (0, 0, 0, 0)
    return Difference(worst / 255, (left + right) // 2, (top + bottom) // 2)


def marked(one: Image.Image, other: Image.Image) -> Image.Image:
    """The other picture, pale, with every dot in red that differs."""
    if one.size != other.size:
        return other.convert("RGB")
    pale = Image.blend(other.convert("RGB"), Image.new("RGB", other.size, "white"), 0.7)
    pale.paste((206, 0, 0), mask=_differing(one, other))
    return pale


def _differing(one: Image.Image, other: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda level: 255 if level > STEP else 0)
