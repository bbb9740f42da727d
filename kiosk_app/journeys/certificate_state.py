"""Where the journey of a certificate stands. Saved like the rest at each step, so nothing of the person is in it: no
digit, no name, no picture; `members` are names that say nothing outside their session.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.journeys.certificate_events import Means, Why
from kiosk_app.journeys.ticket_place import Place
from kiosk_app.office.certificates import Item, Kind, Scope, Wanted

Said = Literal[
    "", "other_place", "closed", "other_card", "interrupted", "not_paid", "refunded",
    "not_here", "elsewhere",
    "expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine", "not_asked",
    "away", "failed", "ended",
]  # fmt: skip
"""What the screen cert_said tells: why there is no certificate. other_place: of another municipality."""
Stopping = Literal["", "visitor", "other_card", "time", "stuck"]
"""Why the payment was asked to stop."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The visit is for practice (れんしゅう): journeys/practice.py."""

    own: bool = False
    """The visitor's own card is laid down, and never read; else a card of paper or none at all."""
    placed: bool = False
    """"I have placed it", said the visitor, and has not taken it yet."""
    paper: str = ""
    """What is being printed, by its id."""
    paper_came: Literal["", "printed", "failed"] = ""
    papers: int = 0
    """Printed in this visit."""
    erred: bool = False
    """What comes of a wrong PIN was shown: once is enough."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The choices, then what was asked of the core, then the sale."""

    kind: Kind | None = None
    scope: Scope = "self"
    items: tuple[Item, ...] = ()
    members: tuple[str, ...] = ()
    copies: int = 1
    left: Place | None = None
    """Where the visitor stood when the card was pulled too early."""
    released: bool = False
    """The card has signed: from here on no card belongs at the reader until the visit is over."""
    card_out: bool = False
    """And it was taken."""
    question: str = ""
    """Asked of the core and not answered."""
    asked_ms: int = 0
    refused: Why | Literal[""] = ""
    """Has come already and is told at `tell_ms`: the same delay for every cause."""
    tell_ms: int = 0
    ready: bool = False
    choose_members: bool = False
    said: Said = ""
    fault: Literal["", "price"] = ""
    """What stands on the confirmation beside the choices."""
    sale: str = ""
    number: str = ""
    means: Means = "counter"
    each_yen: int = 0
    inserted_yen: int = 0
    stopping: Stopping = ""
    paid: bool = False
    over: bool = False
    """Everything of the sale is on paper, given back or somebody's claim."""
    print_waits: str = ""
    """Why printing waits for a person."""
    printed: int = 0
    claim: str = ""
    claim_yen: int = 0
    receipt: Literal["", "asked", "printed", "failed"] = ""
    after: Literal["", "reset", "counter", "ticket"] = ""
    """What comes once the card is taken: the start, or a ticket."""
    lesson: Lesson | None = None
    """Of a visit for practice alone."""

    @property
    def total_yen(self) -> int:
        return self.each_yen * self.copies

    @property
    def wanted(self) -> Wanted:
        """Raises ValueError before a kind was chosen."""
        if self.kind is None:
            raise ValueError("no kind was chosen")
        return Wanted(kind=self.kind, scope=self.scope, members=self.members, items=self.items, copies=self.copies)
