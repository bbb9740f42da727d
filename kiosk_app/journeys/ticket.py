"""The journey of somebody who takes a ticket: one pure step from an event to the next screen and what the core must do.

One press is one ticket, because a press names the screen it was made on, every accepted press makes a new screen,
and the intent of an issue is the screen's own id.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import (
    card_check,
    certificate,
    check_in,
    forms,
    practice,
    procedures,
    ticket_paper,
    ticket_ticks,
    times,
)
from kiosk_app.journeys.messages import (
    AddStop,
    AlertAccepted,
    AnyCommand,
    AnyEvent,
    CallStaff,
    CannotIssue,
    CardAnswered,
    CardOpened,
    CardSeen,
    ClearAlert,
    ConfirmPaper,
    Context,
    GroupLoad,
    Issue,
    Issued,
    ListPrinted,
    LookedUp,
    LookUp,
    NewSession,
    PinTyped,
    Pressed,
    PrinterStatusChanged,
    PrintFinished,
    PrintList,
    Reprint,
    Restarted,
    Scanned,
    Tick,
    VoidTicket,
)
from kiosk_app.journeys.ticket_moves import (
    Turn,
    answered,
    call_staff,
    changed,
    forward,
    go_back,
    home,
    home_screen,
    issue,
    shown,
)
from kiosk_app.journeys.ticket_state import Place, TicketJourney
from kiosk_app.journeys.ticket_view import controls, view

__all__ = [
    "AddStop",
    "AlertAccepted",
    "AnyCommand",
    "AnyEvent",
    "CallStaff",
    "CannotIssue",
    "ClearAlert",
    "ConfirmPaper",
    "Context",
    "GroupLoad",
    "Issue",
    "Issued",
    "ListPrinted",
    "LookUp",
    "LookedUp",
    "NewSession",
    "Pressed",
    "PrintFinished",
    "PrintList",
    "PrinterStatusChanged",
    "Reprint",
    "Scanned",
    "Tick",
    "TicketJourney",
    "VoidTicket",
    "controls",
    "resumed",
    "start",
    "step",
    "view",
]

CARD_VERBS = frozenset({"card", "begin", "pin", "ask", "forgot", "spend", "reset", "counter", "not_mine"})
MANY_WITHIN_MS = 60_000
MANY_TICKETS = 2
"""So many tickets within the time make one asking before the next."""


def start(context: Context) -> TicketJourney:
    """The first screen of a machine that remembers nothing."""
    now = context.now_utc_ms
    return TicketJourney(session=context.new_id, place=Place(screen=home_screen(context)), touched_ms=now, shown_ms=now)


def resumed(state: TicketJourney) -> tuple[AnyCommand, ...]:
    """What to ask again after a restart, if no answer is in the log: the intent is the same, so it acts once."""
    return ticket_paper.resumed(state)


def step(state: TicketJourney, event: AnyEvent, context: Context) -> Turn:
    if practice.is_on(state):
        return practice.step(state, event, context, _step)
    return _step(state, event, context)


def _step(state: TicketJourney, event: AnyEvent, context: Context) -> Turn:
    if state.certificate is not None and (turn := certificate.step(state, event, context)) is not None:
        return turn
    if state.forms is not None and (turn := forms.step(state, event, context)) is not None:
        return turn
    match event:
        case Pressed():
            return _pressed(state, event, context)
        case Tick():
            return ticket_ticks.tick(state, context)
        case PrinterStatusChanged():
            return ticket_paper.printer_changed(state, event.status, context)
        case Issued():
            return ticket_paper.issued(state, event, context), ()
        case PrintFinished():
            return ticket_paper.print_finished(state, event, context)
        case CannotIssue():
            return ticket_paper.cannot_issue(state, event, context)
        case AlertAccepted():
            return _accepted(state, event.alert), ()
        case NewSession():
            return home(state, context, session=event.session)
        case CardSeen():
            return card_check.seen(state, context)
        case PinTyped():
            return card_check.typed(state, event.typed, context), ()
        case CardOpened() | CardAnswered():
            return card_check.told(state, event, context)
        case Scanned():
            return check_in.scanned(state, event, context)
        case LookedUp():
            return check_in.looked_up(state, event, context)
        case ListPrinted():
            return procedures.printed(state, event, context), ()
        case Restarted():
            return (
                procedures.restarted(state, context)
                or check_in.restarted(state, context)
                or card_check.restarted(state, context)
            )
    # An answer to a certificate's visit, or to one for forms, that is over.
    return state, ()


def _accepted(state: TicketJourney, alert: str) -> TicketJourney:
    if state.visitor_alert is not None and state.visitor_alert.id == alert:
        state = replace(state, visitor_alert=replace(state.visitor_alert, accepted=True))
    if state.machine_alert is not None and state.machine_alert.id == alert:
        state = replace(state, machine_alert=replace(state.machine_alert, accepted=True))
    if state.left_card is not None and state.left_card.id == alert:
        state = replace(state, left_card=replace(state.left_card, accepted=True))
    return state


# --- presses -------------------------------------------------------------------------------------------------


def _pressed(state: TicketJourney, press: Pressed, context: Context) -> Turn:
    if press.screen_id != state.screen_id:
        return _late(state, press, context), ()
    now = context.now_utc_ms
    if press.control == "voice":
        return changed(state, now, modes=state.modes ^ {"voice"}), ()
    control = controls(view(state, context)).get(press.control)
    if control is None or control.state == "off":
        return replace(state, touched_ms=now), ()
    if control.state == "closed" and state.certificate is None:
        return _explain(state, control.id, context), ()
    return _act(state, control.id, context)


def _late(state: TicketJourney, press: Pressed, context: Context) -> TicketJourney:
    """A double or late tap does nothing, but it shows that somebody is there."""
    if not press.screen_id.startswith(f"{state.session}:") or state.screen == "take":
        return state
    if state.dialog == "timeout":
        return changed(state, context.now_utc_ms, dialog="")
    return replace(state, touched_ms=context.now_utc_ms)


def _explain(state: TicketJourney, control: str, context: Context) -> TicketJourney:
    explains = f"service:{state.place.service}" if control == "take" else control
    if control.startswith("do:"):
        explains = f"service:{procedures.service_of(control.removeprefix('do:'), context)}"
    return forward(state, context, Place(screen="explain"), explains=explains)


def _act(state: TicketJourney, control: str, context: Context) -> Turn:
    verb, _, name = control.partition(":")
    if verb in ("language", "mode", "ease", "close_sheet", "close", "continue"):
        return _adjust(state, verb, name, context), ()
    if verb in ("staff", "cancel_call"):
        return _staff(state, verb, context)
    if verb == "practice" or practice.is_on(state):
        return practice.pressed(state, control, context)
    if verb == "certificate" or state.certificate is not None:
        return certificate.pressed(state, control, context)
    if verb == "forms" or state.forms is not None:
        return forms.pressed(state, control, context)
    if verb in procedures.VERBS:
        return procedures.pressed(state, verb, name, context)
    if verb == "back" and state.screen in procedures.SCREENS:
        return procedures.back(state, context)
    if verb in ("take", "join", "separate"):
        return _take(state, verb, context)
    if verb in ("has_paper", "no_paper", "retry", "leave"):
        return ticket_paper.answered_by_visitor(state, verb, context)
    if verb in check_in.VERBS or (verb == "pin" and state.screen == "check_in_pad"):
        return check_in.pressed(state, verb, name, context)
    if verb in times.VERBS:
        return times.pressed(state, verb, name, context)
    if verb in CARD_VERBS or (verb in ("end", "back") and state.screen in card_check.SCREENS):
        return _card(state, verb, name, context)
    if verb == "end":
        return home(state, context)
    return _walk(state, verb, name, context)


def _adjust(state: TicketJourney, verb: str, name: str, context: Context) -> TicketJourney:
    now = context.now_utc_ms
    match verb, name:
        case "language", "":
            return changed(state, now, sheet="" if state.sheet == "language" else "language", dialog="")
        case "ease", _:
            return changed(state, now, sheet="" if state.sheet == "ease" else "ease", dialog="")
        case "language", _:
            return changed(state, now, sheet="", language=name)
        case "mode", _:
            return changed(state, now, modes=state.modes ^ {name})
        case "close_sheet", _:
            return changed(state, now, sheet="")
    return changed(state, now, dialog="")


def _staff(state: TicketJourney, verb: str, context: Context) -> Turn:
    now = context.now_utc_ms
    if verb == "cancel_call" and state.visitor_alert is not None:
        return changed(state, now, dialog="", visitor_alert=None), (ClearAlert(alert=state.visitor_alert.id),)
    return call_staff(state, "visitor", context)


def _take(state: TicketJourney, verb: str, context: Context) -> Turn:
    now, service = context.now_utc_ms, state.place.service
    ticket = state.recent[-1] if verb == "join" else state.ticket
    if ticket is not None:
        joined = replace(ticket, services=(*ticket.services, service))
        add = AddStop(intent=state.screen_id, ticket=ticket.ticket, service=service)
        recent = tuple(joined if t.ticket == joined.ticket else t for t in state.recent)
        place = replace(state.place, screen="take")
        return shown(state, now, place, ticket=joined, recent=recent, added=True, intent=add.intent), (add,)
    lately = [t for t in state.recent if now - t.issued_utc_ms < MANY_WITHIN_MS]
    if verb == "take" and len(lately) >= MANY_TICKETS and not state.asked_many:
        asked = changed(state, now, dialog="ask_many", asked_many=True)
        # The visitor did not ask for anybody, so this call is not shown on the bar.
        return asked, (CallStaff(alert=context.new_id, cause="many_tickets"),)
    return issue(replace(state, attempts=0), context)


def _card(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    if verb == "back":
        return card_check.back(state, context)
    if verb == "end":
        return card_check.leave(state, context)
    return card_check.pressed(state, verb, name, context)


def _walk(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    match verb:
        case "ticket":
            return forward(state, context, Place(screen="choose"), check_in=None), ()
        case "another":
            return forward(state, context, Place(screen="choose"), added=False), ()
        case "group":
            return forward(state, context, Place(screen="services", letter=name)), ()
        case "event":
            event = next(e for e in context.office.events if e.id == name)
            place = Place(screen="services", event=name, services=event.services)
            return forward(state, context, place), ()
        case "service":
            return forward(state, context, replace(state.place, screen="confirm", service=name)), ()
        case "unsure":
            if not context.office.questions:
                return call_staff(state, "help", context)
            return forward(state, context, Place(screen="questions", question=context.office.questions[0].id)), ()
        case "answer":
            return answered(state, int(name), context)
        case "back" | "ok":
            return go_back(state, context), ()
    raise AssertionError(f"the screen {state.screen} offers {verb}, which nothing handles")
