"""Between the press and the paper: what the journey does with each answer of the core and of the printer.

No number is shown before its paper is certain, and none is printed again before its fate is certain.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import check_in, procedures, times
from kiosk_app.journeys.messages import (
    PRINTING_STATUSES,
    AddStop,
    AnyCommand,
    CannotIssue,
    ConfirmPaper,
    Context,
    Issued,
    PrintFinished,
    Reprint,
    VoidTicket,
)
from kiosk_app.journeys.ticket_moves import (
    PRINTER_CAUSES,
    Turn,
    home,
    issue,
    issue_of,
    quiet_machine,
    ring_for_machine,
    shown,
)
from kiosk_app.journeys.ticket_state import Place, TakenTicket, TicketJourney
from kiosk_app.journeys.ticket_timing import MAX_ATTEMPTS

MAX_RECENT = 3


def issued(state: TicketJourney, event: Issued, context: Context) -> TicketJourney:
    """The number is durable; the screen stays 印刷中."""
    if event.intent != state.intent or state.ticket is not None or state.screen not in ("printing", "trouble"):
        return state
    ticket = TakenTicket(
        ticket=event.ticket,
        number=event.number,
        services=(state.place.service, *state.further),
        waiting=event.waiting,
        estimate_from_ms=event.estimate_from_ms,
        estimate_to_ms=event.estimate_to_ms,
        issued_utc_ms=context.now_utc_ms,
        booked=event.kind,
        start_min=event.start_min,
        length_min=event.length_min,
        unheard=event.unheard,
    )
    recent = state.recent
    if not event.kind:
        # Reservations come one behind the other, and nobody of them presses everything.
        recent = (*recent, ticket)[-MAX_RECENT:]
    state = replace(state, ticket=ticket, recent=recent, attempts=1, booked=None, sale="", further=())
    if state.screen == "trouble":
        return shown(state, context.now_utc_ms, replace(state.place, screen="printing"), cause="")
    return state


def print_finished(state: TicketJourney, event: PrintFinished, context: Context) -> Turn:
    if state.ticket is None or state.ticket.ticket != event.ticket or state.screen not in ("printing", "doubt"):
        return state, ()
    if event.verdict == "issued":
        return _taken(state, context)
    if state.screen == "doubt":
        return state, ()
    if event.verdict == "not_issued":
        if context.printer_status in PRINTING_STATUSES and state.attempts < MAX_ATTEMPTS:
            return _reprint(state, context)
        return _trouble(state, event.cause or context.printer_status, context)
    place = replace(state.place, screen="doubt")
    doubt = shown(state, context.now_utc_ms, place, cause=event.cause)
    return ring_for_machine(doubt, event.cause if event.cause in PRINTER_CAUSES else "doubt", context)


def cannot_issue(state: TicketJourney, event: CannotIssue, context: Context) -> Turn:
    """No number exists for this intent, so asking again under a new one is safe."""
    if event.intent != state.intent:
        return state, ()
    now = context.now_utc_ms
    if state.added and state.ticket is not None:
        # The visit is over; what the visitor wants needs a number of its own, and no way leads back to the old one.
        services = state.ticket.services
        place = replace(state.place, screen="confirm", service=services[-1])
        way_back = tuple(p for p in state.way_back if p.screen != "take")
        return shown(state, now, place, ticket=None, added=False, intent="", asked_many=True, way_back=way_back), ()
    if state.screen not in ("printing", "trouble") or state.ticket is not None:
        return state, ()
    if event.cause == "booking" and state.booked is not None:
        return check_in.asked_again(state, context)
    if event.cause in ("time_gone", "times_away"):
        return times.not_sold(state, event.cause, context), ()
    if event.cause == "closed" and state.finding is not None:
        return procedures.not_issued(state, context), ()
    if event.cause == "closed":
        explains = f"service:{state.place.service}"
        confirm = replace(state.place, screen="confirm")
        way_back = (*state.way_back, confirm)
        return shown(state, now, Place(screen="explain"), explains=explains, intent="", way_back=way_back), ()
    return _trouble(replace(state, intent=""), event.cause, context)


def printer_changed(state: TicketJourney, status: str, context: Context) -> Turn:
    commands: tuple[AnyCommand, ...] = ()
    if status not in PRINTING_STATUSES:
        alert = state.machine_alert
        if status == "other_model" and alert is not None and alert.cause in PRINTER_CAUSES - {status}:
            # Whoever went to plug it in again must hear that this takes a technician.
            state, commands = quiet_machine(state)
        state, rung = (state, ()) if status == "unknown" else ring_for_machine(state, status, context)
        return state, (*commands, *rung)
    if state.machine_alert is not None and state.machine_alert.cause in PRINTER_CAUSES:
        state, commands = quiet_machine(state)
    if not waits_for_printer(state):
        return state, commands
    state, more = go_on(state, context)
    return state, (*commands, *more)


def waits_for_printer(state: TicketJourney) -> bool:
    return state.screen == "trouble" and state.cause not in ("disk_full", "stuck")


def go_on(state: TicketJourney, context: Context) -> Turn:
    """The obstacle is gone: print the number that exists, or ask for one."""
    return issue(state, context) if state.ticket is None else _reprint(state, context)


def answered_by_visitor(state: TicketJourney, verb: str, context: Context) -> Turn:
    """In doubt: 出た, 出ていない. In trouble: try again, leave."""
    ticket = state.ticket
    if verb == "retry":
        return go_on(replace(state, attempts=0), context)
    if verb == "leave":
        return _leave(state, context)
    if ticket is None:
        raise AssertionError("only a ticket can be in doubt")
    seen = ConfirmPaper(ticket=ticket.ticket, has_paper=verb == "has_paper")
    if verb == "has_paper":
        state, commands = _taken(state, context)
    elif context.printer_status in PRINTING_STATUSES:
        state, commands = _reprint(state, context)
    else:
        state, commands = _trouble(state, context.printer_status, context)
    return state, (seen, *commands)


def resumed(state: TicketJourney) -> tuple[AnyCommand, ...]:
    """The commands whose answers this state waits for."""
    if state.screen == "printing" and state.ticket is None:
        return (issue_of(state),)
    if state.screen == "printing" and state.ticket is not None and state.attempts > 1:
        return (Reprint(ticket=state.ticket.ticket),)
    if state.added and state.ticket is not None and state.intent:
        return (AddStop(intent=state.intent, ticket=state.ticket.ticket, service=state.ticket.services[-1]),)
    return ()


def _taken(state: TicketJourney, context: Context) -> Turn:
    """The paper is in the visitor's hand. A printer that is still without paper goes on ringing."""
    commands: tuple[AnyCommand, ...] = ()
    printer_alert = state.machine_alert is not None and state.machine_alert.cause in PRINTER_CAUSES
    if not printer_alert or context.printer_status in PRINTING_STATUSES:
        state, commands = quiet_machine(state)
    place = replace(state.place, screen="take")
    taken, listed = procedures.with_list(shown(state, context.now_utc_ms, place, cause="", intent=""), context)
    return taken, (*commands, *listed)


def _reprint(state: TicketJourney, context: Context) -> Turn:
    if state.ticket is None:
        raise AssertionError("nothing to print again")
    place = replace(state.place, screen="printing")
    again = shown(state, context.now_utc_ms, place, cause="", attempts=state.attempts + 1)
    return again, (Reprint(ticket=state.ticket.ticket),)


def _trouble(state: TicketJourney, cause: str, context: Context) -> Turn:
    trouble = shown(state, context.now_utc_ms, replace(state.place, screen="trouble"), cause=cause)
    return ring_for_machine(trouble, cause, context)


def _leave(state: TicketJourney, context: Context) -> Turn:
    """A number that is not on paper and that nobody waits for is void."""
    ticket = state.ticket
    if ticket is None:
        return home(state, context)
    left, commands = home(state, context)
    recent = tuple(t for t in left.recent if t.ticket != ticket.ticket)
    return replace(left, recent=recent), (VoidTicket(ticket=ticket.ticket, reason="abandoned"), *commands)
