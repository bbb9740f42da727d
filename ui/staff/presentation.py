"""From a desk to what QML draws: texts, controls with their keys and states, rows. Pure, so every state is testable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff import (
    alerts,
    away,
    devices,
    figures_page,
    forms,
    history_page,
    leader,
    pad,
    slots_dialogs,
    slots_dialogs_page,
    slots_page,
    today,
    visit,
)
from ui.staff.desk import OWN, Desk, Dialog
from ui.staff.first import Map, control, sign_in
from ui.staff.money_desk import has_page
from ui.staff.options import options_of
from ui.staff.wording import (
    ASIDE,
    DIALOG_PICTURES,
    DIALOG_TITLES,
    KEY_HELP,
    KINDS,
    LANGUAGE_MARKS,
    LANGUAGE_NAMES,
    MARKS,
    MODEL_STEPS,
    ROLES,
    SUBMIT,
    TABS,
)

if TYPE_CHECKING:
    from kiosk_app.api import CounterView, Language, StaffView, WaitingRow


NUMBER_SIGNS_MAX, MOMENT_SIGNS_MAX = 8, 24


def present(desk: Desk) -> Map:
    """The whole face as one map."""
    return away.reasoned(_presented(desk), desk)


def _presented(desk: Desk) -> Map:
    view, head, busy, told = desk.view, _head(desk), away.busy(desk), away.told(desk)
    page: Map = {
        "page": desk.page,
        "seen": view is not None,
        "tab": desk.tab,
        "training": desk.training,
        "message": desk.message,
        "stale": told["title"],
        "away": told,
        "title": f"{head['title']}　{head['office']}".rstrip("　"),
        "head": head,
        "dialog": _dialog(desk),
        "sign_in": sign_in(desk.busy, desk.training),
        "tabs": [control(f"tab:{t}", TABS[t], picked=desk.tab == t) for t in tabs(desk)],
        "alerts": alerts.ringing(desk),
        "more_alerts": "",
        "accepted": [*alerts.accepted(desk, busy), *alerts.practising(view)],
        "said": desk.said,
    }
    if view is None:
        return page
    unseen = alerts.unseen(desk)
    page["more_alerts"] = f"ほかに{unseen}件の呼び出しがあります" if unseen > 0 else ""
    return page | {
        "counter_page": _counter_page(desk, view),
        "visit": visit.shown(view, busy),
        "acts": _keys(desk, view),
        "next": {"number": view.next_number, "why": [*_marks_of_next(view), *view.next_why]},
        "why": control("why", "順番の理由", "W", on=bool(view.next_why)),
        "list": _waiting(desk, view),
        "counters": _other_counters(view),
        "find": desk.find,
        "last": view.last,
        **_of_tab(desk, view),
    }


def _of_tab(desk: Desk, view: StaffView) -> Map:
    """Only of the tab that is open: two hundred actions are not made ready for each press."""
    match desk.tab:
        case "guide":
            return {"guide": _guide(desk, view)}
        case "leader":
            return {"leader": leader.page(desk, view)}
        case "devices":
            return {"devices": devices.page(desk)}
        case "slots":
            return slots_page.parts(desk)
        case "money":
            from ui.staff import money_page

            return {"money": money_page.page(desk)}
        case "today":
            return {
                "today": [today.totals(t) for t in view.today],
                "figures": today.figures(view),
                "curve": today.curve(view),
            }
        case "figures":
            return {"measured": figures_page.page(desk)}
        case "forms":
            return {"scanned": forms.page(desk)}
        case "actions":
            return {"actions": history_page.actions(desk, view), "history": history_page.history_of(desk, view)}
        case "desk":
            return {}


def tabs(desk: Desk) -> tuple[str, ...]:
    return (*_tabs(desk), *(("forms",) if forms.may(desk) else ()))


def _tabs(desk: Desk) -> tuple[str, ...]:
    if desk.role in ("guide", "technician"):
        return ("guide", "slots", "today", "actions") if desk.role == "guide" else ("devices", "today", "actions")
    # Only in an office that has a certificate kiosk.
    money = ("money",) if has_page(desk) else ()
    if desk.role == "clerk":
        return ("desk", "slots", *money, "today", "actions")
    # A leader who walks about serves nobody.
    at_a_counter = () if desk.roaming and (desk.view is None or desk.view.counter is None) else ("desk",)
    return (*at_a_counter, "guide", "leader", "slots", *money, "today", "figures", "actions")


def _head(desk: Desk) -> Map:
    view = desk.view
    own = view.counter if view else None
    names = {g.letter: g.name for g in view.groups} if view else {}
    letters = list(own.groups if own else ())
    paused = own is not None and own.state == "paused"
    linked = view is not None and view.link == "ok" and desk.reachable
    return {
        "title": f"{own.number}番窓口"
        if own
        else (
            "案内"
            if desk.role == "guide"
            else "技術員"
            if desk.role == "technician"
            else "リーダー"
            if desk.roaming
            else "窓口端末"
        ),
        "letters": letters,
        "group": names.get(letters[0], "") if len(letters) == 1 else "",
        "office": view.office if view else "",
        "who": f"{ROLES[desk.role]} {desk.staff_code}" if desk.token else "",
        # An old clock would be taken for the time.
        "time": view.time if view and desk.reachable else "",
        "linked": linked,
        "paused": paused,
        "link": "ハブ接続" if linked else "ハブと切断",
        "state": control(
            "break",
            "休憩中" if paused else "受付中" if own else "サインアウト",
            "B",
            icon="pause" if paused else "check" if own else "",
        ),
    }


def _marks_of_next(view: StaffView) -> list[str]:
    """Before the call, because somebody who waits at a seat does not come to the counter."""
    marks = next((row.marks for row in view.waiting if row.next), ())
    return ["しるし：" + "・".join(MARKS[m][0] for m in marks)] if marks else []


def _keys(desk: Desk, view: StaffView) -> Map:
    here, busy = view.current is not None, away.busy(desk)
    paused = view.counter is not None and view.counter.state == "paused"
    number = view.current.number if view.current else ""
    steps = [f"{number}を完了し" if here else "", f"{view.next_number}を呼びます" if view.next_number else ""]
    apart = "、\n" if view.current and view.current.two_stage else "、"
    note = apart.join(s for s in steps if s) if view.next_number else "お待ちの方はいません"
    if not desk.reachable:
        note = "つながるまで呼べません"
    undo = view.undo
    return {
        "next": control("next", "次を呼ぶ", "1", on=bool(view.next_number) and not paused, busy=busy, note=note),
        "recall": control("recall", "再呼出", "2", on=here, busy=busy),
        "complete": control("complete", "完了", "3", on=here, busy=busy),
        "ready": control("ready", "交付待ちへ", "8", on=here, busy=busy),
        "two_stage": bool(view.current and view.current.two_stage),
        "second": [
            control("hold", "保留", "4", on=here, busy=busy, icon="pause"),
            control("no_show", "不在", "5", on=here, busy=busy, icon="userx"),
            control("transfer", "転送", "6", on=here, busy=busy, icon="swap"),
            control("cancel", "取り消す", "7", on=here, busy=busy, icon="x"),
        ],
        "undo": control(
            "undo", "元に戻す", "0", on=undo is not None, busy=busy, icon="undo", note=undo.label if undo else ""
        ),
    }


def _row(view: StaffView, row: WaitingRow) -> Map:
    marks = ["次" if row.next else "", f"{row.counter}番へ" if row.counter else "", *(MARKS[m][1] for m in row.marks)]
    mark = LANGUAGE_MARKS[row.language]
    return {
        "id": f"row:{row.ticket}",
        "number": row.number,
        "service": row.service,
        "marks": [m for m in (*marks, visit.mark_of_reservation(row), mark, row.paper) if m],
        "kind": KINDS[row.kind],
        "promised": row.promised or (f"→{row.back}" if row.back else "—"),
        "waited": str(row.waited_min),
        "next": row.next,
        "held": row.kind in ASIDE,
        "spoken": "　".join(
            (row.number, row.service, KINDS[row.kind], row.promised or _back(row), f"{row.waited_min}分待ち")
        ),
    }


def _back(row: WaitingRow) -> str:
    return f"{row.back}に列へ戻ります" if row.back else ""


def _waiting(desk: Desk, view: StaffView) -> Map:
    own = view.counter.groups if view.counter else ()
    names = {g.letter: g.name for g in view.groups}
    letters = [g for g in own if g in names] or list(names)
    shown = {OWN: letters, "": list(names)}.get(desk.filter, [desk.filter])
    rows = [r for r in view.waiting if (r.group or r.letter) in shown]
    one, every = len(letters) == 1, len(letters) == len(names)
    picked = (letters[0] if one else "" if every else OWN) if desk.filter == OWN else desk.filter
    offered = [(g, names[g] if one else g, names[g]) for g in letters]
    if not one and not every:
        offered.insert(0, (OWN, "受持", "受け持ちのグループ"))
    return {
        "total": view.waiting_total if desk.filter == OWN else sum(r.kind not in ASIDE for r in rows),
        "rows": [_row(view, r) for r in rows],
        "able": not away.held(desk),
        "filters": [
            *(control(f"filter:{f}", label, picked=picked == f, spoken=f"{name}だけ") for f, label, name in offered),
            control("filter:", "全部", picked=not picked),
        ],
    }


def _other_counters(view: StaffView) -> list[Map]:
    """Those of the own floor: of a whole house they would leave no room for the line."""
    own = view.counter
    return [_other_counter(c, own) for c in view.counters if own is None or c.floor == own.floor]


def _other_counter(counter: CounterView, own: CounterView | None) -> Map:
    said = {"closed": "閉", "paused": "休憩", "open": counter.current or "—"}[counter.state]
    mine = own is not None and own.number == counter.number
    return {"name": f"{counter.number}番", "text": said, "mine": mine, "busy": bool(counter.current)}


def _who_or_what(counter: CounterView) -> str:
    taken = counter.staff_code and counter.state != "closed"
    return f"係員 {counter.staff_code}" if taken else "・".join(counter.groups)


def _counter_page(desk: Desk, view: StaffView) -> Map:
    chosen = next((c for c in view.counters if c.number == desk.counter), None)
    names = {g.letter: g.name for g in view.groups}
    return {
        "counters": [
            control(
                f"counter:{c.number}",
                f"{c.number}番",
                note=f"{c.floor}　{_who_or_what(c)}",
                picked=c.number == desk.counter,
                spoken=f"{c.number}番窓口",
            )
            for c in view.counters
        ],
        "groups": [
            control(f"group:{g}", f"{g}　{names.get(g, '')}", picked=g in desk.groups)
            for g in (chosen.groups if chosen else ())
        ],
        "roam": control("roam", "リーダーの画面", "L") if desk.role == "leader" else None,
        "open": control(
            "open",
            f"{chosen.number}番窓口を開ける" if chosen else "窓口を開ける",
            "Enter",
            on=bool(chosen and desk.groups),
            busy=away.busy(desk),
        ),
    }


def _guide(desk: Desk, view: StaffView) -> Map:
    letter = desk.guide_letter or (view.groups[0].letter if view.groups else "")
    names = {s.id: s.name for s in view.services}
    languages: tuple[Language, ...] = ("ja", "easy", "en", "zh", "ko", "vi")
    return {
        "groups": [
            control(f"guide_letter:{g.letter}", f"{g.letter}　{g.name}", picked=g.letter == letter) for g in view.groups
        ],
        "services": [
            control(f"guide_service:{s.id}", s.name, picked=s.id == desk.guide_service)
            for s in view.services
            if s.letter == letter
        ],
        "languages": [
            control(f"guide_language:{code}", LANGUAGE_NAMES[code], picked=code == desk.guide_language)
            for code in languages
        ],
        "issue": control(
            "issue",
            "番号札を出す",
            "1",
            on=bool(desk.guide_service),
            busy=away.busy(desk),
            note=names.get(desk.guide_service, "用件を選んでください"),
        ),
        "reprint": control("guide_reprint", "再発行", "2", busy=away.busy(desk)),
        "change": control("guide_change", "用件を変える", "3", busy=away.busy(desk)),
        "pad": control("pad", "手書き札", "4", busy=away.busy(desk), spoken="手書き番号札を登録"),
    }


def _dialog(desk: Desk) -> Map | None:
    asked = desk.dialog
    if not asked.kind:
        return None
    if asked.kind in slots_dialogs.KINDS:
        return slots_dialogs_page.dialog(desk)
    if asked.kind.startswith("money_"):
        from ui.staff import money_page

        return money_page.dialog(desk)
    plain = [
        control(f"choose:{n}", label, str(n + 1) if n < 9 else "", on=not away.held(desk) or key in away.STILL_OPEN)
        for n, (key, label) in enumerate(options_of(desk))
    ]
    field = {"number": "番号", "starts": "始まる日時", "ends": "終わる日時"}.get(asked.kind, "")
    title = DIALOG_TITLES.get((asked.kind, asked.then)) or DIALOG_TITLES[(asked.kind, "")]
    return {
        "kind": asked.kind,
        "title": title.format(number=asked.number, letter=asked.letter),
        "field": field,
        "signs": signs_max(asked),
        "options": plain,
        "lines": _lines(desk),
        "pictures": alerts.pictures(DIALOG_PICTURES.get(asked.kind, ())),
        "submit": control("submit", SUBMIT.get(asked.then, "次へ"), "Enter", busy=away.busy(desk)) if field else None,
        "other": control("number_ready", "お渡しの準備ができた番号", busy=away.busy(desk))
        if asked.then == "call_number" and field
        else None,
        "close": control(
            "close", "閉じる" if asked.kind in ("why", "keys", "paper", "jam", "model") else "やめる", "Esc"
        ),
    }


def signs_max(asked: Dialog) -> int:
    """That fit into the field of this question."""
    if asked.kind != "number":
        return MOMENT_SIGNS_MAX
    return pad.SIGNS_MAX if asked.then == "register_pad" else NUMBER_SIGNS_MAX


def _lines(desk: Desk) -> list[Map]:
    match desk.dialog.kind:
        case "why":
            return [{"key": "", "text": line} for line in (desk.view.next_why if desk.view else ())]
        case "model":
            return [{"key": "", "text": text} for text in MODEL_STEPS]
        case "keys":
            return [{"key": key, "text": text} for key, text in KEY_HELP]
        case _:
            return leader.lines_of(desk)


def seconds_texts(view: StaffView | None, passed_ms: int) -> dict[str, str]:
    """What changes each second between two views, counted from the core's own clock and never from this machine's."""
    if view is None:
        return {"minutes": "", "seconds": "", "undo": ""}
    served_s = max(0, view.now_utc_ms + passed_ms - view.current.called_utc_ms) // 1000 if view.current else 0
    left_s = max(0, view.undo.seconds_left - passed_ms // 1000) if view.undo else 0
    return {
        "minutes": str(served_s // 60),
        "seconds": f"{served_s % 60:02d}",
        "undo": f"あと{left_s // 60}:{left_s % 60:02d}" if view.undo else "",
    }
