"""What only a card check shows: that the card stays where it is, dots and tries, the keypad, where the reader is."""

from __future__ import annotations

import msgspec

from kiosk_app.api import Keypad, ReaderPicture
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Beside, Block, Drawing, Panel, Words, spoken_name
from ui.kit.citizen.plates import Plate
from ui.kit.citizen.tokens import EDGE_STRONG, GAP, LIP, Style


def banner(style: Style, text: str) -> Block:
    """「カードは置いたままにしてください。」"""
    pad = 0 if style.palette.act_tint == style.palette.paper else 32
    words = Beside(style, "reader", 56, style.palette.act, Words(style, text, "body"), 20)
    return Panel(style, words, style.palette.act_tint, pad, style.gap(20))


class Fault(msgspec.Struct, frozen=True):
    """What went wrong, in a red edge with its sign."""

    style: Style
    text: str

    def _inside(self) -> Beside:
        s = self.style
        return Beside(s, "warn", 48, s.palette.stop, Words(s, self.text, "label", True, s.palette.stop), 20)

    def height(self, width: float) -> float:
        return self._inside().height(width - 64) + 2 * self.style.gap(16)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette = self.style.palette
        to.box(x, y, width, height, palette.stop_tint, edge=palette.stop, line=EDGE_STRONG, radius=16)
        inside = self._inside().height(width - 64)
        self._inside().draw(to, x + 32, y + (height - inside) / 2, width - 64, inside)


class PinRow(msgspec.Struct, frozen=True):
    """One box a digit, with a dot where one is typed; where tries are counted, those left as words and as bars."""

    style: Style
    pad: Keypad

    def _box(self) -> tuple[float, float, float]:
        """Width, height and gap."""
        return 120.0, max(96.0, self.style.gap(136)), 20.0

    def _tries(self) -> Words:
        return Words(self.style, self.pad.tries, "choice", True, single=True)

    def _room(self, width: float) -> float:
        wide, _, gap = self._box()
        return width - self.pad.of * (wide + gap) - 24

    def _bars(self, width: float) -> float:
        return min(self._room(width), max(312.0, self._tries().setting(self._room(width)).width + 2))

    def height(self, width: float) -> float:
        return max(self._box()[1], self._tries().height(self._room(width)) + 28)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette, (wide, high, gap) = self.style.palette, self._box()
        top = y + (height - high) / 2
        for n in range(self.pad.of):
            left, here = x + n * (wide + gap), n == self.pad.typed
            edge, line = (palette.act, 6) if here else (palette.edge, palette.strong)
            to.box(left, top, wide, high, palette.surface, edge=edge, line=line, radius=16)
            if n < self.pad.typed:
                to.box(left + wide / 2 - 20, top + high / 2 - 20, 40, 40, palette.ink, radius=20)
        self._say(to, x, top, self.pad.of * (wide + gap) - gap, high)
        if not self.pad.tries:
            return
        bars, room = self._bars(width), self._room(width)
        words = self._tries().setting(room)
        left, middle = x + width - bars, y + (height - words.height - 28) / 2
        to.text(words, left, middle, bars, palette.stop if self.pad.tries_left <= 1 else palette.ink)
        each = (bars - 12 * (self.pad.tries_of - 1)) / self.pad.tries_of
        for n in range(self.pad.tries_of):
            there = n < self.pad.tries_left
            fill, line = (palette.act, 0) if there else (palette.paper, palette.strong)
            place = left + n * (each + 12), middle + words.height + 12
            to.box(*place, each, 16, fill, edge=palette.act if there else palette.edge, line=line, radius=8)

    def _say(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        """For who cannot see the dots: nothing is painted, within the first box."""
        to.texts.append(
            {
                "x": x + 24,
                "y": y + 24,
                "w": width,
                "h": height,
                "tone": self.style.palette.ink,
                "family": self.style.family,
                "words": [],
                "name": spoken_name(self.pad.typed_name),
                "heading": False,
            }
        )


class PinPad(msgspec.Struct, frozen=True):
    """Digits as on a telephone; the three keys at the right, 入力 twice as high as the others."""

    style: Style
    pad: Keypad

    def _apart(self) -> float:
        return max(float(GAP) + LIP, self.style.gap(20))

    def _row(self) -> float:
        return max(100.0, self.style.gap(164))

    def height(self, width: float) -> float:
        return 4 * self._row() + 3 * self._apart()

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        row, apart, gap, between = self._row(), self._apart(), 16.0, 32.0
        side = min(340.0, max(232.0, width * 0.24))
        key = (width - side - between - 2 * gap) / 3
        for n, control in enumerate(self.pad.digits):
            column, line = (1, 3) if n == 9 else (n % 3, n // 3)
            plate = Plate(self.style, control, p.KEY)
            plate.draw(to, x + column * (key + gap), y + line * (row + apart), key, row)
        left = x + width - side
        for line, control in enumerate((self.pad.cancel, self.pad.correct)):
            Plate(self.style, control, p.KEY_AT_SIDE).draw(to, left, y + line * (row + apart), side, row)
        enter = Plate(self.style, self.pad.enter, p.KEY_ENTER)
        enter.draw(to, left, y + 2 * (row + apart), side, 2 * row + apart)


class ReaderPlace(msgspec.Struct, frozen=True):
    """This machine as one sees it: the screen, and the reader in the colour of what is to be done."""

    style: Style
    reader: ReaderPicture
    most: float = 560

    def _high(self) -> float:
        return max(300.0, self.style.gap(self.most))

    def _words(self) -> Words:
        s = self.style
        return Words(s, self.reader.where, "title", True, s.palette.act)

    def _where(self, width: float) -> float:
        """Of the words with their arrow."""
        return min(width, self._words().setting(width - 80).width + 4 + 80)

    def height(self, width: float) -> float:
        return self._high() + 24 + max(56.0, self._words().height(width - 80))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        palette, high = self.style.palette, self._high()
        to.box(x, y, width, high, palette.paper_2, radius=16)
        if self.reader.place == "below":
            self._below(to, x + width / 2, y, high)
        else:
            self._beside(to, x + width / 2, y, high)
        wide = self._where(width)
        words = Beside(self.style, self._arrow(), 56, palette.act, self._words(), 24)
        words.draw(to, x + (width - wide) / 2, y + high + 24, wide, words.height(wide))

    def _arrow(self) -> str:
        if self.reader.taking:
            return "up"
        return {"below": "down", "left": "back", "right": "right"}[self.reader.place]

    def _below(self, to: Drawing, middle: float, y: float, high: float) -> None:
        pad = high * 0.07
        reader = high * 0.27
        screen = high - 2 * pad - reader - high * 0.05
        self._screen(to, middle - screen * 0.45, y + pad, screen * 0.9, screen)
        self._reader(to, middle - reader * 0.95, y + high - pad - reader, reader * 1.9, reader)

    def _beside(self, to: Drawing, middle: float, y: float, high: float) -> None:
        pad = high * 0.09
        screen, reader = high - 2 * pad, high * 0.36
        wide, gap = screen * 0.8, high * 0.08
        left = middle - (wide + gap + reader) / 2
        at_left = self.reader.place == "left"
        self._screen(to, left + (reader + gap if at_left else 0), y + pad, wide, screen)
        self._reader(to, left + (0 if at_left else wide + gap), y + high - pad - reader * 1.3, reader, reader * 1.3)

    def _screen(self, to: Drawing, x: float, y: float, wide: float, high: float) -> None:
        palette = self.style.palette
        to.box(x, y, wide, high, palette.surface, edge=palette.edge, line=EDGE_STRONG, radius=16)
        inner = wide * 0.8
        left = x + (wide - inner) / 2
        to.box(left, y + high * 0.14, inner * 0.6, high * 0.07, palette.rule, radius=6)
        for n in range(3):
            to.box(left, y + high * (0.34 + 0.2 * n), inner, high * 0.12, palette.rule, radius=8)

    def _reader(self, to: Drawing, x: float, y: float, wide: float, high: float) -> None:
        palette = self.style.palette
        to.box(x, y, wide, high, palette.act_tint, edge=palette.act, line=6, radius=20)
        side = min(wide, high) * 0.66
        to.icon(
            "qr" if self.reader.what == "code" else "reader",
            x + (wide - side) / 2,
            y + (high - side) / 2,
            side,
            palette.act,
        )
