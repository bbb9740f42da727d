"""The card's part of the journey of forms: laid down, its PIN for the four attributes, read, taken.

That PIN (券面事項入力補助用) is another one than that of certificates, with tries of its own, and the screens say so.
Whoever has no card, or a locked one, goes on with keys.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import procedures
from kiosk_app.journeys.card_check import reset_service
from kiosk_app.journeys.card_reading import LIES_THERE, PIN_DIGITS
from kiosk_app.journeys.form_events import AttributesRead, EndForms, OpenAttributes, ReadAttributes
from kiosk_app.journeys.forms_state import Forms
from kiosk_app.journeys.messages import (
    CardAnswered,
    CardOpened,
    CardSeenAs,
    CardTrouble,
    Context,
    EndCard,
)
from kiosk_app.journeys.ticket_moves import Turn, card_lies, home, shown
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney
from kiosk_app.journeys.ticket_timing import CARD_STUCK_MS

WITH_PIN = ("card_pin", "card_last")
WITHOUT_CERTIFICATE = "no_certificate"
"""Such a card may have the four attributes all the same: of a child, or one whose certificate was given up."""


def _forms(state: TicketJourney) -> Forms:
    if state.forms is None:
        raise AssertionError("a card of no journey of forms")
    return state.forms


def _is_there(context: Context) -> bool:
    return context.card_seen in ("card", WITHOUT_CERTIFICATE)


def place(state: TicketJourney, trouble: CardTrouble | CardSeenAs | None, context: Context) -> Turn:
    """Before "place your card"; at once onward where a card lies that has given no trouble yet."""
    now, there = context.now_utc_ms, context.card_seen
    if _forms(state).lies:
        # First the card of the person before is taken.
        return shown(state, now, Place(screen="card_place"), card=CardCheck()), (EndCard(),)
    if trouble is None and _is_there(context):
        card = CardCheck(session=context.new_id)
        return shown(state, now, Place(screen="card_reading"), card=card), (OpenAttributes(session=card.session),)
    if trouble is None and there in LIES_THERE and there != WITHOUT_CERTIFICATE:
        trouble = there
    return shown(state, now, Place(screen="card_place"), card=CardCheck(trouble=trouble)), (EndCard(),)


def seen(state: TicketJourney, context: Context) -> Turn:
    if not card_lies(context):
        state = replace(state, forms=replace(_forms(state), lies=False))
    if state.screen == "card_take":
        return (state, ()) if card_lies(context) else go_on_after(state, context)
    if state.screen in WITH_PIN and not _is_there(context):
        return place(state, "gone", context)
    if state.screen != "card_place":
        # While the card is asked, its answer tells best what happened; after that it may be taken at any time.
        return state, ()
    card = state.card or CardCheck()
    if context.card_seen == "empty" and card.trouble not in LIES_THERE:
        return state, ()
    return place(state, None, context)


def opened(state: TicketJourney, event: CardOpened, context: Context) -> Turn:
    card = _asked(state, event.session)
    if card is None:
        return state, ()
    if event.trouble is not None:
        return place(state, event.trouble, context)
    if event.result is not None:
        return _locked(state, context)
    return _to_pin(state, replace(card, tries=event.tries), context), ()


def answered(state: TicketJourney, event: CardAnswered, context: Context) -> Turn:
    card = _asked(state, event.session)
    if card is None:
        return state, ()
    if event.trouble is not None:
        return place(state, event.trouble, context)
    if event.result is not None:
        return _locked(state, context)
    if not _is_there(context):
        # It was taken between its answer and now; how many tries are left is said again when it is laid down.
        return place(state, "gone", context)
    return _to_pin(state, replace(card, tries=event.tries, wrong=True, spend_last=False), context), ()


def read(state: TicketJourney, event: AttributesRead, context: Context) -> Turn:
    if _asked(state, event.session) is None:
        return state, ()
    forms = _forms(state)
    by_card = tuple(sorted({*forms.by_card, forms.person}))
    forms = replace(forms, by_card=by_card, lies=card_lies(context))
    return shown(state, context.now_utc_ms, Place(screen="form_check"), card=CardCheck(), forms=forms), (EndCard(),)


def _locked(state: TicketJourney, context: Context) -> Turn:
    forms = replace(_forms(state), said="locked")
    return shown(state, context.now_utc_ms, Place(screen="form_said"), card=CardCheck(), forms=forms), (EndCard(),)


def _asked(state: TicketJourney, session: str) -> CardCheck | None:
    """None for an answer that nobody waits for any more."""
    waits = state.screen == "card_reading" and state.card is not None and state.card.session == session
    return state.card if waits else None


def _to_pin(state: TicketJourney, card: CardCheck, context: Context) -> TicketJourney:
    asks_first = card.tries <= 1 and not card.spend_last
    where = Place(screen="card_last" if asks_first else "card_pin")
    return shown(state, context.now_utc_ms, where, card=replace(card, typed=0))


def pressed(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    card = state.card or CardCheck()
    match verb, name:
        case "spend", _ if state.screen == "card_last":
            return _to_pin(state, replace(card, spend_last=True), context), ()
        case "pin", "enter" if state.screen == "card_pin" and card.typed == PIN_DIGITS:
            # One press, one PIN: the next screen offers no 入力.
            reading = replace(card, typed=0, wrong=False)
            sends = ReadAttributes(session=card.session, person=_forms(state).person, spend_last_try=card.spend_last)
            return shown(state, context.now_utc_ms, Place(screen="card_reading"), card=reading), (sends,)
        case "pin", "cancel":
            return back(state, context)
    # A digit that came after the screen had changed: the core's buffer has not taken it.
    return replace(state, touched_ms=context.now_utc_ms), ()


def back(state: TicketJourney, context: Context) -> Turn:
    """To the choice between card and keys; the card may lie there or be taken, it has no power."""
    return shown(state, context.now_utc_ms, Place(screen="form_way"), card=CardCheck()), (EndCard(),)


def go_on_after(state: TicketJourney, context: Context) -> Turn:
    """The card is taken, or none lies there."""
    if _forms(state).after == "visit":
        return procedures.after_forms(state, "proc_visit", _forms(state).printed > 0, context)
    service = reset_service(context)
    if _forms(state).after != "reset" or service is None:
        return home(state, context)
    start = Place(screen="idle")
    confirm = Place(screen="confirm", service=service.id)
    gone = shown(state, context.now_utc_ms, confirm, card=None, forms=None, way_back=(start,))
    return gone, (EndCard(), EndForms())


def stuck(state: TicketJourney, context: Context) -> Turn | None:
    """No word at all of the card: it is given up as a card that does not answer."""
    if state.screen != "card_reading" or context.now_utc_ms - state.shown_ms < CARD_STUCK_MS:
        return None
    return place(state, "silent", context)
