"""The screens of who looks for the right procedures: which parts stand where."""

from __future__ import annotations

from ui.citizen.room import Parts, Room, actions_of, icon_of, title_of, wait_of, where_of
from ui.kit.citizen import panels
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
    head = title_of(room)
    left: list[Block] = [Words(s, view.foot, "note", tone=s.palette.ink_2)]
    if room.upright:
        return Parts(head=head, choices=[], rows=list(rows), foot=left, left=620)
    return Parts(head=[*head, Space(s.gap(32)), *left], choices=[], rows=list(rows), foot=[], left=620)


def listed(room: Room) -> Parts:
    """What has to be done: each pressed on or off; what is done elsewhere only informs."""
    view, s = room.view, room.style
    terse = room.variant >= 1
    rows = plates(s, view.rows, p.CHOSEN, terse)
    elsewhere: list[Block] = []
    if view.bring:
        name = Beside(s, "out", 40, s.palette.ink, Words(s, view.bring_title, "body", True), 12)
        elsewhere = [name, Space(s.gap(8)), panels.listed(s, view.bring), Space(s.gap(28))]
    told: list[Block] = [panels.notice(s, view.notice, "info"), Space(s.gap(28))] if view.notice else []
    if room.upright:
        return Parts(head=title_of(room), choices=[], rows=list(rows), foot=[*elsewhere, *told, *actions_of(room)])
    head = [*title_of(room), *([Space(s.gap(32)), *elsewhere] if elsewhere else []), *told]
    return Parts(head=head, choices=[], rows=list(rows), foot=actions_of(room), left=760)


def bring(room: Room) -> Parts:
    view, s = room.view, room.style
    things: list[Block] = [panels.bring(s, view.bring_title, view.bring)]
    if room.upright:
        return Parts(head=[*title_of(room), Space(s.gap(40)), *things], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=title_of(room), choices=things, rows=[], foot=actions_of(room), left=620, foot_right=False)


def visit(room: Room) -> Parts:
    """The first counter with its wait, then the way, then one blue plate."""
    view, s = room.view, room.style
    head = [*where_of(room), *title_of(room, "q"), *wait_of(room)]
    way: list[Block] = [panels.listed(s, view.summary)] if view.summary else []
    ask: list[Block] = [Words(s, view.question, "choice", True), Space(s.gap(12))] if view.question else []
    foot = [*ask, Grid(plates(s, view.actions, p.CHOICE), 2, GUTTER, s.apart(24))]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(32)), *way], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=way, rows=[], foot=foot, left=760)


def paper(room: Room) -> Parts:
    head = [*icon_of(room), *title_of(room, "hero", "title")]
    return Parts(head=head, choices=[], rows=[], foot=actions_of(room), left=1000, foot_right=False)


SCREENS = {
    "proc_events": events,
    "proc_question": question,
    "proc_list": listed,
    "proc_bring": bring,
    "proc_visit": visit,
    "proc_paper": paper,
}
