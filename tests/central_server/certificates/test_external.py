"""The adapter for a city's own issuer, against a double of it over real HTTP: what is right passes, nothing else
does."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from central_server.certificates.external import HttpIssuer
from central_server.certificates.issuer import Away, Made, NotHere, Offers, Order, Subject, Unusable
from central_server.database import Pool
from central_server.fetching import HttpFetcher
from kiosk_app import certificate_messages as wire
from kiosk_app.office.certificates import KINDS, Wanted
from tests.central_server.certificates import external_issuer as double
from tests.central_server.certificates import house as h
from tests.central_server.certificates.pdfs import encrypted
from tests.central_server.certificates.test_desk import states

AT = datetime(2026, 4, 6, 1, 12, tzinfo=UTC)
SUBJECT = Subject("aa", f"{h.TAKASAKI:x}", "r1")
RECORD = Wanted(kind="resident-record", scope="all")


@pytest.fixture
def theirs() -> Iterator[double.Issuer]:
    with double.serving() as found:
        yield found


def adapter(theirs: double.Issuer, token: str = double.TOKEN) -> HttpIssuer:
    fetch = HttpFetcher(deadline_s=30, most_bytes=6_000_000, headers=(("Authorization", f"Bearer {token}"),))
    return HttpIssuer(theirs.url, fetch)


def order(subject: Subject = SUBJECT, wanted: Wanted = RECORD) -> Order:
    return Order(subject, wanted, "a4", "i1", "01-00000007-4", 7, "kokura-kita", 1, AT)


def test_offers_and_documents_come_as_from_the_sample_issuer(theirs: double.Issuer) -> None:
    ours = adapter(theirs)
    assert ours.offers(SUBJECT, AT) == h.simulator().offers(SUBJECT, AT)
    made = ours.make(order())
    assert isinstance(made, Made) and (made.resident, made.issuance) == ("r1", "i1")
    assert h.sha256(made.pdf) == made.sha256 and "髙﨑" in h.text_of(made.pdf)
    assert ours.make(order()) == made and theirs.made == {"i1": 1}, "asked twice, made once"


def test_a_refusal_has_no_reason(theirs: double.Issuer) -> None:
    protected = Subject("aa", f"{h.PROTECTED:x}", "r2")
    assert adapter(theirs).make(order(protected)) == NotHere()
    found = adapter(theirs).offers(protected, AT)
    assert isinstance(found, Offers) and found.offers == () and len(found.closed) == len(KINDS)


def test_a_wrong_token_is_an_issuer_that_is_away(theirs: double.Issuer) -> None:
    ours = adapter(theirs, "x" * 43)
    for found in (ours.offers(SUBJECT, AT), ours.make(order())):
        assert isinstance(found, Away) and "401" in found.why


@pytest.mark.parametrize(
    "change",
    [
        lambda told: 503,
        lambda told: b"",
        lambda told: b"<html>",
        lambda told: b"\xff\xfe",
        lambda told: {**told, "closed": [{"kind": "resident-record", "why": "protected"}]},
        lambda told: {**told, "offers": told["offers"][1:]},
        lambda told: {**told, "offers": [*told["offers"], told["offers"][0]]},
        lambda told: {**told, "offers": [{**told["offers"][0], "items": ["salary"]}, *told["offers"][1:]]},
    ],
)
def test_offers_that_are_not_as_agreed_are_none(theirs: double.Issuer, change: double.Change) -> None:
    theirs.change = change
    assert isinstance(adapter(theirs).offers(SUBJECT, AT), Away)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda told: 500, Away),
        (lambda told: b"{}", Unusable),
        (lambda told: {**told, "pdf": "***"}, Unusable),
        (lambda told: {"result": "refused", "why": "protected"}, Unusable),
        (lambda told: {"result": "refused"}, NotHere),
        (lambda told: {**told, "pdf": "A" * 7_000_000}, Away),
    ],
)
def test_a_document_that_is_not_as_agreed_is_none(theirs: double.Issuer, change: double.Change, kind: type) -> None:
    theirs.change = change
    assert isinstance(adapter(theirs).make(order()), kind)


def with_pdf(pdf: bytes) -> double.Change:
    told = {"pdf": b64encode(pdf).decode(), "sha256": h.sha256(pdf)}
    return lambda right: {**right, **told} if "pdf" in right else right


@pytest.mark.parametrize(
    "change",
    [
        with_pdf(encrypted()),
        with_pdf(b"%PDF-1.7 broken"),
        with_pdf(b""),
        with_pdf(b"%PDF-1.7\n" + b" " * 4_000_000),
        lambda told: {**told, "sha256": "0" * 64} if "pdf" in told else told,
        lambda told: {**told, "resident": "somebody"} if "pdf" in told else told,
        lambda told: {**told, "issuance": "another"} if "pdf" in told else told,
        lambda told: {**told, "resident": "somebody"},
    ],
    ids=["encrypted", "broken", "empty", "huge", "hash", "resident", "issuance", "other offers"],
)
async def test_nothing_wrong_reaches_a_kiosk(
    dsn: str, pool: Pool, theirs: double.Issuer, change: double.Change
) -> None:
    with h.certificates(adapter(theirs)) as own:
        async with h.kiosk(dsn, pool, own) as kiosk:
            opened = await kiosk.opened()
            good = await kiosk.prepared(opened.session, RECORD, "a4")
            assert "髙﨑" in h.text_of(good.documents[0].pdf)
            theirs.change = change
            got = await kiosk.ask(h.prepare(opened.session, RECORD, "a4"))
            assert got == wire.Refused(why="failed")
            roll: Any = await kiosk.ask(h.prepare(opened.session, RECORD, "roll-80"))
            assert roll == wire.Refused(why="failed"), "a layout that it does not know"
    assert set(states(dsn)) <= {"prepared", "void"} and "issuing" not in states(dsn)
