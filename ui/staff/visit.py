"""The visitor at the counter as the console shows them, and what staff are asked about them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff.first import Map, control
from ui.staff.wording import MARKS

if TYPE_CHECKING:
    from kiosk_app.api import CurrentVisit, StaffView, WaitingRow


def shown(view: StaffView, busy: str) -> Map | None:
    now = view.current
    if now is None:
        return None
    shown = list(now.services[:2]) + ([f"ほか{len(now.services) - 2}件"] if len(now.services) > 2 else [])
    return {
        "number": now.number,
        "language": now.language_name,
        "paper": now.paper,
        "marks": "・".join((*(MARKS[m][0] for m in now.marks), *_of_reservation(now))),
        "mark": control("marks", "しるし", "M", busy=busy),
        "ask": _question(now),
        "answers": _answers(now, busy),
        "facts": [
            {"name": "用件", "text": "\n".join(shown or [now.service])},
            {"name": "段階", "text": now.stage},
            _issued(now),
            {"name": "約束", "text": now.promised or "—"},
            {"name": "呼出", "text": f"{now.calls}回目　{now.called_at}"},
        ],
    }


def _of_reservation(one: CurrentVisit) -> tuple[str, ...]:
    """Checked in by a code of which this office has not heard; or a second number is about for the same reservation."""
    unconfirmed = ("予約未確認",) if one.unconfirmed else ()
    return (*unconfirmed, f"{one.also}と同じ予約") if one.also else unconfirmed


def mark_of_reservation(row: WaitingRow) -> str:
    """In the list there is room for one word; the visitor's own panel says all."""
    return f"＝{row.also}" if row.also else "未確認" if row.unconfirmed else ""


def _issued(now: CurrentVisit) -> Map:
    """When and where the ticket came from; nobody knows how long one has waited of which only the number is known."""
    if now.source == "unheard":
        return {"name": "発券", "text": f"まだ届いていません　{now.machine}"}
    where = "手書き" if now.source == "pad" else now.machine
    return {"name": "発券", "text": f"{now.issued}　{where}", "strong": f"{now.waited_min}分待ち"}


def _answers(now: CurrentVisit, busy: str) -> list[Map]:
    """To the question after an outage; every other key works as well."""
    if not now.interrupted:
        return []
    return [
        control("complete", "終わった", "3", busy=busy),
        control("continue", "まだです（続ける）", "C", busy=busy),
        control("no_show", "いなくなった", "5", busy=busy),
    ]


def _question(now: CurrentVisit) -> str:
    if now.interrupted:
        return f"機械が止まっていました。\n{now.number}の方は終わりましたか。"
    return f"{now.calls}回お呼びしました。\nお見えでなければ「不在」を押してください。" if now.offer_no_show else ""
