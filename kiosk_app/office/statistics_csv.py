"""Statistics as CSV that opens in Excel by a double click: UTF-8 with a mark, CRLF, and no cell that is a formula.

Columns are never renamed, reordered or removed; new ones go to the end. docs/api.md explains each.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kiosk_app.api_tools import DayStatistics, FiguresRow

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
COLUMNS = {
    "date": "日付",
    "over": "確定",
    "kind": "区分",
    "key": "項目",
    "name": "名称",
    "issued": "発券",
    "by_machine": "うち発券機",
    "by_staff": "うち職員",
    "reservations": "うち予約",
    "calls": "呼出",
    "recalls": "再呼出",
    "completed": "完了",
    "no_shows": "不在",
    "cancelled": "取り消し",
    "transfers": "転送",
    "forgotten": "完了忘れ",
    "unmeasured": "測定できず",
    "waits": "待ち時間の件数",
    "wait_sum_s": "待ち時間の合計（秒）",
    "wait_median_s": "待ち時間の中央値（秒）",
    "wait_p90_s": "待ち時間の90%値（秒）",
    "handlings": "処理時間の件数",
    "handling_sum_s": "処理時間の合計（秒）",
    "handling_median_s": "処理時間の中央値（秒）",
    "handling_p90_s": "処理時間の90%値（秒）",
    "stays": "受付から終了までの件数",
    "stay_sum_s": "受付から終了までの合計（秒）",
    "stay_median_s": "受付から終了までの中央値（秒）",
    "stay_p90_s": "受付から終了までの90%値（秒）",
    "pad": "うち手書き番号札",
    "outage_s": "停止していた時間（秒）",
}
"""By the name in JSON, the heading."""
KINDS = {"day": "全体", "service": "業務", "hour": "時間帯", "counter": "窓口"}
FORMULA = "=+-@＝＋－＠\t\r\n"
"""What a spreadsheet may take for the beginning of a formula, also in its full-width form."""


def encoded(days: Iterable[DayStatistics]) -> bytes:
    """One row for each part of each day, after one row of headings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for day in days:
        writer.writerows(_cells(day, row) for row in day.rows)
    return BYTE_ORDER_MARK + out.getvalue().encode()


def _cells(day: DayStatistics, row: FiguresRow) -> list[object]:
    own = [safe(row.key), safe(row.name)]
    measured = [getattr(row, name) for name in list(COLUMNS)[5:]]
    return [safe(day.date), "はい" if day.over else "いいえ", KINDS[row.kind], *own, *measured]


def safe(text: str) -> str:
    """An apostrophe before it makes a text of whatever would be calculated. What else it is stays."""
    # Blanks before it do not stop every spreadsheet.
    begins = text[:1] in ("\t", "\r", "\n") or text.lstrip(" 　")[:1] in tuple(FORMULA)
    return f"'{text}" if text and begins else text
