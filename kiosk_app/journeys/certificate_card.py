"""The card's part of a certificate's journey: laid down, asked, its PIN, taken. What is no choice is as in a card
check.

The card stays until it has signed and is asked back then, before anything is paid or printed. A card that is laid down
after that is another one, and whose certificate this is would be in doubt: nothing more is sold.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import card_reading as reading
from kiosk_app.journeys import certificate_sale as sale
from kiosk_app.journeys.certificate_events import (
    CannotSign,
    CertificateSigned,
    EndCertificate,
    ForgetPin,
    PrepareCertificate,
    SignForCertificate,
)
from kiosk_app.journeys.certificate_moves import go_on_after, is_selling, kept, said, stop
from kiosk_app.journeys.certificate_state import Certificate, Said
from kiosk_app.journeys.messages import (
    CardAnswered,
    CardOpened,
    CardSeenAs,
    CardTrouble,
    Context,
)
from kiosk_app.journeys.ticket_moves import Turn, card_lies, forward, go_back, shown
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney

CHOICES = ("cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies")
WITH_PIN = ("card_pin", "card_last")
ANOTHER_CARD = ("card", "no_certificate", "two", "unreadable")
"""Laid down after this visit's card was taken. A purse or a ticket for the train is none."""


# --- before the PIN ------------------------------------------------------------------------------------------


def place(state: TicketJourney, trouble: CardTrouble | CardSeenAs | None, context: Context) -> Turn:
    """Before "place your card"; at once onward where a card lies that has given no trouble yet. Choices are kept."""
    state = replace(state, certificate=_leaves(state), way_back=_way_back(state))
    return reading.place(state, trouble, context, _result)


def _leaves(state: TicketJourney) -> Certificate:
    """Remembers where the visitor goes on."""
    certificate = kept(state)
    if state.screen in CHOICES:
        return replace(certificate, left=state.place)
    if state.screen in (*WITH_PIN, "card_reading") and state.way_back and certificate.left is None:
        return replace(certificate, left=state.way_back[-1])
    return certificate


def _way_back(state: TicketJourney) -> tuple[Place, ...]:
    """Without what is remembered apart."""
    last = state.way_back[-1:]
    at_pin = state.screen in (*WITH_PIN, "card_reading") and kept(state).left is None
    return state.way_back[:-1] if at_pin and last and last[0].screen in CHOICES else state.way_back


def opened(state: TicketJourney, event: CardOpened, context: Context) -> Turn:
    card = reading.told(state, event, context, place, _result)
    if not isinstance(card, CardCheck):
        return card
    if context.card_seen != "card":
        return place(state, "gone", context)
    certificate = kept(state)
    at = certificate.left or Place(screen="cert_where")
    chosen = replace(certificate, left=None)
    return shown(state, context.now_utc_ms, at, card=card, certificate=chosen), ()


def _result(state: TicketJourney, card: CardCheck, context: Context) -> Turn:
    card = replace(card, session="", typed=0)
    return shown(state, context.now_utc_ms, Place(screen="card_result"), card=card, way_back=()), ()


# --- the PIN -------------------------------------------------------------------------------------------------


def to_pin(state: TicketJourney, context: Context) -> Turn:
    """From the last choice on."""
    card = _nothing_typed(state)
    return forward(state, context, reading.pin_place(card), card=card), ()


def _nothing_typed(state: TicketJourney) -> CardCheck:
    return replace(state.card or CardCheck(), typed=0)


def spend_last(state: TicketJourney, context: Context) -> Turn:
    card = replace(state.card or CardCheck(), spend_last=True, typed=0)
    return shown(state, context.now_utc_ms, Place(screen="card_pin"), card=card), ()


def back_to_choices(state: TicketJourney, context: Context) -> Turn:
    """The card stays; of the PIN nothing does."""
    card = replace(state.card or CardCheck(), typed=0, wrong=False, spend_last=False)
    return go_back(replace(state, card=card), context), (ForgetPin(),)


def enter(state: TicketJourney, context: Context) -> Turn:
    card = state.card or CardCheck()
    if card.typed != reading.PIN_DIGITS:
        return replace(state, touched_ms=context.now_utc_ms), ()
    sign = SignForCertificate(session=card.session, spend_last_try=card.spend_last)
    return reading.entered(state, card, context), (sign,)


def answered(state: TicketJourney, event: CardAnswered, context: Context) -> Turn:
    card = reading.told(state, event, context, place, _result)
    if not isinstance(card, CardCheck):
        return card
    return shown(state, context.now_utc_ms, reading.pin_place(card), card=replace(card, typed=0)), ()


def signed(state: TicketJourney, event: CertificateSigned, context: Context) -> Turn:
    """The card is asked back at once, while central is asked."""
    if reading.asked(state, event.session) is None:
        return state, ()
    lies = card_lies(context)
    certificate = replace(
        kept(state),
        released=True,
        card_out=not lies,
        question=context.new_id,
        asked_ms=context.now_utc_ms,
        members=(),
        refused="",
        ready=False,
        choose_members=False,
    )
    at = Place(screen="cert_card" if lies else "cert_wait")
    asked = shown(state, context.now_utc_ms, at, certificate=certificate, card=CardCheck())
    return asked, (PrepareCertificate(question=certificate.question, wanted=certificate.wanted),)


def cannot_sign(state: TicketJourney, event: CannotSign, context: Context) -> Turn:
    if reading.asked(state, event.session) is None:
        return state, ()
    why: Said = event.why if event.why != "price" else "failed"
    return said(state, why, context)


# --- what lies at the reader ---------------------------------------------------------------------------------


def seen(state: TicketJourney, context: Context) -> Turn:
    if state.screen == "card_take":
        return (state, ()) if card_lies(context) else go_on_after(state, context)
    if kept(state).released:
        return _seen_after(state, context)
    if state.screen in (*CHOICES, *WITH_PIN) and context.card_seen != "card":
        return place(state, "gone", context)
    if state.screen != "card_place":
        # While the card is asked, the answer tells best what happened to it; what was said of it stays.
        return state, ()
    return (state, ()) if reading.stays_said(state, context) else place(state, None, context)


def _seen_after(state: TicketJourney, context: Context) -> Turn:
    certificate = kept(state)
    if not certificate.card_out:
        if card_lies(context):
            return state, ()
        state = replace(state, certificate=replace(certificate, card_out=True))
        return sale.onward(state, context) if state.screen == "cert_card" else (state, ())
    if context.card_seen not in ANOTHER_CARD or certificate.paid or certificate.over or state.screen == "cert_said":
        return state, ()
    if is_selling(certificate):
        return stop(state, "other_card", context)
    return said(state, "other_card", context)


def stuck(state: TicketJourney, context: Context) -> Turn | None:
    return place(state, "silent", context) if reading.is_stuck(state, context) else None


def restarted(state: TicketJourney, context: Context) -> Turn:
    """What the reader had told is forgotten, and the card is laid down anew."""
    state, commands = place(state, "gone" if state.screen in WITH_PIN else None, context)
    return state, (*commands, EndCertificate())
