"""The moves that all parts of a certificate's journey share: what is sold, where a dead end leads, and how one leaves.

Nobody leaves money behind: a payment is stopped first, and what is paid is printed, given back or claimed first.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import certificate_timing
from kiosk_app.journeys.card_check import reset_service
from kiosk_app.journeys.certificate_events import CertificatesNow, EndCertificate, StopPayment
from kiosk_app.journeys.certificate_state import Certificate, Said, Stopping
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.messages import CallStaff, Context, EndCard
from kiosk_app.journeys.ticket_moves import Turn, card_lies, home, shown
from kiosk_app.journeys.ticket_state import Alert, CardCheck, Place, TicketJourney
from kiosk_app.office import catalogue, certificate_hours
from kiosk_app.office.calendar import Closed
from kiosk_app.office.certificates import Kind

OF_THE_CARD = ("expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine")
"""Whoever looks after cards looks after these."""
OF_ANOTHER_PLACE = ("other_place", "elsewhere")
CLOSES_DOOR = CertificatesNow(stopped="stopped")


def kept(state: TicketJourney) -> Certificate:
    if state.certificate is None:
        raise AssertionError(f"the screen {state.screen} needs a certificate's journey")
    return state.certificate


def is_kiosk(context: Context) -> bool:
    """The settings make this machine a certificate kiosk, it has a reader, and the office sells certificates."""
    configured = context.certificates is not None and context.office.certificates is not None
    return configured and bool(context.card_reader)


def now_of(context: Context) -> CertificatesNow:
    return context.certificates or CLOSES_DOOR


def closed(kind: Kind, context: Context) -> Closed | None:
    if now_of(context).sample:
        return None
    at = local_time(context.office, context.now_utc_ms)
    found = certificate_hours.opening(context.office, kind, now_of(context).site, at)
    return found if isinstance(found, Closed) else None


def is_sold(kind: Kind, context: Context) -> bool:
    """Now, here, and at a price that holds."""
    return closed(kind, context) is None and kind in now_of(context).prices


def said(state: TicketJourney, what: Said, context: Context, **changes: object) -> Turn:
    """No certificate, and why; whatever was read or made for it is forgotten at once."""
    certificate = replace(kept(state), said=what, question="", refused="", ready=False, choose_members=False, **changes)
    told = shown(
        state, context.now_utc_ms, Place(screen="cert_said"), certificate=certificate, card=CardCheck(), way_back=()
    )
    return told, (EndCard(), EndCertificate(sale=certificate.sale))


def ticket_service(certificate: Certificate, context: Context) -> catalogue.Service | None:
    """Whose counter helps here: not one that sends the visitor on to another."""
    sold = context.office.certificates
    if sold is None or certificate.said in OF_THE_CARD:
        return None
    if certificate.said in OF_ANOTHER_PLACE:
        return catalogue.service(context.office, sold.elsewhere)
    name = next((one.service for one in sold.kinds if one.kind == certificate.kind), "")
    return catalogue.service(context.office, name) if name else None


# --- leaving -------------------------------------------------------------------------------------------------


def is_selling(certificate: Certificate) -> bool:
    """Money may be inside, or owed."""
    return bool(certificate.sale) and not certificate.over


def leave(state: TicketJourney, context: Context, after: str = "", why: Stopping = "visitor") -> Turn:
    """The end, or on to a ticket: first the money, then the card, then the way."""
    certificate = kept(state)
    if is_selling(certificate):
        return stop(state, why, context)
    certificate = replace(certificate, after=after, question="", refused="", ready=False)
    if card_lies(context) and state.screen not in ("card_take", "cert_card"):
        taking = shown(state, context.now_utc_ms, Place(screen="card_take"), certificate=certificate, card=CardCheck())
        return taking, (EndCard(), EndCertificate(sale=certificate.sale))
    return go_on_after(replace(state, certificate=certificate), context)


def stop(state: TicketJourney, why: Stopping, context: Context) -> Turn:
    """What is inside comes back; what has just become paid is for the answer to decide. Once."""
    certificate = kept(state)
    if certificate.paid or certificate.stopping:
        return replace(state, touched_ms=context.now_utc_ms), ()
    stopping = replace(certificate, stopping=why)
    waits = shown(state, context.now_utc_ms, Place(screen="cert_wait"), certificate=stopping)
    return waits, (StopPayment(sale=certificate.sale),)


def go_on_after(state: TicketJourney, context: Context) -> Turn:
    """The card is taken, or nobody is there to take it."""
    certificate = kept(state)
    place = None
    if certificate.after == "ticket":
        service = ticket_service(certificate, context)
        place = Place(screen="choose") if service is None else Place(screen="confirm", service=service.id)
    elif certificate.after and (card := reset_service(context)) is not None:
        place = Place(screen="confirm", service=card.id)
        if certificate.after == "counter":
            place = Place(screen="services", letter=card.group)
    if place is None:
        return home(state, context)
    start = Place(screen="idle")
    gone = shown(state, context.now_utc_ms, place, card=None, certificate=None, way_back=(start,))
    return gone, (EndCard(), EndCertificate(sale=certificate.sale))


def ring(state: TicketJourney, cause: str, context: Context) -> Turn:
    """Staff are called for this visitor, unless they are already."""
    if state.visitor_alert is not None:
        return state, ()
    alert = Alert(id=context.new_id, cause=cause, since_ms=context.now_utc_ms)
    return replace(state, visitor_alert=alert), (CallStaff(alert=alert.id, cause=cause),)


def is_due(certificate: Certificate, context: Context) -> bool:
    return bool(certificate.refused) and context.now_utc_ms >= certificate.tell_ms


def refused_at(certificate: Certificate, context: Context) -> int:
    return certificate_timing.tell_ms(certificate.asked_ms, context.now_utc_ms)
