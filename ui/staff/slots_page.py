"""枠 as it is drawn: the timetable with its hours, what may be changed, and what a change would do. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff import away, slots, slots_list, timetable
from ui.staff.desk import Desk
from ui.staff.first import Map, control

if TYPE_CHECKING:
    from kiosk_app.api import HourRow, LateRow, SlotsPreview, SlotSuggestion, SlotsView, SlotView

LOADING = "時間割を読み込んでいます…"
NOT_HERE = "この画面は、係員・案内係・リーダーのものです。"
EMPTY = "この日に枠はありません。"
CENTRAL_EARLIER = "センターはまだ変更前の予定で受け付けています。そこで入った予約も守ります。"
ONLY_LEADERS = "枠の長さと列の数は、リーダーが変えられます。"
AWAY = "つながるまで、枠の変更と予約はできません。約束した時間は変わりません。"
AT_MACHINES = "予約の方は、発券機で受け付けられます。"
"""Where the hub is another computer, which is not the machines' own."""
COMPUTING = "計算しています…"
PRESSED_SHOWN, AHEAD_MAX = 3, 10
"""At most; the page shows as many as there is room for, the earliest first."""


def parts(desk: Desk) -> Map:
    """`slot_lanes` and `slot_cells` apart: they do not change when somebody chooses one or opens a question."""
    state, view = desk.slots, slots.current(desk)
    base: Map = {"mode": "", "note": _note(desk), "head": _head(desk, view), "side": {}, "hit": {}, "now": NOWHERE}
    if desk.role not in slots.READERS or view is None:
        return {"slots": base, "slot_lanes": NO_LANES, "slot_cells": NOTHING}
    if state.list:
        listed = base | {"mode": "hit", "note": "", "hit": slots_list.page(desk)}
        return {"slots": listed, "slot_lanes": NO_LANES, "slot_cells": NOTHING}
    preview = state.preview if state.change and state.preview and state.preview.ok else None
    window = timetable.window_of(view, state.from_min, preview)
    drawn = (
        timetable.as_is(view, window, state.lanes_from)
        if preview is None
        else timetable.compared(view, preview, window, state.lanes_from)
    )
    page = base | {
        "mode": "day" if preview is None else "compared",
        "now": timetable.now_line(view, window, desk.reachable),
        "legend": [
            {"form": form, "text": (LEGEND if preview is None else LEGEND | LEGEND_COMPARED)[form]}
            for form in (timetable.ORDINARY if preview is None else timetable.COMPARED)
        ],
        "hours": f"{timetable.clock(window.from_min)}〜{timetable.clock(window.until_min)}",
        "moves": _moves(desk, view, window),
        "pages": _pages(desk, view, len(drawn.names)),
        "chosen": _chosen(view, state.chosen, window, state.lanes_from) if preview is None else NO_CHOICE,
        "why": _why(view.suggestion),
        "side": _tried(desk, view) if state.change else _side(desk, view),
    }
    lanes: Map = {"compared": preview is not None, "axis": timetable.axis(window), "lanes": drawn.names}
    return {"slots": page, "slot_lanes": lanes, "slot_cells": drawn}


NO_LANES: Map = {"compared": False, "axis": [], "lanes": []}
NOTHING = timetable.Drawn([], [], [])
NOWHERE: Map = {"x": -1, "text": ""}
NO_CHOICE: Map = {"lane": -1, "x": 0, "w": 0}


def _chosen(view: SlotsView, key: str, window: timetable.Window, first: int) -> Map:
    """Where the ring of the arrow keys stands."""
    found = timetable.find(view, key) if key else None
    if found is None:
        return NO_CHOICE
    lane, slot = found
    place = timetable.position_of(view.lanes, lane.number) - first
    start, until = slot.start_min, slot.start_min + slot.length_min + slot.after_min
    if not window.holds(start, until) or not 0 <= place < timetable.LANES_SHOWN:
        return NO_CHOICE
    x, end = max(0.0, window.share(start)), min(1.0, window.share(until))
    return {"lane": place, "x": x, "w": end - x}


LEGEND: dict[timetable.Form, str] = {
    "free": "空き",
    "central": "Webで受付中",
    "booked": "予約",
    "late": "遅れ",
    "here": "来庁",
    "called": "対応中",
    "done": "済み",
    "missed": "不在",
    "before": "いまの空き",
    "after": "変更後の空き",
    "pressed": "遅れそうな方",
}
LEGEND_COMPARED = {"booked": "約束した時間（動きません）"}


def _note(desk: Desk) -> str:
    if desk.role not in slots.READERS:
        return NOT_HERE
    view = desk.slots.view
    if view is None:
        return LOADING
    if not view.ok:
        return view.message
    if view.closed:
        return f"{view.date_text}は{view.closed}です。枠はありません。"
    return "" if view.lanes else EMPTY


def _head(desk: Desk, view: SlotsView | None) -> Map:
    today = view is None or view.today
    groups, on = view.groups if view else (), desk.reachable and view is not None
    return {
        "groups": [
            control(
                f"slot_group:{g.letter}", g.letter, on=on, picked=bool(view and g.letter == view.letter), spoken=g.name
            )
            for g in groups
        ],
        "name": view.name if view else "",
        "day": view.date_text if view else "",
        "today": "今日" if view and view.today else "",
        "previous": control("slot_day:previous", "前の日", "F6", on=on and not today),
        "next": control("slot_day:next", "次の日", "F7", on=on),
        "days": control("slot_days", "日を選ぶ", "D", on=on, busy=away.busy(desk)),
    }


def _moves(desk: Desk, view: SlotsView, window: timetable.Window) -> list[Map]:
    return [
        control("slot_time:back", "←", on=timetable.may_move(view, window, -1), spoken="前の時間"),
        control("slot_time:now", "いま", "N", on=desk.slots.from_min is not None, spoken="いまの時間に戻る"),
        control("slot_time:forward", "→", on=timetable.may_move(view, window, 1), spoken="次の時間"),
    ]


def _pages(desk: Desk, view: SlotsView, shown: int) -> Map | None:
    """Where not all lanes fit: which are shown, and a way to the others."""
    total, first = timetable.lanes_total(view, desk.slots.preview), desk.slots.lanes_from
    if shown >= total:
        return None
    return {
        "text": f"{first + 1}〜{first + shown}列目　全{total}列",
        "previous": control("slot_lanes:previous", "前の列", "PgUp", on=first > 0),
        "next": control("slot_lanes:next", "次の列", "PgDn", on=first + shown < total),
    }


def _why(told: SlotSuggestion) -> Map:
    """The reason as the core gives it, with what it rests on in large figures."""
    figures = [
        {"name": "対応時間の中央値", "value": _duration(told.median_s)},
        {"name": "9割の方が終わる時間", "value": _duration(told.p90_s)},
        {"name": "もとにした件数", "value": f"{told.samples:,}件"},
    ]
    title = f"{told.minutes}分を勧める理由" if told.minutes else "枠の長さのおすすめ"
    return {"title": title, "figures": figures if told.samples else [], "reason": told.reason}


def _duration(seconds: int | None) -> str:
    return "—" if seconds is None else f"{seconds // 60}分{seconds % 60:02d}秒"


# --- beside the timetable ------------------------------------------------------------------------------------------


def _plans(desk: Desk, view: SlotsView) -> list[Map]:
    """What a leader can try out with one touch; the keys 1 to 4 are the lengths."""
    may, busy, change = desk.role in slots.PLANNERS and not away.held(desk), desk.busy, desk.slots.change

    def tried(field: str) -> int | None:
        return getattr(change, field) if change is not None else None

    lengths = [
        control(
            f"slot_length:{minutes}",
            f"{minutes}分",
            on=may,
            why=f"キー {n}",
            busy=busy,
            picked=minutes == tried("length_min"),
            note=" ".join(filter(None, ("いま" if minutes == view.length_min else "", _suggested(view, minutes)))),
            spoken=f"1枠を{minutes}分にする",
        )
        for n, minutes in enumerate(slots.lengths(view), 1)
    ]
    afters = [
        control(
            f"slot_after:{minutes}",
            f"{minutes}分" if minutes else "なし",
            note="いま" if minutes == view.after_min else "",
            on=may,
            busy=busy,
            picked=minutes == tried("after_min"),
            spoken=f"後処理を{f'{minutes}分' if minutes else 'なし'}にする",
        )
        for minutes in slots.afters(view)
    ]
    rows: list[Map] = [
        {"name": "1枠の長さ", "large": True, "noted": True, "controls": lengths},
        {"name": "後処理", "noted": True, "controls": afters},
        _lanes(desk, view, may),
    ]
    if change is None:
        return rows
    # Of what is tried out only its own row: the effect needs the room.
    fields = (change.length_min, change.after_min, change.lanes)
    return [row for row, value in zip(rows, fields, strict=True) if value is not None]


def _suggested(view: SlotsView, minutes: int) -> str:
    return "おすすめ" if minutes == view.suggestion.minutes and minutes != view.length_min else ""


def _lanes(desk: Desk, view: SlotsView, may: bool) -> Map:
    wanted = desk.slots.change.lanes if desk.slots.change else None
    at = view.lanes_open if wanted is None else wanted
    fewer = control(
        f"slot_count:{at - 1}", "減らす", "6", on=may and at > 0, busy=desk.busy, spoken=f"列を{at - 1}にする"
    )
    more = control(
        f"slot_count:{at + 1}",
        "増やす",
        "7",
        on=may and at < view.lanes_max,
        busy=desk.busy,
        spoken=f"列を{at + 1}にする",
    )
    return {"name": f"列　{view.lanes_open}", "controls": [fewer, more]}


def _side(desk: Desk, view: SlotsView) -> Map:
    ahead = late(view)
    busy, clerk = away.busy(desk), desk.role in ("clerk", "leader")
    leads = desk.role in slots.PLANNERS
    acts = [
        control("slot_book", "窓口で予約", "8", on=clerk and bool(view.free), busy=busy),
        control("slot_close", "休止する", "9", on=leads, busy=busy),
        control("undo_slots", "元に戻す", "U", on=leads and bool(view.undo), busy=busy, note=view.undo),
        control("slot_list:hit", "電話リスト", "E", on=clerk and desk.reachable),
    ]
    return {
        "kind": "day",
        "plans": _plans(desk, view) if leads and desk.reachable else [],
        "told": _facts(view) if leads and desk.reachable else [_planned(view), *_facts(view)],
        "notes": list(filter(None, (_away(desk), _online(view), *_closures(view), "" if leads else ONLY_LEADERS))),
        "ahead_title": f"確かめる方　{len(ahead)}人" if ahead else "",
        "ahead": [_ahead(view, slot) for slot in ahead[:AHEAD_MAX]],
        "acts": acts,
    }


def late(view: SlotsView) -> list[SlotView]:
    found = [slot for lane in view.lanes for slot in lane.slots if timetable.form_of(view, slot) in ("late", "wrong")]
    return sorted(found, key=lambda slot: slot.start_min)


def _ahead(view: SlotsView, slot: SlotView) -> Map:
    passed = view.now_min - slot.start_min
    why = "重なり" if slot.doubled else "休止の時間" if slot.outside else f"{passed}分過ぎ"
    return control(f"slot:{slot.booking}", f"{slot.start}　{why}", note=slot.service_name)


def _facts(view: SlotsView) -> list[Map]:
    left = "今日の残り枠" if view.today else "残り枠"
    central = f"Web {view.free_central}" if view.online != "none" else ""
    came = f"来庁{view.checked_in}・済み{view.done}・不在{view.no_show}"
    told = [
        {
            "name": left,
            "value": f"{view.free + view.free_central}",
            "note": f"窓口 {view.free}　{central}".rstrip("　"),
        },
        {"name": "約束した方", "value": f"{view.booked}人", "note": came if view.today else ""},
    ]
    if view.today:
        load = percent(view.load_percent)
        told.append({"name": "窓口の混み具合", "value": load, "note": f"開いている窓口 {view.counters_open}"})
    return told


def _planned(view: SlotsView) -> Map:
    """For whom there is nothing to try out."""
    length = f"{view.length_min}分" if view.length_min else "いろいろ"
    after = f"後処理{view.after_min}分" if view.after_min else "後処理なし"
    return {"name": "1枠の長さ", "value": length, "note": f"{after}・{view.lanes_open}列"}


def percent(value: int | None) -> str:
    return "列なし" if value is None else f"{value}%"


def _away(desk: Desk) -> str:
    return "" if desk.reachable else AWAY + (AT_MACHINES if desk.elsewhere else "")


def _online(view: SlotsView) -> str:
    return "" if view.plan_taken else CENTRAL_EARLIER


def _closures(view: SlotsView) -> list[str]:
    return [
        f"{timetable.clock(c.start_min)}〜{timetable.clock(c.until_min)}は休止（{c.reason}）" for c in view.closures
    ]


# --- what a change would do ----------------------------------------------------------------------------------------


def _tried(desk: Desk, view: SlotsView) -> Map:
    told, state = desk.slots.preview, desk.slots
    plans = _plans(desk, view)
    if state.change and state.change.take_back:
        plans = [{"name": "Webの空きを窓口に戻す", "controls": []}]
    leave = control("slot_back", "やめる", "Esc")
    if told is None or not told.ok:
        note = (told.message if told else state.cause) or COMPUTING
        return {"kind": "tried", "plans": plans, "note": note, "do": None, "back": leave, "gain": None}
    fresh = slots.is_fresh(state)
    return {
        "kind": "tried",
        "plans": plans,
        "note": state.renewed,
        "starts": [
            ["始まり", f"次の区切り {told.begins}" if told.begins else "—"],
            ["期間", "今日だけ" if view.today else "この日だけ"],
        ],
        "gain": {
            "name": "今日の残り枠" if view.today else "残り枠",
            "before": str(told.free_before),
            "after": str(told.free_after),
            "spoken": f"残り枠は{told.free_before}から{told.free_after}になります",
            "more": told.free_after > told.free_before,
            "less": told.free_after < told.free_before,
        },
        "rows": [*_pressed(told), *(_hour(row) for row in told.hours)],
        "checks": _checks(told),
        "do": control("change_slots", _do_label(desk, told), "Enter", on=fresh, busy=away.busy(desk)),
        "back": leave,
    }


def _do_label(desk: Desk, told: SlotsPreview) -> str:
    change = desk.slots.change
    if change is None or change.take_back:
        return "窓口に戻す"
    if change.length_min is not None:
        return f"{change.length_min}分に変える"
    if change.lanes is not None:
        return f"{change.lanes}列にする"
    return f"後処理を{change.after_min}分にする" if change.after_min else "後処理をなくす"


def _checks(told: SlotsPreview) -> list[Map]:
    late_people = len(told.late)
    kept = f"{told.promised}人とも動きません" if told.promised else "いません"
    return [
        {"name": "約束した方", "value": kept, "good": True},
        {
            "name": "遅れそうな方",
            "value": f"{late_people}人います" if late_people else "いません",
            "good": not late_people,
        },
        {
            "name": "窓口の混み具合",
            "value": f"{percent(told.load_before)} → {percent(told.load_after)}",
            "good": told.load_after is not None and told.load_after <= 100,
        },
    ]


def _pressed(told: SlotsPreview) -> list[Map]:
    """Whom it presses before the hours: who sees little room must see them."""
    rows = sorted(told.late, key=lambda row: (row.start.zfill(5), row.booking))
    shown = [_late(row) for row in rows[:PRESSED_SHOWN]]
    if len(rows) > PRESSED_SHOWN:
        shown[-1]["more"] = f"ほか{len(rows) - PRESSED_SHOWN}人"
    return shown


def _late(row: LateRow) -> Map:
    how = "入る列がありません" if row.outside else f"{row.late_min}分遅れ"
    return {
        "kind": "late",
        "name": row.start,
        "before": "",
        "after": how,
        "more": "",
        "spoken": f"{row.start}の方　{row.service_name}　{how}",
    }


def _hour(row: HourRow) -> Map:
    name = f"{row.hour}時台"
    spoken = f"{name}の空きは{row.before}から{row.after}"
    return {
        "kind": "hour",
        "name": name,
        "before": str(row.before),
        "after": str(row.after),
        "more": "",
        "spoken": spoken,
    }
