"""What only informs, beside the waiting: what to bring, online, steps, notices. Flat, without an edge."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosk_app.api import Item, Online, Step
from ui.kit.citizen.drawing import Beside, Block, Drawing, Grid, Panel, Space, Stack, Words, code_source
from ui.kit.citizen.tokens import Style


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
    return Stack([bring_head(style, title), Space(style.gap(8)), listed(style, items)])


def bring_head(style: Style, title: str) -> Block:
    return Beside(style, "bag", 40, style.palette.ink, Words(style, title, "body", True), 12)


def listed(style: Style, items: Sequence[Item], columns: int = 1) -> Block:
    """Names and what they are, each on its line."""
    rows = listed_rows(style, items)
    return Stack(rows) if columns == 1 else Grid(rows, columns, 40, 0)


def listed_rows(style: Style, items: Sequence[Item]) -> list[Block]:
    """As above, for a list that may go on to another page."""
    widest = max(Words(style, i.name, "label", True).setting(4000).width for i in items) + 4
    return [_BringRow(style, item, widest) for item in items]


class Picture(msgspec.Struct, frozen=True):
    """A picture of the core's (a QR code), on white in every palette."""

    source: str
    side: float

    def height(self, width: float) -> float:
        return self.side

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        source = code_source(self.source)
        to.pictures.append({"x": x, "y": y, "w": self.side, "h": self.side, "source": source})


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


def notice(style: Style, text: str, icon: str = "pin", token: str = "body") -> Block:
    pad = 0 if style.palette.paper_2 == style.palette.paper else 32
    words = Beside(style, icon, 48, style.palette.ink, Words(style, text, token, token != "body"), 24)
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
