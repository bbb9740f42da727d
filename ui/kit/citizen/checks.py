"""What stands on a technician's screens alone: counts, tiles in the colour of their grade, cells, whole colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kiosk_app.api import CheckCount, CheckGrade, Colour, Control, Item
from ui.kit.citizen.drawing import Block, Drawing, Panel, Space, Stack, Words
from ui.kit.citizen.plates import Plate, Shape
from ui.kit.citizen.tokens import EDGE_STRONG, GAP, LIP, Palette, Style

TILE = Shape(title="body", note="note", min_height=116, pad_x=16, pad_y=8, icon=44, gap=14, single=True, ticked=False)
KEY = Shape(title="body", min_height=104, pad_x=12, centred=True, icon=40, gap=12, single=True)
CELL = Shape(title="title", min_height=84, pad_x=4, pad_y=4, centred=True)
PAINT: dict[str, str] = {
    "white": "#ffffff", "black": "#000000", "red": "#ff0000", "green": "#00ff00", "blue": "#0000ff",
}  # fmt: skip
GREYS = 16
LINE_PX = 2
LINES_EVERY_PX = 8


def tone_of(grade: CheckGrade, palette: Palette) -> str:
    return {"good": palette.ok, "look": palette.care, "bad": palette.stop}[grade]


class Counts(msgspec.Struct, frozen=True):
    """How many of each grade, and when that was looked at: on one line where there is room."""

    style: Style
    counts: Sequence[CheckCount]
    looked: str

    def _words(self) -> list[Words]:
        s = self.style
        return [Words(s, one.label, "label", True, tone_of(one.grade, s.palette)) for one in self.counts]

    def _looked(self) -> Words:
        return Words(self.style, self.looked, "note", tone=self.style.palette.ink_2, align="right")

    def _row(self, width: float) -> float:
        return max(words.height(width) for words in (*self._words(), self._looked()))

    def _beside(self, width: float) -> bool:
        counts = sum(words.setting(width).width + 40 for words in self._words())
        return counts + self._looked().setting(width).width + 4 <= width

    def height(self, width: float) -> float:
        below = self._looked().height(width) if self.looked and not self._beside(width) else 0.0
        return self._row(width) + below

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        left, row = x, self._row(width)
        for words in self._words():
            setting = words.setting(width)
            to.text(setting, left, y + (row - setting.height) / 2, setting.width + 4, words.tone)
            left += setting.width + 40
        if not self.looked:
            return
        looked = self._looked()
        setting = looked.setting(width)
        if self._beside(width):
            to.text(setting, left, y + (row - setting.height) / 2, x + width - left, looked.tone, "right")
        else:
            to.text(setting, x, y + row, width, looked.tone)


class Tile(msgspec.Struct, frozen=True):
    """A plate whose note and edge have the colour of its grade; the mark in the note says it without."""

    style: Style
    control: Control
    grade: CheckGrade

    def height(self, width: float) -> float:
        return Plate(self.style, self.control, TILE).height(width)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        Plate(self.style, self.control, TILE).draw(to, x, y, width, height)
        made, palette = to.plates[-1], self.style.palette
        tone = tone_of(self.grade, palette)
        if len(made["texts"]) > 1:
            made["texts"][1]["tone"] = tone
        if self.grade == "bad":
            fill = palette.stop_tint
            made.update(fill=fill, edge=tone, lip_tone=tone, line=max(made["line"], EDGE_STRONG))


class Told(msgspec.Struct, frozen=True):
    """A name and what there is to say of it; below each other where a command is too long to stand beside."""

    style: Style
    item: Item
    label: float

    def _parts(self, width: float) -> tuple[Words, Words, bool]:
        s = self.style
        name = Words(s, self.item.name, "body", tone=s.palette.ink_2)
        for is_beside in (True, False):
            room = width - self.label if is_beside else width
            for token in ("body", "note"):
                note = Words(s, self.item.note, token, True)
                if not note.setting(room).broken:
                    return name, note, is_beside
        return name, note, False

    def height(self, width: float) -> float:
        name, note, is_beside = self._parts(width)
        if is_beside:
            return max(name.height(self.label), note.height(width - self.label)) + self.style.gap(8)
        return name.height(width) + note.height(width) + self.style.gap(8)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        name, note, is_beside = self._parts(width)
        if is_beside:
            name.draw(to, x, y, self.label, 0)
            note.draw(to, x + self.label, y, width - self.label, 0)
        else:
            name.draw(to, x, y, width, 0)
            note.draw(to, x, y + name.height(width), width, 0)


def panel(style: Style, grade: CheckGrade, title: str, items: Sequence[Item]) -> Block:
    """What is the matter and what to do; flat, because nothing of it can be pressed."""
    palette = style.palette
    fill = {"good": palette.paper_2, "look": palette.mend_tint, "bad": palette.stop_tint}[grade]
    tone = palette.ink if grade == "good" else tone_of(grade, palette)
    blocks: list[Block] = [Words(style, title, "title", True, tone, heading=True)]
    if items:
        names = [Words(style, item.name, "body").setting(4000).width for item in items]
        blocks += [Space(style.gap(8)), *(Told(style, item, max(names) + 28) for item in items)]
    return Panel(style, Stack(blocks), fill, 32, style.gap(28))


class Cells(msgspec.Struct, frozen=True):
    """Squares over the whole page, beyond its margins, to be touched one after the other."""

    style: Style
    controls: Sequence[Control]
    columns: int
    high: float
    beyond: float
    """So far beyond the margin at each side."""

    def height(self, width: float) -> float:
        return self.high

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        left, wide = x - self.beyond, width + 2 * self.beyond
        apart = GAP + LIP
        rows = -(-len(self.controls) // self.columns)
        cell_w = (wide - (self.columns - 1) * apart) / self.columns
        cell_h = (self.high - (rows - 1) * apart) / rows
        for n, control in enumerate(self.controls):
            column, row = n % self.columns, n // self.columns
            plate = Plate(self.style, control, CELL)
            plate.draw(to, left + column * (cell_w + apart), y + row * (cell_h + apart), cell_w, cell_h)


def painted(colour: Colour, width: float, height: float) -> Iterator[tuple[float, float, float, float, str]]:
    """The whole screen: x, y, width, height and colour of each box."""
    if colour == "greys":
        for n in range(GREYS):
            level = round(255 * n / (GREYS - 1))
            top = round(height * n / GREYS)
            yield 0, top, width, round(height * (n + 1) / GREYS) - top, f"#{level:02x}{level:02x}{level:02x}"
    elif colour == "lines":
        yield 0, 0, width, height, PAINT["white"]
        for x in range(0, int(width), LINES_EVERY_PX):
            yield x, 0, LINE_PX, height, PAINT["black"]
    else:
        yield 0, 0, width, height, PAINT[colour]
