"""What central's answers and the facts mean for the visitor at a certificate kiosk. Pure: the desk asks and tells."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app import certificate_messages as wire
from kiosk_app.certificate_line import NoAnswer
from kiosk_app.journeys import certificate_events as c
from kiosk_app.office.certificates import RULES, Kind, Layout, Offer, Wanted
from kiosk_app.office.sales import Sale, claim_text, claim_yen, held_yen, taken_yen
from kiosk_app.office.state import OfficeState


def why_not_opened(answer: wire.Reply | NoAnswer) -> c.Why:
    """Of an answer to the card's proof that is no session. A challenge whose answer was lost is used up, and the card
    is in the visitor's hand: they begin anew."""
    if isinstance(answer, wire.NotOpened):
        return "ended" if answer.why == "stale" else answer.why
    return why_not(answer)


def why_not(answer: wire.Reply | NoAnswer) -> c.Why:
    """Of any other answer than the one that was hoped for."""
    if isinstance(answer, NoAnswer):
        return "failed" if answer.why == "garbled" else "away"
    return answer.why if isinstance(answer, wire.Refused) else "failed"


def offer_of(given: wire.OffersGiven, kind: Kind, layout: Layout) -> Offer | c.Why:
    """What this person may have of the kind, on this kiosk's paper."""
    if layout not in given.layouts:
        return "failed"
    offer = next((one for one in given.offers if one.kind == kind), None)
    if offer is not None:
        return offer
    return next((one.why for one in given.closed if one.kind == kind), "not_here")


def fitted(wanted: Wanted, offer: Offer) -> Wanted | c.MembersOffered | c.Why:
    """Without the items that this person's record does not have. MembersOffered (of no question yet): somebody must be
    chosen first."""
    if wanted.scope not in offer.scopes or wanted.scope not in RULES[wanted.kind].scopes:
        return "not_here"
    if wanted.scope != "part":
        members: tuple[str, ...] = ()
    elif wanted.members:
        members = wanted.members
    else:
        return c.MembersOffered(question="")
    return replace(wanted, members=members, items=tuple(item for item in wanted.items if item in offer.items))


def size_of_png(png: bytes) -> tuple[int, int]:
    """Pixels across and down, as its first chunk (IHDR) says."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def settled(state: OfficeState, payment: str) -> c.SaleSettled:
    """What became of a sale's money, from the facts alone. A sale that nobody knows has taken none."""
    # A sale of yesterday that has ended is forgotten; its claim is not.
    for key, claim in state.claims.items():
        if payment and claim.payment == payment:
            return c.SaleSettled(sale=payment, how="claim", yen=claim_yen(claim), claim=claim_text(key))
    sale = state.sales.get(payment)
    if sale is None:
        return c.SaleSettled(sale=payment, how="nothing")
    if sale.copies and all(copy.state == "issued" for copy in sale.copies.values()):
        return c.SaleSettled(sale=payment, how="printed")
    if not taken_yen(sale):
        return c.SaleSettled(sale=payment, how="nothing")
    if held_yen(sale):
        # No room on the disk for the claim yet: it is found by the number of the sale.
        return c.SaleSettled(sale=payment, how="claim", yen=held_yen(sale))
    returned_yen = sum(payout.paid_yen for payout in sale.payouts.values())
    return c.SaleSettled(sale=payment, how="refunded", yen=returned_yen)


def printed_of(sale: Sale) -> int:
    return sum(copy.state == "issued" for copy in sale.copies.values())
