"""Questions about slots, step by step: one slot, a booking at the counter, a closure, and who is called by telephone.

Pure parts of the desk's step and of its presentation. A booking is read back before it is made, and its code after.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ui.staff import away, moments, slots, timetable
from ui.staff.desk import Desk, Dialog, DialogKind
from ui.staff.first import Map, control
from ui.staff.leader import ENDS_BEFORE, EXAMPLES, NO_MOMENT
from ui.staff.slots import Act
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import HitRow, LaneView, Language, SlotsView, SlotView

KINDS: tuple[DialogKind, ...] = (
    "slot", "slot_cancel", "slot_service", "slot_start", "slot_name", "slot_language", "slot_confirm", "slot_booked",
    "slot_days", "slot_close", "slot_reason", "slot_starts", "slot_ends", "slot_closing", "hit", "hit_confirm",
)  # fmt: skip
FIELDS: dict[str, str] = {"slot_name": "お名前（カタカナ）", "slot_starts": "始まる日時", "slot_ends": "終わる日時"}
"""Questions with something to type."""
TITLES: dict[str, str] = {
    "slot_cancel": "{number}の予約を取り消します。理由をお選びください。",
    "slot_service": "{number}の予約。用件をお選びください。",
    "slot_start": "{number}　何時にしますか。",
    "slot_name": "お名前をカタカナで入れてください（なくても可）。",
    "slot_language": "どの言語でご案内しますか。",
    "slot_confirm": "ご本人に読み上げて、お確かめください。",
    "slot_booked": "予約しました。番号をお渡しください。",
    "slot_days": "どの日を見ますか。",
    "slot_close": "どこを休止しますか。",
    "slot_reason": "休止の理由をお選びください。機械と表示板に6言語で出ます。",
    "slot_starts": "いつから休止しますか。",
    "slot_ends": "いつまで休止しますか。",
    "slot_closing": "次の時間に休止します。よろしいですか。",
    "hit": "{number}　別の日時をご案内できます。",
    "hit_confirm": "お電話で読み上げて、お確かめください。",
}
NAME_SIGNS_MAX = 40
A_PAGE = 13
HIT_LINES = 3
MORE, OTHER_LANGUAGE, YES = "more", "language", "yes"
WAITING = "調べています…"
NO_START = "この日に窓口で予約できる時間はありません。日を変えてください。"
CENTRALS = "Web・電話で受付中の枠です。ここでは予約できません。"
DOUBLED = "同じ時間に2人の約束があります。どちらかの方に、別の時間をご案内ください。"
OUTSIDE = "休止した時間の約束です。この方の対応を決めてください。"
UNHEARD = "番号は正しい予約ですが、ハブにまだ届いていません（未確認）。そのままお呼びできます。"
NO_MARK = "不在の記録は付きません。電話でお知らせする方の一覧が出ます。"
CODE = re.compile(r"\d{4}(?: \d{4}){3}")


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
            return tuple((s.id, s.name) for s in desk.view.services if s.letter == view.letter)
        case "slot_start":
            return _paged(_starts(view), asked.first)
        case "slot_language":
            return tuple(LANGUAGE_NAMES.items())
        case "slot_confirm" | "hit_confirm":
            language = LANGUAGE_NAMES[cast("Language", asked.language or "ja")]
            return ((YES, "この内容で予約する"), (OTHER_LANGUAGE, f"言語を選ぶ（いまは{language}）"))
        case "slot_days":
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
        "slot_no_show": "不在にする",
        "cancel_booking": "予約を取り消す",
    }
    found = tuple((verb, name) for verb, name in names.items() if verb in slot.may)
    if slot.state == "central" and desk.role in slots.PLANNERS:
        return (*found, ("take_back", "Webの空きを窓口に戻す（先に見てから）"))
    return found


def _starts(view: SlotsView) -> list[tuple[str, str]]:
    """Each time once, with how many lanes are free then."""
    free: dict[int, int] = {}
    for lane in view.lanes:
        for slot in lane.slots:
            if slot.state == "free":
                free[slot.start_min] = free.get(slot.start_min, 0) + 1
    return [(f"{at}", f"{timetable.clock(at)}　空き{count}") for at, count in sorted(free.items())]


def _paged(every: list[tuple[str, str]], first: int) -> tuple[tuple[str, str], ...]:
    page = every[first : first + A_PAGE]
    return (*page, (MORE, "このあと")) if len(every) > first + A_PAGE else tuple(page)


def chosen(desk: Desk, key: str) -> Desk | Act:
    """After one of the options: the next question, or what is sent."""
    asked = desk.dialog
    if key == MORE:
        return replace(desk, dialog=replace(asked, first=asked.first + A_PAGE))
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
        case _:
            return _closing_or_hit(desk, key)


def _of_slot_chosen(desk: Desk, key: str) -> Desk | Act:
    asked = desk.dialog
    if key == "take_back":
        return slots.try_out(replace(desk, dialog=Dialog()), "take_back")
    if key == "cancel_booking":
        return replace(desk, dialog=replace(asked, kind="slot_cancel"))
    view = slots.current(desk)
    found = timetable.find(view, asked.slot) if view else None
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
    day = asked.starts[:10] or office.iso_date
    found = moments.moment_of(text, day) if text else moments.end_of(day)
    if found is None:
        return replace(desk, message=NO_MOMENT)
    if found <= (asked.starts or f"{office.iso_date}T{office.time:0>5}"):
        return replace(desk, message=ENDS_BEFORE)
    from kiosk_app.api import SlotsClosing

    groups = (asked.letter,) if asked.letter else ()
    closing = SlotsClosing(groups=groups, starts=asked.starts, ends=found)
    tried = replace(slots.quiet(desk.slots), closing=closing)
    return replace(desk, slots=tried, dialog=replace(asked, kind="slot_closing", ends=found), typed="", message="")


# --- as it is drawn ------------------------------------------------------------------------------------------------


def dialog(desk: Desk) -> Map:
    asked, busy = desk.dialog, away.busy(desk)
    options = options_of(desk)
    able = not away.held(desk)
    number = _slot_title(desk) if asked.kind == "slot" else TITLES[asked.kind].format(number=asked.number)
    field = FIELDS.get(asked.kind, "")
    informs = asked.kind in ("slot", "slot_booked") and not options
    return {
        "kind": asked.kind,
        "title": number,
        "field": field,
        "signs": NAME_SIGNS_MAX if asked.kind == "slot_name" else 24,
        "options": [
            control(f"choose:{n}", label, str(n + 1) if n < 9 else "", on=able) for n, (_, label) in enumerate(options)
        ],
        "lines": [{"key": "", "text": text} for text in lines(desk)],
        "large": code_in(asked.number) if asked.kind == "slot_booked" else "",
        "pictures": [],
        "submit": control("submit", "次へ", "Enter", busy=busy) if field else None,
        "other": None,
        "close": control("close", "閉じる" if informs or asked.kind == "slot" else "やめる", "Esc"),
    }


def code_in(message: str) -> str:
    found = CODE.search(message)
    return found[0] if found else ""


def _slot_title(desk: Desk) -> str:
    found = _slot(desk)
    if found is None:
        return "この枠は、いまはもうありません。"
    lane, slot = found
    view = slots.current(desk)
    form = timetable.form_of(view, slot) if view else None
    return f"{slot.start}　{lane.name}　{timetable.NAMES[form] if form else '終わった枠'}"


def _slot(desk: Desk) -> tuple[LaneView, SlotView] | None:
    view = slots.current(desk)
    return timetable.find(view, desk.dialog.slot) if view else None


def lines(desk: Desk) -> list[str]:
    """What is to be read before the answer."""
    asked = desk.dialog
    match asked.kind:
        case "slot":
            found = _slot(desk)
            return _about(desk, found[1]) if found else []
        case "slot_start":
            return [] if options_of(desk) else [NO_START]
        case "slot_confirm":
            return _read_back(desk)
        case "hit":
            row = hit_row(desk, asked.replaces)
            return _about_hit(row) if row else []
        case "hit_confirm":
            return _read_back(desk)
        case "slot_booked":
            return [asked.number]
        case "slot_days":
            return [WAITING] if desk.slots.days is None and not desk.slots.cause else _cause(desk)
        case "slot_starts":
            return [EXAMPLES["starts"]]
        case "slot_ends":
            return [EXAMPLES["ends"]]
        case "slot_closing":
            return _closing_lines(desk)
        case _:
            return []


def _cause(desk: Desk) -> list[str]:
    return [desk.slots.cause] if desk.slots.cause else []


def _about(desk: Desk, slot: SlotView) -> list[str]:
    until = timetable.clock(slot.start_min + slot.length_min)
    after = f"（後処理{slot.after_min}分）" if slot.after_min else ""
    language = LANGUAGE_NAMES[slot.language] if slot.booking and slot.language != "ja" else ""
    told = [
        f"{slot.start}〜{until}{after}　{slot.service_name}".rstrip("　"),
        "　".join(filter(None, (slot.source_name, slot.number, slot.name, language))),
        f"予約番号　{slot.code}" if slot.code else "",
        f"いまの進み方では、{slot.late_min}分遅れて始まりそうです。"
        if slot.late_min and slot.state == "booked"
        else "",
        DOUBLED if slot.doubled else "",
        OUTSIDE if slot.outside and slot.state == "booked" else "",
        UNHEARD if slot.booking.startswith(timetable.UNHEARD) else "",
        CENTRALS if slot.state == "central" else "",
    ]
    view = slots.current(desk)
    if view is not None and timetable.form_of(view, slot) == "late":
        told.insert(3, f"予約の時刻を{view.now_min - slot.start_min}分過ぎましたが、まだお見えではありません。")
    return [line for line in told if line]


def _read_back(desk: Desk) -> list[str]:
    asked, view = desk.dialog, slots.current(desk)
    if view is None or desk.view is None:
        return []
    service = next((s.name for s in desk.view.services if s.id == asked.service), "")
    row = hit_row(desk, asked.replaces)
    offer = (
        next((o for o in row.offers if (o.date, o.start_min) == (asked.date, asked.start_min)), None) if row else None
    )
    day = offer.date_text if offer else view.date_text
    name = asked.name or (row.name if row else "")
    told = [
        f"{day}　{timetable.clock(asked.start_min or 0)}",
        service or (row.service_name if row else ""),
        f"{name}　様" if name else "",
    ]
    return [line for line in told if line]


def _about_hit(row: HitRow) -> list[str]:
    language = LANGUAGE_NAMES[row.language] if row.language != "ja" else ""
    told = [
        "　".join(filter(None, (row.source_name, row.name and f"{row.name}　様", language))),
        f"予約番号　{row.code}" if row.code else "",
        "予約のときの連絡先に、自動でお知らせします。" if row.told else "電話でお知らせください。",
        "" if row.offers else "空いている日時がありません。",
    ]
    return [line for line in told if line]


def _closing_lines(desk: Desk) -> list[str]:
    asked, told = desk.dialog, desk.slots.preview
    starts, ends = moments.said(asked.starts), moments.said(asked.ends, end=True)
    span = f"{starts}から{ends}まで　{asked.reason}"
    if told is None:
        return [span, *(_cause(desk) or [WAITING])]
    if not told.ok:
        return [span, told.message]
    by_itself = sum(row.told for row in told.hit)
    how = (
        f"（自動でお知らせ{by_itself}人・電話{told.hit_total - by_itself}人）"
        if len(told.hit) == told.hit_total
        else ""
    )
    hit = [
        f"取り消しになる予約　{told.hit_total}人{how}" if told.hit_total else "取り消しになる予約はありません。",
        *(f"{row.date_text}　{row.start}　{row.service_name}　{row.source_name}" for row in told.hit[:HIT_LINES]),
        f"ほか{told.hit_total - HIT_LINES}人" if told.hit_total > HIT_LINES else "",
        f"空き枠　{told.free_before} → {told.free_after}",
        NO_MARK if told.hit_total else "",
        desk.slots.renewed,
        "" if slots.is_fresh(desk.slots) else WAITING,
    ]
    return [span, *(line for line in hit if line)]
