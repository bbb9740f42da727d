"""Staff mark a ticket for a person's sake (「お席まで伺います」「筆談」)."""

from __future__ import annotations

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.marks import Marks
from kiosk_app.office.permissions import ROLE_NAMES, may
from kiosk_app.office.stand_ins import meant
from kiosk_app.office.state import number_of, visit_of
from kiosk_app.sessions import Session


def mark(book: Book, marks: Marks, session: Session, act: api.StaffAct) -> api.Reply:
    if not may(session.role, "mark"):
        return api.Reply(
            ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。係員に頼んでください。"
        )
    day = book.state.day
    ticket = meant(day, act.ticket, act.number)
    if ticket not in day.tickets:
        return api.Reply(ok=False, message="その番号は今日ありません。番号を確かめてください。")
    number = number_of(day, ticket)
    if ticket not in day.live and visit_of(day, ticket).status != "no_show":
        return api.Reply(ok=False, message=f"{number}の方は終わっています。しるしはいりません。")
    marks.put(ticket, tuple(sorted(set(act.marks))))
    return api.Reply(ok=True, message=f"{number}のしるしを{'付けました' if act.marks else '外しました'}。")
