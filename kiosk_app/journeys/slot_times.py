"""What screens say of a promised time: its span, and when whoever went out shall be back."""

from __future__ import annotations

from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.ticket_state import TakenTicket
from kiosk_app.office.queue import RETURN_BEFORE_MIN
from kiosk_app.office.slot_times import clock as clock
from kiosk_app.words import Words


def slot_span(words: Words, language: str, start_min: int, length_min: int) -> str:
    """11:20〜11:30; the start alone where the length is not known."""
    if not length_min:
        return clock(start_min)
    return words.say(language, "times.range", first=clock(start_min), last=clock(start_min + length_min))


def span(desk: Desk, start_min: int, length_min: int) -> str:
    return slot_span(desk.context.words, desk.language, start_min, length_min)


def return_by(start_min: int) -> str:
    return clock(max(0, start_min - RETURN_BEFORE_MIN))


def of_ticket(ticket: TakenTicket, desk: Desk) -> dict[str, str]:
    """What the picture of the slip says in place of an estimate."""
    if ticket.booked not in ("reservation", "slot"):
        return {}
    told = {"slot": span(desk, ticket.start_min, ticket.length_min)}
    if ticket.booked == "slot":
        told["return_by"] = desk.say("times.return_by", time=return_by(ticket.start_min))
    return told
