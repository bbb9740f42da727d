"""電話リスト: whose booking a closure has cancelled, as lines on the page and as a table for the telephone. Pure.

The table has the reservation's code and no name: it is a file on a console, and central knows the contact by the code.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ui.staff import away
from ui.staff.desk import Desk
from ui.staff.figures_desk import SaveTable
from ui.staff.first import Map, control
from ui.staff.slots import PLANNERS, ROWS_A_PAGE
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import HitContact, HitContacts, HitRow

LOADING = "調べています…"
NOBODY = "休止で取り消しになった予約はありません。"
HEADING = ("日", "時刻", "用件", "予約番号", "受付", "言語", "お知らせ", "別の日時")
"""Of the file."""
COLUMNS = ["日", "時刻", "用件", "お名前・予約番号", "受付", "お知らせ"]
WIDTHS = [130, 60, 0, 260, 100, 130]
LEADERS_COLUMNS = ["日", "時刻", "用件", "お名前・予約番号", "電話番号", "お知らせ"]
LEADERS_WIDTHS = [130, 60, 0, 210, 150, 130]
NAME_SIGNS = 11
"""Of a name that fit into its column."""
TOLD = {"sent": "お知らせ済み", "trying": "送信中", "call": "電話", "none": "連絡先なし"}
ONLINE = ("Web予約", "電話予約")
STATES = {
    "asking": "電話番号をセンターに問い合わせています…",
    "none": "この役所にはセンターがないため、電話番号はありません。",
    "training": "研修モードでは、電話番号は出ません。",
    "full": "記録する場所が足りないため、電話番号を出せません。技術員を呼んでください。",
}
AWAY = "センターにつながりません。電話番号は、つながったら表示します。それまでは予約番号でお調べください。"
AWAY_SINCE = "センターとの線が切れています。電話番号は{heard}に届いたものです。"


def page(desk: Desk) -> Map:
    state, busy = desk.slots, away.busy(desk)
    rows = state.hit.rows if state.hit else ()
    contacts = state.contacts
    known = {one.booking: one for one in contacts.rows} if contacts else {}
    leads = desk.role in PLANNERS
    to_call = [row for row in rows if _rank(row, known.get(row.booking)) == 0]
    first = min(state.rows_from, max(0, len(rows) - 1) // ROWS_A_PAGE * ROWS_A_PAGE)
    paged = len(rows) > ROWS_A_PAGE
    note = "" if rows else state.cause or (NOBODY if state.hit else LOADING)
    here = contacts is not None and contacts.heard != ""
    shown = _ordered(rows, known)[first : first + ROWS_A_PAGE]
    return {
        "title": "電話でお知らせする方",
        "count": f"電話 {len(to_call)}人　全部で{state.hit.total if state.hit else 0}人",
        "note": note,
        "contacts": _contacts(contacts) if leads and rows else "",
        "columns": LEADERS_COLUMNS if leads else COLUMNS,
        "widths": LEADERS_WIDTHS if leads else WIDTHS,
        "rows": [_row(row, known.get(row.booking), leads, here, busy) for row in shown],
        "previous": control("slot_rows:previous", "前", "PgUp", on=first > 0, spoken="前の方々") if paged else None,
        "next": control("slot_rows:next", "次", "PgDn", on=first + ROWS_A_PAGE < len(rows), spoken="次の方々")
        if paged
        else None,
        "print": _print(rows, contacts, busy) if leads else None,
        "save": control("save_hit", "CSVで保存", "S", on=bool(rows)),
        "saved": state.saved,
        "back": control("slot_list:", "時間割に戻る", "Esc"),
    }


def _print(rows: tuple[HitRow, ...], contacts: HitContacts | None, busy: str) -> Map:
    able = bool(rows) and contacts is not None and contacts.printer != ""
    return control("print_call_list", "印刷", "F5", on=able, busy=busy, spoken="電話リストを紙に印刷")


def _contacts(contacts: HitContacts | None) -> str:
    """How far the telephone numbers are here."""
    if contacts is None:
        return STATES["asking"]
    if contacts.state == "away":
        return AWAY_SINCE.format(heard=contacts.heard) if contacts.heard else AWAY
    return STATES.get(contacts.state, "")


def _rank(row: HitRow, contact: HitContact | None) -> int:
    """0: to be rung up. Then who cannot be, whom a message is to reach or has, and who has another time."""
    if row.rebooked:
        return 4
    if contact is None:
        return 2 if row.told else 0
    return ("call", "none", "trying", "sent").index(contact.told)


def _ordered(rows: tuple[HitRow, ...], known: Mapping[str, HitContact]) -> list[HitRow]:
    """Each part stays in the order of time."""
    return sorted(rows, key=lambda row: _rank(row, known.get(row.booking)))


def _state(row: HitRow, contact: HitContact | None, here: bool) -> str:
    if row.rebooked:
        return "別の日時に予約"
    if contact is not None:
        return TOLD[contact.told]
    if here:
        return "確認中" if row.source_name in ONLINE else TOLD["none"]
    return "自動でお知らせ" if row.told else "電話"


def _row(row: HitRow, contact: HitContact | None, leads: bool, here: bool, busy: str) -> Map:
    state = _state(row, contact, here)
    name = (contact.name if contact else "") or row.name
    if leads:
        short = name if len(name) <= NAME_SIGNS else name[: NAME_SIGNS - 1] + "…"
        who = "\n".join(filter(None, (short and f"{short} 様", row.code)))
        cells = [row.date_text, row.start, row.service_name, who, (contact.phone if contact else "") or "—", state]
    else:
        who = "　".join(filter(None, (name and f"{name} 様", row.code)))
        cells = [row.date_text, row.start, row.service_name, who, row.source_name, state]
    return {
        "cells": cells,
        "act": control(
            f"hit:{row.booking}",
            "済み" if row.rebooked else "別の日時",
            on=not row.rebooked,
            busy=busy,
            spoken=f"{row.date_text}{row.start}{row.service_name}の方に別の日時を予約",
        ),
    }


def table(desk: Desk) -> SaveTable | None:
    rows = desk.slots.hit.rows if desk.slots.hit else ()
    if not rows or desk.view is None:
        return None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADING)
    # Without contacts: it is a file.
    for row in _ordered(rows, {}):
        told = "再予約" if row.rebooked else "自動" if row.told else "電話"
        language = LANGUAGE_NAMES[row.language]
        # A code of digits would become a number with lost figures in a spreadsheet, so its blanks stay.
        place = (row.date, row.start, row.service_name, row.code, row.source_name, language)
        writer.writerow((*place, told, "済み" if row.rebooked else ""))
    name = f"電話リスト_{desk.view.iso_date.replace('-', '')}.csv"
    return SaveTable(name, text.getvalue().encode("utf-8-sig"))
