"""Questions about slots as they are drawn: titles, what is to be read before the answer, and the answers. Pure.

A booking is read back before it is made, and its code after.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ui.staff import away, moments, slots, timetable
from ui.staff.desk import Desk
from ui.staff.first import Map, control
from ui.staff.leader import EXAMPLES
from ui.staff.slots_dialogs import FIELDS, NAME_SIGNS_MAX, hit_row, options_of
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import HitRow, LaneView, SlotView

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
    "slot_move": "{number}の予約を、何時に変えますか。",
    "slot_move_days": "{number}の予約を、どの日に変えますか。",
    "slot_move_confirm": "ご本人に読み上げて、お確かめください。",
    "slot_moved": "時間を変えました。新しい番号をお渡しください。",
    "hit_print": "電話リストを紙に印刷しますか。",
    "hit": "{number}　別の日時をご案内できます。",
    "hit_confirm": "お電話で読み上げて、お確かめください。",
}
HIT_LINES = 3
WAITING = "調べています…"
NO_START = "この日に窓口で予約できる時間はありません。日を変えてください。"
CENTRALS = "Web・電話で受付中の枠です。ここでは予約できません。"
DOUBLED = "同じ時間に2人の約束があります。どちらかの方に、別の時間をご案内ください。"
OUTSIDE = "休止した時間の約束です。この方の対応を決めてください。"
UNHEARD = "番号は正しい予約ですが、ハブにまだ届いていません（未確認）。そのままお呼びできます。"
TAKE_AT_ONCE = "お名前と電話番号が載ります。すぐに受け取り、使い終わったら細断してください。"
ONLY_CODES = "電話番号はまだ届いていません。いまは予約番号だけが載ります。"
NO_MARK = "不在の記録は付きません。電話でお知らせする方の一覧が出ます。"
CODE = re.compile(r"\d{4}(?: \d{4}){3}")


def dialog(desk: Desk) -> Map:
    asked, busy = desk.dialog, away.busy(desk)
    options = options_of(desk)
    able = not away.held(desk)
    number = _slot_title(desk) if asked.kind == "slot" else TITLES[asked.kind].format(number=asked.number)
    field = FIELDS.get(asked.kind, "")
    informs = asked.kind in ("slot", "slot_booked", "slot_moved") and not options
    return {
        "kind": asked.kind,
        "title": number,
        "field": field,
        "signs": NAME_SIGNS_MAX if asked.kind == "slot_name" else 24,
        "options": [
            control(f"choose:{n}", label, str(n + 1) if n < 9 else "", on=able) for n, (_, label) in enumerate(options)
        ],
        "lines": [{"key": "", "text": text} for text in lines(desk)],
        "large": code_in(asked.number) if asked.kind in ("slot_booked", "slot_moved") else "",
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
        case "slot_service":
            return _not_bookable(desk)
        case "slot_start":
            return [] if options_of(desk) else [NO_START]
        case "slot_move":
            return _of_a_move(desk)
        case "slot_move_confirm":
            return [f"いま　{asked.number}", f"変更後　{_chosen_time(desk)}"]
        case "hit_print":
            return _before_printing(desk)
        case "slot_confirm":
            return _read_back(desk)
        case "hit":
            row = hit_row(desk, asked.replaces)
            return _about_hit(row) if row else []
        case "hit_confirm":
            return _read_back(desk)
        case "slot_booked" | "slot_moved":
            return [asked.number]
        case "slot_days" | "slot_move_days":
            return [WAITING] if desk.slots.days is None and not desk.slots.cause else _cause(desk)
        case "slot_starts":
            return [EXAMPLES["starts"]]
        case "slot_ends":
            return [EXAMPLES["ends"]]
        case "slot_closing":
            return _closing_lines(desk)
        case _:
            return []


def _not_bookable(desk: Desk) -> list[str]:
    """Why a service of the group is not among those that are offered."""
    view = slots.current(desk)
    shut = [one for one in view.services if one.why] if view else []
    reasons = dict.fromkeys(one.why for one in shut)
    told = [f"{why}：{'、'.join(one.name for one in shut if one.why == why)}" for why in reasons]
    offered = {key for key, _ in options_of(desk)}
    late = [one.name for one in view.services if not one.why and one.id not in offered] if view else []
    return [*told, *([f"この時間は扱っていません：{'、'.join(late)}"] if late else [])]


def _of_a_move(desk: Desk) -> list[str]:
    view = slots.current(desk)
    if view is None:
        return [WAITING]
    day = "" if desk.dialog.number.startswith(view.date_text) else f"{view.date_text}の空き"
    # The way to another day is always there.
    return [day] if len(options_of(desk)) > 1 and day else [] if len(options_of(desk)) > 1 else [NO_START]


def _chosen_time(desk: Desk) -> str:
    view = slots.current(desk)
    return f"{view.date_text if view else ''}　{timetable.clock(desk.dialog.start_min or 0)}"


def _before_printing(desk: Desk) -> list[str]:
    contacts = desk.slots.contacts
    where = f"{contacts.printer if contacts else ''}のプリンターから、職員用の紙が出ます。"
    if contacts is None or not contacts.rows:
        return [where, ONLY_CODES]
    return [where, TAKE_AT_ONCE]


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
