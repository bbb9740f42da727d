"""From the signed challenge to the sheet in the hand: what central says, the confirmation, the money, the paper.

The order is never another one: confirmed, paid, printed. What is paid ends as a sheet, as money given back, or as a
claim slip, and the journey waits for the word of which it is.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from kiosk_app.journeys import certificate_timing as timing
from kiosk_app.journeys.certificate_events import (
    CertificateReady,
    CertificateRefused,
    ConfirmSheets,
    EndCertificate,
    MembersOffered,
    MoneyTold,
    NotPaid,
    Paid,
    PrepareCertificate,
    PrintCertificate,
    PrintReceipt,
    PrintWaits,
    ReceiptTold,
    SaleOpened,
    SaleRefused,
    SaleSettled,
    SellCertificate,
    SettleSale,
    SheetsPrinted,
    StopPayment,
    Why,
)
from kiosk_app.journeys.certificate_moves import (
    go_on_after,
    is_due,
    is_selling,
    kept,
    leave,
    now_of,
    refused_at,
    ring,
    said,
)
from kiosk_app.journeys.certificate_state import Said
from kiosk_app.journeys.messages import AnyCommand, Context
from kiosk_app.journeys.ticket_moves import Turn, card_lies, changed, shown
from kiosk_app.journeys.ticket_state import Place, TicketJourney
from kiosk_app.office.certificates import MEMBERS_MAX

DELAYED = ("not_here", "elsewhere")
"""What hangs on the register: told after the same time, whatever it is."""
GIVES_UP = ("visitor", "other_card", "stuck")
"""Whoever stopped for these wants no sheet any more, even where the money was faster."""


# --- what may be had -----------------------------------------------------------------------------------------


def ask(state: TicketJourney, context: Context) -> Turn:
    """Once more, for another choice: the session is open, and no card is needed."""
    certificate = replace(
        kept(state),
        question=context.new_id,
        asked_ms=context.now_utc_ms,
        refused="",
        ready=False,
        choose_members=False,
        fault="",
    )
    waits = shown(state, context.now_utc_ms, Place(screen="cert_wait"), certificate=certificate)
    return waits, (PrepareCertificate(question=certificate.question, wanted=certificate.wanted),)


def refused(state: TicketJourney, event: CertificateRefused, context: Context) -> Turn:
    certificate = kept(state)
    if not event.question or certificate.question != event.question:
        return state, ()
    if event.why in DELAYED:
        return replace(
            state,
            certificate=replace(certificate, question="", refused=event.why, tell_ms=refused_at(certificate, context)),
        ), ()
    return said(state, _told(event.why), context)


def _told(why: Why | Literal[""]) -> Said:
    return "failed" if why == "price" else why


def members(state: TicketJourney, event: MembersOffered, context: Context) -> Turn:
    certificate = kept(state)
    if not event.question or certificate.question != event.question:
        return state, ()
    state = replace(state, certificate=replace(certificate, question="", choose_members=True, members=()))
    return onward(state, context) if state.screen == "cert_wait" else (state, ())


def ready(state: TicketJourney, event: CertificateReady, context: Context) -> Turn:
    certificate = kept(state)
    if not event.question or certificate.question != event.question or event.wanted.kind != certificate.kind:
        return state, ()
    # What this person's record does not have is not shown as if it were on the sheet.
    certificate = replace(certificate, question="", ready=True, items=event.wanted.items)
    state = replace(state, certificate=certificate)
    return onward(state, context) if state.screen == "cert_wait" else (state, ())


def onward(state: TicketJourney, context: Context) -> Turn:
    """The card is taken; what central has said by now decides what comes."""
    certificate = kept(state)
    now = context.now_utc_ms
    if is_due(certificate, context):
        return said(state, _told(certificate.refused), context)
    if certificate.choose_members:
        return shown(state, now, Place(screen="cert_who")), ()
    if certificate.ready:
        return confirm(state, context)
    return shown(state, now, Place(screen="cert_wait")), ()


def confirm(state: TicketJourney, context: Context, fault: str = "") -> Turn:
    """The price as it is shown here is the one that is charged, or none."""
    certificate = kept(state)
    each_yen = now_of(context).prices.get(certificate.kind) if certificate.kind is not None else None
    if each_yen is None:
        return said(state, "failed", context)
    priced = replace(certificate, each_yen=each_yen, fault=fault, sale="", number="", inserted_yen=0)
    return shown(state, context.now_utc_ms, Place(screen="cert_confirm"), certificate=priced), ()


def choose_member(state: TicketJourney, number: int, context: Context) -> Turn:
    certificate, offer = kept(state), now_of(context).offer
    if offer is None or not 0 < number <= min(len(offer.members), MEMBERS_MAX):
        return replace(state, touched_ms=context.now_utc_ms), ()
    ref = offer.members[number - 1].ref
    chosen = set(certificate.members) ^ {ref}
    in_order = tuple(one.ref for one in offer.members if one.ref in chosen)
    return changed(state, context.now_utc_ms, certificate=replace(certificate, members=in_order)), ()


# --- money ---------------------------------------------------------------------------------------------------


def buy(state: TicketJourney, context: Context) -> Turn:
    """The confirmation: from here on it counts. One press, one sale."""
    certificate = replace(kept(state), sale=context.new_id, ready=False, fault="")
    waits = shown(state, context.now_utc_ms, Place(screen="cert_wait"), certificate=certificate)
    sell = SellCertificate(sale=certificate.sale, wanted=certificate.wanted, each_yen=certificate.each_yen)
    return waits, (sell,)


def sale_opened(state: TicketJourney, event: SaleOpened, context: Context) -> Turn:
    certificate = kept(state)
    if not _is_open(state, event.sale) or certificate.paid or certificate.number:
        return state, ()
    certificate = replace(certificate, number=event.number, means=event.means)
    if certificate.stopping or event.yen == 0:
        return replace(state, certificate=certificate), ()
    return shown(state, context.now_utc_ms, Place(screen="cert_pay"), certificate=certificate), ()


def sale_refused(state: TicketJourney, event: SaleRefused, context: Context) -> Turn:
    if not _is_open(state, event.sale) or kept(state).paid:
        return state, ()
    certificate = replace(kept(state), sale="", number="")
    state = replace(state, certificate=certificate)
    if certificate.stopping == "other_card":
        return said(state, "other_card", context)
    if certificate.stopping:
        return leave(replace(state, certificate=replace(certificate, stopping="")), context)
    if event.why == "price":
        return confirm(replace(state, certificate=replace(certificate, ready=True)), context, "price")
    return said(state, _told(event.why), context)


def money_told(state: TicketJourney, event: MoneyTold, context: Context) -> Turn:
    if not _is_open(state, event.sale) or state.screen != "cert_pay":
        return state, ()
    inserted = replace(kept(state), inserted_yen=event.inserted_yen)
    # Whoever puts coins in is there, and a key that was meant for this screen is still right.
    return replace(state, certificate=inserted, touched_ms=context.now_utc_ms, dialog=""), ()


def paid(state: TicketJourney, event: Paid, context: Context) -> Turn:
    certificate = kept(state)
    if not _is_open(state, event.sale) or certificate.paid:
        return state, ()
    certificate = replace(certificate, paid=True)
    if certificate.stopping in GIVES_UP:
        return settle(replace(state, certificate=certificate), context)
    printing = shown(state, context.now_utc_ms, Place(screen="cert_print"), certificate=certificate)
    return printing, (PrintCertificate(sale=certificate.sale),)


def not_paid(state: TicketJourney, event: NotPaid, context: Context) -> Turn:
    certificate = kept(state)
    if not _is_open(state, event.sale) or certificate.paid:
        return state, ()
    certificate = replace(certificate, over=True)
    state = replace(state, certificate=certificate)
    if event.claim:
        return claimed(state, event.claim, event.yen, context)
    if certificate.stopping == "time":
        return leave(state, context)
    return said(state, "other_card" if certificate.stopping == "other_card" else "not_paid", context)


def _is_open(state: TicketJourney, sale: str) -> bool:
    certificate = kept(state)
    return bool(sale) and certificate.sale == sale and not certificate.over


# --- paper ---------------------------------------------------------------------------------------------------


def print_waits(state: TicketJourney, event: PrintWaits, context: Context) -> Turn:
    certificate = kept(state)
    if not _is_open(state, event.sale) or state.screen != "cert_print" or certificate.print_waits == event.cause:
        return state, ()
    return replace(state, certificate=replace(certificate, print_waits=event.cause), ordinal=state.ordinal + 1), ()


def printed(state: TicketJourney, event: SheetsPrinted, context: Context) -> Turn:
    if not _is_open(state, event.sale) or state.screen not in ("cert_print", "cert_doubt"):
        return state, ()
    state = replace(state, certificate=replace(kept(state), printed=event.printed))
    if event.verdict in ("issued", "uncut"):
        return taken(state, context)
    if state.screen == "cert_doubt":
        return state, ()
    if event.verdict == "not_issued":
        return settle(state, context)
    return doubt(state, context)


def doubt(state: TicketJourney, context: Context) -> Turn:
    """Only eyes can tell. It is never printed again: a second sheet would be another's chance."""
    return ring(shown(state, context.now_utc_ms, Place(screen="cert_doubt")), "certificate_doubt", context)


def seen_by_visitor(state: TicketJourney, has_paper: bool, context: Context) -> Turn:
    sale = kept(state).sale
    confirms = ConfirmSheets(sale=sale, has_paper=has_paper)
    state, commands = taken(state, context) if has_paper else settle(state, context)
    return state, (confirms, *commands)


def taken(state: TicketJourney, context: Context) -> Turn:
    """Everything is on paper."""
    certificate = kept(state)
    receipt: tuple[AnyCommand, ...] = ()
    over = replace(certificate, over=True, printed=certificate.copies)
    if certificate.total_yen:
        receipt = (PrintReceipt(sale=certificate.sale),)
        over = replace(over, receipt="asked")
    return shown(state, context.now_utc_ms, Place(screen="cert_take"), certificate=over), receipt


def settle(state: TicketJourney, context: Context) -> Turn:
    waits = shown(state, context.now_utc_ms, Place(screen="cert_wait"))
    return waits, (SettleSale(sale=kept(state).sale),)


def settled(state: TicketJourney, event: SaleSettled, context: Context) -> Turn:
    if state.screen == "cert_take" and event.how == "claim" and event.sale == kept(state).sale:
        # The sheets are there, and the unit could not give the change.
        return claimed(state, event.claim, event.yen, context)
    if not _is_open(state, event.sale):
        return state, ()
    if event.how == "printed":
        return taken(state, context)
    certificate = replace(kept(state), over=True, claim_yen=event.yen)
    state = replace(state, certificate=certificate)
    if event.how == "claim":
        return claimed(state, event.claim, event.yen, context)
    if event.how == "refunded":
        return said(state, "refunded", context)
    return said(state, "other_card" if certificate.stopping == "other_card" else "interrupted", context)


def claimed(state: TicketJourney, claim: str, yen: int, context: Context) -> Turn:
    """Staff come; whether or not the slip came out, its number stands on the screen. Without a number the core had no
    answer in time, and what there is to claim is found by the number of the sale."""
    certificate = replace(kept(state), over=True, claim=claim, claim_yen=yen)
    told = shown(state, context.now_utc_ms, Place(screen="cert_claim"), certificate=certificate)
    return ring(told, "certificate_claim", context)


def receipt_told(state: TicketJourney, event: ReceiptTold, context: Context) -> Turn:
    certificate = kept(state)
    if certificate.sale != event.sale or certificate.receipt != "asked":
        return state, ()
    told = replace(certificate, receipt="printed" if event.printed else "failed")
    return replace(state, certificate=told), ()


# --- time and restarts ---------------------------------------------------------------------------------------


def tick(state: TicketJourney, context: Context) -> Turn | None:
    """None: nothing of this part is due."""
    certificate = kept(state)
    if is_due(certificate, context) and state.screen in ("cert_wait", "cert_card"):
        return said(state, _told(certificate.refused), context)
    since_ms = context.now_utc_ms - state.shown_ms
    if state.screen == "cert_print" and since_ms >= timing.PRINT_STUCK_MS:
        return doubt(state, context)
    if state.screen == "cert_wait" and since_ms >= timing.ASK_STUCK_MS:
        return _stuck(state, context)
    return None


def _stuck(state: TicketJourney, context: Context) -> Turn:
    certificate = kept(state)
    if not is_selling(certificate):
        return said(state, "away", context)
    if not certificate.paid and not certificate.stopping:
        stopping = replace(certificate, stopping="stuck")
        waits = shown(state, context.now_utc_ms, Place(screen="cert_wait"), certificate=stopping)
        return waits, (StopPayment(sale=certificate.sale),)
    # The core ends it alone; nobody stands here for ever.
    state, commands = claimed(state, "", 0, context)
    return state, (EndCertificate(sale=certificate.sale), *commands)


def restarted(state: TicketJourney, context: Context) -> Turn:
    """The core has forgotten session, documents and names. What it wrote of the sale it knows."""
    if is_selling(kept(state)):
        return settle(state, context)
    if state.screen in ("cert_take", "cert_said", "cert_claim", "card_take"):
        return state, ()
    return said(state, "interrupted", context)


def end(state: TicketJourney, context: Context) -> Turn:
    """The sheets are taken, or the time for it is up; a card that lies here by now is asked back all the same."""
    return leave(state, context) if card_lies(context) else go_on_after(state, context)
