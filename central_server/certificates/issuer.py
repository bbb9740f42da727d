"""The port of an issuer (証明発行サーバ): what a card's person may have, and one document at a time as a PDF.

Its methods block, each up to a deadline of the adapter's own, and never raise for what a server or a register can do.
They are called from several threads at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from kiosk_app.office.certificates import Closed, Layout, Offer, Wanted


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a card has proved to be, in the only words that its certificate has: the authority by the SHA-256 of its
    certificate, and the serial number, both hexadecimal. A re-issued certificate has another one."""

    authority: str = field(repr=False)
    serial: str = field(repr=False)
    resident: str
    """The same person's name within this session, which every answer repeats."""


class Offers(NamedTuple):
    """Every kind once, in one or the other."""

    resident: str
    offers: tuple[Offer, ...]
    closed: tuple[Closed, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One copy. `issuance` is one document for ever: asked twice for it, an issuer makes no second one."""

    subject: Subject
    wanted: Wanted
    layout: Layout
    issuance: str
    serial: str
    """Stands on the paper."""
    number: int
    office: str
    office_number: int
    at: datetime
    """In the office's zone."""


@dataclass(frozen=True, slots=True)
class Made:
    """`resident` and `issuance` as they were ordered: whoever asked compares. `sha256` is the issuer's own."""

    resident: str
    issuance: str
    pdf: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class NotHere:
    """Not from a kiosk. The cause stays where it is."""


@dataclass(frozen=True, slots=True)
class Away:
    """No answer, or none that can be used, and nothing is known to have been made. `why` is for the technician and
    holds nothing of the person."""

    why: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that must not reach any paper: another document than was ordered, or bytes that are none."""

    why: str


class Issuer(Protocol):
    """`layouts`: those that it can lay out; others are asked for as none of them."""

    @property
    def layouts(self) -> frozenset[Layout]: ...

    def offers(self, subject: Subject, at: datetime) -> Offers | Away: ...

    def make(self, order: Order) -> Made | NotHere | Away | Unusable: ...

    def close(self) -> None: ...
