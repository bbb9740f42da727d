"""Everything that only informs: waiting panel, board, what to bring, steps, the ticket. Flat, without an edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kiosk_app.api import BoardRow, Item, Online, Slip, Step, WaitPanel
from ui.kit.citizen.drawing import Beside, Block, Drawing, Grid, Panel, Space, Stack, Words, code_source
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


class _Figure(msgspec.Struct, frozen=True):
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

    def _figures(self) -> tuple[_Figure, _Figure]:
        w, s = self.wait, self.style
        return _Figure(s, w.waiting_label, w.waiting, w.waiting_unit), _Figure(s, w.estimate_label, w.estimate)

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


def _smaller(style: Style) -> Iterator[Style]:
    scale = style.scale
    while scale >= 1:
        yield Style(style.palette, style.language, scale, style.air)
        scale -= 0.04


def board(style: Style, title: str, rows: Sequence[BoardRow], columns: int, width: float) -> Block:
    pad = 0 if style.palette.paper_2 == style.palette.paper else 32
    column = (width - 2 * pad - (columns - 1) * 64) / columns
    small = next((s for s in _smaller(style) if all(_BoardCell(style, r, s).single(column) for r in rows)), style)
    cells = [_BoardCell(style, row, small) for row in rows]
    inside = Stack([Words(style, title, "body", True), Space(style.gap(8)), Grid(cells, columns, 64, 0)])
    return Panel(style, inside, style.palette.paper_2, pad, style.gap(20))


class _BringRow(msgspec.Struct, frozen=True):
    style: Style
    item: Item
    label_width: float

    def _words(self) -> tuple[Words, Words]:
        s = self.style
        return Words(s, self.item.name, "label", True), Words(s, self.item.note, "body")

    def _beside(self, width: float) -> bool:
        return self.label_width <= width * 0.45

    def _widths(self, width: float) -> tuple[float, float]:
        if self._beside(width):
            return self.label_width, width - self.label_width - 24
        return width, width

    def height(self, width: float) -> float:
        name, note = self._words()
        one, two = self._widths(width)
        high, more = name.height(one), note.height(two) if self.item.note else 0
        pad = 2 * self.style.gap(12)
        if not self._beside(width):
            return high + more + pad
        drop, drop_note = self._drops(width)
        return max(high + drop, more + drop_note) + pad

    def _drops(self, width: float) -> tuple[float, float]:
        """How much lower than the top name and note begin, so that their first lines stand on one line."""
        if not self._beside(width) or not self.item.note:
            return 0.0, 0.0
        name, note = (w.setting(r) for w, r in zip(self._words(), self._widths(width), strict=True))
        low = max(name.baseline, note.baseline)
        return low - name.baseline, low - note.baseline

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        s = self.style
        to.box(x, y, width, 2, s.palette.rule)
        name, note = self._words()
        one, two = self._widths(width)
        top = y + s.gap(12)
        name.draw(to, x, top + self._drops(width)[0], one, 0)
        if not self.item.note:
            return
        if self._beside(width):
            note.draw(to, x + one + 24, top + self._drops(width)[1], two, 0)
        else:
            note.draw(to, x, top + name.height(one), two, 0)


def bring(style: Style, title: str, items: Sequence[Item]) -> Block:
    widest = max(Words(style, i.name, "label", True).setting(4000).width for i in items) + 4
    head = Beside(style, "bag", 40, style.palette.ink, Words(style, title, "body", True), 12)
    return Stack([head, Space(style.gap(8)), *(_BringRow(style, item, widest) for item in items)])


class Picture(msgspec.Struct, frozen=True):
    """A picture of the core's (a QR code), on white in every palette."""

    source: str
    side: float

    def height(self, width: float) -> float:
        return self.side

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        to.pictures.append({"x": x, "y": y, "side": self.side, "source": code_source(self.source)})


def online(style: Style, shown: Online, side: float = 208) -> Block:
    """「スマートフォンでもできます」 with its code."""
    ok = style.palette.ok
    words = Stack(
        [
            Beside(style, "phone", 40, ok, Words(style, shown.title, "label", True, ok), 12),
            Space(4),
            Words(style, shown.note, "note", tone=style.palette.ink_2),
        ]
    )
    return _Coded(Picture(shown.qr_png, side), words)


class _Coded(msgspec.Struct, frozen=True):
    picture: Picture
    words: Block

    def height(self, width: float) -> float:
        return max(self.picture.side, self.words.height(width - self.picture.side - 32))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        room = width - self.picture.side - 32
        high = self.words.height(room)
        self.picture.draw(to, x, y + (height - self.picture.side) / 2, width, 0)
        self.words.draw(to, x + self.picture.side + 32, y + (height - high) / 2, room, high)


class Steps(msgspec.Struct, frozen=True):
    """What happens, in order: done, now, to do. Told apart by shape and weight, not by colour alone."""

    style: Style
    steps: Sequence[Step]

    def _words(self, step: Step) -> Stack:
        s = self.style
        parts: list[Block] = [Words(s, step.title, "label", step.state != "to_do")]
        if step.note:
            parts.append(Words(s, step.note, "body", tone=s.palette.ink_2))
        return Stack(parts)

    def _gap(self) -> float:
        return self.style.gap(44)

    def height(self, width: float) -> float:
        highs = [max(64.0, self._words(step).height(width - 96)) for step in self.steps]
        return sum(highs) + self._gap() * (len(highs) - 1)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        p = self.style.palette
        for n, step in enumerate(self.steps):
            words = self._words(step)
            high = max(64.0, words.height(width - 96))
            if n + 1 < len(self.steps):
                to.box(x + 30, y + 64, 4, high + self._gap() - 64, p.rule)
            if step.state == "done":
                to.box(x, y, 64, 64, p.ok, radius=32)
                to.icon("check", x + 10, y + 10, 44, p.paper)
            else:
                current = step.state == "current"
                to.box(x, y, 64, 64, p.surface, edge=p.act if current else p.edge, line=18 if current else 4, radius=32)
            title = words.blocks[0].height(width - 96)
            words.draw(to, x + 96, y + max(0.0, (64 - title) / 2), width - 96, 0)
            y += high + self._gap()


class Ticket(msgspec.Struct, frozen=True):
    """The ticket as it comes out below: without a number until paper is certain."""

    style: Style
    slip: Slip
    short: bool = False
    """Where the screen lies: a smaller figure."""

    def _paper_width(self) -> float:
        return 680

    def _lines(self) -> list[Block]:
        slip = self.slip
        s = self.style
        ink = s.palette.ink_of_ticket
        return [
            Words(s, slip.office, "body", tone=ink, align="centre"),
            Words(Style(s.palette, "ja"), slip.number, "count" if self.short else "number", True, ink, "centre"),
            Words(s, slip.service, "choice", True, ink, "centre"),
            Words(s, slip.place, "title", False, ink, "centre"),
        ]

    def _foot(self) -> Block:
        s, ink = self.style, self.style.palette.ink_of_ticket
        words = Stack([Words(s, t, "label", tone=ink) for t in (self.slip.waiting, self.slip.estimate) if t])
        return _Foot(words, Picture(self.slip.qr_png, 144 if self.short else 176))

    def _inside(self) -> float:
        room = self._paper_width() - 96
        if not self.slip.number:
            return 32 + 40 + 176
        return sum(b.height(room) for b in self._lines()) + self._apart() + self._foot().height(room)

    def _apart(self) -> float:
        return 8 if self.short else 24

    def _start(self) -> float:
        return 24 if self.short else 44

    def _end(self) -> float:
        return 24 if self.short else 40

    def _where(self) -> Block:
        return where_from(self.style, self.slip.where)

    def _where_width(self, width: float) -> float:
        return min(width, 80 + Words(self.style, self.slip.where, "title", True).setting(width - 80).width + 8)

    def height(self, width: float) -> float:
        below = 32 + self._where().height(self._where_width(width)) if self.slip.where else 0
        return 12 + self._start() + self._inside() + self._end() + below

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        p = self.style.palette
        paper = self._paper_width()
        left, room = x + (width - paper) / 2, paper - 96
        bottom = y + 12 + self._start() + self._inside() + self._end()
        to.box(left, y + 12, paper, bottom - y - 12, p.paper_of_ticket, edge=p.edge, line=2)
        to.box(left - 40, y, paper + 80, 24, p.ink, radius=12)
        top = y + 12 + self._start()
        if self.slip.number:
            for block in self._lines():
                block.draw(to, left + 48, top, room, 0)
                top += block.height(room)
            self._foot().draw(to, left + 48, top + self._apart(), room, self._foot().height(room))
        else:
            tint = "#f1ebde"
            to.box(left + paper * 0.26, top, paper * 0.48, 32, tint, radius=8)
            to.box(left + 48, top + 72, room, 176, tint, radius=8)
        if self.slip.where:
            wide = self._where_width(width)
            where = self._where()
            where.draw(to, x + (width - wide) / 2, bottom + 32, wide, where.height(wide))


def where_from(style: Style, text: str) -> Block:
    """An arrow and words: where the paper comes out."""
    tone = style.palette.act
    return Beside(style, "down", 56, tone, Words(style, text, "title", True, tone), 24)


class _Foot(msgspec.Struct, frozen=True):
    words: Block
    picture: Picture

    def height(self, width: float) -> float:
        return max(self.picture.side, self.words.height(width - self.picture.side - 16))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        room = width - self.picture.side - 16
        high = self.words.height(room)
        self.words.draw(to, x, y + (height - high) / 2, room, high)
        self.picture.draw(to, x + width - self.picture.side, y + (height - self.picture.side) / 2, 0, 0)


def notice(style: Style, text: str) -> Block:
    pad = 0 if style.palette.paper_2 == style.palette.paper else 32
    words = Beside(style, "pin", 48, style.palette.ink, Words(style, text, "body"), 24)
    return Panel(style, words, style.palette.paper_2, pad, style.gap(24))


class BigIcon(msgspec.Struct, frozen=True):
    style: Style
    icon: str
    tone: str
    side: float = 120

    def height(self, width: float) -> float:
        return self.side

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        to.icon(self.icon, x - 8, y, self.side, self.tone)
