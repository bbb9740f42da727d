"""What a screen consists of once it is set: boxes, texts, icons, pictures, plates, each at its place.

A block knows its height for a width and can draw itself there. Nothing is elided or clipped, ever: a block that does
not fit says so (`broken`), and the screen is set again with smaller distances or type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from ui.kit.citizen.tokens import LINE, SMALLEST_PX, Style
from ui.kit.citizen.typeset import Setting, set_text, without_readings

Map = dict[str, Any]
LEAST_SHRINK = 0.75
WIDTH_SLACK = 2
"""Between a measured text and what the renderer paints."""


class Drawing(msgspec.Struct):
    """One layer. Later pieces of a kind cover earlier ones; boxes lie under everything, plates over it."""

    boxes: list[Map] = []
    texts: list[Map] = []
    icons: list[Map] = []
    pictures: list[Map] = []
    plates: list[Map] = []
    broken: bool = False

    def box(
        self, x: float, y: float, w: float, h: float, fill: str, *, edge: str = "", line: int = 0, radius: float = 0
    ) -> None:
        self.boxes.append(
            {"x": x, "y": y, "w": w, "h": h, "fill": fill, "edge": edge or fill, "line": line, "radius": radius}
        )

    def icon(self, name: str, x: float, y: float, side: float, tone: str) -> None:
        if name:
            self.icons.append({"x": x, "y": y, "side": side, "icon": name, "tone": tone.removeprefix("#")})

    def text(
        self, setting: Setting, x: float, y: float, width: float, tone: str, align: str = "left", heading: bool = False
    ) -> None:
        """`width` is the place that `align` refers to."""
        self.broken = self.broken or setting.broken
        words: list[Map] = []
        for n, line in enumerate(setting.lines):
            shift = {"left": 0.0, "centre": (width - line.width) / 2, "right": width - line.width}[align]
            top = setting.tops[n]
            base = top + (setting.reading_height if line.has_readings else 0)
            for w in line.words:
                words.append(_word(w.text, shift + w.x, base, setting.px, setting.bold))
                if w.reading:
                    words.append(_word(w.reading, shift + w.reading_x, top, setting.reading_px, False))
        self.texts.append(
            {
                "x": x,
                "y": y,
                "w": width,
                "h": setting.height,
                "tone": tone,
                "family": setting.family,
                "words": words,
                "name": " ".join(line.text for line in setting.lines),
                "heading": heading,
            }
        )

    def as_map(self) -> Map:
        return {
            "boxes": self.boxes,
            "texts": self.texts,
            "icons": self.icons,
            "pictures": self.pictures,
            "plates": self.plates,
        }


def code_source(png: str) -> str:
    """The address under which the face's own provider gives a `data:image/png;base64,` picture, without waiting."""
    return "image://codes/" + png.partition(",")[2].replace("+", "-").replace("/", "_")


def _word(text: str, x: float, y: float, px: int, bold: bool) -> Map:
    return {"x": x, "y": y, "h": round(px * LINE), "text": text, "px": px, "bold": bold}


class Block(Protocol):
    """A part of a screen."""

    def height(self, width: float) -> float: ...

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        """`height` is at least what `height(width)` said; a block uses more of it only where that helps."""


class Words(msgspec.Struct, frozen=True):
    """A text."""

    style: Style
    text: str
    token: str = "body"
    bold: bool = False
    tone: str = ""
    align: str = "left"
    heading: bool = False
    single: bool = False
    """On one line, if a slightly smaller type makes it so."""

    def setting(self, width: float) -> Setting:
        px = self.style.px(self.token)
        wrapped = found = self._set(px, width)
        least = max(SMALLEST_PX, round(px * LEAST_SHRINK))
        while self.single and (len(found.lines) > 1 or found.broken) and px > least:
            px -= 1
            found = self._set(px, width)
        return found if len(found.lines) == 1 and not found.broken else wrapped

    def _set(self, px: int, width: float) -> Setting:
        s = self.style
        return set_text(self.text, s.language, s.family, px, self.bold, max(1.0, float(width) - WIDTH_SLACK))

    def height(self, width: float) -> float:
        return self.setting(width).height

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        tone = self.tone or self.style.palette.ink
        to.text(self.setting(width), x, y, width, tone, self.align, self.heading)


class Space(msgspec.Struct, frozen=True):
    """Distance; `grows` takes what is left over."""

    px: float
    grows: bool = False

    def height(self, width: float) -> float:
        return self.px

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        return None


class Stack(msgspec.Struct, frozen=True):
    """Blocks below each other. What is left over goes to the spaces that grow, else to the end."""

    blocks: Sequence[Block]

    def height(self, width: float) -> float:
        return sum(block.height(width) for block in self.blocks)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        growing = [b for b in self.blocks if isinstance(b, Space) and b.grows]
        more = max(0.0, height - self.height(width)) / len(growing) if growing else 0.0
        for block in self.blocks:
            high = block.height(width)
            if isinstance(block, Space):
                y += high + (more if block.grows else 0)
                continue
            block.draw(to, x, y, width, high)
            y += high


class Grid(msgspec.Struct, frozen=True):
    """Equal columns; a row is as high as its highest block."""

    blocks: Sequence[Block]
    columns: int
    gap_x: float
    gap_y: float

    def _column(self, width: float) -> float:
        return (width - (self.columns - 1) * self.gap_x) / self.columns

    def _rows(self) -> list[Sequence[Block]]:
        return [self.blocks[n : n + self.columns] for n in range(0, len(self.blocks), self.columns)]

    def height(self, width: float) -> float:
        column, rows = self._column(width), self._rows()
        return sum(max(b.height(column) for b in row) for row in rows) + self.gap_y * max(0, len(rows) - 1)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        column = self._column(width)
        for row in self._rows():
            high = max(block.height(column) for block in row)
            for n, block in enumerate(row):
                block.draw(to, x + n * (column + self.gap_x), y, column, high)
            y += high + self.gap_y


class Panel(msgspec.Struct, frozen=True):
    """A flat tint: it informs and cannot be pressed."""

    style: Style
    inside: Block
    fill: str
    pad_x: float = 32
    pad_y: float = 24

    def height(self, width: float) -> float:
        return self.inside.height(width - 2 * self.pad_x) + 2 * self.pad_y

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        to.box(x, y, width, height, self.fill, radius=16)
        room = width - 2 * self.pad_x
        inside = self.inside.height(room)
        self.inside.draw(to, x + self.pad_x, y + (height - inside) / 2, room, inside)


class Beside(msgspec.Struct, frozen=True):
    """An icon or mark of fixed size at the left, a block at the right, both centred."""

    style: Style
    icon: str
    side: float
    tone: str
    right: Block
    gap: float = 24

    def height(self, width: float) -> float:
        return max(self.side, self.right.height(width - self.side - self.gap))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        room = width - self.side - self.gap
        high = self.right.height(room)
        to.icon(self.icon, x, y + (height - self.side) / 2, self.side, self.tone)
        self.right.draw(to, x + self.side + self.gap, y + (height - high) / 2, room, high)


def spoken_name(*parts: str) -> str:
    """An accessible name: without readings, on one line."""
    return "　".join(without_readings(part).replace("\n", " ") for part in parts if part)
