"""Which parts stand on which screen, and in which order. A screen is three stacks: head, choices, foot.

Upright they stand below each other, the foot just above the bar; lying, the head is at the left and the choices at the
right. In low position everything moves down, so that the choices are within reach.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from kiosk_app.api import CitizenView, Control
from ui.kit.citizen import cards, panels, paper, waiting
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Beside, Block, Grid, Space, Words
from ui.kit.citizen.plates import Plate, plates, spaced
from ui.kit.citizen.tokens import GUTTER, MARGIN, Style

WIDTH = 1080 - 2 * MARGIN
"""Of everything where the screen stands upright."""


class Parts(msgspec.Struct, frozen=True):
    """`rows` may be continued on another page; the other parts always stand there."""

    head: list[Block]
    choices: list[Block]
    rows: list[Plate]
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


def variants(view: CitizenView) -> int:
    if view.screen == "idle":
        return 4 if view.notice else 3
    return {"choose": 4, "services": 2, "questions": 2, "confirm": 2}.get(view.screen, 1)


def parts(room: Room) -> Parts:
    return _SCREENS[room.view.screen](room)


def _title(room: Room, token: str = "q", subtitle: str = "label") -> list[Block]:
    view, s = room.view, room.style
    words: list[Block] = [Words(s, view.title, token, True, heading=True)]
    if view.title_original:
        original = Style(s.palette, "ja", s.scale, s.air)
        words.append(Words(original, view.title_original, "note", tone=s.palette.ink_2))
    if view.subtitle:
        words.append(Words(s, view.subtitle, subtitle))
    return words


def _where(room: Room) -> list[Block]:
    view, s = room.view, room.style
    if not view.letter:
        return []
    return [waiting.Where(s, view.letter, view.group, view.place), Space(s.gap(12))]


def _wait(room: Room) -> list[Block]:
    if room.view.wait is None:
        return []
    return [Space(room.style.gap(20)), waiting.Wait(room.style, room.view.wait)]


def _actions(room: Room) -> list[Block]:
    return [spaced([Plate(room.style, c, p.GO) for c in room.view.actions], room.style.apart(24))]


def _icon(room: Room) -> list[Block]:
    view, s = room.view, room.style
    if not view.icon:
        return []
    tones = {"good": s.palette.ok, "care": s.palette.care, "stop": s.palette.stop}
    tone = s.palette.care if view.screen == "trouble" else tones.get(view.tone, s.palette.act)
    return [Space(s.gap(32)), panels.BigIcon(s, view.icon, tone, round(120 * s.air)), Space(s.gap(16))]


def _notice(room: Room) -> list[Block]:
    view = room.view
    return [panels.notice(room.style, view.notice), Space(room.style.gap(28))] if view.notice else []


def _languages(room: Room) -> list[Block]:
    view, s = room.view, room.style
    head = Beside(s, "globe", 40, s.palette.ink, Words(s, view.languages_title, "body", True), 12)
    tiles = Grid(plates(s, view.languages, p.LANGUAGE), 3, 16, s.apart(20))
    return [head, Space(s.gap(12)), tiles]


def _idle(room: Room) -> Parts:
    view, s = room.view, room.style
    columns = 2 if room.upright or room.variant >= 2 else 1
    left = (620, 700, 860, 860)[room.variant]
    board = waiting.board(s, view.board_title, view.board, columns, WIDTH if room.upright else left)
    title: list[Block] = [Words(s, view.title, "hero" if room.upright or not room.variant else "q", True, heading=True)]
    if view.subtitle:
        title.append(Words(s, view.subtitle, "body"))
    first = p.ONLY_DOOR if room.upright else p.DOOR if len(view.doors) > 1 else p.ONLY_DOOR
    # A long notice takes the place of what the doors say in small.
    terse = room.variant == 3
    doors = [Plate(s, door, p.QUIET_DOOR if n else first, terse) for n, door in enumerate(view.doors)]
    choices: list[Block] = [*_notice(room), spaced(list(doors), s.apart(GUTTER))]
    head = [board, Space(s.gap(56)), *title] if room.upright else [*title, Space(s.gap(32)), board]
    return Parts(head=head, choices=choices, rows=[], foot=_languages(room), left=left)


def _closed(room: Room) -> Parts:
    head = [*_icon(room), *_title(room, "hero", "title"), Space(room.style.gap(32)), *_notice(room)]
    return Parts(head=head, choices=[], rows=[], foot=_languages(room))


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
    foot: list[Block] = list(plates(s, view.rows, p.SLIM, terse))
    return Parts(head=_title(room), choices=choices, rows=[], foot=foot, left=452, foot_right=False)


def _questions(room: Room) -> Parts:
    view, s = room.view, room.style
    rows = plates(s, view.rows, p.ANSWER)
    return Parts(head=_title(room), choices=[], rows=rows, foot=[], left=520, row_columns=_row_columns(room))


def _services(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*_where(room), *_title(room), *_wait(room)]
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
    head = [*_where(room), *_title(room, "q" if narrow else "hero"), *_wait(room)]
    info: list[Block] = []
    if view.bring:
        info += [Space(s.gap(28)), panels.bring(s, view.bring_title, view.bring)]
    if view.online:
        under = head if narrow else info
        under += [Space(s.gap(28)), panels.online(s, view.online)]
    ask: list[Block] = [Words(s, view.question, "choice", True), Space(s.gap(12))]
    actions = [Plate(s, c, p.TAKE if c.state == "go" else p.ROW) for c in view.actions]
    foot: list[Block] = [*ask, spaced(list(actions), s.apart(24))]
    if room.upright:
        return Parts(head=[*head, *info], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=info[1:], rows=[], foot=foot, left=820 if narrow else 620)


def _slip(room: Room) -> list[Block]:
    slip = room.view.slip
    if slip is None:
        return []
    if room.upright:
        return [Space(room.style.gap(40)), paper.Ticket(room.style, slip)]
    return [paper.Ticket(room.style, replace(slip, where=""), short=True)]


def _printing(room: Room) -> Parts:
    return _with_slip(room, [*_title(room)], _actions(room))


def _take(room: Room) -> Parts:
    view, s = room.view, room.style
    foot = _actions(room)
    if view.foot:
        foot += [Space(s.gap(16)), Words(s, view.foot, "note", tone=s.palette.ink_2, align="centre")]
    return _with_slip(room, _title(room), foot)


def _doubt(room: Room) -> Parts:
    s = room.style
    foot = [*_notice(room), spaced([Plate(s, c, p.ANSWER) for c in room.view.actions], s.apart(24))]
    return _with_slip(room, _title(room), foot)


def _with_slip(room: Room, head: list[Block], foot: list[Block]) -> Parts:
    if room.upright:
        return Parts(head=[*head, *_slip(room)], choices=[], rows=[], foot=foot)
    slip = room.view.slip
    if slip and slip.where:
        head = [*head, Space(room.style.gap(40)), paper.where_from(room.style, slip.where)]
    return Parts(head=head, choices=_slip(room), rows=[], foot=foot, left=760, foot_right=False)


def _trouble(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*_icon(room), *_title(room, "q")]
    steps: list[Block] = [panels.Steps(s, view.steps)] if view.steps else []
    foot = [*_notice(room), *_actions(room)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(56)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=steps, rows=[], foot=foot)


def _explain(room: Room) -> Parts:
    view, s = room.view, room.style
    name: list[Block] = [Words(s, view.notice, "title", True), Space(s.gap(8))] if view.notice else []
    icon = _icon(room)
    words: list[Block] = [Words(s, view.title, "q", True, heading=True)]
    if view.subtitle:
        words += [Space(s.gap(12)), Words(s, view.subtitle, "title")]
    return Parts(head=[*icon, *name, *words], choices=[], rows=[], foot=_actions(room), left=1200, foot_right=False)


def _banner(room: Room) -> list[Block]:
    view, s = room.view, room.style
    return [cards.banner(s, view.banner), Space(s.gap(32))] if view.banner else []


def _card_about(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*_icon(room), *_title(room)]
    steps: list[Block] = [panels.Steps(s, view.steps)]
    foot: list[Block] = [panels.notice(s, view.notice, "shield"), Space(s.gap(28)), *_actions(room)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(56)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=[Space(s.gap(32)), *steps], rows=[], foot=foot, left=760)


def _card_place(room: Room) -> Parts:
    view, s = room.view, room.style
    # "Place your card" is short in every language; what is wrong with one takes more words.
    head = [*_icon(room), *_title(room, "hero" if room.view.tone != "care" else "q", "title")]
    picture: list[Block] = []
    if view.reader is not None:
        picture = [cards.ReaderPlace(s, view.reader, 640 if room.upright else 560)]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(48)), *picture], choices=[], rows=[], foot=_actions(room))
    return Parts(head=head, choices=picture, rows=[], foot=_actions(room), left=820, foot_right=False)


def _card_reading(room: Room) -> Parts:
    head = [*_banner(room), *_icon(room), *_title(room, "hero", "title")]
    return Parts(head=head, choices=[], rows=[], foot=[], left=1200)


def _card_pin(room: Room) -> Parts:
    view, s = room.view, room.style
    pad = view.keypad
    if pad is None:
        raise AssertionError("a PIN without its keypad")
    wrong: list[Block] = [cards.Fault(s, view.notice), Space(s.gap(24))] if view.notice else []
    title = Words(s, view.title, "choice" if room.upright else "title", True, heading=True)
    head = [*_banner(room), *wrong, title, Space(s.gap(36)), cards.PinRow(s, pad)]
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
    head = [*_banner(room), *_icon(room), *words]
    notice: list[Block] = [panels.notice(s, view.notice, "info")]
    if room.upright:
        return Parts(head=[*head, Space(s.gap(40)), *notice], choices=[], rows=[], foot=_actions(room))
    return Parts(head=head, choices=notice, rows=[], foot=_actions(room), left=1000)


def _card_result(room: Room) -> Parts:
    view, s = room.view, room.style
    head = [*_icon(room), *_title(room, "hero", "title")]
    found: list[Block] = []
    if view.notice:
        found += [Space(s.gap(40)), panels.notice(s, view.notice, "calendar", "title")]
    if view.steps:
        found += [Space(s.gap(48)), panels.Steps(s, view.steps)]
    ask: list[Block] = [Words(s, view.question, "choice", True), Space(s.gap(12))] if view.question else []
    foot = [*ask, *_actions(room)]
    if room.upright:
        return Parts(head=[*head, *found], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=found, rows=[], foot=foot, left=900)


def _staff_list(room: Room) -> Parts:
    """As many rows as there are; they go on to another page above the notice and the way out."""
    view, s = room.view, room.style
    cut_off: list[Block] = [panels.notice(s, view.notice, "net"), Space(s.gap(28))] if view.notice else []
    foot = [*cut_off, *_actions(room)]
    columns = 2 if len(view.rows) > 5 else 1
    rows = plates(s, view.rows, p.ROW)
    return Parts(_title(room), [], rows, foot, left=520, foot_right=False, row_columns=columns)


def _staff_said(room: Room) -> Parts:
    head = [*_icon(room), *_title(room, "q", "title")]
    return Parts(head=head, choices=[], rows=[], foot=_actions(room), left=1200, foot_right=False)


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
}


def pressable(view: CitizenView) -> tuple[Control, ...]:
    """In the order in which the voice counts them, then the languages and the bar."""
    if view.dialog is not None:
        page: tuple[Control, ...] = view.dialog.actions
    elif view.sheet is not None:
        page = (*view.sheet.options, view.sheet.close)
    else:
        page = (*view.doors, *view.groups, *view.events, *_keys(view), *view.rows, *view.actions, *view.languages)
    return tuple(c for c in (*page, *view.bar) if c.state != "off")


def _keys(view: CitizenView) -> tuple[Control, ...]:
    pad = view.keypad
    return () if pad is None else (*pad.digits, pad.cancel, pad.correct, pad.enter)
