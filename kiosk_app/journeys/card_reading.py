"""What every journey with a card reads of it in the same way: what lies there, whose answer this is, what is left of
the tries, and when a silent card is given up. Where the visitor goes then is for each journey to say.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kiosk_app.journeys.messages import CardAnswered, CardOpened, CardSeenAs, CardTrouble, Context, EndCard, OpenCard
from kiosk_app.journeys.ticket_moves import Turn, shown
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney
from kiosk_app.journeys.ticket_timing import CARD_STUCK_MS

PIN_DIGITS = 4
LIES_THERE = (
    "no_certificate", "old_juki", "phone", "driving_licence", "residence_card", "payment", "transit", "unknown",
    "unreadable", "two", "reader_away", "service_away",
)  # fmt: skip
"""What `card_place` says of the reader as long as it is so."""

ToPlace = Callable[[TicketJourney, CardTrouble | CardSeenAs | None, Context], Turn]
"""Back to "place your card", and why."""
ToResult = Callable[[TicketJourney, CardCheck, Context], Turn]
"""The card has told something that no PIN changes."""


def place(
    state: TicketJourney, trouble: CardTrouble | CardSeenAs | None, context: Context, to_result: ToResult
) -> Turn:
    """Before "place your card"; at once onward if a card lies there that has given no trouble yet."""
    now, there = context.now_utc_ms, context.card_seen
    if trouble is None and there == "card":
        card = CardCheck(session=context.new_id)
        return shown(state, now, Place(screen="card_reading"), card=card), (OpenCard(session=card.session),)
    if trouble is None and there == "no_certificate":
        return to_result(state, CardCheck(result=there), context)
    if trouble is None and there in LIES_THERE:
        trouble = there
    return shown(state, now, Place(screen="card_place"), card=CardCheck(trouble=trouble)), (EndCard(),)


def stays_said(state: TicketJourney, context: Context) -> bool:
    """At "place your card": why the visitor was sent back there is not over because the card is away."""
    card = state.card or CardCheck()
    return context.card_seen == "empty" and card.trouble not in LIES_THERE


def asked(state: TicketJourney, session: str) -> CardCheck | None:
    """None for an answer that nobody waits for any more."""
    waits = state.screen == "card_reading" and state.card is not None and state.card.session == session
    return state.card if waits else None


def told(
    state: TicketJourney, event: CardOpened | CardAnswered, context: Context, to_place: ToPlace, to_result: ToResult
) -> Turn | CardCheck:
    """The card as it is now known; a turn where the visitor goes elsewhere, or where nobody waits for this."""
    card = asked(state, event.session)
    if card is None:
        return state, ()
    if event.trouble is not None:
        return to_place(state, event.trouble, context)
    if event.result is not None:
        return to_result(state, replace(card, result=event.result), context)
    if isinstance(event, CardOpened):
        return replace(card, tries=event.tries)
    if context.card_seen != "card":
        # It was taken between its answer and now; how many tries are left is said again when it is laid down.
        return to_place(state, "gone", context)
    return replace(card, tries=event.tries, wrong=True, spend_last=False)


def pin_place(card: CardCheck) -> Place:
    """The last try is never spent without an explicit yes."""
    return Place(screen="card_last" if card.tries <= 1 and not card.spend_last else "card_pin")


def entered(state: TicketJourney, card: CardCheck, context: Context) -> TicketJourney:
    """One press, one PIN: the next screen offers no 入力."""
    return shown(state, context.now_utc_ms, Place(screen="card_reading"), card=replace(card, typed=0, wrong=False))


def is_stuck(state: TicketJourney, context: Context) -> bool:
    """No word at all of the card: it is given up as a card that does not answer."""
    return state.screen == "card_reading" and context.now_utc_ms - state.shown_ms >= CARD_STUCK_MS
