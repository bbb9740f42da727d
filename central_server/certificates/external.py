"""The adapter for a city's own issuer (証明発行サーバ): HTTP with JSON, as docs/certificate-issuer.md describes it.

What it answers is believed as little as a stranger's: shape, size, and that it speaks of the person and the document
that were asked for are looked at here; the PDF itself in received.py, as of every adapter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from central_server.certificates.issuer import Away, Made, NotHere, Offers, Order, Subject, Unusable
from central_server.fetching import Fetcher, NotFetched
from kiosk_app.office.certificates import KINDS, Closed, Layout, Offer, Wanted

JSON = "application/json"


class OffersQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`authority`: SHA-256 of the certificate of the authority, `serial`: of the card's certificate; hexadecimal."""

    authority: str
    serial: str
    resident: str
    at: datetime


class OffersReply(msgspec.Struct, frozen=True, kw_only=True):
    resident: str
    offers: Annotated[tuple[Offer, ...], Meta(max_length=len(KINDS))]
    closed: Annotated[tuple[Closed, ...], Meta(max_length=len(KINDS))]


class DocumentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`issuance`: the same order again makes no second document."""

    authority: str
    serial: str
    resident: str
    wanted: Wanted
    layout: Layout
    issuance: str
    number: str
    at: datetime


class DocumentReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="made"):
    resident: str
    issuance: str
    sha256: str
    pdf: bytes
    """In base64."""


class DocumentRefused(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="refused"):
    why: Literal["not_here"] = "not_here"


_offers: msgspec.json.Decoder[OffersReply] = msgspec.json.Decoder(OffersReply)
_documents: msgspec.json.Decoder[DocumentReply | DocumentRefused] = msgspec.json.Decoder(
    DocumentReply | DocumentRefused
)


@dataclass(frozen=True)
class HttpIssuer:
    """`url` without a slash at its end. `fetch` knows deadline, size, token and authority."""

    url: str
    fetch: Fetcher = field(repr=False)
    layouts: frozenset[Layout] = frozenset({"a4"})

    def offers(self, subject: Subject, at: datetime) -> Offers | Away:
        asked = OffersQuestion(authority=subject.authority, serial=subject.serial, resident=subject.resident, at=at)
        found = self.fetch.post(f"{self.url}/offers", msgspec.json.encode(asked), JSON)
        if isinstance(found, NotFetched):
            return Away(f"offers: {found.why}")
        try:
            reply = _offers.decode(found.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Away("offers: the answer is not as the contract says")
        told = [one.kind for one in reply.offers] + [one.kind for one in reply.closed]
        if sorted(told) != sorted(KINDS):
            return Away("offers: not every kind once")
        return Offers(reply.resident, reply.offers, reply.closed)

    def make(self, order: Order) -> Made | NotHere | Away | Unusable:
        asked = DocumentOrder(
            authority=order.subject.authority,
            serial=order.subject.serial,
            resident=order.subject.resident,
            wanted=order.wanted,
            layout=order.layout,
            issuance=order.issuance,
            number=order.serial,
            at=order.at,
        )
        found = self.fetch.post(f"{self.url}/documents", msgspec.json.encode(asked), JSON)
        if isinstance(found, NotFetched):
            return Away(f"document: {found.why}")
        try:
            reply = _documents.decode(found.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Unusable("document: the answer is not as the contract says")
        if isinstance(reply, DocumentRefused):
            return NotHere()
        return Made(reply.resident, reply.issuance, reply.pdf, reply.sha256)

    def close(self) -> None:
        return None
