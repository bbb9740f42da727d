"""操作履歴 as it is drawn: the lines that are shown, which day they are of, and what can be asked next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ui.staff import away, history
from ui.staff.desk import Desk
from ui.staff.first import Map, control

if TYPE_CHECKING:
    from kiosk_app.api import ActionRow, StaffView


def _shown_actions(desk: Desk, view: StaffView) -> Sequence[ActionRow]:
    """While the answer is on its way, of today what the view has."""
    if found := history.current(desk):
        return found.rows
    wanted = plain_number(desk.find)
    return () if desk.day else [a for a in view.actions if wanted in plain_number(a.number)]


def actions(desk: Desk, view: StaffView) -> list[Map]:
    return [
        {"cells": [a.time, a.number, a.what, a.counter, a.staff_code, a.reason]} for a in _shown_actions(desk, view)
    ]


def history_of(desk: Desk, view: StaffView) -> Map:
    found, rows = history.current(desk), len(_shown_actions(desk, view))
    reader = desk.role in history.READERS
    whole_today = not desk.day and not desk.find.strip()
    total = found.total if found else rows
    waiting = found is None and history.wish(desk) is not None
    return {
        "reader": reader,
        "day": _day_text(history.shown_day(desk), bool(desk.day)),
        "typed": desk.typed_day,
        "previous": control("day:previous", "前の日", "F6", on=desk.reachable),
        "next": control("day:next", "次の日", "F7", on=bool(desk.day) and desk.reachable),
        "today": control("day:today", "今日", on=bool(desk.day)),
        "show": control("day:typed", "表示", on=desk.reachable),
        "print": control("print_history", "印刷", "F5", on=reader, busy=away.busy(desk)),
        "older": control(
            "older",
            "今日の全部を見る" if whole_today else "続きを見る",
            "F8",
            on=reader and desk.reachable and desk.asked is None and (whole_today or bool(found and found.more)),
        ),
        "count": f"{rows:,}件" if rows == total else f"{rows:,} / {total:,}件",
        "note": (found.message if found else "")
        or ("調べています…" if waiting and not rows else "" if rows else "あてはまる操作はありません"),
    }


def _day_text(iso_date: str, with_year: bool) -> str:
    """2026年4月6日（月）; today without the year."""
    if not iso_date:
        return "今日"
    day = date.fromisoformat(iso_date)
    text = f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"
    return f"{day.year}年{text}" if with_year else f"今日　{text}"


def plain_number(text: str) -> str:
    """A-105, a105 and Ａ１０５ are the same number."""
    wide = {0xFF01 + n: 0x21 + n for n in range(94)}
    return "".join(c for c in text.translate(wide).upper() if c.isalnum())
