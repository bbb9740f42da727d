"""Questions about slots, step by step: one slot, a booking at the counter, a closure, and who is called by telephone.

Pure parts of the desk's step; as they are drawn: slots_dialogs_page.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ui.staff import moments, slots, timetable
from ui.staff.desk import Desk, Dialog, DialogKind
from ui.staff.leader import NO_MOMENT, ending
from ui.staff.slots import Act
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import HitRow, Language, SlotService, SlotsView, SlotView

KINDS: tuple[DialogKind, ...] = (
    "slot", "slot_cancel", "slot_service", "slot_start", "slot_name", "slot_language", "slot_confirm", "slot_booked",
    "slot_days", "slot_close", "slot_reason", "slot_starts", "slot_ends", "slot_closing", "slot_move",
    "slot_move_days", "slot_move_confirm", "slot_moved", "hit", "hit_confirm", "hit_print",
)  # fmt: skip
FIELDS: dict[str, str] = {"slot_name": "お名前（カタカナ）", "slot_starts": "始まる日時", "slot_ends": "終わる日時"}
"""Questions with something to type."""
NAME_SIGNS_MAX = 40
A_PAGE, A_PAGE_OF_A_MOVE = 13, 11
MORE, OTHER_LANGUAGE, OTHER_DAY, YES = "more", "language", "day", "yes"


# --- opening -------------------------------------------------------------------------------------------------------


def open_slot(desk: Desk, key: str) -> Desk:
    """What one slot is, or the booking of a free one."""
    view = slots.current(desk)
    found = timetable.find(view, key) if view else None
    if view is None or found is None or desk.slots.change:
        return desk
    lane, slot = found
    number = f"{view.date_text}　{slot.start}"
    kept = replace(desk, slots=replace(desk.slots, chosen=key), message="", typed="")
    if slot.state == "free" and "book_slot" in slot.may:
        asked = Dialog("slot_service", number=number, slot=key, start_min=slot.start_min, lane=lane.number)
        return replace(kept, dialog=asked)
    return replace(kept, dialog=Dialog("slot", number=number, slot=key))


def ask_booking(desk: Desk, _: str) -> Desk:
    """「窓口で予約」: first what for, then when."""
    view = slots.current(desk)
    if view is None or desk.role not in ("clerk", "leader"):
        return desk
    return replace(desk, dialog=Dialog("slot_service", number=view.date_text), message="", typed="")


def ask_days(desk: Desk, _: str) -> Desk:
    return replace(desk, dialog=Dialog("slot_days"), message="") if desk.slots.view else desk


def ask_closure(desk: Desk, _: str) -> Desk:
    if desk.role not in slots.PLANNERS or desk.view is None or desk.view.leader is None:
        return desk
    return replace(desk, slots=slots.quiet(desk.slots), dialog=Dialog("slot_close"), message="")


def ask_hit(desk: Desk, booking: str) -> Desk:
    row = hit_row(desk, booking)
    if row is None or row.rebooked:
        return desk
    number = f"{row.date_text}　{row.start}　{row.service_name}"
    return replace(desk, dialog=Dialog("hit", number=number, replaces=booking, service=row.service), message="")


def ask_print(desk: Desk) -> Desk:
    """The paper comes out where visitors stand, so whoever has it printed says so twice."""
    contacts = desk.slots.contacts
    if not desk.slots.list or desk.role not in slots.PLANNERS or contacts is None or not contacts.printer:
        return desk
    return replace(desk, dialog=Dialog("hit_print"), message="") if desk.slots.hit and desk.slots.hit.rows else desk


def hit_row(desk: Desk, booking: str) -> HitRow | None:
    rows = desk.slots.hit.rows if desk.slots.hit else ()
    return next((row for row in rows if row.booking == booking), None)


# --- answering -----------------------------------------------------------------------------------------------------


def options_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """What the open dialog offers: (what it means, what it says)."""
    view, asked = slots.current(desk), desk.dialog
    if view is None or desk.view is None:
        return ()
    match asked.kind:
        case "slot":
            found = timetable.find(view, asked.slot)
            return _of_slot(desk, found[1]) if found else ()
        case "slot_cancel":
            return tuple((reason, reason) for reason in desk.view.cancel_reasons)
        case "slot_service":
            return tuple((s.id, s.name) for s in view.services if not s.why and _serves(s, asked.start_min))
        case "slot_start":
            return _paged(_starts(view, asked.service), asked.first)
        case "slot_move":
            present = timetable.find(view, asked.slot)
            free = [one for one in _starts(view, asked.service) if not present or one[0] != f"{present[1].start_min}"]
            return (*_paged(free, asked.first, A_PAGE_OF_A_MOVE), (OTHER_DAY, "別の日にする"))
        case "slot_move_confirm":
            return ((YES, "この時間に変える"),)
        case "hit_print":
            return ((YES, "印刷する"),)
        case "slot_language":
            return tuple(LANGUAGE_NAMES.items())
        case "slot_confirm" | "hit_confirm":
            language = LANGUAGE_NAMES[cast("Language", asked.language or "ja")]
            return ((YES, "この内容で予約する"), (OTHER_LANGUAGE, f"言語を選ぶ（いまは{language}）"))
        case "slot_days" | "slot_move_days":
            days = desk.slots.days.days if desk.slots.days else ()
            return _paged([(d.date, f"{d.date_text}　空き{d.free}") for d in days if not d.closed], asked.first)
        case "slot_close":
            return ((view.letter, f"{view.letter}　{view.name}"), ("", "区役所全体"))
        case "slot_reason":
            return tuple((name, name) for name in desk.view.leader.closure_reasons) if desk.view.leader else ()
        case "slot_closing":
            told = desk.slots.preview
            if told is None or not told.ok or not slots.is_fresh(desk.slots):
                return ()
            return ((YES, f"{told.hit_total}人の予約を取り消して休止する" if told.hit_total else "休止する"),)
        case "hit":
            row = hit_row(desk, asked.replaces)
            return tuple((f"{o.date} {o.start_min}", f"{o.date_text}　{o.start}") for o in row.offers) if row else ()
        case _:
            return ()


def _of_slot(desk: Desk, slot: SlotView) -> tuple[tuple[str, str], ...]:
    names = {
        "check_in": "受け付けて番号札を出す",
        "move_booking": "時間を変える",
        "slot_no_show": "不在にする",
        "cancel_booking": "予約を取り消す",
    }
    found = tuple((verb, name) for verb, name in names.items() if verb in slot.may)
    if slot.state == "central" and desk.role in slots.PLANNERS:
        return (*found, ("take_back", "Webの空きを窓口に戻す（先に見てから）"))
    return found


def _serves(service: SlotService, start_min: int | None) -> bool:
    return start_min is None or not service.spans or any(start <= start_min < end for start, end in service.spans)


def _starts(view: SlotsView, service: str) -> list[tuple[str, str]]:
    """Each time once, with how many lanes are free then: what would be refused for this service is not offered."""
    found = next((one for one in view.services if one.id == service), None)
    free: dict[int, int] = {}
    for lane in view.lanes if found is not None and not found.why else ():
        for slot in lane.slots:
            if "book_slot" in slot.may and found is not None and _serves(found, slot.start_min):
                free[slot.start_min] = free.get(slot.start_min, 0) + 1
    return [(f"{at}", f"{timetable.clock(at)}　空き{count}") for at, count in sorted(free.items())]


def _paged(every: list[tuple[str, str]], first: int, count: int = A_PAGE) -> tuple[tuple[str, str], ...]:
    page = every[first : first + count]
    return (*page, (MORE, "このあと")) if len(every) > first + count else tuple(page)


def chosen(desk: Desk, key: str) -> Desk | Act:
    """After one of the options: the next question, or what is sent."""
    asked = desk.dialog
    if key == MORE:
        count = A_PAGE_OF_A_MOVE if asked.kind == "slot_move" else A_PAGE
        return replace(desk, dialog=replace(asked, first=asked.first + count))
    match asked.kind:
        case "slot":
            return _of_slot_chosen(desk, key)
        case "slot_cancel":
            return Act("cancel_booking", {"slot": _act(desk, booking=asked.slot), "reason": key})
        case "slot_service":
            following: DialogKind = "slot_start" if asked.start_min is None else _name_or_confirm(desk)
            return replace(desk, dialog=replace(asked, kind=following, service=key), typed="")
        case "slot_start":
            dialog = replace(asked, kind=_name_or_confirm(desk), start_min=int(key), first=0)
            return replace(desk, dialog=dialog, typed="", message="")
        case "slot_language":
            confirm: DialogKind = "hit_confirm" if asked.replaces else "slot_confirm"
            return replace(desk, dialog=replace(asked, kind=confirm, language=key))
        case "slot_confirm" | "hit_confirm" if key == OTHER_LANGUAGE:
            return replace(desk, dialog=replace(asked, kind="slot_language"))
        case "slot_confirm" | "hit_confirm":
            return _book(desk)
        case "slot_days":
            return slots.day(desk, key)
        case "slot_move" | "slot_move_days" | "slot_move_confirm":
            return _moving(desk, key)
        case "hit_print":
            return Act("print_call_list", {})
        case _:
            return _closing_or_hit(desk, key)


def _moving(desk: Desk, key: str) -> Desk | Act:
    """Of another time for a booking: the day, the time, and both times read back."""
    asked = desk.dialog
    if asked.kind == "slot_move_days":
        return replace(slots.day(desk, key), dialog=replace(asked, kind="slot_move", first=0))
    if asked.kind == "slot_move_confirm":
        return Act("move_booking", {"slot": _act(desk, booking=asked.slot, start_min=asked.start_min)})
    if key == OTHER_DAY:
        return replace(desk, dialog=replace(asked, kind="slot_move_days", first=0), message="")
    return replace(desk, dialog=replace(asked, kind="slot_move_confirm", start_min=int(key)), message="")


def _of_slot_chosen(desk: Desk, key: str) -> Desk | Act:
    asked = desk.dialog
    if key == "take_back":
        return slots.try_out(replace(desk, dialog=Dialog()), "take_back")
    if key == "cancel_booking":
        return replace(desk, dialog=replace(asked, kind="slot_cancel"))
    view = slots.current(desk)
    found = timetable.find(view, asked.slot) if view else None
    if key == "move_booking":
        service = found[1].service if found else ""
        return replace(desk, dialog=replace(asked, kind="slot_move", service=service), message="")
    language = found[1].language if found else "ja"
    fields = {"slot": _act(desk, booking=asked.slot)}
    return Act("check_in", fields | {"language": language}) if key == "check_in" else Act("slot_no_show", fields)


def _name_or_confirm(desk: Desk) -> DialogKind:
    """A name is kept for today alone, so on another day it is not asked for."""
    view = slots.current(desk)
    return "slot_name" if view is not None and view.today else "slot_confirm"


def _book(desk: Desk) -> Act:
    asked = desk.dialog
    fields = {"start_min": asked.start_min, "lane": asked.lane, "name": asked.name, "replaces": asked.replaces}
    if asked.date:
        fields["date"] = asked.date
    language = asked.language or "ja"
    return Act("book_slot", {"slot": _act(desk, **fields), "service": asked.service, "language": language})


def _closing_or_hit(desk: Desk, key: str) -> Desk | Act:
    asked = desk.dialog
    match asked.kind:
        case "slot_close":
            return replace(desk, dialog=replace(asked, kind="slot_reason", letter=key))
        case "slot_reason":
            return replace(desk, dialog=replace(asked, kind="slot_starts", reason=key), typed="")
        case "slot_closing" if desk.slots.preview is not None:
            slot = _act(desk, closing=desk.slots.closing, version=desk.slots.preview.version)
            return Act("close_slots", {"slot": slot, "reason": asked.reason})
        case "hit":
            date, _, start = key.partition(" ")
            row = hit_row(desk, asked.replaces)
            language = row.language if row else "ja"
            dialog = replace(asked, kind="hit_confirm", date=date, start_min=int(start), language=language)
            return replace(desk, dialog=dialog, message="")
        case _:
            return desk


def _act(desk: Desk, **fields: object) -> object:
    from kiosk_app.api import SlotAct

    view = slots.current(desk)
    assert view is not None, "options stand only beside a day"
    row = hit_row(desk, desk.dialog.replaces)
    place: dict[str, object] = {"letter": row.letter if row else view.letter, "date": "" if view.today else view.date}
    return SlotAct(**(place | fields))  # type: ignore[arg-type]


def typed(desk: Desk) -> Desk:
    """Enter in a field."""
    asked, text, office = desk.dialog, desk.typed.strip(), desk.view
    if office is None:
        return desk
    if asked.kind == "slot_name":
        return replace(desk, dialog=replace(asked, kind="slot_confirm", name=text[:NAME_SIGNS_MAX]), message="")
    view = slots.current(desk)
    shown = view.date if view else office.iso_date
    if asked.kind == "slot_starts":
        found = moments.moment_of(text, shown) if text else "" if view is None or view.today else f"{shown}T00:00"
        if found is None:
            return replace(desk, message=NO_MOMENT)
        return replace(desk, dialog=replace(asked, kind="slot_ends", starts=found), typed="", message="")
    ends, wrong = ending(text, asked.starts, office)
    if wrong:
        return replace(desk, message=wrong)
    from kiosk_app.api import SlotsClosing

    groups = (asked.letter,) if asked.letter else ()
    closing = SlotsClosing(groups=groups, starts=asked.starts, ends=ends)
    tried = replace(slots.quiet(desk.slots), closing=closing)
    return replace(desk, slots=tried, dialog=replace(asked, kind="slot_closing", ends=ends), typed="", message="")
