"""Who waits where and how long: the board of all groups, and the one group that a screen is about. Flat, no edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kiosk_app.api import BoardRow, WaitPanel
from ui.kit.citizen.drawing import Block, Drawing, Grid, Panel, Space, Stack, Words
from ui.kit.citizen.tokens import Style
from ui.kit.citizen.typeset import advance, without_readings

SQUARE = 64
"""Side of the mark with a group's letter."""


class Where(msgspec.Struct, frozen=True):
    """The group's letter, its name and its counters."""

    style: Style
    letter: str
    group: str
    place: str

    def _words(self) -> Stack | Grid:
        s = self.style
        return Stack(
            [
                Words(s, self.group, "label", True),
                Words(s, self.place, "body", tone=s.palette.ink_2),
            ]
        )

    def _one_line(self, width: float) -> bool:
        s = self.style
        group = Words(s, self.group, "label", True).setting(4000).width
        place = Words(s, self.place, "body").setting(4000).width
        return SQUARE + 20 + group + 20 + place + 4 <= width

    def height(self, width: float) -> float:
        if self._one_line(width):
            return max(SQUARE, Words(self.style, self.group, "label", True).height(width))
        return max(SQUARE, self._words().height(width - SQUARE - 20))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        s = self.style
        middle = y + height / 2
        to.box(x, middle - SQUARE / 2, SQUARE, SQUARE, s.palette.act, radius=8)
        letter = Words(Style(s.palette, "ja"), self.letter, "title", True)
        mark = letter.setting(SQUARE)
        to.text(mark, x, middle - mark.height / 2, SQUARE, s.palette.on_act, "centre")
        left, room = x + SQUARE + 20, width - SQUARE - 20
        if not self._one_line(width):
            words = self._words()
            words.draw(to, left, middle - words.height(room) / 2, room, 0)
            return
        group, place = Words(s, self.group, "label", True).setting(room), Words(s, self.place, "body").setting(room)
        bottom = middle + max(group.height, place.height) / 2
        to.text(group, left, bottom - group.height, group.width + 2, s.palette.ink)
        down = group.descent - place.descent
        to.text(place, left + group.width + 20, bottom - place.height - down, place.width + 2, s.palette.ink_2)


class Figure(msgspec.Struct, frozen=True):
    """A small label over a large value, with its unit."""

    style: Style
    label: str
    value: str
    unit: str = ""

    def _parts(self, width: float) -> tuple[Words, Words, Words]:
        s = self.style
        return (
            Words(s, self.label, "body", tone=s.palette.ink_2),
            Words(s, self.value, "q", True, single=True),
            Words(s, self.unit, "label", True),
        )

    def natural_width(self) -> float:
        label, value, unit = (p.setting(4000).width for p in self._parts(4000))
        return max(label, value + (8 + unit if self.unit else 0)) + 4

    def height(self, width: float) -> float:
        label, value, unit = self._parts(width)
        return label.height(width) + max(value.height(width), unit.height(width) if self.unit else 0)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        label, value, unit = self._parts(width)
        label.draw(to, x, y, width, 0)
        bottom = y + self.height(width)
        unit_set = unit.setting(width)
        room = width - (unit_set.width + 10 if self.unit else 0)
        figure = value.setting(room)
        to.text(figure, x, bottom - figure.height, figure.width + 2, self.style.palette.ink)
        if self.unit:
            gap = 6 if self.style.language in ("ja", "easy", "zh", "ko") else 12
            up = figure.descent - unit_set.descent
            to.text(
                unit_set,
                x + figure.width + gap,
                bottom - unit_set.height - up,
                unit_set.width + 2,
                self.style.palette.ink,
            )


class Wait(msgspec.Struct, frozen=True):
    """How many wait and when one would be called, before anything is decided."""

    style: Style
    wait: WaitPanel

    def _figures(self) -> tuple[Figure, Figure]:
        w, s = self.wait, self.style
        return Figure(s, w.waiting_label, w.waiting, w.waiting_unit), Figure(s, w.estimate_label, w.estimate)

    def _inside(self, width: float) -> Block:
        one, two = self._figures()
        foot = Words(self.style, self.wait.foot, "note", tone=self.style.palette.ink_2)
        row = _Columns((one, two), (one.natural_width(), two.natural_width()), 48)
        left = width - row.natural_width() - 48
        longest = max(
            advance(without_readings(t), self.style.family, self.style.px("note"), False)
            for t in self.wait.foot.split("\n")
        )
        if left >= longest + 8:
            return _Columns((row, foot), (row.natural_width(), left), 48)
        flat = Words(
            self.style,
            self.wait.foot.replace("\n", " " if self.style.language in ("en", "vi", "ko") else ""),
            "note",
            tone=self.style.palette.ink_2,
        )
        if row.natural_width() <= width:
            return Stack([row, Space(4), flat])
        return Stack([one, Space(8), two, Space(4), flat])

    def _panel(self, width: float) -> Panel:
        plain = self.style.palette.act_tint == self.style.palette.paper
        pad_x = 0 if plain else 32
        return Panel(
            self.style, self._inside(width - 2 * pad_x), self.style.palette.act_tint, pad_x, self.style.gap(20)
        )

    def height(self, width: float) -> float:
        return self._panel(width).height(width)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        self._panel(width).draw(to, x, y, width, height)


class _Columns(msgspec.Struct, frozen=True):
    """Blocks side by side with widths of their own, standing on one line."""

    blocks: Sequence[Block]
    widths: Sequence[float]
    gap: float

    def natural_width(self) -> float:
        return sum(self.widths) + self.gap * (len(self.widths) - 1)

    def height(self, width: float) -> float:
        return max(b.height(w) for b, w in zip(self.blocks, self.widths, strict=True))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        bottom = y + self.height(width)
        for block, wide in zip(self.blocks, self.widths, strict=True):
            high = block.height(wide)
            block.draw(to, x, bottom - high, wide, high)
            x += wide + self.gap


class _BoardCell(msgspec.Struct, frozen=True):
    style: Style
    row: BoardRow
    small: Style
    """Of the labels: all of one size."""

    def _count(self) -> tuple[Words, Words]:
        return Words(self.style, self.row.count, "label", True), Words(self.style, self.row.unit, "note")

    def _count_width(self) -> float:
        count, unit = (w.setting(2000).width for w in self._count())
        return count + 8 + unit + 4

    def _label(self) -> Words:
        return Words(self.small, self.row.label, "note")

    def single(self, width: float) -> bool:
        found = self._label().setting(width - self._count_width() - 12)
        return len(found.lines) == 1 and not found.broken

    def height(self, width: float) -> float:
        count, unit = self._count()
        label = self._label().height(width - self._count_width() - 12)
        return max(label, count.height(2000), unit.height(2000)) + 14

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        s = self.style
        to.box(x, y, width, 2, s.palette.rule)
        label = self._label().setting(width - self._count_width() - 12)
        bottom = y + height - 6
        count, unit = (w.setting(2000) for w in self._count())
        right = x + width
        down = count.descent - unit.descent
        to.text(unit, right - unit.width - 2, bottom - unit.height - down, unit.width + 2, s.palette.ink)
        to.text(count, right - unit.width - 10 - count.width, bottom - count.height, count.width + 2, s.palette.ink)
        to.text(label, x, bottom - label.height - down, width - self._count_width() - 12, s.palette.ink)


LEAST_OF_LARGE = 0.9
"""Labels in large type shrink no further to stay on one line; then they take two."""


def _smaller(style: Style) -> Iterator[Style]:
    scale = style.scale
    while scale >= max(1.0, style.scale * LEAST_OF_LARGE):
        yield Style(style.palette, style.language, scale, style.air)
        scale -= 0.04


def board(style: Style, title: str, rows: Sequence[BoardRow], columns: int, width: float) -> Block:
    pad = 0 if style.palette.paper_2 == style.palette.paper else 32
    column = (width - 2 * pad - (columns - 1) * 64) / columns
    small = next((s for s in _smaller(style) if all(_BoardCell(style, r, s).single(column) for r in rows)), style)
    cells = [_BoardCell(style, row, small) for row in rows]
    inside = Stack([Words(style, title, "body", True), Space(style.gap(8)), Grid(cells, columns, 64, 0)])
    return Panel(style, inside, style.palette.paper_2, pad, style.gap(20))
