"""The journey of somebody who wants to know whether their My Number card and its PIN work. Pure, like the ticket's.

The digits never come here: the core's buffer has them, and the journey hears how many there are. A PIN is sent once for
each press of 入力; after an outcome that nobody knows the card must be laid down anew, which asks the tries left first.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from kiosk_app.journeys import card_reading as reading
from kiosk_app.journeys.messages import (
    AnyCommand,
    CardAnswered,
    CardOpened,
    CardSeenAs,
    CardTrouble,
    ClearAlert,
    Context,
    CountCheck,
    EndCard,
    TryPin,
)
from kiosk_app.journeys.ticket_moves import Turn, call_staff, card_lies, changed, forward, go_back, home, shown
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney
from kiosk_app.office import catalogue

TRIES = 3
"""Of a card whose PIN was never mistyped."""
WITH_A_CARD = ("card_reading", "card_pin", "card_last")
"""Screens that mean nothing once the card is gone."""
SCREENS = ("card_about", "card_place", *WITH_A_CARD, "card_result", "card_take")
AWAY = ("reader_away", "service_away")


# --- what the visitor presses --------------------------------------------------------------------------------


def pressed(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    card = state.card or CardCheck()
    match verb, name:
        case "card", _:
            return forward(state, context, Place(screen="card_about"), card=CardCheck()), ()
        case "begin", _:
            return _place(forward(state, context, Place(screen="card_place")), None, context)
        case "pin", "enter":
            return _try(state, card, context)
        case "pin", "cancel":
            return leave(state, context)
        case "ask" | "forgot", _:
            return call_staff(state, "help", context)
        case "spend", _:
            return _to_pin(state, replace(card, spend_last=True), context), ()
        case ("reset" | "counter") as after, _:
            return leave(state, context, after)
        case "not_mine", _:
            return home(state, context)
    # A digit that came after the screen had changed: the core's buffer has not taken it.
    return replace(state, touched_ms=context.now_utc_ms), ()


def typed(state: TicketJourney, digits: int, context: Context) -> TicketJourney:
    if state.screen != "card_pin" or state.card is None:
        return state
    return changed(state, context.now_utc_ms, card=replace(state.card, typed=digits, wrong=False))


def back(state: TicketJourney, context: Context) -> Turn:
    """Off a screen with a card on the reader: only by taking it."""
    if state.screen == "card_about" or (state.screen == "card_place" and not card_lies(context)):
        before = go_back(state, context)
        return replace(before, card=CardCheck() if before.screen in SCREENS else None), (EndCard(),)
    return leave(state, context)


def leave(state: TicketJourney, context: Context, after: Literal["", "reset", "counter"] = "") -> Turn:
    """Ends the visit, or goes on to a ticket; first the card is taken."""
    card = replace(state.card or CardCheck(), after=after, session="", typed=0)
    if card_lies(context) and state.screen != "card_take":
        return shown(state, context.now_utc_ms, Place(screen="card_take"), card=card), (EndCard(),)
    return _after(replace(state, card=card), context)


def _after(state: TicketJourney, context: Context) -> Turn:
    after = state.card.after if state.card is not None else ""
    service = reset_service(context)
    if not after or service is None:
        return home(state, context)
    place = Place(screen="confirm", service=service.id)
    if after == "counter":
        place = Place(screen="services", letter=service.group)
    start = Place(screen="idle")
    gone = shown(state, context.now_utc_ms, place, card=None, way_back=(start,))
    return gone, (EndCard(),)


def reset_service(context: Context) -> catalogue.Service | None:
    """Where the PIN is reset; its group is the counter for cards."""
    name = context.office.pin_reset_service
    return catalogue.service(context.office, name) if name else None


# --- what the reader and the card say ------------------------------------------------------------------------


def seen(state: TicketJourney, context: Context) -> Turn:
    """Something was laid down or taken away."""
    commands: tuple[AnyCommand, ...] = ()
    if state.left_card is not None and not card_lies(context):
        commands = (ClearAlert(alert=state.left_card.id),)
        state = replace(state, left_card=None)
    if state.card is None:
        return state, commands
    state, more = _seen(state, context)
    return state, (*commands, *more)


def _seen(state: TicketJourney, context: Context) -> Turn:
    if state.screen == "card_take":
        return (state, ()) if card_lies(context) else _after(state, context)
    if state.screen in ("card_pin", "card_last") and context.card_seen != "card":
        return _place(state, "gone", context)
    if state.screen != "card_place":
        # While the card is asked, the answer tells best what happened to it; a result stays when the card is taken.
        return state, ()
    if reading.stays_said(state, context):
        return state, ()
    return _place(state, None, context)


def _place(state: TicketJourney, trouble: CardTrouble | CardSeenAs | None, context: Context) -> Turn:
    return reading.place(state, trouble, context, _result)


def told(state: TicketJourney, event: CardOpened | CardAnswered, context: Context) -> Turn:
    card = reading.told(state, event, context, _place, _result)
    return (_to_pin(state, card, context), ()) if isinstance(card, CardCheck) else card


def _to_pin(state: TicketJourney, card: CardCheck, context: Context) -> TicketJourney:
    return shown(state, context.now_utc_ms, reading.pin_place(card), card=replace(card, typed=0))


def _try(state: TicketJourney, card: CardCheck, context: Context) -> Turn:
    if card.typed != reading.PIN_DIGITS:
        return state, ()
    return reading.entered(state, card, context), (TryPin(session=card.session, spend_last_try=card.spend_last),)


def _result(state: TicketJourney, card: CardCheck, context: Context) -> Turn:
    assert card.result is not None
    found = shown(state, context.now_utc_ms, Place(screen="card_result"), card=replace(card, session="", typed=0))
    return found, (CountCheck(result=card.result),)


# --- time and restarts ---------------------------------------------------------------------------------------


def stuck(state: TicketJourney, context: Context) -> Turn | None:
    return _place(state, "silent", context) if reading.is_stuck(state, context) else None


def restarted(state: TicketJourney, context: Context) -> Turn:
    """What the reader had told is forgotten; nothing was kept of the card, so it is laid down anew."""
    if state.card is None or state.screen in ("card_about", "card_place", "card_take"):
        return state, ()
    return shown(state, context.now_utc_ms, Place(screen="card_place"), card=CardCheck()), (EndCard(),)
