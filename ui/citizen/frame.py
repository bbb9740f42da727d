"""What stands around every screen: the line at the top, the bar at the bottom, sheets and dialogs on the bar."""

from __future__ import annotations

from kiosk_app.api import CitizenView, Control, Dialog, Sheet
from ui.kit.citizen import plates as p
from ui.kit.citizen import tokens as t
from ui.kit.citizen.drawing import Beside, Block, Drawing, Grid, Map, Space, Stack, Words, spoken_name
from ui.kit.citizen.plates import Plate, spaced
from ui.kit.citizen.tokens import CONTRAST, WARM, Style

BAR_PLACES = {"back": (0, 200), "language": (224, 256), "ease": (504, 208), "staff": (736, 232)}
"""By id, from the margin: an absent key leaves its place empty."""
DOOR_WIDTH = 200.0
HOLD_MS = 3_000
"""No visitor rests a finger on the time for so long."""
LARGE = ((1.33, 1.0, False), (1.33, 0.6, False), (1.2, 0.6, False), (1.2, 0.4, True))
STEPS = ((1.0, 1.0, False), (1.0, 0.6, False), (1.0, 0.4, False), (1.0, 0.3, True))
"""Scale, air, and whether notes are only said."""


def _style(view: CitizenView, scale: float = 1.0, air: float = 1.0) -> Style:
    return Style(CONTRAST if view.contrast else WARM, view.language, scale, air)


def draw_top(to: Drawing, view: CitizenView, width: int, height: int, margin: int, is_dark: bool = False) -> None:
    """`is_dark`: on a dark ground, which the caller has laid."""
    large = _style(view, 1.33 if view.large else 1.0)
    room = float(width - 2 * margin)
    for style in (large, _style(view, 1.15), _style(view)):
        time = Words(style, view.time, "title", True).setting(room)
        date = Words(style, view.date, "body").setting(room)
        left = room - time.width - date.width - 24 - 32
        office = Words(style, view.office, "label", True, single=True).setting(left)
        if len(office.lines) == 1 and not office.broken and office.height <= height:
            break
    middle = height / 2 + 4
    right = margin + room
    ink, ink_2 = (style.palette.paper,) * 2 if is_dark else (style.palette.ink, style.palette.ink_2)
    to.text(office, margin, middle - office.height / 2, left, ink)
    base = middle + time.height / 2
    to.text(time, right - time.width - 2, base - time.height, time.width + 2, ink)
    lift = time.descent - date.descent
    to.text(date, right - time.width - 26 - date.width, base - date.height - lift, date.width + 2, ink_2)
    if view.staff_door is not None:
        to.plates.append(_unseen(view.staff_door, right - DOOR_WIDTH, height, DOOR_WIDTH))


def _unseen(control: Control, x: float, height: float, width: float) -> Map:
    """A plate over the time that shows nothing, not even a finger on it; who cannot see the screen finds its name."""
    clear = "transparent"
    return {
        "id": control.id,
        "name": spoken_name(control.label),
        "x": x,
        "y": 0.0,
        "w": width,
        "h": height,
        "hold_ms": HOLD_MS,
        "radius": 0,
        "line": 0,
        "lip": 0,
        **dict.fromkeys(("fill", "held", "edge", "lip_tone", "mark", "ring", "glow"), clear),
        "able": True,
        "texts": [],
        "icons": [],
    }


def draw_bar(to: Drawing, view: CitizenView, width: int, height: int, margin: int, upright: bool) -> None:
    style = _style(view)
    top = height - t.BAR
    to.box(0, top, width, t.BAR, style.palette.surface)
    to.box(0, top, width, t.EDGE, style.palette.rule)
    y = top + (t.BAR - t.BAR_KEY) / 2
    shift = 0 if upright else width - 2 * margin - 968
    for control in view.bar:
        x, wide = BAR_PLACES[control.id]
        x += margin + (shift if control.id != "back" else 0)
        _bar_key(view, control, wide).draw(to, x, y, wide, t.BAR_KEY)
    if view.hint and not any(c.id in ("back", "language") for c in view.bar):
        tone = style.palette.ink_2
        room = 480.0 if upright else 900.0
        for scale in (1.33, 1.2, 1.1, 1.0) if view.large else (1.0,):
            words = Words(_style(view, scale), view.hint, "note", tone=tone)
            hint = Beside(style, "keypad", 72, tone, words, 20)
            if hint.height(room) <= t.BAR_KEY:
                break
        hint.draw(to, margin, y + (t.BAR_KEY - hint.height(room)) / 2, room, hint.height(room))


def _bar_key(view: CitizenView, control: Control, width: float) -> Plate:
    """The largest words that stand on the key."""
    shapes = [(1.2, 44.0), (1.2, 32.0), (1.1, 32.0)] if view.large else []
    for scale, icon in [*shapes, (1.0, 44.0), (1.0, 36.0), (0.9, 36.0), (0.9, 28.0)]:
        shape = p.Shape(
            title="body", min_height=t.BAR_KEY - t.LIP, pad_x=8, pad_y=6, centred=True, stacked=True, icon=icon, gap=2
        )
        plate = Plate(_style(view, scale), control, shape)
        trial = Drawing()
        plate.draw(trial, 0, 0, width, t.BAR_KEY)
        if plate.height(width) <= t.BAR_KEY and not trial.broken:
            break
    return plate


def draw_front(to: Drawing, view: CitizenView, width: int, height: int, upright: bool) -> None:
    """Stands on the bar, which stays usable; as high as it must be."""
    wide = width - 112 if upright else 1180 if view.dialog is not None else 1500
    left, bottom = (width - wide) / 2, height - t.BAR - (56 if upright else 24)
    highest = t.LOW_FROM if view.low and upright else 0
    palette = CONTRAST if view.contrast else WARM
    steps = (*LARGE, *STEPS) if view.large else STEPS
    for scale, air, terse in steps:
        style = _style(view, scale, air)
        pad = max(28.0, style.gap(56))
        inside = _dialog(style, view.dialog) if view.dialog is not None else _sheet(style, view.sheet, upright, terse)
        high = inside.height(wide - 2 * pad) + 2 * pad
        trial = Drawing()
        inside.draw(trial, left + pad, bottom - high + pad, wide - 2 * pad, high - 2 * pad)
        fits = high <= bottom - 24 and min(plate["y"] for plate in trial.plates) >= highest
        if fits and not trial.broken:
            break
    edge = palette.ink if view.contrast else palette.paper
    to.box(left, bottom - high, wide, high, palette.paper, edge=edge, line=4 if view.contrast else 0, radius=24)
    inside.draw(to, left + pad, bottom - high + pad, wide - 2 * pad, high - 2 * pad)
    to.broken = to.broken or not fits


def _sheet(style: Style, sheet: Sheet | None, upright: bool, terse: bool) -> Stack:
    if sheet is None:
        raise AssertionError("a front without a sheet or a dialog")
    toggles = all(option.tag for option in sheet.options)
    columns = sheet.columns if upright else min(3, max(2, sheet.columns + 1))
    shape = p.TOGGLE if toggles else p.LANGUAGE_LARGE
    apart = style.apart(16 if toggles else 24)
    options = Grid([Plate(style, o, shape, terse) for o in sheet.options], columns, 16, apart)
    title = Words(style, sheet.title, "q", True, heading=True)
    return Stack([title, Space(style.gap(24)), options, Space(style.apart(36)), Plate(style, sheet.close, p.GO)])


def _dialog(style: Style, dialog: Dialog) -> Stack:
    blocks: list[Block] = [Words(style, dialog.title, "q", True, heading=True)]
    if dialog.note:
        blocks += [Space(style.gap(12)), Words(style, dialog.note, "label")]
    if dialog.of_seconds:
        blocks += [Space(style.gap(16)), Count(style, dialog.seconds, dialog.of_seconds, dialog.before, dialog.after)]
    blocks.append(Space(style.gap(40)))
    shapes = [p.CONTINUE if a.state == "go" else p.ANSWER if a.note else p.GO for a in dialog.actions]
    blocks.append(spaced([Plate(style, a, s) for a, s in zip(dialog.actions, shapes, strict=True)], style.apart(28)))
    return Stack(blocks)


class Count:
    """あと 20 秒で…: the figure between its words, and a bar that shortens by seconds."""

    def __init__(self, style: Style, seconds: int, of_seconds: int, before: str = "", after: str = "") -> None:
        self.style, self.seconds, self.of_seconds, self.before, self.after = style, seconds, of_seconds, before, after

    def _parts(self, width: float) -> tuple[Words, Words, Words, float, float]:
        s = self.style
        before, after = Words(s, self.before, "label"), Words(s, self.after, "label")
        number = Words(Style(s.palette, "ja", 1.0), str(self.seconds), "count", True)
        left = before.setting(width / 2).width + 16 if self.before else 0.0
        # As wide as the most digits, so that nothing moves while it counts.
        widest = "0" * max(2, len(str(self.of_seconds)))
        figure = Words(number.style, widest, "count", True).setting(width).width + 4
        return before, number, after, left, figure

    def height(self, width: float) -> float:
        _, number, after, left, figure = self._parts(width)
        row = max(number.height(width), after.height(width - left - figure - 16))
        return row + 16 + 24

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        before, number, after, left, figure = self._parts(width)
        tone = self.style.palette.ink
        row = self.height(width) - 40
        room = width - left - figure - 16
        one, two, three = before.setting(width / 2), number.setting(figure + 8), after.setting(room)
        base = y + (row - two.height) / 2 + two.baseline
        if self.before:
            to.text(one, x, base - one.height + one.descent, left, tone)
        to.text(two, x + left, y + (row - two.height) / 2, figure, tone, "right")
        top = base - three.height + three.descent if len(three.lines) == 1 else y + (row - three.height) / 2
        to.text(three, x + left + figure + 16, top, room, tone)
        share = max(0.0, min(1.0, self.seconds / max(1, self.of_seconds)))
        track = y + row + 16
        to.box(x, track, width, 24, self.style.palette.rule, radius=12)
        edge = self.style.palette.paper if self.style.palette is CONTRAST else self.style.palette.rule
        if self.style.palette is CONTRAST:
            to.box(x + 3, track + 3, width - 6, 18, edge, radius=9)
        if share:
            to.box(x, track, max(24.0, width * share), 24, self.style.palette.act, radius=12)
