"""The journey of somebody who wants a certificate with their My Number card. Pure, and a part of the ticket's journey:
the bar, languages, calls for staff and the way to a ticket are the same.

card, whose municipality, kind, scope, items, copies, PIN; the card goes back; confirmation with preview and fee,
payment, sheets, receipt. It exists on a certificate kiosk alone (`certificate_moves.is_kiosk`).
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import certificate_card as card
from kiosk_app.journeys import certificate_sale as sale
from kiosk_app.journeys.certificate_events import (
    CannotSign,
    CertificateReady,
    CertificateRefused,
    CertificateSigned,
    MembersOffered,
    MoneyTold,
    NotPaid,
    Paid,
    PrintWaits,
    ReceiptTold,
    SaleOpened,
    SaleRefused,
    SaleSettled,
    SheetsPrinted,
)
from kiosk_app.journeys.certificate_moves import is_kiosk, is_sold, kept, leave, now_of, said
from kiosk_app.journeys.certificate_state import Certificate
from kiosk_app.journeys.messages import AnyEvent, CardAnswered, CardOpened, CardSeen, Context, Restarted, Tick
from kiosk_app.journeys.ticket_moves import Turn, call_staff, changed, forward, go_back, home
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney
from kiosk_app.office.certificates import COPIES_MAX, KINDS, RULES, Item, Kind

SCREENS = (
    *card.CHOICES, "cert_wait", "cert_who", "cert_card", "cert_confirm", "cert_pay", "cert_print", "cert_take",
    "cert_doubt", "cert_claim", "cert_said",
)  # fmt: skip
STEPS = (*card.CHOICES, "cert_who", "cert_confirm")
"""Of which each leads back to the one before."""


def begin(state: TicketJourney, context: Context) -> Turn:
    """From the first screen."""
    if not is_kiosk(context) or now_of(context).stopped or state.left_card is not None:
        return replace(state, touched_ms=context.now_utc_ms), ()
    begun = forward(state, context, Place(screen="card_place"), certificate=Certificate(), card=CardCheck())
    return card.place(begun, None, context)


def step(state: TicketJourney, event: AnyEvent, context: Context) -> Turn | None:
    """While a certificate's visit goes on; None: this event is as in every other visit."""
    match event:
        case CardSeen():
            return card.seen(state, context)
        case CardOpened():
            return card.opened(state, event, context)
        case CardAnswered():
            return card.answered(state, event, context)
        case CertificateSigned():
            return card.signed(state, event, context)
        case CannotSign():
            return card.cannot_sign(state, event, context)
        case CertificateRefused():
            return sale.refused(state, event, context)
        case MembersOffered():
            return sale.members(state, event, context)
        case CertificateReady():
            return sale.ready(state, event, context)
        case Tick():
            return card.stuck(state, context) or sale.tick(state, context)
        case Restarted():
            return restarted(state, context)
    return _of_the_sale(state, event, context)


def _of_the_sale(state: TicketJourney, event: AnyEvent, context: Context) -> Turn | None:
    match event:
        case SaleOpened():
            return sale.sale_opened(state, event, context)
        case SaleRefused():
            return sale.sale_refused(state, event, context)
        case MoneyTold():
            return sale.money_told(state, event, context)
        case Paid():
            return sale.paid(state, event, context)
        case NotPaid():
            return sale.not_paid(state, event, context)
        case PrintWaits():
            return sale.print_waits(state, event, context)
        case SheetsPrinted():
            return sale.printed(state, event, context)
        case SaleSettled():
            return sale.settled(state, event, context)
        case ReceiptTold():
            return sale.receipt_told(state, event, context)
    return None


def restarted(state: TicketJourney, context: Context) -> Turn:
    if kept(state).released:
        return sale.restarted(state, context)
    if state.screen in ("card_place", "card_take", "card_result", "cert_said"):
        return state, ()
    return card.restarted(state, context)


def timed_out(state: TicketJourney, context: Context) -> Turn:
    """Nobody has touched anything for as long as this screen waits."""
    if state.screen == "cert_take":
        return sale.end(state, context)
    return leave(state, context, why="time")


# --- what the visitor presses --------------------------------------------------------------------------------


def pressed(state: TicketJourney, control: str, context: Context) -> Turn:
    verb, _, name = control.partition(":")
    match verb, name:
        case "certificate", _:
            return begin(state, context)
        case "back", _:
            return _back(state, context)
        case "end", _:
            return sale.end(state, context) if state.screen == "cert_take" else leave(state, context)
        case ("reset" | "counter" | "ticket") as after, _:
            return leave(state, context, after)
        case "not_mine", _:
            return home(state, context)
        case (("ask" | "forgot"), _):
            return call_staff(state, "help", context)
    return _pin(state, verb, name, context) or _choice(state, verb, name, context)


def _back(state: TicketJourney, context: Context) -> Turn:
    if state.screen in card.WITH_PIN:
        return card.back_to_choices(state, context)
    before = state.way_back[-1].screen if state.way_back else "idle"
    if state.screen in STEPS and before in card.CHOICES:
        return go_back(state, context), ()
    return leave(state, context)


def _pin(state: TicketJourney, verb: str, name: str, context: Context) -> Turn | None:
    if verb == "spend":
        return card.spend_last(state, context)
    if verb != "pin":
        return None
    if name == "enter" and state.screen == "card_pin":
        return card.enter(state, context)
    if name == "cancel" and state.screen == "card_pin":
        return card.back_to_choices(state, context)
    # A digit that came after the screen had changed: the core's buffer has not taken it.
    return replace(state, touched_ms=context.now_utc_ms), ()


def _choice(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    certificate = kept(state)
    match verb, name:
        case "whose", "here":
            return forward(state, context, Place(screen="cert_kind")), ()
        case "whose", _:
            return said(state, "other_place", context)
        case "kind", kind if kind in KINDS:
            return _kind(state, next(one for one in KINDS if one == kind), context)
        case "scope", scope:
            chosen = next(one for one in RULES[_of(certificate)].scopes if one == scope)
            return _after_scope(_with(state, replace(certificate, scope=chosen, members=())), context), ()
        case "item", item:
            return _item(state, item, context), ()
        case "next", _ if state.screen == "cert_items":
            return forward(state, context, Place(screen="cert_copies")), ()
        case "next", _ if state.screen == "cert_who" and certificate.members:
            return sale.ask(state, context)
        case "copies", number if number.isdecimal() and 1 <= int(number) <= COPIES_MAX:
            return _copies(_with(state, replace(certificate, copies=int(number))), context)
        case "member", number if number.isdecimal():
            return sale.choose_member(state, int(number), context)
    return _act(state, verb, context)


def _act(state: TicketJourney, verb: str, context: Context) -> Turn:
    match verb:
        case "buy" if state.screen == "cert_confirm":
            return sale.buy(state, context)
        case "stop_pay":
            return leave(state, context)
        case "has_paper" | "no_paper" if state.screen == "cert_doubt":
            return sale.seen_by_visitor(state, verb == "has_paper", context)
    return replace(state, touched_ms=context.now_utc_ms), ()


def _of(certificate: Certificate) -> Kind:
    if certificate.kind is None:
        raise AssertionError("a choice before that of the kind")
    return certificate.kind


def _with(state: TicketJourney, certificate: Certificate) -> TicketJourney:
    return replace(state, certificate=certificate)


def _kind(state: TicketJourney, kind: Kind, context: Context) -> Turn:
    """What is not sold now leads to a ticket, or to when it is sold again."""
    certificate = replace(kept(state), kind=kind, scope=RULES[kind].scopes[0], items=(), members=(), copies=1, fault="")
    state = _with(state, certificate)
    if not is_sold(kind, context):
        return said(state, "closed", context)
    if len(RULES[kind].scopes) > 1:
        return forward(state, context, Place(screen="cert_scope")), ()
    return _after_scope(state, context), ()


def _after_scope(state: TicketJourney, context: Context) -> TicketJourney:
    has_items = bool(RULES[_of(kept(state))].items)
    return forward(state, context, Place(screen="cert_items" if has_items else "cert_copies"))


def _item(state: TicketJourney, item: str, context: Context) -> TicketJourney:
    """Written or left out; in the order of the list."""
    certificate = kept(state)
    offered: tuple[Item, ...] = RULES[_of(certificate)].items
    chosen = set(certificate.items) ^ {item}
    items = tuple(one for one in offered if one in chosen)
    return changed(state, context.now_utc_ms, certificate=replace(certificate, items=items))


def _copies(state: TicketJourney, context: Context) -> Turn:
    """The last choice. Whose card has signed already needs no PIN for another one."""
    if not kept(state).released:
        return card.to_pin(state, context)
    return sale.ask(_remembers(state), context)


def _remembers(state: TicketJourney) -> TicketJourney:
    """So that 戻る leads from the confirmation to the copies."""
    return replace(state, way_back=(*state.way_back, state.place))
