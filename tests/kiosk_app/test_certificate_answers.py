"""What central's answers and the facts mean to a visitor, case by case and for whatever may be asked."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from kiosk_app import certificate_messages as wire
from kiosk_app.certificate_answers import fitted, offer_of, settled, size_of_png, why_not, why_not_opened
from kiosk_app.certificate_line import NoAnswer
from kiosk_app.journeys import certificate_events as c
from kiosk_app.office.certificates import ITEMS, KINDS, RULES, Closed, Member, Offer, Wanted, misfit
from kiosk_app.office.sales import Claim, GivenBack, Sale, SoldCopy, claim_text
from kiosk_app.office.state import OfficeState
from tests.depth import examples


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (wire.NotOpened(why="stale"), "ended"),
        (wire.NotOpened(why="revoked"), "revoked"),
        (wire.NotOpened(why="not_asked"), "not_asked"),
        (NoAnswer("away"), "away"),
        (NoAnswer("busy"), "away"),
        (NoAnswer("refused"), "away"),
        (NoAnswer("untrusted"), "away"),
        (NoAnswer("garbled"), "failed"),
        (wire.SessionClosed(), "failed"),
    ],
)
def test_why_a_card_opens_nothing(answer: wire.Reply | NoAnswer, why: c.Why) -> None:
    assert why_not_opened(answer) == why
    if not isinstance(answer, wire.NotOpened):
        assert why_not(answer) == why


def test_the_registers_word_is_told_as_it_is() -> None:
    for why in ("not_here", "ended", "away", "failed"):
        assert why_not(wire.Refused(why=why)) == why  # type: ignore[arg-type]
    given = wire.OffersGiven(
        offers=(Offer(kind="resident-record", scopes=("self",)),),
        closed=(Closed(kind="family-register", why="elsewhere"), Closed(kind="income-tax")),
        layouts=("roll-80",),
    )
    assert offer_of(given, "resident-record", "a4") == "failed", "the issuer knows no such paper"
    assert offer_of(given, "resident-record", "roll-80") == given.offers[0]
    assert offer_of(given, "family-register", "roll-80") == "elsewhere"
    assert offer_of(given, "income-tax", "roll-80") == offer_of(given, "tax-payment", "roll-80") == "not_here"


MEMBERS = tuple(Member(ref=f"r{n}", name="") for n in range(3))
offers = st.builds(
    Offer,
    kind=st.sampled_from(KINDS),
    scopes=st.lists(st.sampled_from(["self", "all", "part"]), unique=True).map(tuple),
    items=st.lists(st.sampled_from(ITEMS), unique=True).map(tuple),
    members=st.just(MEMBERS),
)


@given(offers, st.data())
@settings(max_examples=examples(40))
def test_what_is_asked_for_fits_the_offer_or_is_not_asked_for(offer: Offer, data: st.DataObject) -> None:
    wanted = Wanted(
        kind=offer.kind,
        scope=data.draw(st.sampled_from(RULES[offer.kind].scopes)),
        members=data.draw(st.lists(st.sampled_from([one.ref for one in MEMBERS]), unique=True).map(tuple)),
        items=data.draw(st.lists(st.sampled_from(RULES[offer.kind].items or ITEMS[:1]), unique=True).map(tuple)),
        copies=data.draw(st.integers(1, 5)),
    )
    found = fitted(wanted, offer)
    if isinstance(found, Wanted):
        assert misfit(found, offer) == "" and (found.kind, found.scope, found.copies) == (
            wanted.kind,
            wanted.scope,
            wanted.copies,
        )
        assert set(found.items) == set(wanted.items) & set(offer.items)
    elif isinstance(found, c.MembersOffered):
        assert wanted.scope == "part" and not wanted.members
    else:
        assert found == "not_here" and wanted.scope not in offer.scopes


def a_copy(state: str) -> SoldCopy:
    return SoldCopy(
        kind="resident-record",
        kind_name="住民票の写し",
        yen=200,
        copy=1,
        copies=1,
        session="s",
        resident="r",
        sha256="0" * 64,
        state=state,  # type: ignore[arg-type]
    )


def test_what_became_of_money_is_read_from_the_facts() -> None:
    state = OfficeState()
    assert settled(state, "p") == c.SaleSettled(sale="p", how="nothing"), "it was never begun"
    sale = Sale(machine="m1", machine_code="m1", number=1, date="2026-04-06", copies={"j": a_copy("voided")})
    state.sales["p"] = sale
    assert settled(state, "p").how == "nothing"
    paid = replace(sale, credits={"counter": 200})
    state.sales["p"] = paid
    assert settled(state, "p") == c.SaleSettled(sale="p", how="claim", yen=200), "the disk is full: not yet a claim"
    state.sales["p"] = replace(paid, payouts={"o": GivenBack(yen=200, why="refund", paid_yen=200, ended=True)})
    assert settled(state, "p") == c.SaleSettled(sale="p", how="refunded", yen=200)
    state.sales["p"] = replace(paid, copies={"j": a_copy("issued")})
    assert settled(state, "p") == c.SaleSettled(sale="p", how="printed")
    state.sales["p"] = replace(paid, claim="claimid1x", claimed_yen=200)
    state.claims["claimid1x"] = Claim(machine="m1", payment="p", owed_yen=150, doubt_yen=50)
    claimed = c.SaleSettled(sale="p", how="claim", yen=200, claim=claim_text("claimid1x"))
    assert settled(state, "p") == claimed
    del state.sales["p"]
    assert settled(state, "p") == claimed, "the sale was of yesterday"
    assert settled(state, "").how == "nothing"


def test_the_size_of_a_picture_stands_in_it() -> None:
    out = io.BytesIO()
    Image.new("L", (31, 57)).save(out, "PNG")
    assert size_of_png(out.getvalue()) == (31, 57)
