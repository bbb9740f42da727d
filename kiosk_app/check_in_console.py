"""Staff check somebody in at a console: their ticket is printed here, and they get no second number."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.issuing import Issuer, NotIssued, SlotWish, Wish
from kiosk_app.not_issued import not_issued
from kiosk_app.office import catalogue, check_in, slot_days
from kiosk_app.office.check_in import Booked
from kiosk_app.office.slot_times import utc_ms_of
from kiosk_app.office.state import number_of
from kiosk_app.sessions import Session

if TYPE_CHECKING:
    from kiosk_app.core import Core

NOT_HERE = "この予約は今日のものではありません。予約の日を確かめてください。"
CANCELLED = "この予約は取り消されています。番号札をお渡しください。"
ALREADY = "{number}で受付しています。新しい番号札はいりません。"
UNSURE = {
    "started": (True, "{number}で受付しました。印刷中です。紙が出るまでお待ちください。"),
    "none": (False, "{number}は紙に出ていません。用紙とプリンターを確かめて、再発行してください。"),
    "not_issued": (False, "{number}は紙に出ていません。用紙とプリンターを確かめて、再発行してください。"),
}
DOUBTFUL = (False, "{number}の紙を確かめられません。出ていればお渡しし、なければ再発行してください。")


async def check_in_here(core: Core, book: Book, issuer: Issuer, session: Session, act: api.StaffAct) -> api.Reply:
    """`act.slot.booking` is here. Staff may be earlier than the machine: whoever stands before them is here."""
    answered = book.state.day.intents.get(act.intent)
    if answered is not None:
        return _told(book, answered.ticket)
    found = _find(book, act.slot.booking if act.slot is not None else "")
    if isinstance(found, str):
        return api.Reply(ok=False, message=found)
    if (known := check_in.ticket_of(book.state.day, found)) is not None:
        return api.Reply(ok=False, message=ALREADY.format(number=number_of(book.state.day, known)))
    stop, letter = core.citizen.stop_of(found.service)
    wish = Wish(
        intent=act.intent,
        stop=stop,
        letter=letter,
        language=found.language if act.language == "ja" and found.language else act.language,
        by_staff=True,
        slot=_wish(core, book, found),
    )
    allocated = await issuer.allocate(wish, session.staff_code)
    if isinstance(allocated, NotIssued):
        known = check_in.ticket_of(book.state.day, found)
        if allocated.cause == "booking" and known is not None:
            return api.Reply(ok=False, message=ALREADY.format(number=number_of(book.state.day, known)))
        return not_issued(allocated)
    if allocated.fresh:
        await issuer.print_first(allocated.ticket, session.staff_code)
    return _told(book, allocated.ticket)


def _find(book: Book, booking: str) -> Booked | str:
    for letter, slot in book.state.slots.get(book.state.day.date, {}).items():
        one = slot.bookings.get(booking)
        if one is not None:
            return CANCELLED if booking in slot.cancelled else _booked(letter, booking, one)
    return NOT_HERE


def _booked(letter: str, booking: str, one: slot_days.Booked) -> Booked:
    return Booked(
        letter=letter,
        lane=one.lane,
        start_min=one.start_min,
        length_min=one.length_min,
        booking=booking,
        service=one.service,
        language=one.language,
    )


def _wish(core: Core, book: Book, one: Booked) -> SlotWish:
    local = datetime.fromtimestamp(book.clock.now_utc_ms() / 1000, catalogue.zone(core.office))
    group = next(group for group in core.office.groups if group.letter == one.letter)
    grace_min = group.booking.grace_minutes if group.booking is not None else 0
    late = local.hour * 60 + local.minute > one.start_min + grace_min
    start_utc_ms = utc_ms_of(core.office, book.state.day.date, one.start_min)
    return SlotWish("late" if late else "reservation", one, start_utc_ms)


def _told(book: Book, ticket_id: str) -> api.Reply:
    day = book.state.day
    ticket = day.tickets.get(ticket_id)
    if ticket is None:
        return api.Reply(ok=True)
    number = number_of(day, ticket_id)
    if ticket.paper == "issued":
        return api.Reply(ok=True, message=f"{number}で受付しました。")
    ok, text = UNSURE.get(ticket.paper, DOUBTFUL)
    return api.Reply(ok=ok, message=text.format(number=number))
