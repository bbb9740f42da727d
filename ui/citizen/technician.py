"""The screens of a technician at the machine: which parts stand where."""

from __future__ import annotations

from kiosk_app.api import CheckScreen
from ui.citizen import booked
from ui.citizen.room import Parts, Room
from ui.kit.citizen import checks, panels
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Drawing, Grid, Space
from ui.kit.citizen.plates import plates
from ui.kit.citizen.tokens import GUTTER, Palette

TILES_BESIDE = 3
BELOW_HEAD, WORDS_LOWER = 14.0, 4.0
"""The top line sets its words so much below its middle."""
TOUCH_UPRIGHT, TOUCH_LYING = (4, 1540.0, 44.0), (6, 730.0, 36.0)
"""Columns, height of all cells, and how far they reach beyond the margins."""


def _check(room: Room) -> CheckScreen:
    if room.view.check is None:
        raise AssertionError("a technician's screen without its grades")
    return room.view.check


def overview(room: Room) -> Parts:
    """Tiles that may go on to another page; the chosen one's cause and what to do always stand there."""
    view, s, check = room.view, room.style, _check(room)
    grades = {mark.id: mark.grade for mark in check.grades}
    head: list[Block] = [checks.Counts(s, check.counts, check.looked), Space(s.gap(8))]
    tiles: list[Block] = [checks.Tile(s, control, grades[control.id]) for control in view.rows]
    told = checks.panel(s, check.grade, view.title, view.summary)
    keys = Grid(plates(s, view.actions, checks.KEY), len(view.actions), GUTTER, s.apart(20))
    foot: list[Block] = [told, Space(s.apart(24)), keys]
    if room.upright:
        return Parts(head=head, choices=[], rows=tiles, foot=foot, row_columns=TILES_BESIDE)
    return Parts(
        head=[*head, Space(s.gap(20)), told],
        choices=[],
        rows=tiles,
        foot=[keys],
        left=780,
        foot_right=False,
        row_columns=TILES_BESIDE,
    )


def device(room: Room) -> Parts:
    view, s, check = room.view, room.style, _check(room)
    head: list[Block] = [checks.panel(s, check.grade, view.title, view.summary)]
    if view.notice:
        head += [Space(s.gap(28)), panels.notice(s, view.notice, "info")]
    rows: list[Block] = list(plates(s, view.rows, p.ROW))
    foot: list[Block] = [Grid(plates(s, view.actions, p.GO), 2, GUTTER, s.apart(20))] if view.actions else []
    return Parts(head=head, choices=[], rows=rows, foot=foot, left=760, foot_right=False)


def touch(room: Room) -> Parts:
    columns, high, beyond = TOUCH_UPRIGHT if room.upright else TOUCH_LYING
    cells = checks.Cells(room.style, room.view.rows, columns, high, beyond)
    # No column is left for words: they stand in the top line.
    return Parts(head=[], choices=[cells], rows=[], foot=[], left=-GUTTER)


def keys(room: Room) -> Parts:
    return booked.check_in_pad(room)


def colour(room: Room) -> Parts:
    """The key stands above or below by turns, so that no part of the screen is always hidden by it."""
    is_below = _check(room).colour in ("white", "red", "blue", "lines")
    words: list[Block] = list(plates(room.style, room.view.actions, p.GO))
    if is_below:
        return Parts(head=[], choices=[], rows=[], foot=words)
    return Parts(head=words, choices=[], rows=[], foot=[])


def head(to: Drawing, palette: Palette, width: float, top: float) -> int:
    """A dark band above, so that nobody takes these screens for a visitor's; the height for its words to stand in."""
    to.box(0, 0, width, top - BELOW_HEAD, palette.ink)
    return int(top - BELOW_HEAD - 2 * WORDS_LOWER)


def paint(to: Drawing, check: CheckScreen, width: float, height: float) -> None:
    """Under everything else, to the very edges."""
    if check.colour:
        for x, y, w, h, tone in checks.painted(check.colour, width, height):
            to.box(x, y, w, h, tone)


SCREENS = {
    "tech_list": overview,
    "tech_device": device,
    "tech_touch": touch,
    "tech_keys": keys,
    "tech_colour": colour,
}
