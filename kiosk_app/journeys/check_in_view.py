"""The screens of somebody with a reservation, in the visitor's language. Times and services, never a name."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk_app.api import Control, Keypad, ReaderPicture, Slip
from kiosk_app.journeys.check_in import DIGITS
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.slot_times import clock
from kiosk_app.journeys.ticket_state import CheckIn, TicketJourney
from kiosk_app.office import booking_code, catalogue, check_in, dates
from kiosk_app.office.check_in import Answer, Booked

SAID_ICONS: dict[str, tuple[str, str]] = {
    "early": ("clock", ""),
    "already": ("check", "good"),
    "my_ticket": ("ticket", ""),
    "elsewhere": ("info", "care"),
    "other_day": ("calendar", "care"),
    "cancelled": ("calendar", "care"),
    "not_found": ("question", "care"),
    "tries": ("lock", "care"),
    "away": ("warn", "care"),
}


def door(desk: Desk) -> Control | None:
    """Where this machine can find reservations in any way."""
    ways = desk.context.ways
    if not (ways.code_reader or ways.reads_codes or ways.finds_phones):
        return None
    return Control(id="booked", label=desk.say("booked.door"), note=desk.say("booked.door_note"), icon="calendar")


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return _SCREENS[state.screen](state.check_in or CheckIn(), desk)


# --- how -----------------------------------------------------------------------------------------------------------


def _how(kept: CheckIn, desk: Desk) -> dict[str, Any]:
    place = desk.context.ways.code_reader
    shown: dict[str, Any] = {
        "icon": "calendar",
        "title": desk.say("booked.title"),
        "subtitle": desk.say("booked.scan" if place else "booked.subtitle"),
        "notice": _fault(kept, desk),
        "rows": (_way(desk, "code"), _way(desk, "phone"), _nothing(desk)),
    }
    if place:
        shown["reader"] = ReaderPicture(place=place, where=desk.say(f"booked.where.{place}"), what="code")
    return shown


def _way(desk: Desk, way: str) -> Control:
    can = desk.context.ways.reads_codes if way == "code" else desk.context.ways.finds_phones
    note = desk.say(f"booked.{way}_note" if can else f"booked.{way}_off")
    icon = "keypad" if way == "code" else "phone"
    label = desk.say(f"booked.{way}")
    return Control(id=f"way:{way}", label=label, note=note, icon=icon, state="open" if can else "off")


def _nothing(desk: Desk) -> Control:
    return Control(id="way:none", label=desk.say("booked.none"), note=desk.say("booked.none_note"), icon="question")


def _fault(kept: CheckIn, desk: Desk) -> str:
    return desk.say(f"booked.{kept.fault}") if kept.fault else ""


def _pad(kept: CheckIn, desk: Desk) -> dict[str, Any]:
    way = "phone" if kept.way == "phone" else "code"
    typed, of = len(kept.typed), DIGITS[way]
    return {
        "title": desk.say(f"booked.pad_{way}"),
        "notice": _fault(kept, desk),
        "keypad": Keypad(
            typed=typed,
            of=of,
            typed_name=desk.say("card.typed", typed=typed, of=of),
            tries="",
            tries_left=0,
            tries_of=0,
            digits=tuple(Control(id=f"pin:{digit}", label=digit) for digit in "1234567890"),
            cancel=Control(id="pin:cancel", label=desk.say("card.cancel"), icon="x"),
            correct=Control(
                id="pin:erase", label=desk.say("card.correct"), icon="bksp", state="open" if typed else "off"
            ),
            enter=Control(
                id="pin:enter", label=desk.say("card.enter"), icon="check", state="go" if typed == of else "off"
            ),
            text=booking_code.grouped(kept.typed),
        ),
        "rows": (_way(desk, "phone" if way == "code" else "code"),),
    }


# --- which ---------------------------------------------------------------------------------------------------------


def _which(kept: CheckIn, desk: Desk) -> dict[str, Any]:
    offered = kept.answer.booked if kept.answer is not None else ()
    if kept.answer is not None and kept.answer.what == "ready":
        return _what(offered[0], desk)
    rows = tuple(
        Control(id=f"booking:{n}", label=clock(one.start_min), note=_service(one, desk), icon="calendar")
        for n, one in enumerate(offered, 1)
    )
    return {
        "title": desk.say("booked.which"),
        "rows": (*rows, Control(id="none", label=desk.say("booked.not_here"), icon="question")),
    }


def _what(one: Booked, desk: Desk) -> dict[str, Any]:
    """Of a reservation that nobody here has heard of: what it is for."""
    services = check_in.services_of(desk.office, one.letter, desk.at.date())
    rows = tuple(Control(id=f"what:{s.id}", label=desk.text(s.name), note=desk.text(s.note)) for s in services)
    return {
        "title": desk.say("booked.what"),
        "subtitle": desk.say("booked.early", time=clock(one.start_min)),
        "rows": (*rows, Control(id="none", label=desk.say("booked.not_here"), icon="question")),
    }


def _service(one: Booked, desk: Desk) -> str:
    found = next((s for s in desk.office.services if s.id == one.service), None)
    if found is None:
        return desk.text(catalogue.group(desk.office, one.letter).name)
    return desk.text(catalogue.public_name(found))


def _wait(kept: CheckIn, desk: Desk) -> dict[str, Any]:
    return {"icon": "clock", "title": desk.say("booked.wait"), "subtitle": desk.say("booked.wait_note")}


# --- what came of it, where no number comes of it --------------------------------------------------------------------


def _said(kept: CheckIn, desk: Desk) -> dict[str, Any]:
    answer = kept.answer or Answer(what="not_found")
    icon, tone = SAID_ICONS.get(answer.what, ("question", "care"))
    return {"icon": icon, "tone": tone, **_told(answer, desk), "actions": _next_steps(answer, kept, desk)}


def _told(answer: Answer, desk: Desk) -> dict[str, Any]:
    match answer.what:
        case "early":
            return {
                "title": desk.say("booked.early", time=clock(answer.booked[0].start_min)),
                "emphasis": desk.say("booked.early_from", time=clock(answer.from_min)),
                "subtitle": desk.say("booked.early_note"),
            }
        case "already" | "my_ticket":
            note = "already_note" if answer.again else "already_staff"
            known = bool(answer.number) and answer.on_paper
            number = desk.say("booked.already_number", number=answer.number) if known else ""
            return {
                "title": desk.say(f"booked.{answer.what}"),
                "emphasis": number,
                "subtitle": desk.say(f"booked.{note if answer.what == 'already' else 'my_ticket_note'}"),
                "slip": Slip(number=answer.number) if known else None,
            }
        case "elsewhere":
            name = next((one.name for one in desk.office.neighbours if one.number == answer.office), None)
            at = desk.say("booked.elsewhere_at", office=desk.text(name)) if name is not None else ""
            note = desk.say("booked.elsewhere_note")
            return {"title": desk.say("booked.elsewhere"), "emphasis": at, "subtitle": note}
        case "other_day":
            day = dates.long_date(date.fromisoformat(answer.date), desk.language)
            at = desk.say("booked.other_day_at", date=day, time=clock(answer.start_min))
            note = desk.say("booked.other_day_note")
            return {"title": desk.say("booked.other_day"), "emphasis": at, "subtitle": note}
        case "cancelled" | "tries" | "away":
            return {"title": desk.say(f"booked.{answer.what}"), "subtitle": desk.say("booked.next_step")}
    return {"title": desk.say("booked.not_found"), "subtitle": desk.say("booked.next_step")}


def _next_steps(answer: Answer, kept: CheckIn, desk: Desk) -> tuple[Control, ...]:
    """One is the likely one, and there is always a person."""
    end = Control(id="leave", label=desk.say("booked.end"))
    staff = Control(id="help", label=desk.say("booked.help"), icon="bell")
    ticket = Control(id="ticket", label=desk.say("booked.ticket"), icon="ticket", state="go")
    retry = Control(id="retry", label=desk.say("booked.retry"), icon="keypad")
    match answer.what:
        case "early" | "my_ticket":
            return (Control(id="leave", label=end.label, state="go"),)
        case "already" if answer.again:
            again = Control(id="again", label=desk.say("booked.again"), icon="printer")
            return (Control(id="leave", label=end.label, state="go"), again)
        case "already":
            return (Control(id="leave", label=end.label, state="go"), staff)
        case "elsewhere" | "other_day" if kept.way == "code":
            # One wrong digit makes another office or day of it.
            return (ticket, retry, end)
    return (ticket, staff, end)


_SCREENS = {
    "check_in": _how,
    "check_in_pad": _pad,
    "check_in_which": _which,
    "check_in_wait": _wait,
    "check_in_said": _said,
}


def take_title(shown: dict[str, Any], state: TicketJourney, desk: Desk) -> dict[str, Any]:
    """Of a ticket for a reservation or a chosen time: what is told kindly beside its number."""
    ticket = state.ticket
    if ticket is None or not ticket.booked or state.added:
        return shown
    if ticket.booked in ("reservation", "late"):
        shown["title"] = desk.say("booked.take")
    if ticket.booked == "late":
        late = desk.say("booked.late", time=clock(ticket.start_min))
        shown["notice"] = f"{late}\n{desk.say('booked.late_note')}"
    elif ticket.unheard:
        shown["notice"] = desk.say("booked.unconfirmed")
    elif ticket.booked == "slot":
        shown["subtitle"] = desk.say("times.choose_note")
    return shown
