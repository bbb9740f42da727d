"""The moves that all parts of the ticket journey share: onward, back, home, call staff, issue."""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import replace

from kiosk_app.journeys.certificate_events import EndCertificate
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.form_events import EndForms
from kiosk_app.journeys.messages import (
    PRINTING_STATUSES,
    AnyCommand,
    CallStaff,
    ClearAlert,
    Context,
    EndCard,
    Issue,
)
from kiosk_app.journeys.ticket_state import Alert, Place, TicketJourney
from kiosk_app.office import catalogue

Turn = tuple[TicketJourney, tuple[AnyCommand, ...]]

MAX_WAY_BACK = 12
"""Screens that 戻る remembers; somebody who walks in circles loses the oldest."""

PRINTER_CAUSES = frozenset(
    {"paper_out", "cover_open", "cutter_error", "head_hot", "offline", "silent", "unknown", "other_model"}
)


def changed(state: TicketJourney, now_utc_ms: int, **changes: Any) -> TicketJourney:
    """The same screen after a touch: whoever pressed the old one pressed too late."""
    return replace(state, ordinal=state.ordinal + 1, touched_ms=now_utc_ms, **changes)


def shown(state: TicketJourney, now_utc_ms: int, place: Place, **changes: Any) -> TicketJourney:
    """Another screen."""
    return changed(state, now_utc_ms, **{"place": place, "shown_ms": now_utc_ms, "sheet": "", "dialog": "", **changes})


def forward(state: TicketJourney, context: Context, place: Place, **changes: Any) -> TicketJourney:
    way_back = (*state.way_back, state.place)[-MAX_WAY_BACK:]
    return shown(state, context.now_utc_ms, place, way_back=way_back, **changes)


def go_back(state: TicketJourney, context: Context) -> TicketJourney:
    """One screen back, in the same session: the visitor is still here and keeps the language."""
    if state.screen == "trouble":
        place = Place(screen="check_in") if state.booked is not None else replace(state.place, screen="confirm")
        if state.finding is not None:
            place = Place(screen="proc_list")
        fresh = {"booked": None, "sale": "", "check_in": None, "further": ()}
        return shown(state, context.now_utc_ms, place, intent="", cause="", **fresh)
    *rest, place = state.way_back or (Place(screen=home_screen(context)),)
    if place.screen in ("idle", "closed"):
        place = Place(screen=home_screen(context))
    return shown(state, context.now_utc_ms, place, way_back=tuple(rest), explains="")


def home_screen(context: Context) -> Literal["idle", "closed"]:
    alone = context.practice is not None and context.practice.alone
    return "closed" if not alone and Desk(context, "ja").closed(None) else "idle"


def home(state: TicketJourney, context: Context, session: str = "") -> Turn:
    """The visit is over. Language and modes begin anew; a machine without paper goes on ringing."""
    now = context.now_utc_ms
    commands: list[AnyCommand] = []
    if state.certificate is not None:
        commands.append(EndCertificate(sale=state.certificate.sale))
    if state.forms is not None:
        commands.append(EndForms())
    machine_alert = state.machine_alert
    if state.visitor_alert is not None:
        commands.append(ClearAlert(alert=state.visitor_alert.id))
    printer_bad = context.printer_status not in PRINTING_STATUSES
    if machine_alert is not None and not (machine_alert.cause in PRINTER_CAUSES and printer_bad):
        commands.append(ClearAlert(alert=machine_alert.id))
        machine_alert = None
    fresh = TicketJourney(
        session=session or context.new_id,
        place=Place(screen=home_screen(context)),
        touched_ms=now,
        shown_ms=now,
        recent=state.recent,
        machine_alert=machine_alert,
        left_card=state.left_card,
    )
    if state.card is None:
        return fresh, tuple(commands)
    if card_lies(context) and state.left_card is None:
        # Somebody has gone away without it.
        left = Alert(id=context.new_id, cause="card_left", since_ms=now)
        fresh = replace(fresh, left_card=left)
        commands.append(CallStaff(alert=left.id, cause=left.cause))
    return fresh, (*commands, EndCard())


def card_lies(context: Context) -> bool:
    """Anything at the reader, whether it is a card that we know or not."""
    return context.card_seen not in ("empty", "reader_away", "service_away")


def call_staff(state: TicketJourney, cause: str, context: Context) -> Turn:
    """Rings, once; a second press shows again what is known."""
    now = context.now_utc_ms
    if state.visitor_alert is not None:
        return changed(state, now, dialog="staff", sheet=""), ()
    alert = Alert(id=context.new_id, cause=cause, since_ms=now)
    called = changed(state, now, dialog="staff", sheet="", visitor_alert=alert)
    return called, (CallStaff(alert=alert.id, cause=cause),)


def ring_for_machine(state: TicketJourney, cause: str, context: Context) -> Turn:
    """Rings for the machine itself, unless it already does."""
    if state.machine_alert is not None:
        return state, ()
    known = context.ringing.get(cause)
    alert = Alert(id=known or context.new_id, cause=cause, since_ms=context.now_utc_ms)
    return replace(state, machine_alert=alert), () if known else (CallStaff(alert=alert.id, cause=cause),)


def quiet_machine(state: TicketJourney) -> Turn:
    """What the machine rang for is over."""
    if state.machine_alert is None:
        return state, ()
    return replace(state, machine_alert=None), (ClearAlert(alert=state.machine_alert.id),)


def issue(state: TicketJourney, context: Context) -> Turn:
    """Asks for a number under an intent that no other screen of this session can make."""
    intent = state.screen_id
    place = replace(state.place, screen="printing")
    printing = shown(state, context.now_utc_ms, place, intent=intent, cause="", added=False)
    printing = replace(printing, attempts=state.attempts + 1)
    return printing, (issue_of(printing),)


def issue_of(state: TicketJourney) -> Issue:
    """What a state that waits for a number has asked for."""
    return Issue(
        intent=state.intent,
        service=state.place.service,
        language=state.language,
        booked=state.booked,
        sale=state.sale,
        start_min=state.start_min if state.sale else 0,
        further=state.further,
    )


def answered(state: TicketJourney, number: int, context: Context) -> Turn:
    """An answer to a plain question leads to a question, services, a group, or a person."""
    question = next(q for q in context.office.questions if q.id == state.place.question)
    answer = question.answers[number - 1]
    if answer.question is not None:
        return forward(state, context, Place(screen="questions", question=answer.question)), ()
    if answer.group is not None:
        return forward(state, context, Place(screen="services", letter=answer.group)), ()
    if answer.services:
        # An answer that means one service has said enough.
        joined = state.ticket.services if state.ticket is not None else ()
        if len(answer.services) == 1 and answer.services[0] not in joined:
            return forward(state, context, Place(screen="confirm", service=answer.services[0])), ()
        letter = catalogue.service(context.office, answer.services[0]).group
        return forward(state, context, Place(screen="services", letter=letter, services=answer.services)), ()
    return call_staff(state, "help", context)
