"""What the screens of a ticket say of waiting: how full a group is, when somebody who joins now is called, the slip."""

from __future__ import annotations

from typing import Any

from kiosk_app.api import Slip, WaitPanel
from kiosk_app.journeys.desk import NOT_TOLD, Desk, Told, estimate_sentence, local_time, qr_png
from kiosk_app.journeys.messages import GroupLoad
from kiosk_app.journeys.slot_times import of_ticket
from kiosk_app.journeys.ticket_state import TakenTicket, TicketJourney
from kiosk_app.office import catalogue, dates
from kiosk_app.office.calendar import counters_until
from kiosk_app.office.catalogue import Group


def where(desk: Desk, group: Group) -> dict[str, Any]:
    load = desk.load(group.letter)
    wait = None
    if load is not None:
        wait = WaitPanel(
            waiting_label=desk.say("wait.waiting"),
            waiting=str(load.waiting),
            waiting_unit=desk.say("people.unit", load.waiting),
            estimate_label=desk.say("wait.estimate"),
            estimate=desk.estimate(_told(desk, load)) or NOT_TOLD,
            foot=_wait_foot(desk, group.letter, load),
        )
    return {
        "letter": group.letter,
        "group": desk.text(group.name),
        "place": desk.place(group.letter),
        "wait": wait,
    }


def called(desk: Desk, load: GroupLoad) -> str:
    """10:40〜10:55ごろお呼びします."""
    return estimate_sentence(desk.context.words, desk.language, desk.office, _told(desk, load), "confirm.called")


def _told(desk: Desk, load: GroupLoad) -> Told:
    return Told(load.estimate_from_ms, load.estimate_to_ms, desk.context.now_utc_ms)


def _wait_foot(desk: Desk, letter: str, load: GroupLoad) -> str:
    """Whoever would come too late, or cannot be told a time, asks somebody before the ticket."""
    until, told = counters_until(desk.office, letter, desk.at.date()), _told(desk, load)
    if until is not None and (not told.promised or local_time(desk.office, told.to_ms) > until):
        return desk.say("wait.late", time=dates.clock_time(until))
    return desk.say("wait.foot")


def slip(state: TicketJourney, desk: Desk, ticket: TakenTicket) -> Slip:
    qr = qr_png(desk.office.status_url + ticket.ticket)
    if state.added:
        # Its place is not that of the ticket's first service, whose wait the paper tells.
        last = catalogue.service(desk.office, ticket.services[-1])
        name = desk.text(catalogue.public_name(last))
        office = desk.text(desk.office.name)
        return Slip(office=office, number=ticket.number, service=name, place=desk.place(last.group), qr_png=qr)
    letter = catalogue.service(desk.office, ticket.services[0]).group
    told = Told(ticket.estimate_from_ms, ticket.estimate_to_ms, ticket.issued_utc_ms)
    slot = of_ticket(ticket, desk)
    return Slip(
        office=desk.text(desk.office.name),
        number=ticket.number,
        service=desk.text(catalogue.group(desk.office, letter).name),
        place=desk.place(letter),
        # Who comes back at a time of their own waits behind nobody.
        waiting="" if ticket.booked in ("again", "slot") else desk.say("ticket.waiting", ticket.waiting),
        estimate=f"{desk.say('wait.estimate')} {desk.estimate(told)}" if told.promised and not slot else "",
        qr_png=qr,
        where=desk.say("take.where"),
        **slot,
    )
