"""Everything pressable: a plate with a dark edge and a lip, in the shapes and conditions of the guide."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from kiosk_app.api import LANGUAGES, Control
from ui.kit.citizen.drawing import Block, Drawing, Map, Space, Stack, Words, spoken_name
from ui.kit.citizen.tokens import EDGE_STRONG, LIP, RADIUS, TARGET, Palette, Style
from ui.kit.citizen.typeset import advance, without_readings


class Shape(msgspec.Struct, frozen=True):
    """Sizes in pixels of the design; type by token."""

    title: str
    note: str = "note"
    min_height: float = TARGET
    pad_x: float = 32
    pad_y: float = 14
    icon: float = 56
    chevron: float = 0
    centred: bool = False
    stacked: bool = False
    """The icon above the words."""
    gap: float = 24
    single: bool = False
    """The title rather shrinks a little than wraps."""
    ticked: bool = True
    """✓ where it is selected."""


ROW = Shape(title="title", min_height=136, chevron=40)
SLIM = Shape(title="label", min_height=104, chevron=40)
TILE = Shape(title="label", min_height=208, pad_x=24, icon=64, gap=20)
TILE_LYING = replace(TILE, pad_x=16, icon=56, gap=14)
LIFE = replace(TILE, min_height=184)
EVENT = Shape(title="body", min_height=112, pad_x=18, icon=48, gap=14)
GO = Shape(title="title", note="body", min_height=136, centred=True, icon=48, single=True)
CONTINUE = Shape(title="q", note="body", min_height=160, centred=True, single=True)
TAKE = Shape(title="choice", note="body", min_height=208, pad_x=40, icon=96, chevron=48, gap=32, single=True)
DOOR = Shape(title="door", note="label", min_height=336, pad_x=48, icon=120, chevron=56, gap=40, single=True)
ONLY_DOOR = replace(DOOR, min_height=448)
ANSWER = Shape(title="choice", note="body", min_height=176, chevron=40)
LANGUAGE = Shape(title="label", min_height=96, pad_x=12, centred=True, icon=36, gap=12, single=True)
LANGUAGE_LARGE = Shape(title="title", min_height=128, pad_x=12, centred=True, icon=40, gap=12, single=True)
QUIET_DOOR = Shape(title="title", note="note", min_height=144, pad_x=40, icon=72, chevron=40, gap=32)
KEY = Shape(title="key", min_height=160, pad_x=12, centred=True, single=True)
KEY_AT_SIDE = Shape(title="title", min_height=160, pad_x=12, centred=True, icon=44, gap=12, single=True)
KEY_ENTER = replace(KEY_AT_SIDE, stacked=True, gap=8)
CHOICE = Shape(title="choice", note="body", min_height=288, pad_x=32, icon=64, stacked=True, gap=16, single=True)
HALF = replace(CHOICE, title="title", min_height=236, icon=60, single=False)
HALF_GO = replace(GO, title="label", single=False)
SMALL_DOOR = replace(CHOICE, title="title", note="note", min_height=236, icon=60, gap=12)
SLIM_DOOR = Shape(title="label", note="note", min_height=112, pad_x=20, icon=44, gap=16)
SMALLER_DOOR = replace(SMALL_DOOR, title="label", pad_x=18, icon=52)
SLOT = Shape(title="label", min_height=108, pad_x=4, pad_y=4, centred=True, ticked=False)
CHOSEN = Shape(title="title", min_height=116, icon=40)
TOGGLE = Shape(title="title", min_height=116)
LETTER = Shape(title="choice", min_height=84, pad_x=2, pad_y=2, centred=True, ticked=False)
SIDE_LETTER = Shape(
    title="label", min_height=84, pad_x=6, pad_y=2, centred=True, icon=36, gap=8, single=True, ticked=False
)
ENTER_KEYS = ("pin:enter", "key:enter")
KEYS_OF_A_PAD = (*ENTER_KEYS, "pin:cancel", "key:cancel", "pin:erase", "key:erase")
"""Red, yellow and green wherever digits or letters are typed."""


class _Tones(msgspec.Struct, frozen=True):
    fill: str
    edge: str
    line: int
    lip: str
    """Empty where the plate lies flat."""
    ink: str
    note: str
    icon: str
    held: str


def _tones(control: Control, palette: Palette, shape: Shape) -> _Tones:
    p = palette
    if control.id in KEYS_OF_A_PAD:
        return _tones_of_key(control, p)
    match control.state:
        case "go":
            return _Tones(p.act, p.act, p.strong, p.act_edge, p.on_act, p.on_act, p.on_act, p.act_press)
        case "selected":
            return _Tones(p.act_tint, p.act, EDGE_STRONG, p.act, p.act, p.ink_2, p.act, p.held)
        case "closed" | "off":
            return _Tones(p.paper_2, p.rule, 0 if p.paper_2 != p.paper else 2, "", p.ink_2, p.ink_2, p.ink_2, p.rule)
        case "busy":
            return _Tones(p.act, p.act, EDGE_STRONG, "", p.on_act, p.on_act, p.on_act, p.act_press)
    if control.id == "staff":
        return _Tones(p.surface, p.act, EDGE_STRONG, p.act, p.act, p.act, p.act, p.held)
    icon = p.ink if shape.stacked and shape.centred else p.act
    return _Tones(p.surface, p.edge, p.strong, p.edge, p.ink, p.ink_2, icon, p.held)


def _tones_of_key(control: Control, p: Palette) -> _Tones:
    """Red, yellow and green with a sign each, as on every cash machine in Japan."""
    plain = p.paper == p.surface
    if control.id in ENTER_KEYS:
        if control.state == "off":
            return _Tones(p.paper_2, p.ok, EDGE_STRONG, "", p.ok_edge, p.ok_edge, p.ok_edge, p.rule)
        fill, ink = (p.act, p.on_act) if plain else (p.ok, p.surface)
        return _Tones(fill, fill, p.strong, p.ok_edge, ink, ink, ink, p.act_press if plain else p.ok_edge)
    if control.state == "off":
        return _Tones(p.paper_2, p.rule, 2 if plain else 0, "", p.ink_2, p.ink_2, p.ink_2, p.rule)
    if control.id in ("pin:cancel", "key:cancel"):
        return _Tones(p.stop_tint, p.stop, p.strong, p.stop, p.stop, p.stop, p.stop, p.held)
    return _Tones(p.mend_tint, p.mend, p.strong, p.mend, p.ink, p.ink, p.ink, p.held)


def _language_style(style: Style, control: Control) -> Style:
    """The name of a language stands in its own script."""
    code = control.id.removeprefix("language:")
    if code == control.id or code not in LANGUAGES:
        return style
    return Style(style.palette, code, style.scale, style.air)


class Plate(msgspec.Struct, frozen=True):
    style: Style
    control: Control
    shape: Shape
    terse: bool = False
    """The note is said but not shown."""

    def _pads(self) -> tuple[float, float]:
        return self.shape.pad_x, max(6.0, self.style.gap(self.shape.pad_y))

    def _tag_width(self) -> float:
        """Of the tag beside the words, with its icon; 0 where there is none."""
        c, s = self.control, self.style
        if not c.tag:
            return 0.0
        token = "label" if self.shape is TOGGLE else "note"
        return advance(without_readings(c.tag), s.family, s.px(token), True) + 44

    def _left(self) -> float:
        has = self.control.icon or self._ticked()
        return self.shape.icon + self.shape.gap if has and not self.shape.stacked else 0.0

    def _ticked(self) -> bool:
        return self.control.state == "selected" and self.shape is not TOGGLE and self.shape.ticked

    def _chevron(self) -> float:
        pressable = self.control.state in ("open", "go", "selected")
        return self.shape.chevron + self.shape.gap if self.shape.chevron and pressable else 0.0

    def _tag_beside(self, width: float) -> bool:
        if not self.control.tag:
            return False
        if self.shape is TOGGLE:
            return True
        room = width - 2 * self.shape.pad_x - self._left() - self._chevron() - self._tag_width() - 24
        title = Words(self.style, self.control.label, self.shape.title, True).setting(room)
        note = Words(self.style, self.control.note, self.shape.note).setting(room)
        return len(title.lines) == 1 and not title.broken and (not self.control.note or len(note.lines) == 1)

    def _text(self, width: float) -> tuple[Stack, float]:
        """The words and the width they have."""
        c, s, shape = self.control, _language_style(self.style, self.control), self.shape
        tones = _tones(c, s.palette, shape)
        room = width - 2 * self._pads()[0] - self._left() - self._chevron()
        align = "centre" if shape.centred else "left"
        if self._tag_beside(width):
            room -= self._tag_width() + 24
        parts: list[Block] = [Words(s, c.label, shape.title, True, tones.ink, align, single=shape.single)]
        if c.why:
            parts.append(_Line(s, "clock", Words(s, c.why, "note", True, s.palette.ink)))
        elif c.note and not self.terse:
            parts.append(Words(s, c.note, shape.note, False, tones.note, align))
        if c.tag and not self._tag_beside(width):
            parts.append(_Line(s, "phone", Words(s, c.tag, "note", True, s.palette.ok)))
        return Stack(parts), room

    def height(self, width: float) -> float:
        text, room = self._text(width)
        inside = text.height(room)
        if self.shape.stacked and self.control.icon:
            inside += self.shape.icon + self.shape.gap
        elif self.control.icon and not self.shape.centred:
            inside = max(inside, self.shape.icon)
        least = max(float(TARGET), self.style.gap(self.shape.min_height))
        return max(least, inside + 2 * self._pads()[1]) + LIP

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        c, shape, palette = self.control, self.shape, self.style.palette
        tones = _tones(c, palette, shape)
        face = Drawing()
        high = height - LIP
        text, room = self._text(width)
        inside = text.height(room)
        pad = self._pads()[0]
        if shape.stacked:
            free = (high - inside - (shape.icon + shape.gap if c.icon else 0)) / 2
            # Side by side they begin on one line, however much each says.
            top = free if shape.centred else min(free, self.style.gap(28))
            left = (width - shape.icon) / 2 if shape.centred else pad
            face.icon(c.icon, left, top, shape.icon, tones.icon)
            text.draw(face, pad, top + (shape.icon + shape.gap if c.icon else 0), room, inside)
        else:
            icon = "check" if self._ticked() else c.icon
            left = pad
            if shape.centred and icon:
                widest = max(b.setting(room).width for b in text.blocks if isinstance(b, Words))
                left = max(pad, (width - widest - shape.icon - shape.gap) / 2)
                face.broken = face.broken or any(b.setting(room).broken for b in text.blocks if isinstance(b, Words))
                text.draw(face, left + shape.icon + shape.gap, (high - inside) / 2, widest + 2, inside)
            else:
                text.draw(face, pad + self._left(), (high - inside) / 2, room, inside)
            face.icon(icon, left, (high - shape.icon) / 2, shape.icon, tones.icon)
            if self._chevron():
                face.icon("next", width - pad - shape.chevron, (high - shape.chevron) / 2, shape.chevron, tones.icon)
            if self._tag_beside(width):
                self._draw_tag(face, width - pad - self._chevron(), high, tones)
        to.broken = to.broken or face.broken
        to.plates.append(self._plate(face, tones, x, y, width, high))

    def _draw_tag(self, face: Drawing, right: float, high: float, tones: _Tones) -> None:
        toggle = self.shape is TOGGLE
        wide = self._tag_width()
        words = Words(self.style, self.control.tag, "label" if toggle else "note", True)
        tone = tones.ink if toggle else self.style.palette.ok
        text = words.setting(wide)
        if toggle and self.control.state == "selected":
            face.icon("check", right - wide, (high - 36) / 2, 36, tone)
        elif not toggle:
            face.icon("phone", right - wide, (high - 32) / 2, 32, tone)
        face.text(text, right - wide + 40, (high - text.height) / 2, wide - 40, tone, "right")

    def _plate(self, face: Drawing, tones: _Tones, x: float, y: float, width: float, high: float) -> Map:
        c = self.control
        return {
            "id": c.id,
            "name": spoken_name(c.label, c.tag, c.why or c.note),
            "x": x,
            "y": y,
            "w": width,
            "h": high,
            "radius": RADIUS,
            "fill": tones.fill,
            "held": tones.held,
            "edge": tones.edge,
            "line": tones.line,
            "lip": LIP if tones.lip else 0,
            "lip_tone": tones.lip or tones.fill,
            "mark": self.style.palette.act,
            "ring": self.style.palette.ring,
            "glow": self.style.palette.glow,
            "able": c.state != "off",
            "texts": face.texts,
            "icons": face.icons,
        }


class _Line(msgspec.Struct, frozen=True):
    """A small icon and words beside it."""

    style: Style
    icon: str
    words: Words

    def height(self, width: float) -> float:
        return self.words.height(width - 44)

    def draw(self, to: Drawing, x: float, y: float, width: float, height: float) -> None:
        words = self.words.setting(width - 44)
        to.icon(self.icon, x, y + words.tops[1] - (words.line_height + 32) / 2, 32, self.words.tone)
        self.words.draw(to, x + 44, y, width - 44, height)


def plates(style: Style, controls: tuple[Control, ...], shape: Shape, terse: bool = False) -> list[Plate]:
    return [Plate(style, control, shape, terse) for control in controls]


def spaced(blocks: list[Block], gap: float) -> Stack:
    """The same distance between each two."""
    spread: list[Block] = []
    for block in blocks:
        spread += [Space(gap), block] if spread else [block]
    return Stack(spread)
