"""What is known of sales of certificates: each with its copies, its money and what is still owed. Shapes and sums.

A sale is written by its own machine alone and in order, so what has ended can be forgotten when its day is over. What
outlives it are the claims, and the takings of each day and machine, to the yen.
"""

from __future__ import annotations

from typing import Literal

import msgspec

JobState = Literal["intended", "started", "issued", "not_issued", "unknown", "voided"]
UNFINISHED: frozenset[JobState] = frozenset({"intended", "started"})


class SoldCopy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One copy, which is one print job."""

    kind: str
    kind_name: str
    yen: int
    copy: int
    copies: int
    session: str
    resident: str
    sha256: str
    issuance: str = ""
    serial: str = ""
    state: JobState = "intended"
    asked_visitor: bool = False
    """The visitor has said that it did not come; only staff can say more."""


class GivenBack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One payout of the unit."""

    yen: int
    why: str
    paid_yen: int = 0
    doubt_yen: int = 0
    ended: bool = False
    mark: str = ""


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """`machine` is the chain that writes it. `asked_yen`: None until the sum was asked for."""

    machine: str
    machine_code: str
    number: int
    date: str
    language: str = "ja"
    means: Literal["", "counter", "unit"] = ""
    asked_yen: int | None = None
    copies: dict[str, SoldCopy] = {}
    """By job."""
    credits: dict[str, int] = {}
    payouts: dict[str, GivenBack] = {}
    claimed_yen: int = 0
    doubted: bool = False
    """More may have gone into the unit than it told."""
    mark: str = ""
    """The unit's, as last written."""
    slips: tuple[str, ...] = ()
    """Of which printing has begun: receipt, claim."""
    claim: str = ""
    ended: bool = False


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's word and the staff's, whichever came first. `machine` is empty until the kiosk's has come."""

    machine: str = ""
    payment: str = ""
    machine_code: str = ""
    number: int = 0
    date: str = ""
    reason: str = ""
    owed_yen: int = 0
    doubt_yen: int = 0
    settled: tuple[Settled, ...] = ()
    """By place. Two, where two hubs could not see each other: then it was perhaps paid twice."""


class Settled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    machine: str
    seq: int
    staff_code: str
    date: str
    paid_yen: int
    sold_yen: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of one document whose sale has ended, until central has heard the last word of it."""

    machine: str
    payment: str
    verdict: Literal["issued", "not_issued", "unknown"]
    settled: Literal["", "not_paid", "refunded", "claim"] = ""
    claim: str = ""
    unknown_yen: int = 0
    """Of all copies of that sale of which nobody knows whether they came."""
    told: tuple[str, str] | None = None
    """Verdict and settlement that central has answered."""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Staff's word that a sale was paid to them."""

    payment: str
    yen: int
    machine_code: str
    date: str
    staff_code: str
    at_utc_ms: int


class Answered(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The kiosk's answer to one confirmation, by which chain."""

    machine: str
    date: str
    refused: Literal["", "paid", "over"] = ""


class Sold(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    copies: int = 0
    yen: int = 0


class Takings(msgspec.Struct, frozen=True, kw_only=True):
    """What one chain wrote of one business day, in yen."""

    machine_code: str = ""
    counter_yen: int = 0
    unit_yen: int = 0
    paid_out_yen: int = 0
    """By the unit, change included."""
    sold: dict[str, Sold] = {}
    """By kind."""
    claimed_yen: int = 0
    claims_paid_yen: int = 0
    claims_sold_yen: int = 0
    """Of claims: for certificates that had come after all."""
    claims_given_yen: int = 0
    """Of claims: what the unit had given after all."""

    @property
    def sold_yen(self) -> int:
        return sum(one.yen for one in self.sold.values())

    @property
    def open_yen(self) -> int:
        """Taken and not yet sold, given back or claimed: of sales that have not ended."""
        return self.counter_yen + self.unit_yen - self.sold_yen - self.paid_out_yen - self.claimed_yen


def taken_yen(sale: Sale) -> int:
    return sum(sale.credits.values())


def held_yen(sale: Sale) -> int:
    """Received, and neither sold nor given back nor claimed."""
    sold = sum(copy.yen for copy in sale.copies.values() if copy.state == "issued")
    return taken_yen(sale) - sold - sum(one.paid_yen for one in sale.payouts.values()) - sale.claimed_yen


def is_paid(sale: Sale) -> bool:
    return sale.asked_yen is not None and taken_yen(sale) >= sale.asked_yen


def doubt_yen(sale: Sale) -> int:
    """Of what is held: paid for copies, or told to the unit, of which nobody knows what became."""
    copies = sum(copy.yen for copy in sale.copies.values() if copy.state == "unknown")
    return copies + sum(one.doubt_yen if one.ended else one.yen for one in sale.payouts.values())


def wanted_yen(sale: Sale) -> int:
    """Of what is held: needed for copies that may still come."""
    return sum(copy.yen for copy in sale.copies.values() if copy.state in UNFINISHED)


def owed_yen(sale: Sale) -> int:
    """To be given back now, for certain: the change, and what was paid for copies that do not come."""
    return max(0, held_yen(sale) - doubt_yen(sale) - wanted_yen(sale))


def number_text(number: int) -> str:
    """K-0012: as it is on the screen and on paper, beside the machine's name."""
    return f"K-{number:04d}"


def claim_text(claim: str) -> str:
    """What a person compares and types of an unguessable id: AB12-CD34."""
    short = "".join(sign for sign in claim.upper() if sign.isascii() and sign.isalnum())[:8]
    return f"{short[:4]}-{short[4:]}"


def claim_yen(claim: Claim) -> int:
    return claim.owed_yen + claim.doubt_yen


def is_open(claim: Claim) -> bool:
    return bool(claim.machine) and not claim.settled
