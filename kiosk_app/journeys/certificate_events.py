"""What goes into the journey of a certificate and what comes out, and what it may know of the machine.

The journey never has a digit, a name, a picture or a document: it names questions and sales, and the core, which keeps
those in memory only, answers by the same name. A visit goes so:

    OpenCard            -> CardOpened                                   the card's own troubles, before any choice
    SignForCertificate  -> CardAnswered (wrong, locked, gone ...), CannotSign, CertificateSigned: the card is free now
    PrepareCertificate  -> CertificateRefused, MembersOffered, CertificateReady
    SellCertificate     -> SaleRefused, SaleOpened; then MoneyTold ..., and Paid or NotPaid once
    StopPayment         -> Paid or NotPaid, whichever it has become
    PrintCertificate    -> PrintWaits ..., then SheetsPrinted once
    ConfirmSheets       no answer: what the visitor saw, where the printer could not tell
    SettleSale          -> SaleSettled
    PrintReceipt        -> ReceiptTold
    EndCertificate      no answer: whoever stood here is gone; the core brings an open sale to its end alone

Every command may be repeated with the same name and acts once. An answer that nobody waits for any more does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from kiosk_app.journeys.message_base import Command, Event
from kiosk_app.office.certificates import Kind, Offer, Wanted

Stopped = Literal["", "stopped", "printer", "away", "fees", "payment"]
"""Why this machine sells no certificate now. stopped: staff must look first (what was to be printed was not what had
been bound). fees: its table of fees is out of date. payment: its coin-and-note unit takes no money."""
Means = Literal["counter", "unit"]
"""How one pays: to a person at a counter, or into the machine's coin-and-note unit."""
Why = Literal[
    "not_here", "elsewhere",
    "expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine", "not_asked",
    "away", "failed", "ended", "price",
]  # fmt: skip
"""not_here: the register's, whatever its cause; elsewhere: another municipality's 本籍. Then those of the card, which
are told exactly (as certificate_messages.CardFault). away: central or the issuer does not answer. failed: what the
issuer gave cannot be printed. ended: the session is over. price: another price holds since the screen was shown."""
SheetVerdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]
"""Of all copies together: the worst of theirs, as the printer proves it."""


class CertificatesNow(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate kiosk can do at this instant. `offer` and `preview` are of the person whose card has signed:
    in the core's memory only, gone with EndCertificate, and never in a representation."""

    stopped: Stopped = ""
    site: str = ""
    """Where this machine stands, as the hours of certificates name it."""
    means: Means = "counter"
    sample: bool = False
    """For practice: nothing is sold, so it is so at any hour."""
    prices: Mapping[Kind, int] = {}
    """Yen of one copy; what has no price now is not sold."""
    offer: Offer | None = None
    preview: str = ""
    """The first page, small: a data:image/png address."""
    preview_width_px: int = 0
    preview_height_px: int = 0

    def __repr__(self) -> str:
        return f"CertificatesNow(stopped={self.stopped!r}, site={self.site!r})"


# --- events --------------------------------------------------------------------------------------------------


class CertificateSigned(Event, frozen=True, kw_only=True):
    """The PIN was right and the card has signed. It has no power any more and may be taken; the PIN is overwritten."""

    session: str


class CannotSign(Event, frozen=True, kw_only=True):
    """Central gave nothing to sign. No PIN was sent, so no try was spent."""

    session: str
    why: Why = "away"


class CertificateRefused(Event, frozen=True, kw_only=True):
    question: str
    why: Why


class MembersOffered(Event, frozen=True, kw_only=True):
    """Somebody of the household must be chosen first; who they are stands in the context's offer."""

    question: str


class CertificateReady(Event, frozen=True, kw_only=True):
    """All copies are here. Nothing counts yet. What is not in the person's record was left out of `wanted`."""

    question: str
    wanted: Wanted


class SaleOpened(Event, frozen=True, kw_only=True):
    """The price is frozen, each document bound, and the money asked for. 0 yen is paid at once: Paid follows."""

    sale: str
    number: str
    """Of the sale on this machine today, K-0012."""
    means: Means
    yen: int


class SaleRefused(Event, frozen=True, kw_only=True):
    """Nothing was asked for, nothing is paid."""

    sale: str
    why: Why


class MoneyTold(Event, frozen=True, kw_only=True):
    """So much is in the machine now."""

    sale: str
    inserted_yen: int


class Paid(Event, frozen=True, kw_only=True):
    sale: str


class NotPaid(Event, frozen=True, kw_only=True):
    """It is over and nothing will be printed. `claim`: of money that the unit could not give back; else all came
    back."""

    sale: str
    claim: str = ""
    yen: int = 0


class SheetsPrinted(Event, frozen=True, kw_only=True):
    """`printed` copies of all are certainly there."""

    sale: str
    verdict: SheetVerdict
    printed: int = 0


class PrintWaits(Event, frozen=True, kw_only=True):
    """Printing waits for a person, and goes on when the paper is there; staff have been called. `cause`: why, as a
    printer's status; empty once it goes on."""

    sale: str
    cause: str = ""


class SaleSettled(Event, frozen=True, kw_only=True):
    """What became of money for which no sheet came, or of change (a claim, although the sheets came). nothing: none had
    been taken. printed: after a restart it turns out that every sheet had come. Without a claim slip on paper the claim
    stands all the same; its text is what the visitor shows."""

    sale: str
    how: Literal["nothing", "printed", "refunded", "claim"]
    yen: int = 0
    claim: str = ""


class ReceiptTold(Event, frozen=True, kw_only=True):
    sale: str
    printed: bool


# --- commands ------------------------------------------------------------------------------------------------


class ForgetPin(Command, frozen=True, kw_only=True):
    """Overwrite what was typed; the card stays open."""


class SignForCertificate(Command, frozen=True, kw_only=True):
    """Ask central for a challenge; then send what was typed to the card, once, and have it sign."""

    session: str
    spend_last_try: bool = False


class PrepareCertificate(Command, frozen=True, kw_only=True):
    """Show central the signature (the first time), ask what may be had, and have the documents made. Items that this
    person's record does not have are left out. The scope `part` without members is answered by MembersOffered."""

    question: str
    wanted: Wanted


class SellCertificate(Command, frozen=True, kw_only=True):
    """The visitor has confirmed: from here on it counts, at `each_yen` a copy as it was shown."""

    sale: str
    wanted: Wanted
    each_yen: int


class StopPayment(Command, frozen=True, kw_only=True):
    """Give back what was inserted, unless it is paid by now."""

    sale: str


class PrintCertificate(Command, frozen=True, kw_only=True):
    """Each document that was bound to this sale, once for ever."""

    sale: str


class ConfirmSheets(Command, frozen=True, kw_only=True):
    sale: str
    has_paper: bool


class SettleSale(Command, frozen=True, kw_only=True):
    """What will not be printed any more is void, and what was paid for it is given back, or is a claim with its
    slip."""

    sale: str


class PrintReceipt(Command, frozen=True, kw_only=True):
    sale: str


class EndCertificate(Command, frozen=True, kw_only=True):
    """Close the session at central, overwrite documents, names and signature. A sale that is still open is stopped;
    what is paid by then and is not on paper becomes a claim that staff are told of."""

    sale: str = ""


CertificateEvent = (
    CertificateSigned | CannotSign | CertificateRefused | MembersOffered | CertificateReady | SaleOpened | SaleRefused
    | MoneyTold | Paid | NotPaid | PrintWaits | SheetsPrinted | SaleSettled | ReceiptTold
)  # fmt: skip
CertificateCommand = (
    ForgetPin | SignForCertificate | PrepareCertificate | SellCertificate | StopPayment | PrintCertificate
    | ConfirmSheets | SettleSale | PrintReceipt | EndCertificate
)  # fmt: skip
