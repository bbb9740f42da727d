"""What the passing of time does to a ticket journey: warn, go home, name a counter, notice that something is stuck."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import card_check, certificate, check_in, forms
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.messages import PRINTING_STATUSES, Context
from kiosk_app.journeys.ticket_moves import Turn, go_back, home, home_screen, ring_for_machine, shown
from kiosk_app.journeys.ticket_paper import go_on, waits_for_printer
from kiosk_app.journeys.ticket_state import Place, TicketJourney
from kiosk_app.journeys.ticket_timing import (
    MAX_ATTEMPTS,
    NAME_COUNTER_AFTER_MS,
    RETRY_AFTER_MS,
    STUCK_AFTER_MS,
    WARN_BEFORE_MS,
    patience_ms,
    warns,
)
from kiosk_app.journeys.ticket_view import explained


def tick(state: TicketJourney, context: Context) -> Turn:
    state = _name_counter(state, context)
    if state.screen in ("idle", "closed"):
        return _at_home(state, context)
    since_shown_ms = context.now_utc_ms - state.shown_ms
    if state.screen == "printing" and since_shown_ms >= STUCK_AFTER_MS:
        return _stuck(state, context)
    if (given_up := card_check.stuck(state, context) or check_in.stuck(state, context)) is not None:
        return given_up
    ready = context.printer_status in PRINTING_STATUSES and since_shown_ms >= RETRY_AFTER_MS
    if waits_for_printer(state) and ready and state.attempts < MAX_ATTEMPTS:
        return go_on(state, context)
    if state.screen == "explain" and _opened(state, context):
        return go_back(state, context), ()
    return _time_out(state, context)


def _opened(state: TicketJourney, context: Context) -> bool:
    desk = Desk(context, state.language)
    return desk.closed(explained(state, desk)) is None


def _at_home(state: TicketJourney, context: Context) -> Turn:
    idle_for_ms = context.now_utc_ms - state.touched_ms
    changed_by_visitor = state.language != "ja" or state.modes or state.sheet or state.dialog or state.visitor_alert
    if changed_by_visitor and idle_for_ms >= (patience_ms(state) or 0):
        return home(state, context)
    if state.screen != home_screen(context):
        place = Place(screen=home_screen(context))
        return replace(state, place=place, ordinal=state.ordinal + 1, shown_ms=context.now_utc_ms), ()
    return state, ()


def _name_counter(state: TicketJourney, context: Context) -> TicketJourney:
    """Nobody came: send the visitor to somebody."""
    alert = state.visitor_alert
    if alert is None or alert.accepted or alert.named_counter:
        return state
    if context.now_utc_ms - alert.since_ms < NAME_COUNTER_AFTER_MS or state.dialog not in ("", "staff"):
        return state
    named = replace(alert, named_counter=True)
    return replace(state, visitor_alert=named, dialog="staff", sheet="", ordinal=state.ordinal + 1)


def _stuck(state: TicketJourney, context: Context) -> Turn:
    """No outcome at all: with a number its paper is in doubt; without one only a person can help."""
    place = replace(state.place, screen="trouble" if state.ticket is None else "doubt")
    return ring_for_machine(shown(state, context.now_utc_ms, place, cause="stuck"), "stuck", context)


def _time_out(state: TicketJourney, context: Context) -> Turn:
    patience = patience_ms(state)
    if patience is None:
        return state, ()
    untouched_ms = context.now_utc_ms - state.touched_ms
    if untouched_ms >= patience and (state.dialog == "timeout" or not warns(state)):
        if state.certificate is not None:
            return certificate.timed_out(state, context)
        if state.forms is not None:
            return forms.timed_out(state, context)
        return card_check.leave(state, context) if state.card is not None else home(state, context)
    if warns(state) and untouched_ms >= patience - WARN_BEFORE_MS and state.dialog != "timeout":
        # The warning lasts its whole time even where the clock has jumped.
        touched_ms = max(state.touched_ms, context.now_utc_ms - patience + WARN_BEFORE_MS)
        return replace(state, dialog="timeout", sheet="", ordinal=state.ordinal + 1, touched_ms=touched_ms), ()
    return state, ()
