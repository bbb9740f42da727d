"""The screens of who looks for the right procedures: which parts stand where."""

from __future__ import annotations

from kiosk_app.api import Item
from ui.citizen.room import Parts, Room, actions_of, icon_of, title_of, wait_of, where_of
from ui.kit.citizen import panels
from ui.kit.citizen import paper as slips
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Beside, Block, Grid, Space, Words
from ui.kit.citizen.plates import plates
from ui.kit.citizen.tokens import GUTTER


def events(room: Room) -> Parts:
    """What has happened, each with its picture."""
    view, s = room.view, room.style
    terse = room.variant >= 1
    columns = 2 if room.upright else 3
    tile = p.LIFE if room.upright else p.TILE_LYING
    tiles = Grid(plates(s, view.events, tile, terse), columns, GUTTER if room.upright else 16, s.apart(24))
    return Parts(head=title_of(room), choices=[tiles], rows=[], foot=[], left=452)


def question(room: Room) -> Parts:
    view, s = room.view, room.style
    rows = plates(s, view.rows, p.ANSWER)
    left = Words(s, view.foot, "note", tone=s.palette.ink_2)
    return Parts(head=[left, Space(s.gap(12)), *title_of(room)], choices=[], rows=list(rows), foot=[], left=620)


def listed(room: Room) -> Parts:
    """What has to be done: each pressed on or off; what is done elsewhere only informs."""
    view, s = room.view, room.style
    rows = plates(s, view.rows, p.CHOSEN, room.variant >= 2)
    told: list[Block] = []
    if view.bring:
        name = Beside(s, "out", 40, s.palette.ink, Words(s, view.bring_title, "body", True), 12)
        told += [name, Space(s.gap(8)), panels.listed(s, view.bring), Space(s.gap(28))]
    if view.notice:
        told += [panels.notice(s, view.notice, "info"), Space(s.gap(28))]
    # What is only read need not be within reach.
    above = not room.upright or view.low
    head = [*title_of(room), *([Space(s.gap(28)), *told] if above else [])]
    foot = [*([] if above else told), *_actions(room, room.variant >= 1)]
    columns = 2 if room.variant and not room.upright else 1
    return Parts(head, [], list(rows), foot, left=760 if columns == 1 else 560, row_columns=columns)


def _actions(room: Room, beside: bool) -> list[Block]:
    """Below each other where there is room."""
    if not beside:
        return actions_of(room)
    return [Grid(plates(room.style, room.view.actions, p.HALF_GO), 2, GUTTER, room.style.apart(24))]


def bring(room: Room) -> Parts:
    return _things(room, panels.bring_head(room.style, room.view.bring_title))


def forms(room: Room) -> Parts:
    """What this machine can make for the way."""
    s = room.style
    return _things(room, Beside(s, "doc", 40, s.palette.ink, Words(s, room.view.bring_title, "body", True), 12))


def _things(room: Room, name: Block) -> Parts:
    view, s = room.view, room.style
    if room.variant:
        return _paged(room, [*title_of(room), Space(s.gap(28)), name], view.bring, _actions(room, True))
    things: list[Block] = [name, Space(s.gap(8)), panels.listed(s, view.bring)]
    if room.upright:
        return Parts(head=[*title_of(room), Space(s.gap(40)), *things], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=title_of(room), choices=things, rows=[], foot=actions_of(room), left=620, foot_right=False)


def visit(room: Room) -> Parts:
    """The first counter with its wait, then the way, then one blue plate."""
    view, s = room.view, room.style
    head = [*where_of(room), *title_of(room, "q"), *wait_of(room)]
    foot: list[Block] = [Grid(plates(s, view.actions, p.HALF), 2, GUTTER, s.apart(24))]
    if room.variant == 2:
        return _paged(room, head, view.summary, foot)
    columns = 2 if room.variant and not room.upright else 1
    way: list[Block] = [panels.listed(s, view.summary, columns)] if view.summary else []
    if room.upright:
        return Parts(head=[*head, Space(s.gap(32)), *way], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(24)), *way], rows=[], foot=foot, left=860, foot_right=False)


def _paged(room: Room, head: list[Block], items: tuple[Item, ...], foot: list[Block]) -> Parts:
    """More than stands on one page. Lying, the list has its side of the screen for itself."""
    rows = panels.listed_rows(room.style, items)
    if room.upright:
        return Parts(head, [], rows, foot)
    return Parts([*head, Space(room.style.apart(24)), *foot], [], rows, [], left=860)


def paper(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "hero", "title")]
    if view.slip is not None and view.slip.where:
        head += [Space(s.gap(40)), slips.where_from(s, view.slip.where)]
    return Parts(head=head, choices=[], rows=[], foot=actions_of(room), left=1000, foot_right=False)


SCREENS = {
    "proc_events": events,
    "proc_question": question,
    "proc_list": listed,
    "proc_bring": bring,
    "proc_forms": forms,
    "proc_visit": visit,
    "proc_paper": paper,
}
