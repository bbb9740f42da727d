"""Which days of figures a leader wants to see, and what the desk has of them. Pure parts of the desk's step.

Figures of days that are over are asked for once; those of a day that goes on again after some minutes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from ui.staff.desk import Command, Desk, Leave
from ui.staff.figures_desk import AskFigures, FiguresTold, Part, SaveTable, Span, TableSaved
from ui.staff.history import date_of, today

if TYPE_CHECKING:
    from kiosk_app.api import Role

READERS: tuple[Role, ...] = ("leader",)
"""As kiosk_app/office/permissions.py says; the core refuses all others."""
DAYS_MAX = 92
"""At once: what the core answers."""
OLD_MS = 5 * 60 * 1000
NO_DATE = "日付は 2026-04-06 か 4/6 のように入れてください。"
TOO_MANY_DAYS = f"一度に見られるのは{DAYS_MAX}日までです。期間を短くしてください。"
WRONG_ORDER = "はじめの日は、おわりの日より前にしてください。"
IN_TRAINING = "研修モードでは、統計を見られません。本当の記録だけの画面です。"


def span_of(desk: Desk) -> tuple[str, str]:
    """The first and the last day that are shown; empty before the first view."""
    now, figures = today(desk), desk.figures
    if not now:
        return "", ""
    day = date.fromisoformat(now)
    match figures.span:
        case "today":
            return now, now
        case "week":
            return (day - timedelta(days=day.weekday())).isoformat(), now
        case "month":
            return day.replace(day=1).isoformat(), now
        case "last_month":
            last = day.replace(day=1) - timedelta(days=1)
            return last.replace(day=1).isoformat(), last.isoformat()
        case "typed":
            return figures.since, min(figures.to, now)


def wish(desk: Desk) -> AskFigures | None:
    """None while nobody looks at the page, or nobody may."""
    since, to = span_of(desk)
    looking = desk.page == "work" and desk.tab == "figures" and desk.role in READERS and not desk.training
    return AskFigures(since, to) if looking and since else None


def asked(desk: Desk, commands: tuple[Command, ...]) -> tuple[Desk, tuple[Command, ...]]:
    """Asks for what is wanted and neither here, or too old, nor on its way."""
    wanted, figures = wish(desk), desk.figures
    if wanted is None or figures.asked is not None or any(isinstance(c, Leave) for c in commands):
        return desk, commands
    told = figures.told
    if told is not None and told.ask == wanted and not (_is_old(desk) and wanted.to == today(desk)):
        return desk, commands
    return replace(desk, figures=replace(figures, asked=wanted)), (*commands, wanted)


def _is_old(desk: Desk) -> bool:
    return desk.view is not None and desk.view.now_utc_ms - desk.figures.told_utc_ms >= OLD_MS


def told(desk: Desk, answer: FiguresTold) -> tuple[Desk, tuple[Command, ...]]:
    figures = desk.figures
    if answer.ask.table:
        desk = replace(desk, busy="" if desk.busy == "save_table" else desk.busy)
        if not answer.data:
            return replace(desk, figures=replace(figures, saved=answer.cause)), ()
        name = f"統計_{answer.ask.since.replace('-', '')}-{answer.ask.to.replace('-', '')}.csv"
        return desk, (SaveTable(name, answer.data),)
    if figures.asked != answer.ask:
        return desk, ()
    now = desk.view.now_utc_ms if desk.view else 0
    if answer.found is None and figures.told is not None and figures.told.ask == answer.ask and figures.told.found:
        # What is shown stays; it is asked again when it is old once more.
        return replace(desk, figures=replace(figures, asked=None, told_utc_ms=now)), ()
    return replace(desk, figures=replace(figures, asked=None, told=answer, told_utc_ms=now)), ()


def saved(desk: Desk, answer: TableSaved) -> Desk:
    said = f"保存しました：{answer.place}" if answer.place else answer.cause
    return replace(desk, figures=replace(desk.figures, saved=said))


def current(desk: Desk) -> FiguresTold | None:
    """The answer to what is wanted now."""
    answer = desk.figures.told
    return answer if answer is not None and answer.ask == wish(desk) else None


# --- presses -------------------------------------------------------------------------------------------------


def go(desk: Desk, where: str) -> Desk:
    """One of the spans, the one before or after it, or what was typed; pressed again it is asked again."""
    if desk.role not in READERS or not today(desk):
        return desk
    if where == "typed":
        return _typed(desk)
    if where in ("previous", "next"):
        return _leaf(desk, -1 if where == "previous" else 1)
    figures = replace(desk.figures, span=cast(Span, where), told=None, typed_from="", typed_to="", saved="")
    return replace(desk, figures=figures, message="")


def _typed(desk: Desk) -> Desk:
    since = date_of(desk.figures.typed_from, today(desk))
    to = date_of(desk.figures.typed_to, today(desk)) if desk.figures.typed_to.strip() else since
    if not since or not to:
        return replace(desk, message=NO_DATE)
    return _show(desk, date.fromisoformat(since), date.fromisoformat(to))


def _show(desk: Desk, since: date, to: date) -> Desk:
    if since > to:
        return replace(desk, message=WRONG_ORDER)
    if (to - since).days >= DAYS_MAX:
        return replace(desk, message=TOO_MANY_DAYS)
    figures = replace(desk.figures, span="typed", since=since.isoformat(), to=to.isoformat(), told=None, saved="")
    return replace(desk, figures=figures, message="")


def _leaf(desk: Desk, way: int) -> Desk:
    """As many days earlier or later as are shown: of a whole month the whole month."""
    first, last = (date.fromisoformat(day) for day in span_of(desk))
    if desk.figures.span == "week":
        last = first + timedelta(days=6)
    whole_month = first.day == 1 and (
        desk.figures.span in ("month", "last_month") or (last + timedelta(days=1)).day == 1
    )
    if whole_month:
        since = (first - timedelta(days=1)).replace(day=1) if way < 0 else (first + timedelta(days=31)).replace(day=1)
        to = (since + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    else:
        days = timedelta(days=(last - first).days + 1) * way
        since, to = first + days, last + days
    if since.isoformat() > today(desk):
        return desk
    return _show(desk, since, to)


def choose(desk: Desk, part: str) -> Desk:
    return replace(desk, figures=replace(desk.figures, part=cast(Part, part)))


def turn_columns(desk: Desk, _: str) -> Desk:
    return replace(desk, figures=replace(desk.figures, times=not desk.figures.times))


def save(desk: Desk, _: str) -> tuple[Desk, tuple[Command, ...]]:
    wanted, answer = wish(desk), current(desk)
    if wanted is None or answer is None or answer.found is None:
        return desk, ()
    figures = replace(desk.figures, saved="")
    return replace(desk, busy="save_table", figures=figures), (replace(wanted, table=True),)
