"""日計表 goes to the ticket printer of this hub, once a press, at the word of whoever closes the drawer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from drivers.ports import PRINTS, Verdict
from kiosk_app import api, money_desk, takings_paper
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.office import money_rows
from kiosk_app.office.catalogue import text, zone
from kiosk_app.office.dates import screen_date
from kiosk_app.office.decision import said
from kiosk_app.office.facts import TakingsPrintStarted
from kiosk_app.sessions import Session
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

NO_PRINTER = "このハブには番号札のプリンターがありません。画面の日計を書き写してください。"
NOT_READY = "{name}のプリンターが使えません。電源と用紙を確かめてください。"
NO_DATE = "印刷する日がありません。日を選んでください。"
NOT_YET = "この日はまだ来ていません。日を確かめてください。"
SAID: dict[Verdict, tuple[bool, str]] = {
    "issued": (True, "{name}に日計表を印刷しました。"),
    "uncut": (True, "{name}に日計表を印刷しました。紙が切れていないときは、手で切ってください。"),
    "maybe": (True, "{name}へ日計表を送りました。紙を確かめてください。"),
    "not_issued": (False, "日計表は出ませんでした。{name}を確かめて、もう一度押してください。"),
    "unknown": (False, "日計表が出たか分かりません。{name}の紙を確かめてください。"),
}


async def print_takings(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    """The same intent prints once."""
    try:
        day = date.fromisoformat(act.day).isoformat()
    except ValueError:
        return api.Reply(ok=False, message=NO_DATE)
    if day > core.book.state.day.date:
        return api.Reply(ok=False, message=NOT_YET)
    if core.settings.printer is None:
        return api.Reply(ok=False, message=NO_PRINTER)
    name = core.settings.name
    if await core.printer.preflight() not in PRINTS:
        return api.Reply(ok=False, message=NOT_READY.format(name=name))
    if act.intent in core.book.state.day.intents:
        # The same press came again while the printer was asked.
        return api.Reply(ok=True, message=said("TakingsPrintStarted", "", 0))
    now = datetime.fromtimestamp(core.book.clock.now_utc_ms() / 1000, zone(core.office))
    heading = (
        text(core.office.name, "ja"),
        f"印刷 {screen_date(now.date(), 'ja')} {now:%-H:%M}　係員{session.staff_code}",
    )
    takings = money_rows.day_takings(core.book.state, day, money_desk.reader(core, core.book))
    paper = takings_paper.slip(takings, heading, core.settings.printer.width_dots)
    try:
        core.book.commit(session.staff_code, [TakingsPrintStarted(date=day, intent=act.intent)])
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)
    outcome = await core.printer.print_ticket(paper, act.intent)
    done, message = SAID[outcome.verdict]
    return api.Reply(ok=done, message=message.format(name=name))
