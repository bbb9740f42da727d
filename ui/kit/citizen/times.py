"""The page of times: an hour a row, each start a plate; and the panel that says what the chosen one means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from kiosk_app.api import ChosenTime, Control, Hour
from ui.kit.citizen.drawing import Block, Drawing, Panel, Space, Stack, Words, spoken_name
from ui.kit.citizen.plates import SLOT, Plate
from ui.kit.citizen.tokens import GAP, LIP, TARGET, Style

LEAST_LABEL = 96.0
HIGH = 112.0


class _HourLabel(msgspec.Struct, frozen=True):
    """11時: a figure and a smaller unit on one line."""

    style: Style
    hour: Hour

    def _words(self) -> tuple[Words, Words]:
        s = self.style
        return Words(s, self.hour.label, "title", True), Words(s, self.hour.unit, "note", True)

    def width(self) -> float:
        return sum(words.setting(2000).width for words in self._words()) + 4

    def draw(self, to: Drawing, x: float, y: float, high: float) -> None:
        figure, unit = (words.setting(2000) for words in self._words())
        top = y + (high - figure.height) / 2
        to.text(figure, x, top, figure.width + 2, self.style.palette.ink)
        if self.hour.unit:
            to.texts[-1]["name"] = f"{self.hour.label}{self.hour.unit}"
            low = top + figure.height - figure.descent - unit.height + unit.descent
            to.text(unit, x + figure.width + 1, low, unit.width + 2, self.style.palette.ink)
            to.texts[-1]["name"] = ""


class HourRow(msgspec.Struct, frozen=True):
    """`columns` of the page; what does not stand in one line goes on in the next."""

    style: Style
    hour: Hour
    columns: int
    label_width: float

    def _cells(self) -> Iterator[tuple[int, int, Control]]:
        """Line, column and start."""
        first = self.hour.skip // self.columns
        for n, start in enumerate(self.hour.starts, self.hour.skip):
            yield n // self.columns - first, n % self.columns, start

    def _column(self, width: float) -> float:
        return (width - self.label_width - self.columns * GAP) / self.columns

    def _high(self, width: float) -> float:
        """Of a plate, with its lip; all of one height, and of the same when one of them is chosen."""
        column = self._column(width)
        tagged = [replace(start, tag=start.tag or "0") for start in self.hour.starts]
        least = max(TARGET + LIP, self.style.gap(HIGH) + LIP)
        return max(least, *(self._inside(start, column) for start in tagged))

    def _inside(self, start: Control, column: float) -> float:
        if start.state == "off":
            return sum(words.height(column) for words in self._taken(start)) + 8 + LIP
        return _plate(self.style, start).height(column)

    def _taken(self, start: Control) -> tuple[Words, Words]:
        s, tone = self.style, self.style.palette.ink_2
        return (
            Words(s, start.label, "body", tone=tone, align="centre", single=True),
            Words(s, start.tag, "note", tone=tone, align="centre", single=True),
        )

    def height(self, width: float) -> float:
        lines = 1 + max((line for line, _, _ in self._cells()), default=0)
        return lines * self._high(width) + (lines - 1) * GAP

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        column, high = self._column(width), self._high(width)
        _HourLabel(self.style, self.hour).draw(to, x, y, high - LIP)
        for line, place, start in self._cells():
            left = x + self.label_width + GAP + place * (column + GAP)
            top = y + line * (high + GAP)
            if start.state == "off":
                self._draw_taken(to, start, left, top, column, high - LIP)
            else:
                _plate(self.style, start).draw(to, left, top, column, high)

    def _draw_taken(self, to: Drawing, start: Control, x: float, y: float, width: float, high: float) -> None:
        """Flat, for it only informs."""
        palette = self.style.palette
        line = 2 if palette.paper_2 == palette.paper else 0
        to.box(x, y, width, high, palette.paper_2, edge=palette.rule, line=line, radius=SLOT_RADIUS)
        time, tag = self._taken(start)
        room, pad = width - 8, (high - time.height(width - 8) - tag.height(width - 8)) / 2
        time.draw(to, x + 4, y + pad, room, 0)
        to.texts[-1]["name"] = spoken_name(start.label, start.tag)
        tag.draw(to, x + 4, y + pad + time.height(room), room, 0)
        to.texts[-1]["name"] = ""


SLOT_RADIUS = 12


def _plate(style: Style, start: Control) -> Plate:
    return Plate(style, replace(start, note=start.tag, tag=""), SLOT)


def hour_rows(style: Style, hours: Sequence[Hour], columns: int) -> list[Block]:
    label = max([LEAST_LABEL, *(_HourLabel(style, hour).width() for hour in hours)])
    return [HourRow(style, hour, columns, label) for hour in hours]


class _Run(msgspec.Struct, frozen=True):
    """Texts behind each other on one line; below each other where that is too short."""

    texts: Sequence[Words]
    gap: float

    def _one_line(self, width: float) -> bool:
        sets = [words.setting(4000) for words in self.texts]
        return sum(s.width for s in sets) + self.gap * (len(sets) - 1) + 4 <= width

    def height(self, width: float) -> float:
        if self._one_line(width):
            return max(words.height(4000) for words in self.texts)
        return sum(words.height(width) for words in self.texts)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        if not self._one_line(width):
            Stack(list(self.texts)).draw(to, x, y, width, 0)
            return
        sets = [words.setting(4000) for words in self.texts]
        base = max(s.height - s.descent for s in sets)
        for words, setting in zip(self.texts, sets, strict=True):
            tone = words.tone or words.style.palette.ink
            to.text(setting, x, y + base - setting.height + setting.descent, setting.width + 2, tone)
            x += setting.width + self.gap


def chosen_panel(style: Style, chosen: ChosenTime) -> Block:
    """「11:20〜11:30です。11:15までにお戻りください。外出できます。」"""
    s = style
    when = [Words(s, chosen.range, "hero", True), *([Words(s, chosen.after, "label")] if chosen.after else [])]
    then = [Words(s, chosen.return_by, "label", True), *([Words(s, chosen.note, "label")] if chosen.note else [])]
    pad = 0 if s.palette.act_tint == s.palette.paper else 32
    return Panel(s, Stack([_Run(when, 2), Space(4), _Run(then, 10)]), s.palette.act_tint, pad, s.gap(24))


class ChosenPlace(msgspec.Struct, frozen=True):
    """The panel, or its place while nothing is chosen: then no time moves away from the finger that chooses it.
    `lines`: of what stands under the range, as a rule."""

    style: Style
    chosen: ChosenTime | None
    lines: int

    def height(self, width: float) -> float:
        usual = ChosenTime(range="0", after="", return_by="\n".join("0" * self.lines), note="")
        least = chosen_panel(self.style, usual).height(width)
        return least if self.chosen is None else max(least, chosen_panel(self.style, self.chosen).height(width))

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        if self.chosen is not None:
            chosen_panel(self.style, self.chosen).draw(to, x, y, width, self.height(width))
