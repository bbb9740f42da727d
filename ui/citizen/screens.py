"""Which parts stand on which screen, and in which order. A screen is three stacks: head, choices, foot.

Upright they stand below each other, the foot just above the bar; lying, the head is at the left and the choices at the
right. In low position everything moves down, so that the choices are within reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from kiosk_app.api import CitizenView, Control
from ui.citizen import booked, certificate, forms, guided, procedures, technician
from ui.citizen.room import (
    WIDTH,
    Parts,
    Room,
    actions_of,
    banner_of,
    icon_of,
    notice_of,
    title_of,
    wait_of,
    where_of,
)
from ui.kit.citizen import cards, panels, paper, waiting
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Beside, Block, Grid, Space, Words
from ui.kit.citizen.plates import Plate, plates, spaced
from ui.kit.citizen.tokens import GUTTER


def variants(view: CitizenView) -> int:
    if view.screen == "idle":
        return 5 if len(view.doors) > 3 else 4 if view.notice or len(view.doors) > 2 else 3
    if view.screen == "take" and view.notice:
        return 2
    if view.guide is not None:
        # The guide takes room that the real screens have.
        return {"practice_lesson": 2, "card_place": 2, "card_take": 2, "cert_confirm": 3}.get(view.screen, 1)
    return _VARIANTS.get(view.screen, 1)


_VARIANTS = {
    "choose": 4,
    "services": 2,
    "questions": 2,
    "confirm": 2,
    "times": 2,
    "cert_confirm": 2,
    "form_confirm": 2,
    "proc_events": 2,
    "proc_list": 3,
    "proc_bring": 2,
    "proc_forms": 2,
    "proc_visit": 3,
}


def parts(room: Room) -> Parts:
    return _SCREENS[room.view.screen](room)


def _languages(room: Room) -> list[Block]:
    view, s = room.view, room.style
    head = Beside(s, "globe", 40, s.palette.ink, Words(s, view.languages_title, "body", True), 12)
    tiles = Grid(plates(s, view.languages, p.LANGUAGE), 3, 16, s.apart(20))
    return [head, Space(s.gap(12)), tiles]


def _idle(room: Room) -> Parts:
    view, s = room.view, room.style
    columns = 2 if room.upright or room.variant >= 2 else 1
    left = (620, 700, 860, 860, 760)[room.variant]
    board = waiting.board(s, view.board_title, view.board, columns, WIDTH if room.upright else left)
    title: list[Block] = [Words(s, view.title, "hero" if room.upright or not room.variant else "q", True, heading=True)]
    if view.subtitle:
        title.append(Words(s, view.subtitle, "body"))
    first = p.ONLY_DOOR if room.upright else p.DOOR if len(view.doors) > 1 else p.ONLY_DOOR
    # A long notice, or a third door, takes the place of what the doors say in small.
    terse = room.variant >= 3
    doors: list[Block] = [Plate(s, door, first, terse) for door in view.doors[:1]]
    if len(view.doors) > 2:
        # Many doors leave no room for pictures above the words.
        slim = len(view.doors) > (5 if room.upright else 4)
        beside = 2 if room.upright or slim else len(view.doors) - 1
        # Four beside each other are narrower, so they keep their words close.
        shape = p.SLIM_DOOR if slim else p.SMALLER_DOOR if beside > 3 else p.SMALL_DOOR
        doors.append(Grid(plates(s, view.doors[1:], shape, terse), beside, GUTTER, s.apart(GUTTER)))
    else:
        doors += plates(s, view.doors[1:], p.QUIET_DOOR, terse)
    choices: list[Block] = [*notice_of(room), spaced(doors, s.apart(GUTTER))]
    if not view.board:
        head = [Space(s.gap(120)), *title]
    else:
        head = [board, Space(s.gap(56)), *title] if room.upright else [*title, Space(s.gap(32)), board]
    return Parts(head=head, choices=choices, rows=[], foot=_languages(room), left=left)


def _closed(room: Room) -> Parts:
    head = [*icon_of(room), *title_of(room, "hero", "title"), Space(room.style.gap(32)), *notice_of(room)]
    doors = plates(room.style, room.view.doors, p.QUIET_DOOR)
    return Parts(head=head, choices=list(doors), rows=[], foot=_languages(room))


def _choose(room: Room) -> Parts:
    view, s = room.view, room.style
    columns = 2 if room.upright else 3
    terse = room.variant >= 2
    tile = p.TILE if room.upright else p.TILE_LYING
    groups = Grid(plates(s, view.groups, tile, terse), columns, GUTTER if room.upright else 16, s.apart(24))
    choices: list[Block] = [groups]
    if view.events:
        events = Grid(plates(s, view.events, p.EVENT), 2 if room.variant % 2 else 3, 16, s.apart(18))
        choices += [Space(s.gap(32)), Words(s, view.events_title, "body", True), Space(s.gap(10)), events]
    foot: list[Block] = [spaced(list(plates(s, view.rows, p.SLIM, terse)), s.apart(20))]
    if room.upright and len(view.rows) > 1:
        foot = [Grid(plates(s, view.rows, p.SLIM, terse), 2, GUTTER, s.apart(20))]
    return Parts(head=title_of(room), choices=choices, rows=[], foot=foot, left=452, foot_right=False)


def _questions(room: Room) -> Parts:
    view, s = room.view, room.style
    rows = plates(s, view.rows, p.ANSWER)
    return Parts(head=title_of(room), choices=[], rows=rows, foot=[], left=520, row_columns=_row_columns(room))


def _services(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*where_of(room), *title_of(room), *wait_of(room)]
    rows = [c for c in view.rows if c.id != "unsure"]
    unsure = [c for c in view.rows if c.id == "unsure"]
    foot = [Plate(s, c, p.SLIM) for c in unsure]
    lines = plates(s, tuple(rows), p.ROW)
    return Parts(head, [], lines, list(foot), left=560, foot_right=False, row_columns=_row_columns(room))


def _row_columns(room: Room) -> int:
    return 2 if room.variant and not room.upright else 1


def _confirm(room: Room) -> Parts:
    view, s = room.view, room.style
    narrow = room.variant > 0 and not room.upright
    head = [*where_of(room), *title_of(room, "q" if narrow else "hero"), *wait_of(room)]
    info: list[Block] = []
    if view.bring:
        info += [Space(s.gap(28)), panels.bring(s, view.bring_title, view.bring)]
    if view.online:
        under = head if narrow else info
        under += [Space(s.gap(28)), panels.online(s, view.online)]
    ask: list[Block] = [Words(s, view.question, "choice", True), Space(s.gap(12))]
    if len(view.actions) > 1:
        actions: Block = Grid(plates(s, view.actions, p.CHOICE), 2, GUTTER, s.apart(24))
    else:
        actions = spaced([Plate(s, c, p.TAKE if c.state == "go" else p.ROW) for c in view.actions], s.apart(24))
    foot: list[Block] = [*notice_of(room), *ask, actions]
    if room.upright:
        return Parts(head=[*head, *info], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=info[1:], rows=[], foot=foot, left=820 if narrow else 620)


def _slip(room: Room) -> list[Block]:
    slip = room.view.slip
    if slip is None:
        return []
    if room.upright:
        return [Space(room.style.gap(40)), paper.Ticket(room.style, slip, short=room.variant > 0)]
    return [paper.Ticket(room.style, replace(slip, where=""), short=True)]


def _printing(room: Room) -> Parts:
    return _with_slip(room, [*title_of(room)], actions_of(room))


def _take(room: Room) -> Parts:
    view, s = room.view, room.style
    foot = actions_of(room)
    if room.variant and not room.upright:
        foot = [Grid(plates(s, view.actions, p.GO), 2, GUTTER, s.apart(24))]
    told: list[Block] = [panels.notice(s, view.notice, "info"), Space(s.gap(28))] if view.notice else []
    if view.foot:
        foot += [Space(s.gap(16)), Words(s, view.foot, "note", tone=s.palette.ink_2, align="centre")]
    return _with_slip(room, title_of(room), foot, told)


def _doubt(room: Room) -> Parts:
    s = room.style
    foot = [*notice_of(room), spaced([Plate(s, c, p.ANSWER) for c in room.view.actions], s.apart(24))]
    return _with_slip(room, title_of(room), foot)


def _with_slip(room: Room, head: list[Block], foot: list[Block], told: Sequence[Block] = ()) -> Parts:
    """`told`: what stands between the slip and the plates."""
    foot = [*told, *foot]
    if room.upright:
        return Parts(head=[*head, *_slip(room)], choices=[], rows=[], foot=foot)
    slip = room.view.slip
    if slip and slip.where:
        head = [*head, Space(room.style.gap(40)), paper.where_from(room.style, slip.where)]
    left = 760 if not room.variant else 1000
    return Parts(head=head, choices=_slip(room), rows=[], foot=foot, left=left, foot_right=False)


def _trouble(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "q")]
    steps: list[Block] = [panels.Steps(s, view.steps)] if view.steps else []
    foot = [*notice_of(room), *actions_of(room)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(56)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=steps, rows=[], foot=foot)


def _explain(room: Room) -> Parts:
    view, s = room.view, room.style
    name: list[Block] = [Words(s, view.notice, "title", True), Space(s.gap(8))] if view.notice else []
    icon = icon_of(room)
    words: list[Block] = [Words(s, view.title, "q", True, heading=True)]
    if view.subtitle:
        words += [Space(s.gap(12)), Words(s, view.subtitle, "title")]
    return Parts(head=[*icon, *name, *words], choices=[], rows=[], foot=actions_of(room), left=1200, foot_right=False)


def _card_about(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room)]
    steps: list[Block] = [panels.Steps(s, view.steps)]
    foot: list[Block] = [panels.notice(s, view.notice, "shield"), Space(s.gap(28)), *actions_of(room)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(56)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(32)), *steps], rows=[], foot=foot, left=760)


def _card_place(room: Room) -> Parts:
    view, s = room.view, room.style
    # "Place your card" is short in every language; what is wrong with one takes more words.
    short = room.view.tone != "care" and not room.variant
    head = [*icon_of(room), *title_of(room, "hero" if short else "q", "label" if room.variant else "title")]
    picture: list[Block] = []
    if view.reader is not None:
        picture = [cards.ReaderPlace(s, view.reader, 640 if room.upright else 560)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(48)), *picture], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=head, choices=picture, rows=[], foot=actions_of(room), left=820, foot_right=False)


def _card_reading(room: Room) -> Parts:
    head = [*banner_of(room), *icon_of(room), *title_of(room, "hero", "title")]
    return Parts(head=head, choices=[], rows=[], foot=[], left=1200)


def _card_pin(room: Room) -> Parts:
    view, s = room.view, room.style
    pad = view.keypad
    if pad is None:
        raise AssertionError("a PIN without its keypad")
    wrong: list[Block] = [cards.Fault(s, view.notice), Space(s.gap(24))] if view.notice else []
    title = Words(s, view.title, "choice" if room.upright else "title", True, heading=True)
    head = [*banner_of(room), *wrong, title, Space(s.gap(36)), cards.PinRow(s, pad)]
    keys: list[Block] = [*([Space(0, grows=True)] if room.upright and not view.low else []), cards.PinPad(s, pad)]
    forgot: list[Block] = list(plates(s, view.rows, p.SLIM))
    return Parts(head=head, choices=keys, rows=[], foot=forgot, left=868, foot_right=False)


def _card_last(room: Room) -> Parts:
    view, s = room.view, room.style
    words: list[Block] = [
        Words(s, view.title, "alarm" if room.upright else "hero", True, s.palette.stop, heading=True),
        Space(s.gap(8)),
        Words(s, view.emphasis, "q", True),
        Space(s.gap(12)),
        Words(s, view.subtitle, "title"),
    ]
    head = [*banner_of(room), *icon_of(room), *words]
    notice: list[Block] = [panels.notice(s, view.notice, "info")]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(40)), *notice], choices=[], rows=[], foot=actions_of(room))
    return Parts(head=head, choices=notice, rows=[], foot=actions_of(room), left=1000)


def _card_result(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*icon_of(room), *title_of(room, "hero", "title")]
    found: list[Block] = []
    if view.notice:
        found += [Space(s.gap(40)), panels.notice(s, view.notice, "calendar", "title")]
    if view.steps:
        found += [Space(s.gap(48)), panels.Steps(s, view.steps)]
    ask: list[Block] = [Words(s, view.question, "choice", True), Space(s.gap(12))] if view.question else []
    foot = [*ask, *actions_of(room)]
    if room.upright:
        return Parts(head=[*head, *found], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=found, rows=[], foot=foot, left=900)


def _staff_list(room: Room) -> Parts:
    """As many rows as there are; they go on to another page above the notice and the way out."""
    view, s = room.view, room.style
    cut_off: list[Block] = [panels.notice(s, view.notice, "net"), Space(s.gap(28))] if view.notice else []
    foot = [*cut_off, *actions_of(room)]
    columns = 2 if len(view.rows) > 5 else 1
    rows = plates(s, view.rows, p.ROW)
    return Parts(title_of(room), [], rows, foot, left=520, foot_right=False, row_columns=columns)


def _staff_said(room: Room) -> Parts:
    head = [*icon_of(room), *title_of(room, "q", "title")]
    return Parts(head=head, choices=[], rows=[], foot=actions_of(room), left=1200, foot_right=False)


_SCREENS: dict[str, Callable[[Room], Parts]] = {
    "idle": _idle,
    "choose": _choose,
    "questions": _questions,
    "services": _services,
    "confirm": _confirm,
    "printing": _printing,
    "take": _take,
    "trouble": _trouble,
    "doubt": _doubt,
    "closed": _closed,
    "explain": _explain,
    "card_about": _card_about,
    "card_place": _card_place,
    "card_reading": _card_reading,
    "card_pin": _card_pin,
    "card_last": _card_last,
    "card_result": _card_result,
    "card_take": _card_place,
    "staff_pad": _card_pin,
    "staff_list": _staff_list,
    "staff_said": _staff_said,
    "check_in": booked.check_in,
    "check_in_pad": booked.check_in_pad,
    "check_in_which": booked.check_in_which,
    "check_in_wait": booked.check_in_wait,
    "check_in_said": booked.check_in_said,
    "times": booked.times_page,
    **certificate.SCREENS,
    "practice_about": certificate.answers,
    "practice_lesson": guided.lesson,
    **forms.SCREENS,
    **procedures.SCREENS,
    **technician.SCREENS,
}


def pressable(view: CitizenView) -> tuple[Control, ...]:
    """In the order in which the voice counts them, then the languages and the bar."""
    if view.dialog is not None:
        page: tuple[Control, ...] = view.dialog.actions
    elif view.sheet is not None:
        page = (*view.sheet.options, view.sheet.close)
    else:
        # Of times, what takes the chosen one comes first: there may be forty behind it.
        starts = tuple(start for hour in view.hours for start in hour.starts)
        page = (*view.doors, *view.groups, *view.events, *_keys(view), *view.rows, *view.actions, *starts)
        page += (view.guide.why,) if view.guide is not None and view.guide.why is not None else ()
        page += view.languages
    return tuple(c for c in (*page, *view.bar) if c.state != "off")


def _keys(view: CitizenView) -> tuple[Control, ...]:
    if view.kana is not None:
        return view.kana.controls()
    pad = view.keypad
    return () if pad is None else (*pad.digits, pad.cancel, pad.correct, pad.enter)
