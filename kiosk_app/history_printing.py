"""A day of 操作履歴 goes to the printer of documents, once a press, at the word of whoever may read it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from drivers.ports import PRINTS, Verdict
from kiosk_app import api, history_paper
from kiosk_app.book import Book
from kiosk_app.devices import DocumentDevice
from kiosk_app.history import History
from kiosk_app.office.catalogue import Office, text, zone
from kiosk_app.office.dates import screen_date
from kiosk_app.office.facts import HistoryPrintStarted
from offline_store.errors import StoreFull

NO_ROOM = "記録する場所が足りません。まだ何も変わっていません。技術員を呼んでください。"
ALREADY = "操作履歴の印刷は始まっています。プリンターを確かめてください。"
SAID: dict[Verdict, tuple[bool, str]] = {
    "issued": (True, "操作履歴を印刷しました。"),
    "uncut": (True, "操作履歴を印刷しました。プリンターの口を見てください。"),
    "maybe": (True, "操作履歴をプリンターへ送りました。紙を確かめてください。"),
    "not_issued": (False, "操作履歴は印刷されませんでした。書類プリンターを確かめて、もう一度押してください。"),
    "unknown": (False, "印刷できたか分かりません。書類プリンターの紙を確かめてください。"),
}


async def print_history(
    book: Book, history: History, printer: DocumentDevice | None, office: Office, act: api.StaffAct, staff_code: str
) -> api.Reply:
    """The same intent prints once; what became of it is on the paper."""
    if act.intent in book.state.day.intents:
        return api.Reply(ok=True, message=ALREADY)
    if printer is None:
        return api.Reply(ok=False, message="この機械には書類プリンターがありません。技術員を呼んでください。")
    if await printer.preflight() not in PRINTS:
        return api.Reply(ok=False, message="書類プリンターが使えません。電源と用紙を確かめてください。")
    rows = await _rows(book, history, act)
    if isinstance(rows, str):
        return api.Reply(ok=False, message=rows)
    now = datetime.fromtimestamp(book.clock.now_utc_ms() / 1000, zone(office))
    day = screen_date(date.fromisoformat(act.day), "ja")
    title = f"操作履歴　{text(office.name, 'ja')}　{day}"
    only = f"番号 {act.number} だけ　" if act.number else ""
    cut = f"（新しい{history_paper.LINES_MAX}件まで）" if len(rows) == history_paper.LINES_MAX else ""
    note = f"{only}{len(rows)}件{cut}　印刷 {screen_date(now.date(), 'ja')} {now:%-H:%M}　係員{staff_code}"
    paper = await asyncio.to_thread(history_paper.paper, rows, title, note, now)
    if act.intent in book.state.day.intents:
        # The same press came again while the page was drawn.
        return api.Reply(ok=True, message=ALREADY)
    try:
        started = HistoryPrintStarted(date=act.day, number=act.number, lines=len(rows), intent=act.intent)
        book.commit(staff_code, [started])
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)
    outcome = await printer.print_document(paper, act.intent)
    done, message = SAID[outcome.verdict]
    return api.Reply(ok=done, message=message)


async def _rows(book: Book, history: History, act: api.StaffAct) -> list[api.ActionRow] | str:
    """Latest first, as on the screen; a sentence where they cannot be read."""
    rows: list[api.ActionRow] = []
    before = ""
    while len(rows) < history_paper.LINES_MAX:
        found = await history.page(book, api.ActionsAsked(date=act.day, number=act.number, before=before))
        if not found.ok:
            return found.message
        rows += found.rows
        before = found.more
        if not before:
            break
    return rows[: history_paper.LINES_MAX]
