"""Facts of certificates that were sold at a kiosk: what was bound to what, what was paid, what came out, what is owed.

Every yen stands in a fact of the one machine that took or gave it, with the business day that it belongs to, so that a
day's totals are the same whatever arrives when. Nothing of the person: `resident` is central's name for one session and
says nothing outside it. Import them from facts.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact

Means = Literal["counter", "unit"]
"""How a sale is paid: to a person at a counter, or into the machine's coin-and-note unit."""
Verdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]
"""As facts.Verdict."""
VoidReason = Literal["abandoned", "not_issued", "mismatch", "interrupted", "stopped"]
"""abandoned: the visitor went or the time was up. not_issued: its paper certainly did not come. mismatch: what was to
be printed was not what had been bound. interrupted: the machine ended in between. stopped: certificates are not sold
now."""


class CertificateIntended(Fact, frozen=True, kw_only=True):
    """A visitor confirmed one copy at this price: from here on the price is frozen and the document bound.

    Session, job, resident and SHA-256 of the PDF belong together; just before the first byte they are compared again.
    `issuance` and `serial` are central's. `number` is that of the sale on this machine and day (K-0012). `fee` is the
    rule: the table's id and its first day.
    """

    payment: str
    job: str
    session: str
    resident: str
    sha256: str
    issuance: str
    serial: str
    number: int
    kind: str
    kind_name: str
    copy: int
    copies: int
    yen: int
    fee: str
    exemption: str = ""
    language: str = "ja"
    machine_code: str
    date: str


class PaymentAsked(Fact, frozen=True, kw_only=True):
    """The sum of a sale is asked for: durable before the unit opens or a counter is told. 0 yen is paid at once.

    `mark`: how far the unit's own counts are, in the unit's words, so that after a restart nothing counts twice.
    """

    payment: str
    number: int
    yen: int
    means: Means
    machine_code: str
    date: str
    mark: str = ""


class MoneyTaken(Fact, frozen=True, kw_only=True):
    """Money was received for a sale. `credit` is its identity within the sale: the same piece, told again, is the same.

    At a counter the actor is who took it, or `confirmed_by` and `confirmed_seq` are the place of their word at a
    console.
    """

    payment: str
    credit: str
    yen: int
    source: Literal["counter", "coin", "note"]
    machine_code: str
    date: str
    mark: str = ""
    confirmed_by: str = ""
    confirmed_seq: int = 0


class MoneyDoubted(Fact, frozen=True, kw_only=True):
    """More may have gone into the unit than it told: power (it lost its power), lost (more happened than it keeps),
    stuck (a note is neither in nor back). How much nobody knows, so it is in no sum; staff give back what they find.
    """

    payment: str
    why: Literal["power", "lost", "stuck"]
    mark: str = ""


class CertificatePrintStarted(Fact, frozen=True, kw_only=True):
    """Durable before the first byte, with what was compared right before it. Once for each job, for ever."""

    payment: str
    job: str
    session: str
    resident: str
    sha256: str
    printer: str


class CertificateEnded(Fact, frozen=True, kw_only=True):
    """What the printer said of its paper."""

    payment: str
    job: str
    verdict: Verdict
    kind: str
    yen: int
    machine_code: str
    date: str
    cause: str = ""


class CertificateSeen(Fact, frozen=True, kw_only=True):
    """A person said whether the paper of a job in doubt came: the visitor, or staff as the actor."""

    payment: str
    job: str
    issued: bool
    by: Literal["visitor", "staff"]
    kind: str
    yen: int
    machine_code: str
    date: str


class CertificateVoided(Fact, frozen=True, kw_only=True):
    """This job will never be printed; what was paid for it is owed."""

    payment: str
    job: str
    reason: VoidReason


class PayoutStarted(Fact, frozen=True, kw_only=True):
    """The unit is to give money back: durable before it is told, once for each `payout`. `mark` as it was before."""

    payment: str
    payout: str
    yen: int
    why: Literal["change", "refund"]
    mark: str = ""


class PayoutEnded(Fact, frozen=True, kw_only=True):
    """`paid_yen` certainly came out; of `doubt_yen` nobody knows; the rest is still owed."""

    payment: str
    payout: str
    paid_yen: int
    doubt_yen: int = 0
    machine_code: str
    date: str
    mark: str = ""


class ClaimOpened(Fact, frozen=True, kw_only=True):
    """What the machine could not settle is a person's claim from here on, whether its slip was printed or not.

    `owed_yen` is certain; of `doubt_yen` staff find out. `claim` is unguessable and stands on the slip.
    """

    payment: str
    claim: str
    number: int
    owed_yen: int
    doubt_yen: int
    reason: Literal["not_issued", "in_doubt", "no_change", "unit", "interrupted", "abandoned"]
    machine_code: str
    date: str


class PaymentEnded(Fact, frozen=True, kw_only=True):
    """The machine has nothing more to do with this sale: everything in it is sold, given back or claimed."""

    payment: str


class SlipStarted(Fact, frozen=True, kw_only=True):
    """A receipt or the slip of a claim goes to a printer: durable before its first byte, once for each sale. Whether it
    came is no matter of money: the claim stands without it."""

    payment: str
    slip: Literal["receipt", "claim"]


class OutcomeTold(Fact, frozen=True, kw_only=True):
    """Central has answered what became of one document. `last`: nothing more will be said of it.

    `answer` is how it stands at central; empty where central knows no such document of this kiosk.
    """

    payment: str
    issuance: str
    verdict: Literal["issued", "not_issued", "unknown"]
    settled: Literal["", "not_paid", "refunded", "claim"] = ""
    answer: str = ""
    last: bool = False


class PaymentConfirmed(Fact, frozen=True, kw_only=True):
    """Staff at a console took the money of a sale at a kiosk. The actor says who; the kiosk answers each once."""

    payment: str
    yen: int
    machine_code: str
    date: str
    intent: str = ""


class ConfirmationRefused(Fact, frozen=True, kw_only=True):
    """The kiosk's answer where the money is not needed: whoever took it gives it back. `paid`: it had been paid before.
    over: the sale had ended, as by time-out."""

    payment: str
    confirmed_by: str
    confirmed_seq: int
    reason: Literal["paid", "over"]
    date: str


class ClaimSettled(Fact, frozen=True, kw_only=True):
    """Staff settled a claim: together the three are the whole of it. `date` is the day of the settlement.

    `paid_yen` went to the visitor; for `sold_yen` the paper had come after all; `given_yen` the unit had given after
    all.
    """

    claim: str
    paid_yen: int
    sold_yen: int
    given_yen: int
    machine_code: str
    date: str
    intent: str = ""


class MoneyReturned(Fact, frozen=True, kw_only=True):
    """Staff gave back what they had taken and the kiosk had refused; `confirmed_…` is the place of their word. It is in
    no sum, because it was never credited."""

    payment: str
    confirmed_by: str
    confirmed_seq: int
    yen: int
    machine_code: str
    date: str
    intent: str = ""


class TakingsPrintStarted(Fact, frozen=True, kw_only=True):
    """The closing sheet of the day `date` goes to a printer: durable before the first byte. The actor says who."""

    date: str
    intent: str = ""
