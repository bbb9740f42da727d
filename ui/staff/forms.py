"""A form's code at the console: what the scanner typed is asked once, and what stands on the form is shown.

Pure parts of the desk's step. It is a person's: it goes with the tab, with signing out and with the next form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ui.staff.first import Map, control

if TYPE_CHECKING:
    from kiosk_app.api import FormSheet, Role
    from ui.staff.desk import Desk

READERS: tuple[Role, ...] = ("clerk", "leader")
"""As kiosk_app/office/permissions.py says; the core refuses all others."""
NO_ANSWER = "返事がありませんでした。もう一度読み取ってください。"
IN_TRAINING = "研修モードでは、書類のコードを読み取れません。"
HELP = "書類の右上の二次元コードを、スキャナーで読み取ってください。"


@dataclass(frozen=True)
class AskForm:
    """One code, as the scanner typed it."""

    text: str

    def __repr__(self) -> str:
        return "AskForm(…)"


@dataclass(frozen=True)
class FormTold:
    ask: AskForm
    sheet: FormSheet | None


@dataclass(frozen=True)
class Copy:
    """Into the clipboard; empty: what was put there is taken out again."""

    text: str

    def __repr__(self) -> str:
        return "Copy(…)"


@dataclass(frozen=True)
class Forms:
    typed: str = ""
    asked: AskForm | None = None
    sheet: FormSheet | None = None
    cause: str = ""
    copied: int = -1
    """The row that was copied last."""

    def __repr__(self) -> str:
        return "Forms(…)"


EMPTY = Forms()


def may(desk: Desk) -> bool:
    return desk.role in READERS and desk.view is not None and desk.view.reads_forms


def read(desk: Desk, _: str) -> tuple[Desk, tuple[AskForm, ...]]:
    """Enter after the scanner's text. One at a time."""
    typed = desk.forms.typed.strip()
    if not may(desk) or desk.tab != "forms" or desk.forms.asked is not None or not typed:
        return desk, ()
    if desk.training:
        return replace(desk, forms=Forms(cause=IN_TRAINING)), ()
    ask = AskForm(typed)
    return replace(desk, forms=Forms(asked=ask)), (ask,)


def copy(desk: Desk, row: str) -> tuple[Desk, tuple[Copy, ...]]:
    """One line, or all of them with a tab between label and text."""
    sheet = desk.forms.sheet
    if sheet is None:
        return desk, ()
    if row == "all":
        text = "\n".join(f"{one.label}\t{one.text}" for one in sheet.rows)
        return replace(desk, forms=replace(desk.forms, copied=len(sheet.rows))), (Copy(text),)
    if not row.isdecimal() or int(row) >= len(sheet.rows):
        return desk, ()
    return replace(desk, forms=replace(desk.forms, copied=int(row))), (Copy(sheet.rows[int(row)].text),)


def clear(desk: Desk, _: str = "") -> tuple[Desk, tuple[Copy, ...]]:
    return replace(desk, forms=EMPTY), (Copy(""),)


def told(desk: Desk, event: FormTold) -> Desk:
    if desk.forms.asked != event.ask:
        return desk
    if event.sheet is None:
        return replace(desk, forms=Forms(cause=NO_ANSWER))
    if not event.sheet.ok:
        return replace(desk, forms=Forms(cause=event.sheet.message))
    return replace(desk, forms=Forms(sheet=event.sheet))


def left(before: Desk, after: Desk) -> tuple[Desk, bool]:
    """Whoever looks at another tab, or signs out, leaves nothing: also in the clipboard."""
    had = before.forms != EMPTY
    stays = after.tab == "forms" and after.token == before.token and after.page == "work"
    return (after, False) if stays or not had else (replace(after, forms=EMPTY), True)


def page(desk: Desk) -> Map:
    shown = desk.forms
    sheet = shown.sheet
    rows = sheet.rows if sheet is not None else ()
    return {
        "help": HELP if sheet is None else "",
        "cause": shown.cause,
        "typed": shown.typed,
        "title": f"{sheet.title}（第{sheet.version}版）" if sheet is not None else "",
        "read": control("read_form", "読み取る", busy="read_form" if shown.asked is not None else ""),
        "all": control("copy_form:all", "全部を写す", on=sheet is not None),
        "clear": control("clear_form", "消す", on=sheet is not None or bool(shown.cause), icon="x"),
        "rows": [
            {
                "label": row.label,
                "text": row.text,
                "copy": control(f"copy_form:{n}", "写しました" if shown.copied in (n, len(rows)) else "写す"),
            }
            for n, row in enumerate(rows)
        ],
    }
