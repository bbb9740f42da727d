"""The journey of somebody with a reservation: a code that is scanned or typed, or digits of a telephone, then a ticket.

What comes of it is decided in office/check_in.py. Nobody is told whether a number is anybody's: a visitor sees times
and services, never a name, and after some wrong tries a person helps.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from kiosk_app.api import language_of
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.messages import Context, LookedUp, LookUp, Reprint, Scanned
from kiosk_app.journeys.ticket_moves import Turn, call_staff, changed, forward, go_back, home, issue, shown
from kiosk_app.journeys.ticket_state import CheckIn, Place, TakenTicket, TicketJourney
from kiosk_app.journeys.ticket_timing import LOOK_UP_MS
from kiosk_app.office import booking_code, check_in
from kiosk_app.office.check_in import Answer, Booked
from kiosk_app.office.check_in_rows import LAST_DIGITS

SCREENS = ("check_in", "check_in_pad", "check_in_which", "check_in_wait", "check_in_said")
VERBS = frozenset({"booked", "way", "booking", "what", "none", "retry", "again", "help"})
DIGITS = {"code": booking_code.DIGITS, "phone": LAST_DIGITS}
WRONG_MAX = 3
"""Of one visit: then a person helps."""
FAULTS = ("wrong_code", "wrong_phone", "unreadable")
MAY_SCAN = ("idle", "choose", "questions", "services", "confirm", "explain", "take", "times", *SCREENS)
"""Elsewhere something is under way that must come to its end."""


def pressed(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    kept = state.check_in or CheckIn()
    match verb, name:
        case "booked", _:
            return forward(state, context, Place(screen="check_in"), check_in=CheckIn()), ()
        case ("way", "none") | ("help", _):
            return call_staff(state, "help", context)
        case "way", ("code" | "phone") as way:
            return _pad(state, way, context), ()
        case "pin", "cancel":
            return go_back(replace(state, check_in=CheckIn(wrong=kept.wrong)), context), ()
        case "pin", "erase":
            return _typed(state, kept, kept.typed[:-1], context), ()
        case "pin", "enter" if len(kept.typed) == DIGITS.get(kept.way, 0):
            return _look_up(state, replace(kept, fault=""), kept.typed, None, context)
        case "pin", digit if digit.isdecimal() and len(kept.typed) < DIGITS.get(kept.way, 0):
            return _typed(state, kept, kept.typed + digit, context), ()
        case "booking", number:
            return _look_up(state, kept, "", _offered(kept)[int(number) - 1], context)
        case "what", service:
            return _check_in(state, replace(_offered(kept)[0], service=service), kept, context)
        case "none", _:
            return _said(state, replace(kept, answer=Answer(what="not_found")), context), ()
        case "retry", _:
            return _pad(state, "phone" if kept.way == "phone" else "code", context), ()
        case "again", _:
            return _again(state, kept, context)
    # A digit that came after all of them were there, or after the screen had changed.
    return replace(state, touched_ms=context.now_utc_ms), ()


def _offered(kept: CheckIn) -> tuple[Booked, ...]:
    return kept.answer.booked if kept.answer is not None else ()


def _pad(state: TicketJourney, way: Literal["code", "phone"], context: Context) -> TicketJourney:
    """One pad is in the way back at most, however often somebody changes between the two."""
    wrong = state.check_in.wrong if state.check_in is not None else 0
    kept = CheckIn(way=way, wrong=wrong)
    if state.screen == "check_in":
        return forward(state, context, Place(screen="check_in_pad"), check_in=kept)
    return shown(state, context.now_utc_ms, Place(screen="check_in_pad"), check_in=kept)


def _typed(state: TicketJourney, kept: CheckIn, typed: str, context: Context) -> TicketJourney:
    return changed(state, context.now_utc_ms, check_in=replace(kept, typed=typed, fault=""))


# --- asking the core ---------------------------------------------------------------------------------------------


def scanned(state: TicketJourney, event: Scanned, context: Context) -> Turn:
    """At once, wherever the visitor stands; who holds it there while the ticket before is still being taken is the next
    visitor."""
    if state.screen not in MAY_SCAN or state.screen == "check_in_wait" or state.card is not None:
        return state, ()
    before: Turn = (state, ())
    if state.screen == "take":
        before = home(state, context)
    state, commands = before
    if state.screen not in SCREENS:
        start = Place(screen="idle")
        state = replace(state, way_back=(start,), ticket=None, added=False, check_in=None)
    wrong = state.check_in.wrong if state.check_in is not None else 0
    state, more = _look_up(state, CheckIn(way="scan", wrong=wrong), event.text, None, context)
    return state, (*commands, *more)


def _look_up(state: TicketJourney, kept: CheckIn, text: str, booked: Booked | None, context: Context) -> Turn:
    kept = replace(kept, asked=context.new_id)
    waits = shown(state, context.now_utc_ms, Place(screen="check_in_wait"), check_in=kept)
    way = kept.way if booked is None else "chosen"
    return waits, (LookUp(question=kept.asked, way=way, text=text, booked=booked),)


def looked_up(state: TicketJourney, event: LookedUp, context: Context) -> Turn:
    kept = state.check_in
    if state.screen != "check_in_wait" or kept is None or kept.asked != event.question:
        return state, ()
    answer = event.answer
    kept = replace(kept, asked="", answer=answer)
    if answer.what in FAULTS:
        return _wrong(state, replace(kept, fault=answer.what, wrong=kept.wrong + 1), context), ()
    if answer.what == "ready":
        return _check_in(state, answer.booked[0], kept, context)
    if answer.what == "choose":
        return _which(state, kept, context), ()
    return _said(state, kept, context), ()


def _wrong(state: TicketJourney, kept: CheckIn, context: Context) -> TicketJourney:
    """A long code stays, to be compared and corrected; few digits are typed anew."""
    if kept.wrong >= WRONG_MAX:
        return _said(state, replace(kept, answer=Answer(what="not_found"), typed=""), context)
    if kept.way == "scan":
        return shown(state, context.now_utc_ms, Place(screen="check_in"), check_in=kept)
    kept = replace(kept, typed=kept.typed if kept.way == "code" else "")
    return shown(state, context.now_utc_ms, Place(screen="check_in_pad"), check_in=kept)


def _which(state: TicketJourney, kept: CheckIn, context: Context) -> TicketJourney:
    return shown(state, context.now_utc_ms, Place(screen="check_in_which"), check_in=replace(kept, typed=""))


def _said(state: TicketJourney, kept: CheckIn, context: Context) -> TicketJourney:
    return shown(state, context.now_utc_ms, Place(screen="check_in_said"), check_in=replace(kept, typed=""))


def _check_in(state: TicketJourney, booked: Booked, kept: CheckIn, context: Context) -> Turn:
    """The ticket, at once. Of a reservation that nobody here has heard of the service is asked first."""
    services = check_in.services_of(context.office, booked.letter, Desk(context, state.language).at.date())
    if not booked.service and len(services) == 1:
        booked = replace(booked, service=services[0].id)
    if not booked.service:
        asks = Answer(what="ready", booked=(booked,))
        return _which(state, replace(kept, answer=asks), context), ()
    language = state.language
    if language == "ja" and booked.language:
        # Whoever booked in another language reads it better.
        language = language_of(booked.language)
    place = Place(screen="confirm", service=booked.service)
    state = replace(state, place=place, booked=booked, language=language, attempts=0, check_in=None)
    return issue(state, context)


def asked_again(state: TicketJourney, context: Context) -> Turn:
    """The number could not be given as it was decided: what may be done for this reservation is asked anew."""
    booked = state.booked
    return _look_up(replace(state, booked=None, intent=""), CheckIn(), "", booked, context)


def _again(state: TicketJourney, kept: CheckIn, context: Context) -> Turn:
    """The same number once more, never a second one."""
    answer = kept.answer
    if answer is None or not answer.again:
        return replace(state, touched_ms=context.now_utc_ms), ()
    (booked,) = answer.booked
    ticket = TakenTicket(
        ticket=answer.ticket,
        number=answer.number,
        services=(booked.service or _service_of(answer, context),),
        waiting=0,
        estimate_from_ms=0,
        estimate_to_ms=0,
        issued_utc_ms=context.now_utc_ms,
        booked="again",
    )
    place = Place(screen="printing", service=ticket.services[0])
    state = shown(state, context.now_utc_ms, place, ticket=ticket, attempts=1, check_in=None, cause="")
    return state, (Reprint(ticket=ticket.ticket),)


def _service_of(answer: Answer, context: Context) -> str:
    (booked,) = answer.booked
    return next(one.id for one in context.office.services if one.group == booked.letter)


def stuck(state: TicketJourney, context: Context) -> Turn | None:
    """No answer at all: the visitor is told, and an answer that comes later is for nobody."""
    if state.screen != "check_in_wait" or context.now_utc_ms - state.shown_ms < LOOK_UP_MS:
        return None
    kept = replace(state.check_in or CheckIn(), asked="", answer=Answer(what="away"))
    return _said(state, kept, context), ()


def restarted(state: TicketJourney, context: Context) -> Turn | None:
    """Whoever was asked has forgotten it."""
    if state.screen != "check_in_wait":
        return None
    return _said(state, replace(state.check_in or CheckIn(), asked="", answer=Answer(what="away")), context), ()
