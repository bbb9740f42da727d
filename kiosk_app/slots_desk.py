"""The timetable at the hub: what consoles read of it, what a change would do, and the acts of staff on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.office.permissions import LEADERS, ROLE_NAMES, may
from kiosk_app.sessions import Session

if TYPE_CHECKING:
    from kiosk_app.core import Core

NOT_YET = "予約枠はまだ使えません。"


class SlotsDesk:
    """Of one core. `book` is where the console works: the office's, or that of a trainee."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def view(self, book: Book, session: Session, asked: api.SlotsAsked) -> api.SlotsView:
        return api.SlotsView(ok=False, message=NOT_YET)

    def days(self, book: Book, asked: api.SlotDaysAsked) -> api.SlotDays:
        return api.SlotDays(letter=asked.letter)

    def hit(self, book: Book) -> api.SlotsHit:
        return api.SlotsHit()

    def preview(self, book: Book, asked: api.SlotsPreviewAsked) -> api.SlotsPreview:
        return api.SlotsPreview(ok=False, message=NOT_YET)

    async def act(self, book: Book, session: Session, act: api.StaffAct) -> api.Reply:
        if not may(session.role, act.verb):
            whom = ROLE_NAMES["leader" if act.verb in LEADERS else "clerk"]
            return api.Reply(
                ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。{whom}に頼んでください。"
            )
        if act.verb == "check_in":
            return await self._check_in(book, session, act)
        return api.Reply(ok=False, message=NOT_YET)

    async def _check_in(self, book: Book, session: Session, act: api.StaffAct) -> api.Reply:
        """`act.slot.booking` is here: its ticket is printed at this machine."""
        return api.Reply(ok=False, message=NOT_YET)
