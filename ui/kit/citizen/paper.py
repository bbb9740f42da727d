"""The ticket as it comes out below the screen, and the words that say where."""

from __future__ import annotations

import msgspec

from kiosk_app.api import Slip
from ui.kit.citizen.drawing import Beside, Block, Drawing, Stack, Words
from ui.kit.citizen.panels import Picture
from ui.kit.citizen.tokens import Style


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
        slip = self.slip
        told = ((slip.slot, True), (slip.return_by, True), (slip.waiting, False), (slip.estimate, False))
        words = Stack([Words(s, text, "label", bold, tone=ink) for text, bold in told if text])
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
