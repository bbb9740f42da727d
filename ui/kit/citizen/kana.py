"""Keys for names and addresses, and what is typed with them. Our own: the fifty sounds in their usual order, from the
right as on paper, so that whoever has learnt them finds each without looking.
"""

from __future__ import annotations

import msgspec

from kiosk_app.api import Control, KanaPad
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Drawing, Words, spoken_name
from ui.kit.citizen.plates import Plate
from ui.kit.citizen.tokens import LIP, Style

GAP = 12.0


class Typed(msgspec.Struct, frozen=True):
    """What stands there already, flat, and what is typed, in a box: whole, in as many lines as it needs."""

    style: Style
    pad: KanaPad

    def _words(self) -> Words:
        figures = Style(self.style.palette, "ja", self.style.scale, self.style.air)
        return Words(figures, self.pad.before + self.pad.text + "｜", "title", True)

    def height(self, width: float) -> float:
        return max(96.0, self._words().height(width - 48) + 32)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette = self.style.palette
        to.box(x, y, width, height, palette.surface, edge=palette.act, line=6, radius=16)
        before, words = len(to.texts), self._words()
        words.draw(to, x + 24, y + (height - words.height(width - 48)) / 2, width - 48, 0)
        to.texts[before]["name"] = spoken_name(self.pad.text_name, self.pad.full)


class Keys(msgspec.Struct, frozen=True):
    """Kana in columns from the right; digits and letters as they are written. Under them what changes the last one."""

    style: Style
    pad: KanaPad
    most: float = 124

    def _row(self) -> float:
        return max(84.0 + LIP, self.style.gap(self.most))

    def _apart(self) -> float:
        return max(GAP, self.style.gap(16))

    def height(self, width: float) -> float:
        rows = len(self.pad.keys) + 2
        return rows * self._row() + (rows - 1) * self._apart()

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        row, apart = self._row(), self._apart()
        self._line(to, self.pad.pads, x, y, width, row, p.SIDE_LETTER)
        y += row + apart
        is_kana = any(key.label == "ア" for line in self.pad.keys for key in line)
        for line in self.pad.keys:
            keys = tuple(reversed(line)) if is_kana else line
            self._line(to, keys, x, y, width, row, p.LETTER)
            y += row + apart
        side = (self.pad.turn, self.pad.long, self.pad.space, self.pad.correct, self.pad.enter)
        self._line(to, side, x, y, width, row, p.SIDE_LETTER)

    def _line(
        self, to: Drawing, keys: tuple[Control, ...], x: float, y: float, width: float, row: float, shape: p.Shape
    ) -> None:
        key = (width - GAP * (len(keys) - 1)) / len(keys)
        for n, control in enumerate(keys):
            if control.id:
                Plate(self._style(control), control, shape).draw(to, x + n * (key + GAP), y, key, row)

    def _style(self, control: Control) -> Style:
        """A letter is Japanese whatever the screen's language."""
        s = self.style
        return Style(s.palette, "ja", min(s.scale, 1.0), s.air) if control.id.startswith(("key:", "pad:")) else s
