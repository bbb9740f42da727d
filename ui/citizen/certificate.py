"""The screens of who wants a certificate: which parts stand where."""

from __future__ import annotations

from ui.citizen.frame import Count
from ui.citizen.room import Parts, Room, actions_of, banner_of, icon_of, title_of
from ui.kit.citizen import cards, certificates, panels, typed
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Grid, Space, Words
from ui.kit.citizen.plates import Plate, plates, spaced
from ui.kit.citizen.tokens import Style


def answers(room: Room) -> Parts:
    """A question with few, large answers."""
    rows = plates(room.style, room.view.rows, p.ANSWER)
    return Parts([*banner_of(room), *title_of(room)], [], list(rows), [], left=620)


def listed(room: Room) -> Parts:
    """A question with many answers, which may go on to another page."""
    rows = plates(room.style, room.view.rows, p.ROW)
    return Parts([*banner_of(room), *title_of(room)], [], list(rows), [], left=620)


def copies(room: Room) -> Parts:
    """As few as there are, one below the other; nothing is added up by pressing often."""
    rows = plates(room.style, room.view.rows, p.ROW)
    return Parts([*banner_of(room), *title_of(room)], [], list(rows), [], left=620)


def toggles(room: Room) -> Parts:
    """Each on or off, and one way on."""
    s = room.style
    names = not any(control.tag for control in room.view.rows)
    # Names stand as they are registered, whatever the language of the screen.
    style = Style(s.palette, "ja", s.scale, s.air) if names else s
    rows = plates(style, room.view.rows, p.CHOSEN if names else p.TOGGLE)
    return Parts([*banner_of(room), *title_of(room)], [], list(rows), actions_of(room), left=620)


def take_card(room: Room) -> Parts:
    view, s = room.view, room.style
    head = title_of(room, "hero", "title")
    picture: list[Block] = []
    if view.reader is not None:
        picture = [cards.ReaderPlace(s, view.reader, 640 if room.upright else 560)]
    foot = actions_of(room) if view.actions else []
    if room.upright:
        return Parts(head=[*head, Space(s.gap(48)), *picture], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=picture, rows=[], foot=foot, left=820, foot_right=False)


def wait(room: Room) -> Parts:
    return Parts(head=[*icon_of(room), *title_of(room, "hero", "title")], choices=[], rows=[], foot=[], left=1200)


def confirm(room: Room) -> Parts:
    """What it will be, its first page, what it costs; one blue plate."""
    view, s = room.view, room.style
    head = [*_fault(room), *title_of(room, "q" if room.upright else "choice"), Space(s.gap(20))]
    told: list[Block] = [panels.listed(s, view.summary)]
    page: list[Block] = []
    # Lying, what costs more room than there is at the left goes below a smaller page.
    below = bool(room.variant) and not room.upright
    if view.preview is not None:
        most = 560 if room.upright else 280 if below else 640
        page = [Space(s.gap(24)), certificates.Page(s, view.preview, most)]
    fee: list[Block] = [certificates.fee(s, view.fee), Space(s.gap(24))] if view.fee is not None else []
    foot = [*fee, spaced([Plate(s, c, p.CONTINUE) for c in view.actions], s.apart(24))]
    if room.variant > 1 and not room.upright and view.preview is not None and fee:
        # Page and fee beside each other: a guide stands above.
        both = Grid([certificates.Page(s, view.preview, 150), fee[0]], 2, 24, 0)
        return Parts(head=[*head, *told], choices=[both], rows=[], foot=foot[len(fee) :], left=860)
    if room.upright:
        return Parts(head=[*head, *told, *page], choices=[], rows=[], foot=foot)
    return Parts(head=[*head, *told], choices=page, rows=[], foot=foot, left=900, foot_right=below)


def pay(room: Room) -> Parts:
    view, s = room.view, room.style
    head = title_of(room, "hero" if room.upright else "q", "title")
    if view.fee is not None:
        head += [Space(s.gap(40)), certificates.fee(s, view.fee)]
    known = _number(room)
    if room.upright:
        return Parts(head=[*head, *known], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=head, choices=known or [Space(s.gap(32))], rows=[], foot=actions_of(room), left=900)


def _number(room: Room) -> list[Block]:
    view, s = room.view, room.style
    if view.slip is None:
        return []
    said: list[Block] = [Words(s, view.emphasis, "title", True), Space(s.gap(12))] if view.emphasis else []
    return [Space(s.gap(40)), *said, typed.Number(s, view.slip.number)]


def take(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "hero" if room.upright else "q", "title")]
    if view.notice:
        head += [Space(s.gap(32)), panels.notice(s, view.notice, "doc", "title")]
    count: list[Block] = [Count(s, view.left_s, view.of_s, after=view.foot), Space(s.gap(28))]
    foot = [*count, *actions_of(room)]
    if room.upright:
        return Parts(head=head, choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(32))], rows=[], foot=foot, left=900)


def doubt(room: Room) -> Parts:
    s = room.style
    head = [*icon_of(room), *title_of(room, "q", "title")]
    foot: list[Block] = [spaced([Plate(s, c, p.ANSWER) for c in room.view.actions], s.apart(24))]
    if room.upright:
        return Parts(head=head, choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(32))], rows=[], foot=foot, left=900)


def said(room: Room) -> Parts:
    """Also what is owed, with its number."""
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "q", "title")]
    known: list[Block] = []
    if view.notice:
        known += [Space(s.gap(40)), panels.notice(s, view.notice, "info")]
    known += _number(room)
    if room.upright:
        return Parts(head=[*head, *known], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=head, choices=known or [Space(s.gap(32))], rows=[], foot=actions_of(room), left=1000)


def _fault(room: Room) -> list[Block]:
    view, s = room.view, room.style
    return [cards.Fault(s, view.notice), Space(s.gap(24))] if view.notice else []


SCREENS = {
    "cert_where": answers,
    "cert_kind": listed,
    "cert_scope": answers,
    "cert_items": toggles,
    "cert_copies": copies,
    "cert_card": take_card,
    "cert_wait": wait,
    "cert_who": toggles,
    "cert_confirm": confirm,
    "cert_pay": pay,
    "cert_print": wait,
    "cert_take": take,
    "cert_doubt": doubt,
    "cert_claim": said,
    "cert_said": said,
}
