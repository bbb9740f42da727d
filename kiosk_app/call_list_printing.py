"""電話リスト goes to the ticket printer of this hub, once a press, at the word of a leader. Its content is in no fact.

That it was printed is one, before the first byte: an auditor asks who has taken names and numbers out of the house.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from drivers.ports import PRINTS, Verdict
from kiosk_app import api, call_list_paper
from kiosk_app.book import Book
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.office.catalogue import text, zone
from kiosk_app.office.dates import screen_date
from kiosk_app.office.facts import ContactsShown
from kiosk_app.sessions import Session
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

ALREADY = "電話リストの印刷は始まっています。紙を確かめてください。"
NOBODY = "電話でお知らせする方はいません。紙は出しません。"
TRAINING = "研修モードでは、紙に印刷できません。"
NO_PRINTER = "このハブにはプリンターがありません。画面かCSVをお使いください。"
NOT_READY = "{name}のプリンターが使えません。電源と用紙を確かめてください。"
SAID: dict[Verdict, tuple[bool, str]] = {
    "issued": (True, "{name}に電話リストを印刷しました。すぐに受け取ってください。"),
    "uncut": (True, "{name}に電話リストを印刷しました。紙が切れていないときは、手で切ってください。"),
    "maybe": (True, "{name}へ電話リストを送りました。紙を確かめてください。"),
    "not_issued": (False, "電話リストは{done}枚目まで出ました。{name}を確かめて、もう一度押してください。"),
    "unknown": (False, "電話リストが出たか分かりません。{name}の紙を確かめてください。"),
}
ENDS: tuple[Verdict, ...] = ("not_issued", "unknown")


async def print_call_list(core: Core, book: Book, session: Session, act: api.StaffAct) -> api.Reply:
    """The same intent prints once."""
    if book is not core.book:
        return api.Reply(ok=False, message=TRAINING)
    if act.intent in book.state.day.intents:
        return api.Reply(ok=True, message=ALREADY)
    if core.settings.printer is None:
        return api.Reply(ok=False, message=NO_PRINTER)
    name = core.settings.name
    if await core.printer.preflight() not in PRINTS:
        return api.Reply(ok=False, message=NOT_READY.format(name=name))
    contacts = core.whom_to_call.rows
    rows = call_list_paper.to_ring_up(core.slots.hit(book).rows, contacts)
    if not rows:
        return api.Reply(ok=False, message=NOBODY)
    now = datetime.fromtimestamp(book.clock.now_utc_ms() / 1000, zone(core.office))
    heading = (
        text(core.office.name, "ja"),
        f"印刷 {screen_date(now.date(), 'ja')} {now:%-H:%M}　係員{session.staff_code}",
    )
    slips = call_list_paper.slips(rows, contacts, heading, core.settings.printer.width_dots)
    if act.intent in book.state.day.intents:
        # The same press came again while the printer was asked.
        return api.Reply(ok=True, message=ALREADY)
    people = sum(1 for row in rows if (known := contacts.get(row.booking)) is not None and (known.name or known.phone))
    try:
        book.commit(session.staff_code, [ContactsShown(place="paper", people=people, intent=act.intent)])
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)
    found: list[Verdict] = []
    for n, slip in enumerate(slips, 1):
        found.append((await core.printer.print_ticket(slip, f"{act.intent}.{n}")).verdict)
        if found[-1] in ENDS:
            break
    # The doubt about one slip is the doubt about the list.
    ok, message = SAID[max(found, key=list(SAID).index)]
    return api.Reply(ok=ok, message=message.format(name=name, done=len(found) - 1))
