"""The first and the last screen of practice mode; the others are a certificate's own."""

from __future__ import annotations

from ui.citizen.room import Parts, Room, actions_of, icon_of, title_of
from ui.kit.citizen import panels
from ui.kit.citizen.drawing import Block, Space


def page(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "hero" if room.upright else "q", "title")]
    told: list[Block] = [panels.notice(s, view.notice, "info", "title"), Space(s.gap(28))] if view.notice else []
    if room.upright:
        return Parts(head=[*head, Space(s.gap(48)), *told], choices=[], rows=[], foot=actions_of(room))
    return Parts(
        head=[*head, Space(s.gap(32)), *told], choices=[Space(s.gap(32))], rows=[], foot=actions_of(room), left=900
    )


SCREENS = {"lesson_start": page, "lesson_end": page}
