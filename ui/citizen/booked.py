"""The screens of who has a reservation, and of who chooses a time: which parts stand where."""

from __future__ import annotations

from ui.citizen.room import Parts, Room, actions_of, banner_of, icon_of, title_of, where_of
from ui.kit.citizen import cards, panels, times, typed
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Space, Words
from ui.kit.citizen.plates import Plate, plates, spaced


def check_in(room: Room) -> Parts:
    """With a reader of codes it comes first; what can be typed stands within reach."""
    view, s = room.view, room.style
    icon = [] if view.reader is not None or view.notice else icon_of(room)
    head = [*_fault(room), *icon, *title_of(room, "q", "title")]
    ways: list[Block] = [spaced(list(plates(s, view.rows, p.ROW)), s.apart(20))]
    picture: list[Block] = []
    if view.reader is not None:
        picture = [cards.ReaderPlace(s, view.reader, 520 if room.upright else 480)]
    if room.upright:
        apart = [Space(s.gap(40)), *picture] if picture else []
        return Parts(head=[*head, *apart], choices=[], rows=[], foot=ways)
    return Parts(
        head=[*head, *([Space(s.gap(32)), *picture] if picture else [])], choices=ways, rows=[], foot=[], left=820
    )


def check_in_pad(room: Room) -> Parts:
    view, s = room.view, room.style
    pad = view.keypad
    if pad is None:
        raise AssertionError("digits without their keypad")
    title = Words(s, view.title, "choice" if room.upright else "title", True, heading=True)
    head = [*banner_of(room), *_fault(room), title, Space(s.gap(36)), typed.CodeRow(s, pad)]
    keys: list[Block] = [*([Space(0, grows=True)] if room.upright and not view.low else []), cards.PinPad(s, pad)]
    other: list[Block] = list(plates(s, view.rows, p.SLIM))
    return Parts(head=head, choices=keys, rows=[], foot=other, left=868, foot_right=False)


def check_in_which(room: Room) -> Parts:
    view, s = room.view, room.style
    rows = plates(s, tuple(c for c in view.rows if c.id != "none"), p.ROW)
    none = plates(s, tuple(c for c in view.rows if c.id == "none"), p.SLIM)
    return Parts(title_of(room), [], list(rows), list(none), left=560, foot_right=False)


def check_in_wait(room: Room) -> Parts:
    return Parts(head=[*icon_of(room), *title_of(room, "hero", "title")], choices=[], rows=[], foot=[], left=1200)


def check_in_said(room: Room) -> Parts:
    view, s = room.view, room.style
    head: list[Block] = [*icon_of(room), Words(s, view.title, "hero" if room.upright else "q", True, heading=True)]
    if view.emphasis:
        head += [Space(s.gap(12)), Words(s, view.emphasis, "q", True)]
    if view.subtitle:
        head += [Space(s.gap(16)), Words(s, view.subtitle, "title")]
    number: list[Block] = [typed.Number(s, view.slip.number)] if view.slip is not None else []
    if room.upright:
        apart = [Space(s.gap(48)), *number] if number else []
        return Parts(head=[*head, *apart], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=head, choices=number, rows=[], foot=actions_of(room), left=1000)


def times_page(room: Room) -> Parts:
    """Hours may go on to another page; what was chosen and the one blue plate always stand there."""
    view, s = room.view, room.style
    places = max((hour.places for hour in view.hours), default=1)
    rows = times.hour_rows(s, view.hours, places if not room.variant else -(-places // 2))
    # Readings take the room of two lines.
    narrow = 6 if view.language == "easy" else 4
    chosen = times.ChosenPlace(s, view.chosen, 1 if room.upright else narrow)
    gone: list[Block] = [panels.notice(s, view.notice, "info"), Space(s.gap(24))] if view.notice else []
    take: list[Block] = [Plate(s, control, p.GO) for control in view.actions]
    head = [*where_of(room), *title_of(room, "q", "body")]
    if room.upright and not view.low:
        return Parts(head=head, choices=[], rows=rows, foot=[*gone, chosen, Space(s.gap(28)), *take])
    # Within reach stands what is pressed; lying, everything that is said stands at the left.
    said = [*head, Space(s.gap(24)), *(gone or [chosen])]
    return Parts(head=said, choices=[], rows=rows, foot=take, left=620, foot_right=False)


def _fault(room: Room) -> list[Block]:
    view, s = room.view, room.style
    return [cards.Fault(s, view.notice), Space(s.gap(24))] if view.notice else []
