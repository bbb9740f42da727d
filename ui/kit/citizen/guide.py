"""What stands on every screen of practice: a band, white on black, that nothing is real, and the guide beneath it.

The band is not a colour that anything pressable has, and it is never left out: the picture of such a screen cannot be
taken for one of the real thing.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosk_app.api import Guide, Step
from ui.kit.citizen.drawing import Block, Drawing, Space, Stack, Words
from ui.kit.citizen.plates import Plate, Shape
from ui.kit.citizen.tokens import GUTTER, Style

WHY = Shape(title="label", min_height=84, pad_x=20, pad_y=8, icon=44, gap=12, centred=True, single=True)
WHY_WIDTH = 0.25
PAD_X, PAD_Y = 20.0, 12.0


class Band(msgspec.Struct, frozen=True):
    style: Style
    text: str
    margin: float

    def _words(self) -> Words:
        return Words(self.style, self.text, "label", True, self.style.palette.paper, "centre", single=True)

    def height(self, width: float) -> float:
        return self._words().height(width - 2 * self.margin) + 16

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        to.box(x, y, width, height, self.style.palette.ink)
        self._words().draw(to, x + self.margin, y + 8, width - 2 * self.margin, 0)


class GuidePanel(msgspec.Struct, frozen=True):
    """Where one is and what to do now; at the right why it is asked. `lying`: in one line where there is width."""

    style: Style
    guide: Guide
    token: str = "label"

    def _words(self) -> Stack:
        s, shown = self.style, self.guide
        step: list[Block] = [Words(s, shown.step, "note", True, s.palette.act), Space(4)] if shown.step else []
        return Stack([*step, Words(s, shown.what, self.token, True)])

    def _widths(self, width: float) -> tuple[float, float]:
        why = max(236.0, round(width * WHY_WIDTH)) if self.guide.why is not None else 0.0
        why = min(why, 340.0)
        return width - 2 * PAD_X - (why + GUTTER if why else 0), why

    def height(self, width: float) -> float:
        room, why = self._widths(width)
        plate = self._why().height(why) if why else 0.0
        return max(self._words().height(room), plate) + 2 * PAD_Y

    def _why(self) -> Plate:
        assert self.guide.why is not None
        return Plate(self.style, self.guide.why, WHY)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        p = self.style.palette
        flat = p.act_tint == p.paper
        to.box(x, y, width, height, p.act_tint, edge=p.rule if flat else "", line=3 if flat else 0, radius=16)
        room, why = self._widths(width)
        words = self._words()
        high = words.height(room)
        words.draw(to, x + PAD_X, y + (height - high) / 2, room, high)
        if why:
            plate = self._why()
            tall = plate.height(why)
            plate.draw(to, x + width - PAD_X - why, y + (height - tall) / 2, why, tall)


class Numbered(msgspec.Struct, frozen=True):
    """What to do in order: the number in a circle, the words beside it."""

    style: Style
    steps: Sequence[Step]

    def _side(self) -> float:
        return 40.0 + 16.0 * self.style.scale

    def _words(self, step: Step) -> Words:
        return Words(self.style, step.title, "label", True)

    def _high(self, step: Step, width: float) -> float:
        return max(self._side(), self._words(step).height(width - self._side() - 24))

    def _gap(self) -> float:
        return max(6.0, self.style.gap(24))

    def height(self, width: float) -> float:
        return sum(self._high(step, width) for step in self.steps) + self._gap() * (len(self.steps) - 1)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        p, side = self.style.palette, self._side()
        for n, step in enumerate(self.steps, 1):
            high = self._high(step, width)
            to.box(x, y + (high - side) / 2, side, side, p.ink, radius=side / 2)
            number = Words(Style(p, "ja", self.style.scale), str(n), "body", True, p.paper, "centre")
            tall = number.height(side)
            number.draw(to, x, y + (high - tall) / 2, side, tall)
            words = self._words(step)
            room = width - side - 24
            words.draw(to, x + side + 24, y + (high - words.height(room)) / 2, room, 0)
            y += high + self._gap()
