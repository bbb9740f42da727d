"""The screens of forms that nobody has to write: which parts stand where."""

from __future__ import annotations

from ui.citizen import certificate
from ui.citizen.room import Parts, Room, actions_of, icon_of, title_of
from ui.kit.citizen import cards, kana, panels, typed
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Space, Words
from ui.kit.citizen.plates import plates, spaced


def check(room: Room) -> Parts:
    """The four attributes, and that nothing else was read."""
    view, s = room.view, room.style
    head: list[Block] = [*title_of(room), Space(s.gap(28)), panels.listed(s, view.summary)]
    told: list[Block] = [panels.notice(s, view.notice, "shield"), Space(s.gap(28))] if view.notice else []
    if room.upright:
        return Parts(head=head, choices=[], rows=[], foot=[*told, *actions_of(room)])
    return Parts(head=head, choices=told, rows=[], foot=actions_of(room), left=900)


def ask(room: Room) -> Parts:
    view, s = room.view, room.style
    fault: list[Block] = [cards.Fault(s, view.notice), Space(s.gap(24))] if view.notice else []
    head: list[Block] = [*fault, *_question(room)]
    if view.kana is not None:
        head += [Space(s.gap(20)), kana.Typed(s, view.kana)]
        keys: list[Block] = [kana.Keys(s, view.kana)]
        other = _others(room)
        if room.upright:
            return Parts(head=head, choices=[Space(0, grows=True), *keys], rows=[], foot=other)
        return Parts(head=[*head, Space(s.gap(20)), *other], choices=keys, rows=[], foot=[], left=620)
    if view.keypad is not None:
        head += [Space(s.gap(28)), typed.CodeRow(s, view.keypad)]
        grows: list[Block] = [Space(0, grows=True)] if room.upright and not view.low else []
        pad: list[Block] = [*grows, cards.PinPad(s, view.keypad)]
        return Parts(head=head, choices=pad, rows=[], foot=_others(room), left=868, foot_right=False)
    rows = [c for c in view.rows if c.id not in ("skip", "by_hand")]
    skip = [c for c in view.rows if c.id in ("skip", "by_hand")]
    foot: list[Block] = [spaced(list(plates(s, tuple(skip), p.SLIM)), s.apart(16))] if skip else []
    return Parts(head=head, choices=[], rows=plates(s, tuple(rows), p.ROW), foot=foot, left=620)


def _question(room: Room) -> list[Block]:
    view, s = room.view, room.style
    words: list[Block] = [Words(s, view.title, "choice", True, heading=True)]
    if view.subtitle:
        words.append(Words(s, view.subtitle, "body"))
    if view.foot:
        words.append(Words(s, view.foot, "note", tone=s.palette.ink_2))
    return words


def _others(room: Room) -> list[Block]:
    rows = room.view.rows
    return [spaced(list(plates(room.style, rows, p.SLIM)), room.style.apart(16))] if rows else []


def take(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "hero", "title")]
    steps: list[Block] = [panels.Steps(s, view.steps)]
    foot: list[Block] = [panels.notice(s, view.notice, "shield"), Space(s.gap(28)), *actions_of(room)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(40)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(32)), *steps], rows=[], foot=foot, left=760)


SCREENS = {
    "form_choose": certificate.toggles,
    "form_people": certificate.copies,
    "form_way": certificate.answers,
    "form_check": check,
    "form_ask": ask,
    "form_wait": certificate.wait,
    "form_confirm": certificate.confirm,
    "form_print": certificate.wait,
    "form_take": take,
    "form_said": certificate.said,
}
