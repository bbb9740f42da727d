"""The timetable at the desk: what is followed, what is tried out, what a press does. Pure parts of the desk's step.

A change is always seen before it is made. Where the day has changed meanwhile it is computed again and said; nothing is
done on what somebody saw that is no longer so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ui.staff import timetable
from ui.staff.desk import Answered, Command, Desk, Dialog, Event, Leave, Settled
from ui.staff.figures_desk import TableSaved
from ui.staff.slots_desk import (
    AskDays,
    AskHit,
    AskPreview,
    ContactsArrived,
    LeaveContacts,
    LeaveSlots,
    Slots,
    SlotsArrived,
    SlotsTold,
    WatchContacts,
    WatchSlots,
)

if TYPE_CHECKING:
    from kiosk_app.api import Role, SlotAct, SlotChange, SlotsView, StaffVerb

READERS: tuple[Role, ...] = ("clerk", "guide", "leader")
PLANNERS: tuple[Role, ...] = ("leader",)
"""As kiosk_app/office/permissions.py says; the core refuses all others."""
ACTS = (
    "change_slots", "undo_slots", "close_slots", "book_slot", "move_booking", "cancel_booking", "slot_no_show",
    "check_in", "print_call_list",
)  # fmt: skip
"""Verbs, and the control that waits for the answer to each."""
AFTERS_MIN = (0, 2, 3, 5)
LENGTHS_SHOWN = 4
ROWS_A_PAGE = 9
"""Of the telephone list."""


class Act(NamedTuple):
    """What a press sends: the control that waits, the verb, and the fields of its StaffAct."""

    verb: StaffVerb
    fields: dict[str, Any]


# --- what is followed and asked ------------------------------------------------------------------------------------


def wish(desk: Desk) -> WatchSlots | None:
    """None while nobody looks at the page, or nobody may."""
    looking = desk.page == "work" and desk.tab == "slots" and desk.role in READERS and bool(desk.token)
    return WatchSlots(desk.slots.letter, desk.slots.date) if looking else None


def asked(desk: Desk, commands: tuple[Command, ...]) -> tuple[Desk, tuple[Command, ...]]:
    """Follows what is looked at, and asks for what is wanted and neither here nor on its way."""
    if any(isinstance(c, Leave) for c in commands):
        return desk, commands
    wanted, slots = wish(desk), desk.slots
    if wanted != slots.watched:
        slots = replace(slots, watched=wanted, view=None)
        commands = (*commands, wanted or LeaveSlots())
    calls = wanted is not None and slots.list == "hit" and desk.role in PLANNERS
    if calls != slots.contacts_watched:
        slots = replace(slots, contacts_watched=calls, contacts=None)
        commands = (*commands, WatchContacts() if calls else LeaveContacts())
    if wanted is not None and slots.asked is None and not slots.cause and desk.reachable:
        ask = _question(desk, slots)
        if ask is not None:
            slots = replace(slots, asked=ask)
            commands = (*commands, ask)
    return replace(desk, slots=slots), commands


def _question(desk: Desk, slots: Slots) -> AskPreview | AskDays | AskHit | None:
    if (slots.change or slots.closing) and slots.preview_of != seen(slots):
        return AskPreview(slots.change, slots.closing)
    if (
        desk.dialog.kind in ("slot_days", "slot_move_days")
        and slots.view
        and (slots.days is None or slots.days.letter != slots.view.letter)
    ):
        return AskDays(slots.view.letter)
    return AskHit() if slots.list == "hit" and slots.hit is None else None


def seen(slots: Slots) -> tuple[str, int]:
    """What a preview rests on: the day's version, and the minute, because the next boundary goes on."""
    return (slots.view.version, slots.view.now_min) if slots.view else ("", 0)


def arrived(desk: Desk, event: SlotsArrived) -> Desk:
    if event.watched != desk.slots.watched:
        return desk
    return replace(desk, slots=replace(desk.slots, view=event.view, cause=""))


def told(desk: Desk, event: SlotsTold) -> Desk:
    slots = desk.slots
    if event.ask != slots.asked:
        return desk
    slots = replace(slots, asked=None, cause=event.cause)
    match event.ask:
        case AskDays():
            slots = replace(slots, days=event.days or slots.days)
        case AskHit():
            slots = replace(slots, hit=event.hit or slots.hit)
        case AskPreview(change, closing) if (change, closing) == (slots.change, slots.closing) and event.preview:
            renewed = _renewed(slots, event) or slots.renewed
            slots = replace(slots, preview=event.preview, preview_of=seen(slots), renewed=renewed)
    return replace(desk, slots=slots)


def contacts(desk: Desk, event: ContactsArrived) -> Desk:
    """While the hub asks anew, or central is away, whoever rings people up goes on with what stands there."""
    from msgspec.structs import replace as with_fields

    slots, view = desk.slots, event.view
    if not slots.contacts_watched:
        return desk
    if slots.contacts is not None and view.state in ("asking", "away") and not view.rows:
        view = with_fields(view, rows=slots.contacts.rows, heard=slots.contacts.heard)
    return replace(desk, slots=replace(slots, contacts=view))


def _renewed(slots: Slots, event: SlotsTold) -> str:
    """What has changed between two previews of one wish; a minute that has passed is no news."""
    before, after = slots.preview, event.preview
    if before is None or after is None or before.version == after.version:
        return ""
    more = after.promised - before.promised
    what = f"約束が{abs(more)}件{'増え' if more > 0 else '減り'}ました" if more else "枠が変わりました"
    return f"見ているあいだに{what}。計算し直しました。"


def saved(desk: Desk, answer: TableSaved) -> Desk:
    said = f"保存しました：{answer.place}" if answer.place else answer.cause
    return replace(desk, slots=replace(desk.slots, saved=said))


def current(desk: Desk) -> SlotsView | None:
    view = desk.slots.view
    return view if view is not None and view.ok else None


def heard(before: Desk, desk: Desk, event: Event) -> Desk:
    """After the answer to an act, also to one whose answer was lost at first."""
    lost = before.lost
    if isinstance(event, Answered):
        verb, ok, message = before.busy, event.ok, event.message
    elif isinstance(event, Settled) and event.done and lost is not None and lost.intent == event.intent:
        verb, ok, message = lost.verb, event.ok, event.message
    else:
        return desk
    return _after(desk, verb, ok, message) if verb in ACTS else desk


def _after(desk: Desk, verb: str, ok: bool, message: str) -> Desk:
    slots = desk.slots
    match verb, ok:
        case "change_slots", True:
            return replace(desk, slots=quiet(slots))
        case "close_slots", True:
            return replace(desk, slots=replace(quiet(slots), list="hit", hit=None), dialog=Dialog())
        case "change_slots" | "close_slots", False:
            # Why is said by the hub; what it would do now is computed again before anybody presses once more.
            again = replace(slots, preview_of=("", 0))
            return replace(desk, slots=again, dialog=desk.sent if slots.closing else desk.dialog)
        case "book_slot", True:
            return replace(desk, slots=replace(slots, hit=None), dialog=Dialog("slot_booked", number=message))
        case "move_booking", True:
            return replace(desk, slots=replace(slots, chosen=""), dialog=Dialog("slot_moved", number=message))
        case "move_booking", False if desk.sent.slot:
            return replace(desk, dialog=replace(desk.sent, kind="slot_move", first=0))
        case "book_slot", False if desk.sent.service:
            return replace(desk, dialog=replace(desk.sent, kind="hit" if desk.sent.replaces else "slot_start", first=0))
        case _:
            return desk


def quiet(slots: Slots) -> Slots:
    """Nothing is tried out."""
    return replace(slots, change=None, closing=None, preview=None, preview_of=("", 0), renewed="", cause="")


# --- looking -------------------------------------------------------------------------------------------------------


def group(desk: Desk, letter: str) -> Desk:
    """Away from the hub what is shown stays: of another day or group nothing is known here."""
    if not desk.reachable:
        return desk
    if letter == "next":
        letters = [g.letter for g in view.groups] if (view := current(desk)) else []
        if not letters or view is None:
            return desk
        letter = letters[(letters.index(view.letter) + 1) % len(letters)] if view.letter in letters else letters[0]
    slots = replace(quiet(desk.slots), letter=letter, lanes_from=0, chosen="", list="", hit=None, days=None)
    return replace(desk, slots=slots, message="")


def day(desk: Desk, where: str) -> Desk:
    """The day before or after, today, or one that is named: 2026-04-07. Never one that is over."""
    today = desk.view.iso_date if desk.view else ""
    if not today or not desk.reachable:
        return desk
    shown = desk.slots.date or today
    if where in ("previous", "next"):
        where = (date.fromisoformat(shown) + timedelta(days=1 if where == "next" else -1)).isoformat()
    wanted = "" if where == "today" or where <= today else where
    slots = replace(quiet(desk.slots), date=wanted, from_min=None, chosen="", list="")
    return replace(desk, slots=slots, message="", dialog=Dialog())


def time(desk: Desk, where: str) -> Desk:
    view, slots = current(desk), desk.slots
    if view is None:
        return desk
    if where == "now":
        return replace(desk, slots=replace(slots, from_min=None))
    window = timetable.window_of(view, slots.from_min, slots.preview)
    return replace(desk, slots=replace(slots, from_min=timetable.moved(view, window, 1 if where == "forward" else -1)))


def lanes(desk: Desk, where: str) -> Desk:
    view, slots = current(desk), desk.slots
    if view is None:
        return desk
    shown = timetable.LANES_COMPARED if slots.change else timetable.LANES_SHOWN
    total = timetable.lanes_total(view, slots.preview)
    first = slots.lanes_from + (shown if where == "next" else -shown)
    return replace(desk, slots=replace(slots, lanes_from=first if 0 <= first < total else slots.lanes_from))


def rows(desk: Desk, where: str) -> Desk:
    """A page of the telephone list further or back."""
    total = len(desk.slots.hit.rows) if desk.slots.hit else 0
    first = desk.slots.rows_from + (ROWS_A_PAGE if where == "next" else -ROWS_A_PAGE)
    return replace(desk, slots=replace(desk.slots, rows_from=first)) if 0 <= first < total else desk


def choose(desk: Desk, where: str) -> Desk:
    """The booking before or after the one that is chosen; the hours and lanes that are shown follow."""
    view, slots = current(desk), desk.slots
    found = timetable.stepped(view, slots.chosen, 1 if where == "next" else -1) if view and not slots.change else None
    if view is None or found is None:
        return desk
    key, start_min = found
    window = timetable.window_of(view, slots.from_min)
    from_min = slots.from_min
    if not window.from_min <= start_min < window.until_min:
        from_min = start_min - timetable.STEP_MIN
    place = timetable.find(view, key)
    position = timetable.position_of(view.lanes, place[0].number) if place else 0
    lanes_from = position // timetable.LANES_SHOWN * timetable.LANES_SHOWN
    return replace(desk, slots=replace(slots, chosen=key, from_min=from_min, lanes_from=lanes_from))


def back(desk: Desk, _: str) -> Desk:
    """Esc: what is tried out is left, then a list, then the chosen slot."""
    slots = desk.slots
    if slots.change:
        slots = quiet(slots)
    elif slots.list:
        slots = replace(slots, list="")
    else:
        slots = replace(slots, chosen="")
    return replace(desk, slots=slots, message="")


def show_list(desk: Desk, which: str) -> Desk:
    if desk.role not in ("clerk", "leader") or not desk.reachable:
        return desk
    return replace(
        desk, slots=replace(quiet(desk.slots), list="hit" if which == "hit" else "", hit=None, saved="", rows_from=0)
    )


# --- trying out ----------------------------------------------------------------------------------------------------


def try_out(desk: Desk, what: str) -> Desk:
    """One of length:7, after:3, lanes:2, take_back. Pressed again it is left."""
    view = current(desk)
    if view is None or desk.role not in PLANNERS:
        return desk
    change = _change(view, what)
    if change is None:
        return desk
    slots = quiet(desk.slots)
    if change != desk.slots.change and not _is_so(view, change):
        slots = replace(slots, change=change, list="", chosen="")
    return replace(desk, slots=slots, message="", said="")


def _is_so(view: SlotsView, change: SlotChange) -> bool:
    """Back to what is: there is nothing to see."""
    wanted = (change.length_min, change.after_min, change.lanes)
    present = (view.length_min, view.after_min, view.lanes_open)
    return not change.take_back and all(
        value is None or value == now for value, now in zip(wanted, present, strict=True)
    )


def _change(view: SlotsView, what: str) -> SlotChange | None:
    from kiosk_app.api import SlotChange

    name, _, number = what.partition(":")
    date = "" if view.today else view.date
    if name == "take_back":
        return SlotChange(letter=view.letter, date=date, take_back=True)
    field = {"length": "length_min", "after": "after_min", "lanes": "lanes"}.get(name)
    if field is None or not number.isdecimal():
        return None
    values: dict[str, Any] = {field: int(number)}
    return SlotChange(letter=view.letter, date=date, **values)


def lengths(view: SlotsView) -> tuple[int, ...]:
    """To offer: what is now and what is suggested always, and the nearest of the others."""
    keep = [m for m in (view.length_min, view.suggestion.minutes) if m]
    others = sorted((m for m in view.lengths if m not in keep), key=lambda m: (abs(m - (view.length_min or 10)), m))
    return tuple(sorted({*keep, *others[: LENGTHS_SHOWN - len(set(keep))]}))


def afters(view: SlotsView) -> tuple[int, ...]:
    return tuple(sorted({*AFTERS_MIN, *([view.after_min] if view.after_min is not None else [])}))


# --- what is sent --------------------------------------------------------------------------------------------------


def act(desk: Desk, verb: str) -> Act | None:
    """Of the controls that send something at once."""
    view, slots = current(desk), desk.slots
    if view is None or desk.role not in PLANNERS:
        return None
    if verb == "undo_slots" and view.undo:
        return Act("undo_slots", {"slot": _slot(view, version=view.version)})
    if verb == "change_slots" and slots.change and slots.preview and slots.preview.ok and is_fresh(slots):
        return Act("change_slots", {"slot": _slot(view, change=slots.change, version=slots.preview.version)})
    return None


def is_fresh(slots: Slots) -> bool:
    """Whether what is shown is what would be done now."""
    return slots.preview is not None and slots.preview_of == seen(slots) and slots.asked is None


def _slot(view: SlotsView, **fields: Any) -> SlotAct:
    from kiosk_app.api import SlotAct

    return SlotAct(letter=view.letter, date="" if view.today else view.date, **fields)
