"""What a screen is made of and set for, and the parts that stand on many of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosk_app.api import CitizenView
from ui.kit.citizen import cards, panels, waiting
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Space, Words
from ui.kit.citizen.plates import Plate, spaced
from ui.kit.citizen.tokens import MARGIN, Style

WIDTH = 1080 - 2 * MARGIN
"""Of everything where the screen stands upright."""


class Parts(msgspec.Struct, frozen=True):
    """`rows` may be continued on another page; the other parts always stand there."""

    head: list[Block]
    choices: list[Block]
    rows: Sequence[Block]
    foot: list[Block]
    left: float = 620
    """Width of the head where the screen lies."""
    foot_right: bool = True
    """Where the screen lies: the foot stands under the choices, not under the head."""
    row_columns: int = 1


class Room(msgspec.Struct, frozen=True):
    """What a screen is set for."""

    view: CitizenView
    style: Style
    upright: bool
    variant: int = 0
    """0 is the best; the higher ones need less room."""


def title_of(room: Room, token: str = "q", subtitle: str = "label") -> list[Block]:
    view, s = room.view, room.style
    words: list[Block] = [Words(s, view.title, token, True, heading=True)]
    if view.title_original:
        original = Style(s.palette, "ja", s.scale, s.air)
        words.append(Words(original, view.title_original, "note", tone=s.palette.ink_2))
    if view.subtitle:
        words.append(Words(s, view.subtitle, subtitle))
    return words


def where_of(room: Room) -> list[Block]:
    view, s = room.view, room.style
    if not view.letter:
        return []
    return [waiting.Where(s, view.letter, view.group, view.place), Space(s.gap(12))]


def wait_of(room: Room) -> list[Block]:
    if room.view.wait is None:
        return []
    return [Space(room.style.gap(20)), waiting.Wait(room.style, room.view.wait)]


def actions_of(room: Room) -> list[Block]:
    return [spaced([Plate(room.style, c, p.GO) for c in room.view.actions], room.style.apart(24))]


def icon_of(room: Room) -> list[Block]:
    view, s = room.view, room.style
    if not view.icon:
        return []
    tones = {"good": s.palette.ok, "care": s.palette.care, "stop": s.palette.stop}
    tone = s.palette.care if view.screen == "trouble" else tones.get(view.tone, s.palette.act)
    return [Space(s.gap(32)), panels.BigIcon(s, view.icon, tone, round(120 * s.air)), Space(s.gap(16))]


def notice_of(room: Room) -> list[Block]:
    view = room.view
    return [panels.notice(room.style, view.notice), Space(room.style.gap(28))] if view.notice else []


def banner_of(room: Room) -> list[Block]:
    view, s = room.view, room.style
    return [cards.banner(s, view.banner), Space(s.gap(32))] if view.banner else []
