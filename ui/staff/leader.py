"""The leader's page: load and counters of the house, closures, notices, and cancelling many at once, step by step.

Pure parts of the desk's step and of its presentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ui.staff import away, moments
from ui.staff.desk import Desk, Dialog, DialogKind
from ui.staff.first import Map, control
from ui.staff.wording import UNTIL

if TYPE_CHECKING:
    from kiosk_app.api import ClosedNow, StaffView, WaitingRow

STEPS: dict[DialogKind, DialogKind] = {
    "suspend": "suspend_service",
    "suspend_service": "suspend_reason",
    "suspend_reason": "until",
    "notice": "until",
    "many": "many_reason",
    "many_reason": "many_confirm",
}
"""The dialog that follows each."""
SENT: tuple[DialogKind, ...] = ("until", "from_to", "many_confirm", "hub_confirm")
"""The answer to these is sent."""
TYPED: tuple[DialogKind, ...] = ("starts", "ends")
"""Questions with a field."""
NUMBERS_A_LINE, LINES_MAX = 8, 6
AT = "at"
"""Of the answers to until when: at a day and time that is typed."""
NO_MOMENT = "日時は 14:00 か 4/7 14:00 のように入れてください。"
ENDS_BEFORE = "終わりは始まりより後にしてください。"
HUB_STEPS = (
    "数秒のあいだ、呼出と操作ができません。番号札は出ます。",
    "そのあと、全員もう一度サインインします。窓口はそのまま残ります。",
    "「お席まで伺います」「筆談」のしるしは消えます。付け直してください。",
)


def roam(desk: Desk) -> Desk:
    """To the leader's page without a counter."""
    if desk.role != "leader":
        return desk
    return replace(desk, page="work", tab="leader", roaming=True, dialog=Dialog(), message="")


def ask(desk: Desk, dialog: Dialog) -> Desk:
    return replace(desk, dialog=dialog, message="") if desk.view and desk.view.leader else desk


def next_step(desk: Desk, key: str) -> Dialog:
    """After `key` was chosen in the open dialog."""
    asked = desk.dialog
    following = STEPS[asked.kind]
    match asked.kind:
        case "suspend":
            return replace(asked, kind=following if key else "suspend_reason", letter=key)
        case "suspend_service":
            return replace(asked, kind=following, service=key)
        case "many":
            return replace(asked, kind=following, letter=key)
        case "many_reason":
            tickets = tuple(row.ticket for row in shown(desk.view, asked.letter))
            return replace(asked, kind=following, reason=key, tickets=tickets)
        case _:
            return replace(asked, kind=following, reason=key)


def sent(asked: Dialog, key: str) -> dict[str, Any]:
    """The fields of the act that the last answer sends."""
    if asked.kind == "many_confirm":
        return {"tickets": asked.tickets, "reason": asked.reason}
    if asked.kind == "hub_confirm":
        return {"machine": asked.number}
    groups = (asked.letter,) if asked.letter and not asked.service else ()
    what = {"reason": asked.reason, "groups": groups, "service": asked.service}
    if asked.kind == "from_to":
        return what | {"starts": asked.starts, "ends": asked.ends}
    return what | {"minutes": int(key)}


def shown(view: StaffView | None, letter: str) -> list[WaitingRow]:
    """Whom a cancellation would hit: everybody who waits or is on hold, as many as one act may name."""
    from kiosk_app.api import TICKETS_MAX

    rows = view.waiting if view else ()
    found = [row for row in rows if row.kind != "missed" and letter in ("", row.group or row.letter)]
    return found[:TICKETS_MAX]


def options_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """What each of the leader's dialogs offers."""
    view, asked = desk.view, desk.dialog
    if view is None or view.leader is None:
        return ()
    groups = tuple((g.letter, f"{g.letter}　{g.name}") for g in view.groups)
    match asked.kind:
        case "suspend":
            return (("", "区役所全体"), *groups)
        case "suspend_service":
            own = tuple((s.id, s.name) for s in view.services if s.letter == asked.letter)
            return (("", "このグループの全部"), *own)
        case "suspend_reason" | "many_reason":
            return tuple((name, name) for name in view.leader.closure_reasons)
        case "notice":
            return tuple((name, name) for name in view.leader.notice_names)
        case "until":
            return (*UNTIL, (AT, "日時を指定する")) if asked.then == "suspend" else UNTIL
        case "from_to":
            return (("yes", "この時間に休止する"),)
        case "many":
            counted = ((letter, label, len(shown(view, letter))) for letter, label in (("", "全部の方"), *groups))
            return tuple((letter, f"{label}　{count}人") for letter, label, count in counted if count)
        case "many_confirm":
            return (("yes", f"{len(asked.tickets)}人を取り消す"),) if asked.tickets else ()
        case "hub_confirm":
            return (("yes", "切り替える"),)
        case _:
            return ()


def lines_of(desk: Desk) -> list[Map]:
    """What is to be read before the answer: whom it hits."""
    view, asked = desk.view, desk.dialog
    if view is None or asked.kind not in (*SENT, *TYPED) or asked.then == "post_notice":
        return []
    if asked.kind in TYPED:
        return [{"key": "", "text": EXAMPLES[asked.kind]}]
    if asked.kind == "from_to":
        where = next((text for key, text in names(view) if key == (asked.service or asked.letter)), "")
        span = f"{moments.said(asked.starts)}から{moments.said(asked.ends, end=True)}まで"
        return [{"key": "", "text": text} for text in (f"{where}　{asked.reason}", span, AHEAD)]
    if asked.kind == "hub_confirm":
        return [{"key": "", "text": text} for text in HUB_STEPS]
    if asked.kind == "until":
        count = len(shown(view, asked.letter))
        return [{"key": "", "text": f"新しい番号札を出しません。お待ちの{count}人は、そのままお呼びします。"}]
    numbers = [row.number for row in view.waiting if row.ticket in asked.tickets]
    lines = [numbers[n : n + NUMBERS_A_LINE] for n in range(0, len(numbers), NUMBERS_A_LINE)]
    texts = ["　".join(line) for line in lines[:LINES_MAX]]
    left = len(asked.tickets) - sum(map(len, lines[:LINES_MAX]))
    if left:
        texts.append(f"ほか{left}人")
    why = f"理由：{asked.reason}。窓口で対応中の方と、このあと番号札を取る方は取り消しません。"
    return [{"key": "", "text": text} for text in (*texts, why)]


AHEAD = "始まる前から機械と表示板に6言語で出ます。お待ちの方は、そのままお呼びします。"
EXAMPLES: dict[DialogKind, str] = {
    "starts": "例：14:00　4/7 14:00　何も入れないと、いますぐ始まります。",
    "ends": "例：17:15　4/8 12:00　何も入れないと、その日の終わりまでです。",
}


def names(view: StaffView) -> list[tuple[str, str]]:
    return [("", "区役所全体"), *((g.letter, g.name) for g in view.groups), *((s.id, s.name) for s in view.services)]


def typed(desk: Desk) -> Desk:
    """Enter in a field: the beginning, then the end."""
    asked, view = desk.dialog, desk.view
    if view is None or asked.kind not in TYPED:
        return desk
    text = desk.typed.strip()
    if asked.kind == "starts":
        found = moments.moment_of(text, view.iso_date) if text else ""
        if found is None:
            return replace(desk, message=NO_MOMENT)
        return replace(desk, dialog=replace(asked, kind="ends", starts=found), typed="", message="")
    ends, wrong = ending(text, asked.starts, view)
    if wrong:
        return replace(desk, message=wrong)
    return replace(desk, dialog=replace(asked, kind="from_to", ends=ends), typed="", message="")


def ending(text: str, starts: str, view: StaffView) -> tuple[str, str]:
    """The moment at which it ends, or what is wrong with it. Nothing typed: with the day on which it starts."""
    day = starts[:10] or view.iso_date
    found = moments.moment_of(text, day) if text else moments.end_of(day)
    if found is None:
        return "", NO_MOMENT
    return ("", ENDS_BEFORE) if found <= (starts or f"{view.iso_date}T{view.time:0>5}") else (found, "")


# --- the page ------------------------------------------------------------------------------------------------


def page(desk: Desk, view: StaffView) -> Map:
    part, busy = view.leader, away.busy(desk)
    bulk = part.bulk if part else ""
    return {
        "acts": [
            control("suspend", "臨時休止", "1", busy=busy),
            control("post_notice", "お知らせ", "2", on=bool(part and part.notice_names), busy=busy),
            control("cancel_many", "一括取り消し", "3", on=bool(shown(view, "")), busy=busy),
        ],
        "restore": control("restore_many", "一括取り消しを戻す", "0", on=bool(bulk), busy=busy, note=bulk),
        "closed": [_closed(one, "end_suspension", "解除", busy) for one in (part.closed if part else ())],
        "notices": [_closed(one, "withdraw_notice", "下げる", busy) for one in (part.notices if part else ())],
        "hub": _hub(view, busy),
        "groups": [{"letter": g.letter, "cells": [g.name, *_load(view, g.letter)]} for g in view.groups],
        "counters": [_counter(view, c.number) for c in view.counters],
    }


def _hub(view: StaffView, busy: str) -> list[Map]:
    """The machines that may be the hub; nothing in an office of one computer."""
    part = view.hub
    if part is None or not any(row.candidate for row in part.machines):
        return []
    this: Map = {"text": f"{part.code}　今のハブ", "until": f"{part.epoch}代目", "end": {}}
    others = [
        {
            "text": row.code,
            "until": "つながっています" if row.connected else f"{row.heard}から返事なし" if row.heard else "返事なし",
            "end": control(
                f"hub:{row.code}", "切り替える", on=row.connected, busy=busy, spoken=f"ハブを{row.code}に切り替える"
            ),
        }
        for row in part.machines
        if row.candidate
    ]
    return [this, *others]


def _closed(one: ClosedNow, verb: str, label: str, busy: str) -> Map:
    until = f"{one.until}まで" if one.until[-1:].isdigit() else one.until
    return {
        "text": f"{one.what}　{one.text}".strip("　"),
        "until": f"{one.starts}から\n{until}" if one.starts else until,
        "end": control(f"{verb}:{one.id}", label, busy=busy, spoken=f"{one.what}{one.text}を{label}"),
    }


def _load(view: StaffView, letter: str) -> list[str]:
    """How many wait, the longest wait, and the counters that are open for the group."""
    rows = [r for r in view.waiting if (r.group or r.letter) == letter and r.kind not in ("held", "missed")]
    counters = [c.number for c in view.counters if c.state == "open" and letter in c.groups]
    longest = max((r.waited_min for r in rows), default=None)
    return [f"{len(rows)}人", "—" if longest is None else f"{longest}分", _runs(counters) or "なし"]


def _runs(numbers: Sequence[int]) -> str:
    """3〜6・9番: runs of neighbours."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [f"{run[0]}" if len(run) == 1 else f"{run[0]}〜{run[-1]}" for run in runs]
    return "・".join(texts) + "番" if texts else ""


def _counter(view: StaffView, number: int) -> Map:
    counter = next(c for c in view.counters if c.number == number)
    said = {"closed": "閉", "paused": "休憩", "open": counter.current or "—"}[counter.state]
    return {"name": f"{number}番", "text": said, "open": counter.state == "open", "busy": bool(counter.current)}
