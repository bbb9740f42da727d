"""What staff have printed: tickets, tickets again, the day's history; and a printer that they made to work again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from drivers.ports import PRINTS
from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.history import History
from kiosk_app.history_printing import print_history
from kiosk_app.issuing import Issuer, NotIssued, Wish
from kiosk_app.marks import Marks
from kiosk_app.not_issued import not_issued
from kiosk_app.office.permissions import ROLE_NAMES, may
from kiosk_app.office.stand_ins import meant
from kiosk_app.office.state import number_of, visit_of
from kiosk_app.sessions import Session

if TYPE_CHECKING:
    from kiosk_app.core import Core

TRAINING_SUFFIX = "研修モードなので、紙は出ません。"


@dataclass(frozen=True)
class WorkPlace:
    """Where a console works: the office, or a practice book of its own."""

    book: Book
    issuer: Issuer
    marks: Marks
    is_practice: bool = False


class StaffPaper:
    """Of all consoles of this hub."""

    def __init__(self, core: Core, history: History) -> None:
        self._core = core
        self._history = history

    async def ticket(self, place: WorkPlace, session: Session, act: api.StaffAct) -> api.Reply:
        if not may(session.role, act.verb):
            return api.Reply(
                ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。係員に頼んでください。"
            )
        answered = place.book.state.day.intents.get(act.intent)
        if answered is not None:
            return self.told(place, answered.ticket, answered.kind == "PrintStarted")
        if act.verb == "reprint":
            return await self._reprint(place, session, act)
        if act.service not in self._core.rules().services:
            return api.Reply(ok=False, message="その用件はありません。用件を選び直してください。")
        stop, letter = self._core.citizen.stop_of(act.service)
        wish = Wish(intent=act.intent, stop=stop, letter=letter, language=act.language, by_staff=True)
        allocated = await place.issuer.allocate(wish, session.staff_code)
        if isinstance(allocated, NotIssued):
            return not_issued(allocated)
        if allocated.fresh:
            await place.issuer.print_first(allocated.ticket, session.staff_code)
        return self.told(place, allocated.ticket, False)

    async def _reprint(self, place: WorkPlace, session: Session, act: api.StaffAct) -> api.Reply:
        day = place.book.state.day
        ticket = meant(day, act.ticket, act.number)
        if ticket not in day.tickets:
            return api.Reply(ok=False, message="その番号は今日ありません。番号を確かめてください。")
        if ticket in day.stand_ins:
            number = number_of(day, ticket)
            return api.Reply(ok=False, message=f"{number}の番号札はまだ届いていないため、再発行できません。")
        if day.tickets[ticket].voided or visit_of(day, ticket).status == "cancelled":
            number = number_of(day, ticket)
            return api.Reply(ok=False, message=f"{number}は取り消されています。新しい番号札をお渡しください。")
        result = await place.issuer.reprint(ticket, session.staff_code, act.intent)
        return not_issued(result) if isinstance(result, NotIssued) else self.told(place, ticket, True)

    def told(self, place: WorkPlace, ticket_id: str, again: bool) -> api.Reply:
        """What is on the paper now, so that a repeat after a lost answer hears how it came out."""
        day = place.book.state.day
        ticket = day.tickets.get(ticket_id)
        number = number_of(day, ticket_id)
        if ticket is None:
            return api.Reply(ok=True)
        if ticket.paper == "issued":
            done = "再発行" if again else "発券"
            training = TRAINING_SUFFIX if place.is_practice else ""
            return api.Reply(ok=True, message=f"{number}を{done}しました。{training}")
        if ticket.paper == "started":
            return api.Reply(ok=True, message=f"{number}は印刷中です。紙が出るまでお待ちください。")
        if ticket.paper in ("none", "not_issued"):
            return api.Reply(
                ok=False, message=f"{number}は紙に出ていません。用紙とプリンターを確かめて、再発行してください。"
            )
        return api.Reply(
            ok=False, message=f"{number}の紙を確かめられません。出ていればお渡しし、なければ再発行してください。"
        )

    async def history(self, place: WorkPlace, session: Session, act: api.StaffAct) -> api.Reply:
        if not may(session.role, "print_history"):
            return api.Reply(
                ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。係員に頼んでください。"
            )
        if session.training:
            return api.Reply(ok=False, message="研修モードでは、紙に印刷できません。")
        try:
            day = date.fromisoformat(act.day)
        except ValueError:
            return api.Reply(ok=False, message="印刷する日付がありません。日付を選んでください。")
        if day.isoformat() > place.book.state.day.date:
            return api.Reply(ok=False, message="この日はまだ来ていません。日付を確かめてください。")
        core = self._core
        if core.sheets is not None and core.sheets.is_delivering:
            # Between two sheets of a visitor's certificate it would be taken along.
            return api.Reply(ok=False, message="証明書を印刷しています。終わってから、もう一度押してください。")
        return await print_history(place.book, self._history, core.documents, core.office, act, session.staff_code)

    async def recover(self, session: Session) -> api.Reply:
        """Prints nothing: what a jammed printer held was thrown away, and the outcome of its ticket stays."""
        if session.training:
            return api.Reply(ok=False, message="研修モードでは、プリンターを動かせません。")
        if not may(session.role, "recover_printer"):
            return api.Reply(ok=False, message="この操作はできません。係員に頼んでください。")
        if all(device.status in PRINTS for device in self._core.printer.devices):
            return api.Reply(ok=False, message="プリンターは動いています。紙が出ないときは技術員を呼んでください。")
        cause = await self._core.printer.recover()
        if cause in PRINTS:
            return api.Reply(ok=True, message="プリンターが動きます。紙が出なかった番号は再発行してください。")
        return not_issued(NotIssued(cause))
