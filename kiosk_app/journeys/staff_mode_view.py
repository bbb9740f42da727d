"""The screens of staff at the ticket machine. Their words are Japanese, which staff read; a visitor's are elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk_app.api import CitizenView, Control, Keypad, StaffVerb
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.staff_mode import NumberRow, StaffContext, StaffMode
from kiosk_app.office import catalogue, dates
from kiosk_app.office.permissions import ROLE_NAMES, may

BOXES = 6
"""Of the keypad: longer codes and PINs go on beyond the last."""
DOOR = Control(id="staff_door", label="職員用")
"""On the first screen, where nothing is drawn: held for some seconds it leads here."""
CUT_OFF = "ハブと切れています。呼び出しのようすは、切れる前のものです。"
END = Control(id="end", label="終わる")
BACK = Control(id="back", label="戻る", icon="back")


def view(state: StaffMode, context: StaffContext) -> CitizenView:
    at = local_time(context.office, context.now_utc_ms)
    return CitizenView(
        screen_id=state.screen_id,
        language="ja",
        office=catalogue.text(context.office.name, "ja"),
        date=dates.screen_date(at.date(), "ja"),
        time=dates.clock_time(at),
        **_page(state, context, at.date()),
    )


def _page(state: StaffMode, context: StaffContext, today: date) -> dict[str, Any]:
    match state.page:
        case "code" | "pin":
            return _pad(state)
        case "checking":
            return {"screen": "staff_said", "icon": "lock", "title": "確かめています", "subtitle": "お待ちください。"}
        case "numbers":
            return _numbers(state, context)
        case "number" | "reason" | "group" | "service":
            return _of_one(state, context, today)
        case "working":
            subtitle = "終わるまでお待ちください。"
            return {"screen": "staff_said", "icon": "clock", "title": "処理しています", "subtitle": subtitle}
        case "said":
            more = (Control(id="numbers", label="ほかの番号札"),) if state.admitted else ()
            return {
                "screen": "staff_said",
                "icon": "check" if state.ok else "warn",
                "tone": "good" if state.ok else "care",
                "title": state.said,
                "actions": (Control(id="end", label="終わる", state="go"), *more),
            }


def _pad(state: StaffMode) -> dict[str, Any]:
    return {
        "screen": "staff_pad",
        "title": "係員番号を入れてください。" if state.page == "code" else "暗証番号を入れてください。",
        "notice": state.fault,
        "keypad": Keypad(
            typed=min(state.typed, BOXES),
            of=BOXES,
            typed_name=f"{state.typed}けた入りました",
            tries="",
            tries_left=0,
            tries_of=0,
            digits=tuple(Control(id=f"pin:{digit}", label=digit) for digit in "1234567890"),
            cancel=Control(id="pin:cancel", label="やめる", icon="x"),
            correct=Control(id="pin:erase", label="訂正", icon="bksp", state="open" if state.typed else "off"),
            enter=Control(id="pin:enter", label="入力", icon="check", state="go" if state.typed else "off"),
        ),
        "bar": (),
    }


def _numbers(state: StaffMode, context: StaffContext) -> dict[str, Any]:
    rows = tuple(Control(id=f"number:{row.ticket}", label=row.number, note=row.note) for row in context.numbers)
    nothing = "この機械の今日の番号札はまだありません。"
    return {
        "screen": "staff_list",
        "title": "この機械の番号札",
        "subtitle": f"{ROLE_NAMES[state.role]} {state.staff_code}" + ("" if rows else f"　{nothing}"),
        "notice": CUT_OFF if context.cut_off else "",
        "rows": rows,
        "actions": (END,),
    }


def _of_one(state: StaffMode, context: StaffContext, today: date) -> dict[str, Any]:
    row = next((row for row in context.numbers if row.ticket == state.ticket), None)
    if row is None:
        return {
            "screen": "staff_list",
            "title": "この番号札は今日のものではありません。",
            "bar": (BACK,),
            "actions": (END,),
        }
    rows: tuple[Control, ...]
    title, office = row.number, context.office
    if state.page == "number":
        rows = _acts(row, state)
    elif state.page == "reason":
        title = f"{row.number}を取り消す理由"
        rows = tuple(Control(id=f"reason:{n}", label=reason) for n, reason in enumerate(office.cancel_reasons))
    elif state.page == "group":
        title = f"{row.number}の新しい用件"
        rows = tuple(
            Control(id=f"group:{group.letter}", label=f"{group.letter}　{catalogue.text(group.name, 'ja')}")
            for group in office.groups
            if catalogue.services_of(office, group.letter, today)
        )
    else:
        title = f"{row.number}の新しい用件"
        rows = tuple(
            Control(id=f"service:{service.id}", label=catalogue.text(catalogue.public_name(service), "ja"))
            for service in catalogue.services_of(office, state.letter, today)
        )
    return {
        "screen": "staff_list",
        "title": title,
        "subtitle": row.note,
        "notice": CUT_OFF if context.cut_off else "",
        "rows": rows,
        "actions": (END,),
        "bar": (BACK,),
    }


def _acts(row: NumberRow, state: StaffMode) -> tuple[Control, ...]:
    """What may not be done says why, in place of what it does."""
    place = "順番はそのままで、新しい番号になります。" if row.keeps_place else "新しい番号で、順番も新しくなります。"
    refused = f"{ROLE_NAMES[state.role]}にはできません。係員に頼んでください。"
    acts: tuple[tuple[str, StaffVerb, str, str, str], ...] = (
        ("reprint", "reprint", "番号札を再発行する", "同じ番号を、もう一度印刷します。", row.no_reprint),
        ("other", "issue", "用件を変えて出し直す", place, row.no_other),
        ("cancel", "cancel", "取り消す", "理由を選びます。", row.no_cancel),
    )
    controls = []
    for name, verb, label, note, why_not in acts:
        why_not = why_not if may(state.role, verb) else refused
        controls.append(Control(id=f"do:{name}", label=label, note=why_not or note, state="off" if why_not else "open"))
    return tuple(controls)
