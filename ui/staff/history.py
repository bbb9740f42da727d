"""Which day and number of 操作履歴 the desk wants to see, and what it has of it.

Pure parts of the desk's step. One question is on its way at a time, and the next is the newest wish: whoever types a
number asks the core no oftener than it answers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ui.staff.desk import Command, Desk, Found, Leave, Look

if TYPE_CHECKING:
    from kiosk_app.api import ActionsPage, StaffView

READERS = ("clerk", "leader")
"""Who may look at whole days; others see what is new today."""
NO_ANSWER = "返事がありませんでした。もう一度お試しください。"
NO_DATE = "日付は 2026-04-06 か 4/6 のように入れてください。"
NUMBER_SIGNS_MAX = 16


def today(desk: Desk) -> str:
    return desk.view.iso_date if desk.view else ""


def shown_day(desk: Desk) -> str:
    return desk.day or today(desk)


def wish(desk: Desk) -> Look | None:
    """None: what the view brings by itself is all that is wanted."""
    number = desk.find.strip()[:NUMBER_SIGNS_MAX]
    if desk.tab != "actions" or desk.page != "work" or desk.role not in READERS or not today(desk):
        return None
    return Look(shown_day(desk), number) if desk.day or number else None


def asked(desk: Desk, commands: tuple[Command, ...]) -> tuple[Desk, tuple[Command, ...]]:
    """Asks for what is wanted and neither here nor on its way."""
    wanted = wish(desk)
    if wanted is None or desk.asked or any(isinstance(c, Leave) for c in commands):
        return desk, commands
    if desk.found and desk.found.look == wanted:
        return desk, commands
    return replace(desk, asked=wanted), (*commands, wanted)


def answered(desk: Desk, look: Look, page: ActionsPage | None) -> Desk:
    plain = replace(look, before="")
    before = desk.found if look.before else None
    if desk.asked != look or (look.before and (before is None or before.look != plain)):
        return replace(desk, asked=None)
    known = before or Found(plain)
    if page is None or not page.ok:
        return replace(desk, asked=None, found=replace(known, message=page.message if page else NO_ANSWER))
    rows = (*known.rows, *page.rows)
    return replace(desk, asked=None, found=Found(plain, rows, page.total, page.more))


def renewed(desk: Desk, view: StaffView) -> Desk:
    """What was found of today is asked again when staff have done something, unless more than a page is open."""
    found = desk.found
    if found is None or desk.view is None or found.look.date != view.iso_date or desk.view.actions == view.actions:
        return desk
    return desk if len(found.rows) > len(view.actions) else replace(desk, found=None)


def go(desk: Desk, where: str) -> Desk:
    """The day before, the next, today, or the one that was typed."""
    if desk.role not in READERS or not today(desk):
        return desk
    if where == "typed":
        return _typed(desk)
    if where == "today":
        return _show(desk, today(desk))
    days = -1 if where == "previous" else 1
    return _show(desk, (date.fromisoformat(shown_day(desk)) + timedelta(days=days)).isoformat())


def _show(desk: Desk, day: str) -> Desk:
    """Never a day that has not come."""
    day = min(day, today(desk))
    return replace(desk, day="" if day == today(desk) else day, typed_day="", message="")


def _typed(desk: Desk) -> Desk:
    found = date_of(desk.typed_day, today(desk))
    return _show(desk, found) if found else replace(desk, message=NO_DATE)


def date_of(typed: str, today: str) -> str:
    """2026-04-06, 2026/4/6, 20260406, 4/6 (the last one that was): as a date, or empty where it is none."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    match = re.fullmatch(r"(?:(2\d{3})\D?)??(\d{1,2})\D?(\d{1,2})\D?", plain)
    if match is None or not today:
        return ""
    year, month, day = match[1], int(match[2]), int(match[3])
    try:
        if year:
            return date(int(year), month, day).isoformat()
        this_year = int(today[:4])
        found = date(this_year, month, day).isoformat()
        return found if found <= today else date(this_year - 1, month, day).isoformat()
    except ValueError:
        return ""


def older(desk: Desk) -> tuple[Desk, tuple[Command, ...]]:
    """The next page. Of today the view brings the last lines; the whole day is asked for once somebody wants it."""
    if desk.role not in READERS:
        return desk, ()
    if not desk.day and not desk.find.strip():
        return replace(desk, day=today(desk)), ()
    found = current(desk)
    if desk.asked or found is None or not found.more:
        return desk, ()
    look = replace(found.look, before=found.more)
    return replace(desk, asked=look), (look,)


def current(desk: Desk) -> Found | None:
    """What was found of what is wanted now."""
    return desk.found if desk.found and desk.found.look == wish(desk) else None
