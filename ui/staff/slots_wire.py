"""What crosses about slots between a console and its core: the day that is looked at, and questions about it.

A line of its own, so that a long timetable never stands before a call; it is opened when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from PySide6.QtCore import QObject

from kiosk_app.api import HitContacts, SlotDays, SlotsHit, SlotsPreview, SlotsPreviewAsked, SlotsView
from ui.kit.console.link import CoreLink
from ui.staff.desk import Event
from ui.staff.slots_desk import (
    Ask,
    AskDays,
    AskHit,
    AskPreview,
    ContactsArrived,
    LeaveContacts,
    LeaveSlots,
    SlotsArrived,
    SlotsTold,
    WatchContacts,
    WatchSlots,
)
from ui.staff.wire import LOOKS, of_a_question


class SlotsWire:
    """`go` takes each event, in the thread and for the life of `owner`."""

    def __init__(self, core: str, owner: QObject, go: Callable[[Event], None], beside: CoreLink) -> None:
        self._go, self._core, self._owner, self._beside = go, core, owner, beside
        self._contacts: CoreLink | None = None
        self._link = CoreLink(core, owner, "console", beside)
        self._link.arrived.connect(self._arrived)
        self._watched: WatchSlots | None = None

    def do(
        self,
        wish: WatchSlots | LeaveSlots | WatchContacts | LeaveContacts | Ask,
        token: str,
        is_still_signed_in: Callable[[], bool],
    ) -> None:
        match wish:
            case WatchSlots(letter, date):
                self._watched = wish
                self._link.watch(f"/v1/staff/slots/events?{urlencode({'letter': letter, 'date': date})}", token)
            case LeaveSlots():
                self._watched = None
                self._link.leave()
            case WatchContacts():
                self._contact_line().watch("/v1/staff/slots/contacts/events", token)
            case LeaveContacts():
                self._contact_line().leave()
            case AskPreview() | AskDays() | AskHit():
                self._ask(wish, token, is_still_signed_in)

    def leave(self) -> None:
        self._watched = None
        self._link.leave()
        if self._contacts is not None:
            self._contacts.leave()

    def _contact_line(self) -> CoreLink:
        """A line of its own: with it the hub forgets what it carried."""
        if self._contacts is None:
            self._contacts = CoreLink(self._core, self._owner, "console", self._beside)
            self._contacts.arrived.connect(
                lambda data: self._go(ContactsArrived(msgspec.json.decode(data, type=HitContacts)))
            )
        return self._contacts

    def _arrived(self, data: bytes) -> None:
        if self._watched is not None:
            self._go(SlotsArrived(self._watched, msgspec.json.decode(data, type=SlotsView)))

    def _ask(self, ask: Ask, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        answered = of_a_question(
            is_still_signed_in, self._go, lambda reply: _told(ask, reply), lambda cause: SlotsTold(ask, cause=cause)
        )
        match ask:
            case AskPreview(change, closing):
                body = msgspec.json.encode(SlotsPreviewAsked(change=change, closing=closing))
                self._link.post("/v1/staff/slots/preview", body, answered, token, LOOKS)
            case AskDays(letter):
                self._link.get(f"/v1/staff/slots/days?{urlencode({'letter': letter})}", answered, token, LOOKS)
            case AskHit():
                self._link.get("/v1/staff/slots/hit", answered, token, LOOKS)


def _told(ask: Ask, reply: bytes) -> SlotsTold:
    match ask:
        case AskPreview():
            return SlotsTold(ask, preview=msgspec.json.decode(reply, type=SlotsPreview))
        case AskDays():
            return SlotsTold(ask, days=msgspec.json.decode(reply, type=SlotDays))
        case AskHit():
            return SlotsTold(ask, hit=msgspec.json.decode(reply, type=SlotsHit))
