"""電話リスト: whose booking a closure has cancelled, as lines on the page and as a table for the telephone. Pure.

The table has the reservation's code and no name: it is a file on a console, and central knows the contact by the code.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ui.staff import away
from ui.staff.desk import Desk
from ui.staff.figures_desk import SaveTable
from ui.staff.first import Map, control
from ui.staff.slots import ROWS_A_PAGE
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import HitRow

LOADING = "調べています…"
NOBODY = "休止で取り消しになった予約はありません。"
HEADING = ("日", "時刻", "用件", "予約番号", "受付", "言語", "お知らせ", "別の日時")


def page(desk: Desk) -> Map:
    state, busy = desk.slots, away.busy(desk)
    rows = state.hit.rows if state.hit else ()
    to_call = [row for row in rows if not row.told and not row.rebooked]
    first = min(state.rows_from, max(0, len(rows) - 1) // ROWS_A_PAGE * ROWS_A_PAGE)
    paged = len(rows) > ROWS_A_PAGE
    note = "" if rows else state.cause or (NOBODY if state.hit else LOADING)
    return {
        "title": "電話でお知らせする方",
        "count": f"電話 {len(to_call)}人　全部で{state.hit.total if state.hit else 0}人",
        "note": note,
        "rows": [_row(row, busy) for row in _ordered(rows)[first : first + ROWS_A_PAGE]],
        "previous": control("slot_rows:previous", "前", "PgUp", on=first > 0, spoken="前の方々") if paged else None,
        "next": control("slot_rows:next", "次", "PgDn", on=first + ROWS_A_PAGE < len(rows), spoken="次の方々")
        if paged
        else None,
        "save": control("save_hit", "CSVで保存", "S", on=bool(rows)),
        "saved": state.saved,
        "back": control("slot_list:", "時間割に戻る", "Esc"),
    }


def _ordered(rows: tuple[HitRow, ...]) -> list[HitRow]:
    """Who is still to be called comes first; each part stays in the order of time."""
    return sorted(rows, key=lambda row: (row.rebooked, row.told))


def _state(row: HitRow) -> str:
    return "別の日時に予約" if row.rebooked else "自動でお知らせ" if row.told else "電話"


def _row(row: HitRow, busy: str) -> Map:
    who = "　".join(filter(None, (row.name and f"{row.name} 様", row.code)))
    return {
        "cells": [row.date_text, row.start, row.service_name, who, row.source_name, _state(row)],
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
    for row in _ordered(rows):
        told = "再予約" if row.rebooked else "自動" if row.told else "電話"
        language = LANGUAGE_NAMES[row.language]
        # A code of digits would become a number with lost figures in a spreadsheet, so its blanks stay.
        place = (row.date, row.start, row.service_name, row.code, row.source_name, language)
        writer.writerow((*place, told, "済み" if row.rebooked else ""))
    name = f"電話リスト_{desk.view.iso_date.replace('-', '')}.csv"
    return SaveTable(name, text.getvalue().encode("utf-8-sig"))
