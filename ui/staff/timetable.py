"""From a group's day to what stands where: hours, lanes, and cells with their words. Pure; shares of a strip's width.

What a slot is can be read from its words and its form; its colour only repeats them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from ui.staff.first import Map

if TYPE_CHECKING:
    from kiosk_app.api import LaneView, LateRow, SlotsPreview, SlotsView, SlotView

STRIP_PX, GAP_PX = 736, 3
"""Of the smallest window; in a wider one there is only more room around the words."""
LANES_SHOWN, LANES_COMPARED = 12, 6
"""At once; beside each other with and without a change there is room for fewer."""
PRESSED_MIN = 5
"""Who would begin so late or later stands out: who runs over, and whom the next must wait for."""
HOUR_MIN = 60
STEP_MIN = 30
Form = Literal[
    "free", "central", "booked", "here", "unheard", "called", "done", "missed", "late", "wrong",
    "before", "after", "pressed",
]  # fmt: skip
UNHEARD = "unheard-"
"""Begins the booking of who was checked in by a valid code before the hub had heard of it (未確認)."""
WORDS: dict[Form, tuple[str, str]] = {
    "free": ("空き", ""),
    "central": ("Web", ""),
    "booked": ("", ""),
    "here": ("来庁", "来"),
    "unheard": ("未確認", "？"),
    "called": ("対応中", "対"),
    "done": ("済み", "済"),
    "missed": ("不在", "不"),
    "late": ("遅れ", "遅"),
    "wrong": ("確認", "！"),
    "before": ("", ""),
    "after": ("", ""),
    "pressed": ("", "！"),
}
"""In a second line, and in one sign where there is only one line."""
NAMES: dict[Form, str] = {
    "free": "空き",
    "central": "Webで受付中",
    "booked": "予約",
    "here": "来庁済み",
    "unheard": "来庁済み・予約は未確認",
    "called": "対応中",
    "done": "済み",
    "missed": "不在",
    "late": "まだお見えでない",
    "wrong": "確認が必要",
    "before": "いまの空き",
    "after": "変更後の空き",
    "pressed": "遅れそう",
}
ORDINARY: tuple[Form, ...] = ("free", "central", "booked", "late", "here", "called", "done", "missed")
COMPARED: tuple[Form, ...] = ("booked", "before", "after", "pressed")


class Window(NamedTuple):
    """The minutes of the day that are shown."""

    from_min: int
    span_min: int

    @property
    def until_min(self) -> int:
        return self.from_min + self.span_min

    def share(self, minute: float) -> float:
        return (minute - self.from_min) / self.span_min

    def holds(self, start_min: int, until_min: int) -> bool:
        return start_min < self.until_min and until_min > self.from_min


class Day(NamedTuple):
    """From the first opening to the last end; whole hours."""

    from_min: int
    until_min: int


def day_of(lanes: Iterable[LaneView]) -> Day | None:
    ends = [(one.start_min, one.until_min) for lane in lanes for one in lane.stretches]
    ends += [(one.start_min, _until(one)) for lane in lanes for one in lane.slots]
    if not ends:
        return None
    first, last = min(start for start, _ in ends), max(until for _, until in ends)
    return Day(first // HOUR_MIN * HOUR_MIN, -(-last // HOUR_MIN) * HOUR_MIN)


def span_min(pitches: Iterable[int]) -> int:
    """So much that the shortest slot has room for its words."""
    shortest = min(pitches, default=10)
    return 60 if shortest < 6 else 120 if shortest < 20 else 240


def window_of(view: SlotsView, wish_min: int | None, preview: SlotsPreview | None = None) -> Window:
    """Around the clock, or where somebody has moved it to; never past the ends of the day."""
    lanes = (*view.lanes, *(preview.lanes_after if preview else ()))
    span = span_min(one.length_min + one.after_min for lane in lanes for one in lane.stretches)
    day = day_of(lanes)
    if day is None:
        return Window(9 * HOUR_MIN, span)
    if wish_min is None:
        begins = preview.begins_min if preview and preview.begins_min else 0
        wish_min = begins or (view.now_min - 10 if view.today else day.from_min)
    return Window(max(day.from_min, min(wish_min // STEP_MIN * STEP_MIN, day.until_min - span)), span)


def moved(view: SlotsView, window: Window, way: int) -> int:
    """From when the hours before or after it begin."""
    day = day_of(view.lanes)
    wish_min = window.from_min + way * window.span_min // 2
    if day is None:
        return wish_min
    return max(day.from_min, min(wish_min, day.until_min - window.span_min))


def may_move(view: SlotsView, window: Window, way: int) -> bool:
    return moved(view, window, way) != window.from_min


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def axis(window: Window) -> list[Map]:
    step = window.span_min // 6
    marks = range(-(-window.from_min // step) * step, window.until_min + 1, step)
    return [{"x": window.share(minute), "text": clock(minute)} for minute in marks]


def now_line(view: SlotsView, window: Window, known: bool = True) -> Map:
    """Nowhere while nobody knows what time it is in the office."""
    inside = known and view.today and window.from_min <= view.now_min <= window.until_min
    return {"x": window.share(view.now_min) if inside else -1, "text": f"いま {clock(view.now_min)}"}


# --- lanes -------------------------------------------------------------------------------------------------------


def key_of(lane: int, slot: SlotView) -> str:
    return slot.booking or f"{lane}@{slot.start_min}"


def form_of(view: SlotsView, slot: SlotView) -> Form | None:
    """None: nobody had it and nobody can have it any more."""
    if slot.doubled or (slot.outside and slot.state == "booked"):
        return "wrong"
    if slot.state == "checked_in" and slot.booking.startswith(UNHEARD):
        return "unheard"
    if slot.state == "booked":
        if view.today and slot.start_min < view.now_min:
            return "late"
        return "pressed" if slot.late_min >= PRESSED_MIN else "booked"
    forms: dict[str, Form] = {
        "free": "free",
        "central": "central",
        "checked_in": "here",
        "called": "called",
        "done": "done",
        "no_show": "missed",
    }
    return forms.get(slot.state)


class Strip(NamedTuple):
    """Where a lane is open, or between two such that it is not. `x` and `width` are shares of the strip's width."""

    place: int
    x: float
    width: float
    text: str
    shut: bool


WHOLE, ABOVE, BELOW = 0, 1, 2
"""Where in its lane a cell stands."""


class Cell(NamedTuple):
    """What stands in a lane: `line` where there is one line, `two` where there are two; `control` is what a touch of it
    presses, `said` what a screen reader says. `x` and `width` are shares of the strip's width."""

    place: int
    half: int
    x: float
    width: float
    form: Form
    line: str
    two: str
    size_px: int
    control: str
    said: str


class Drawn(NamedTuple):
    """Names of the lanes that are shown, where they are open, and what stands in them; by the position of the lane."""

    names: list[Map]
    strips: list[Strip]
    cells: list[Cell]


def touched(cells: Iterable[Cell], place: int, x: float, y: float) -> str:
    """The control of the cell that is there, else "". `x` is a share of the strip's width, `y` of the lane's height."""
    for cell in cells:
        half = WHOLE if cell.half == WHOLE else ABOVE if y < 0.5 else BELOW
        if cell.place == place and cell.half == half and cell.x <= x < cell.x + cell.width:
            return cell.control
    return ""


def as_is(view: SlotsView, window: Window, first: int) -> Drawn:
    shown = view.lanes[first : first + LANES_SHOWN]
    cells = [
        _cell(place, WHOLE, lane, slot, window, form)
        for place, lane in enumerate(shown)
        for slot in lane.slots
        if _shown(slot, window) and (form := form_of(view, slot)) is not None
    ]
    return _drawn(shown, [lane.open or not view.today for lane in shown], window, cells)


def compared(view: SlotsView, preview: SlotsPreview, window: Window, first: int) -> Drawn:
    """The day as it is above what it would be; promises stand across both."""
    before = {lane.number: lane for lane in preview.lanes_before}
    after = {lane.number: lane for lane in preview.lanes_after}
    known = after | before | {lane.number: lane for lane in view.lanes}
    shown = [known[number] for number in sorted(known)][first : first + LANES_COMPARED]
    late = {row.booking: row for row in preview.late}
    cells: list[Cell] = []
    for place, lane in enumerate(shown):
        cells += [
            _promised(place, lane, slot, window, late.get(slot.booking))
            for slot in lane.slots
            if slot.booking and slot.state in ("booked", "checked_in", "called") and _shown(slot, window)
        ]
        cells += _free(place, ABOVE, before.get(lane.number), window, "before")
        cells += _free(place, BELOW, after.get(lane.number), window, "after")
    return _drawn(shown, [True] * len(shown), window, cells)


def _free(place: int, half: int, lane: LaneView | None, window: Window, form: Form) -> list[Cell]:
    slots = lane.slots if lane is not None else ()
    free = [slot for slot in slots if slot.state in ("free", "central") and _shown(slot, window)]
    return [_cell(place, half, lane, slot, window, form) for slot in free if lane is not None]


def _drawn(lanes: Sequence[LaneView], is_open: Sequence[bool], window: Window, cells: list[Cell]) -> Drawn:
    names: list[Map] = [{"name": lane.name, "open": one} for lane, one in zip(lanes, is_open, strict=True)]
    strips = [strip for place, lane in enumerate(lanes) for strip in _strips(place, lane, window)]
    return Drawn(names, strips, cells)


def lanes_total(view: SlotsView, preview: SlotsPreview | None) -> int:
    numbers = {lane.number for lane in view.lanes}
    if preview is not None:
        numbers |= {lane.number for lane in (*preview.lanes_before, *preview.lanes_after)}
    return len(numbers)


def _strips(place: int, lane: LaneView, window: Window) -> list[Strip]:
    """Where it is open at all, neighbours as one; and between two, that it is not."""
    ends: list[tuple[int, int]] = []
    for one in lane.stretches:
        if ends and ends[-1][1] == one.start_min:
            ends[-1] = (ends[-1][0], one.until_min)
        else:
            ends.append((one.start_min, one.until_min))
    gaps = [(a[1], b[0]) for a, b in pairwise(ends)]
    spans = [*((span, "") for span in ends), *((span, "休み") for span in gaps)]
    return [_strip(place, window, *span, text) for span, text in spans if window.holds(*span)]


def _strip(place: int, window: Window, start_min: int, until_min: int, text: str) -> Strip:
    start, until = max(0.0, window.share(start_min)), min(1.0, window.share(until_min))
    return Strip(place, start, until - start, text if (until - start) * STRIP_PX > 40 else "", bool(text))


def _shown(slot: SlotView, window: Window) -> bool:
    return window.holds(slot.start_min, _until(slot))


def _until(slot: SlotView) -> int:
    return slot.start_min + slot.length_min + slot.after_min


def _cell(place: int, half: int, lane: LaneView, slot: SlotView, window: Window, form: Form) -> Cell:
    x, width, room_px = _place(slot, window)
    word, sign = (f"+{slot.late_min}分", "！") if form == "pressed" else WORDS[form]
    line, two, size = texts(slot.start, room_px, form, word, sign)
    key = f"slot:{key_of(lane.number, slot)}"
    return Cell(place, half, x, width, form, line, two, size, key, spoken(lane, slot, form))


def _promised(place: int, lane: LaneView, slot: SlotView, window: Window, late: LateRow | None) -> Cell:
    if late is None:
        return _cell(place, WHOLE, lane, slot, window, "booked")
    x, width, room_px = _place(slot, window)
    word, told = (
        ("列なし", "入る列がありません") if late.outside else (f"+{late.late_min}分", f"{late.late_min}分遅れそう")
    )
    line, two, size = texts(slot.start, room_px, "pressed", word, "！")
    said = f"{spoken(lane, slot, 'booked')}　{told}"
    return Cell(place, WHOLE, x, width, "pressed", line, two, size, f"slot:{key_of(lane.number, slot)}", said)


def _place(slot: SlotView, window: Window) -> tuple[float, float, int]:
    """Shares of the strip, and the px for its words; none where its beginning is not seen."""
    start, until = window.share(slot.start_min), window.share(_until(slot))
    begins = start >= 0
    start, until = max(0.0, start), min(1.0, until)
    return start, until - start, int((until - start) * STRIP_PX - GAP_PX) if begins else 0


@lru_cache(maxsize=512)
def texts(start: str, room_px: int, form: Form, word: str, sign: str) -> tuple[str, str, int]:
    """The fullest that fits: in one line 13:10来, :10来, :10 or nothing; in two the word below; and their size."""
    short = start[start.index(":") :]
    free = form in ("free", "central", "before", "after")
    for time in (short,) if free else (start, short):
        for size in (16, 14):
            if wide(time + sign, size) + 4 <= room_px:
                return time + sign, _two(start, short, word, room_px), size
    return (short, "", 14) if wide(short, 14) <= room_px else ("", "", 14)


def _two(start: str, short: str, word: str, room_px: int) -> str:
    if not word or wide(word, 14) + 4 > room_px:
        return ""
    return f"{start if wide(start, 14) + 4 <= room_px else short}\n{word}"


def wide(text: str, size_px: int) -> float:
    """At most so many px in bold."""
    signs = {":": 0.33, "+": 0.6, "-": 0.4, " ": 0.3, "W": 0.95, "b": 0.65}
    ems = (signs.get(c, 1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.62) for c in text)
    return size_px * sum(ems)


def spoken(lane: LaneView, slot: SlotView, form: Form) -> str:
    """予約枠1　13:10から10分　予約　住民票の写し　A-105."""
    parts = (lane.name, f"{slot.start}から{slot.length_min}分", NAMES[form], slot.service_name, slot.number)
    return "　".join(part for part in parts if part)


# --- choosing by the arrow keys -----------------------------------------------------------------------------------


def in_order(view: SlotsView) -> list[tuple[str, int]]:
    """Slots that somebody has, by time and lane: (key, start)."""
    found = [
        (slot.start_min, lane.number, key_of(lane.number, slot))
        for lane in view.lanes
        for slot in lane.slots
        if slot.booking
    ]
    return [(key, start_min) for start_min, _, key in sorted(found)]


def stepped(view: SlotsView, chosen: str, way: int) -> tuple[str, int] | None:
    """The next of them; the first step leads to the first one that is still to come."""
    known = in_order(view)
    if not known:
        return None
    keys = [key for key, _ in known]
    if chosen in keys:
        return known[max(0, min(len(known) - 1, keys.index(chosen) + way))]
    ahead = [one for one in known if one[1] >= view.now_min]
    return ahead[0] if ahead else known[-1]


def find(view: SlotsView, key: str) -> tuple[LaneView, SlotView] | None:
    for lane in view.lanes:
        for slot in lane.slots:
            if key_of(lane.number, slot) == key:
                return lane, slot
    return None


def position_of(lanes: Sequence[LaneView], number: int) -> int:
    return next((n for n, lane in enumerate(lanes) if lane.number == number), 0)
