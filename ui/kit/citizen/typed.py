"""Digits that may be seen while they are typed, four by four, and a number that was given before."""

from __future__ import annotations

import msgspec

from kiosk_app.api import Keypad
from ui.kit.citizen.drawing import Drawing, Words, spoken_name
from ui.kit.citizen.tokens import Style

FOUR = 4
WIDEST = 120.0
APART, GROUPS_APART = 6.0, 28.0
FEW = 8
"""Up to so many digits are typed into large boxes."""


class CodeRow(msgspec.Struct, frozen=True):
    """One box a digit, with the digit in it; a distance after every fourth."""

    style: Style
    pad: Keypad

    def _apart(self) -> float:
        return 20.0 if self.pad.of <= FEW else APART

    def _box(self, width: float) -> tuple[float, float]:
        groups = -(-self.pad.of // FOUR) - 1
        gaps = groups * GROUPS_APART + (self.pad.of - 1 - groups) * self._apart()
        wide = min(WIDEST, (width - gaps) / self.pad.of)
        return wide, max(88.0, self.style.gap(136 if self.pad.of <= FEW else 112))

    def height(self, width: float) -> float:
        return self._box(width)[1]

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette, (wide, high) = self.style.palette, self._box(width)
        digits = "".join(self.pad.text.split())
        before, left = len(to.texts), x
        for n in range(self.pad.of):
            here = n == self.pad.typed
            edge, line = (palette.act, 6) if here else (palette.edge, palette.strong)
            to.box(left, y, wide, high, palette.surface, edge=edge, line=line, radius=16 if wide > 80 else 8)
            if n < len(digits):
                self._digit(to, digits[n], left, y, wide, high)
            left += wide + (GROUPS_APART if n % FOUR == FOUR - 1 else self._apart())
        said = spoken_name(self.pad.typed_name, self.pad.text)
        if digits:
            to.texts[before]["name"] = said
        else:
            self._say_none(to, x, y, wide, high, said)

    def _digit(self, to: Drawing, digit: str, x: float, y: float, wide: float, high: float) -> None:
        figures = Style(self.style.palette, "ja", self.style.scale)
        setting = Words(figures, digit, "key" if self.pad.of <= FEW else "choice", True).setting(wide)
        to.text(setting, x, y + (high - setting.height) / 2, wide, self.style.palette.ink, "centre")
        to.texts[-1]["name"] = ""

    def _say_none(self, to: Drawing, x: float, y: float, width: float, height: float, said: str) -> None:
        """For who cannot see that the boxes are empty: nothing is painted, within the first box."""
        to.texts.append(
            {
                "x": x + 4,
                "y": y + 4,
                "w": width,
                "h": height,
                "tone": self.style.palette.ink,
                "family": self.style.family,
                "words": [],
                "name": said,
                "heading": False,
            }
        )


class Number(msgspec.Struct, frozen=True):
    """As it stands on the ticket that was given before."""

    style: Style
    number: str

    def _words(self) -> Words:
        palette = self.style.palette
        return Words(Style(palette, "ja"), self.number, "count", True, palette.ink_of_ticket, "centre", single=True)

    def height(self, width: float) -> float:
        return self._words().height(width) + 48

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette = self.style.palette
        words = self._words()
        wide = min(width, max(560.0, words.setting(width).width + 96))
        to.box(x, y, wide, height, palette.paper_of_ticket, edge=palette.edge, line=2)
        words.draw(to, x, y + (height - words.height(wide)) / 2, wide, 0)
