"""Who may have what from a kiosk, over people and households as hypothesis makes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.certificates.entitlement import EVERYTHING, Answer, Policy, age, answer
from central_server.certificates.register import (
    Bar,
    Domicile,
    Entry,
    FamilyRegister,
    Foreign,
    Household,
    Person,
    Resident,
    Seal,
    Tax,
)
from kiosk_app.office.certificates import KINDS, RULES, Closed, Kind

TODAY = date(2026, 4, 6)
HERE, AWAY = Domicile("北九州市小倉北区紺屋町", "見本　太郎"), Domicile("下関市竹崎町", "見本　太郎", here=False)
BARS = st.sampled_from(get_args(Bar))
FAMILY_KINDS = {kind for kind, rules in RULES.items() if rules.domicile}


@st.composite
def people(draw: st.DrawFn, number: int, barred: bool = False) -> Person:
    born = draw(st.dates(date(1930, 1, 1), date(2011, 4, 5)))
    foreign = draw(st.booleans()) and number > 0
    return Person(
        id=f"p{number}",
        name=f"見本　{number}",
        kana="ミホン",
        birth=born,
        sex="女",
        relation="世帯主" if number == 0 else "子",
        resident_since=born,
        address_since=born,
        domicile=None if foreign else draw(st.sampled_from((HERE, AWAY))),
        foreign=Foreign("ベトナム", "留学", "２年", "AB") if foreign else None,
        seal=draw(st.none() | st.just(Seal("1", TODAY))),
        tax=draw(st.none() | st.builds(Tax, *[st.just(2025)] * 6, paid=st.none() | st.just(1))),
        bars=frozenset(draw(st.sets(BARS, min_size=1))) if barred else frozenset(),
    )


@st.composite
def residents(draw: st.DrawFn) -> Resident:
    """Nobody in them is barred."""
    members = tuple(draw(people(number)) for number in range(draw(st.integers(1, 5))))
    asks = draw(st.sampled_from(members))
    family = None
    if asks.domicile is HERE:
        entries = tuple(
            Entry(one.id, one.name, one.birth, "父", "母", "長女") for one in members if one.domicile is HERE
        )
        family = FamilyRegister(HERE, TODAY, entries)
    return Resident(asks, Household("h", "小倉北区", "住所", "見本　0", members), family)


def asked(found: Resident | None, policy: Policy = EVERYTHING) -> Answer:
    return answer(found, TODAY, lambda one: f"ref-{one}", policy)


def kinds(given: Answer) -> set[Kind]:
    return {one.kind for one in given.offers}


NOTHING = Answer((), tuple(Closed(kind=kind) for kind in KINDS))
"""The one answer for whom a kiosk gives nothing."""


@given(residents())
def test_every_kind_stands_once_and_what_may_be_had_is_of_ones_own_household(found: Resident) -> None:
    given = asked(found)
    assert sorted([*kinds(given), *(one.kind for one in given.closed)]) == sorted(KINDS)
    household = {f"ref-{one.id}" for one in found.household.members}
    register = {f"ref-{one.person}" for one in found.family.entries} if found.family else set()
    for one in given.offers:
        assert set(one.scopes) <= set(RULES[one.kind].scopes) and set(one.items) <= set(RULES[one.kind].items)
        assert {member.ref for member in one.members} <= (register if one.kind in FAMILY_KINDS else household)
        assert ("part" in one.scopes) <= (len(one.members) > 1)


@given(residents(), BARS)
def test_whoever_is_barred_gets_the_answer_of_somebody_who_is_unknown(found: Resident, bar: Bar) -> None:
    barred = replace(found.person, bars=frozenset({bar}))
    assert asked(replace(found, person=barred)) == asked(None) == NOTHING


@given(residents(), st.dates(TODAY - timedelta(days=15 * 366), TODAY))
def test_nobody_under_fifteen_gets_one(found: Resident, birth: date) -> None:
    young = replace(found, person=replace(found.person, birth=birth))
    if age(birth, TODAY) < 15:
        assert asked(young) == NOTHING
    else:
        assert asked(young) == asked(found)


def test_one_may_ask_on_the_fifteenth_birthday_and_not_the_day_before() -> None:
    assert age(date(2011, 4, 6), TODAY) == 15
    assert age(date(2011, 4, 7), TODAY) == 14
    assert age(date(2008, 2, 29), date(2023, 2, 28)) == 14
    assert age(date(2008, 2, 29), date(2023, 3, 1)) == 15


@given(residents(), BARS, st.data())
def test_what_bars_another_member_closes_the_kind_and_not_a_scope_of_it(
    found: Resident, bar: Bar, data: st.DataObject
) -> None:
    others = [one for one in found.household.members if one.id != found.person.id]
    if not others:
        return
    who = data.draw(st.sampled_from(others))
    members = tuple(replace(one, bars=frozenset({bar})) if one is who else one for one in found.household.members)
    entries = ()
    if found.family is not None:
        entries = tuple(
            replace(one, bars=frozenset({bar})) if one.person == who.id else one for one in found.family.entries
        )
    family = None if found.family is None else replace(found.family, entries=entries)
    given, before = (
        asked(replace(found, household=replace(found.household, members=members), family=family)),
        asked(found),
    )
    assert "resident-record" not in kinds(given)
    in_register = any(one.person == who.id for one in entries)
    gone = FAMILY_KINDS | {"resident-record"} if in_register else {"resident-record"}
    assert kinds(given) == kinds(before) - gone
    # Which bar it is changes nothing.
    assert all(one in before.offers for one in given.offers)
    assert all(one.why == "not_here" for one in given.closed if one.kind in gone and in_register)


@given(residents())
def test_a_family_register_elsewhere_is_told_as_that_and_only_where_nothing_else_is_in_the_way(found: Resident) -> None:
    person = replace(found.person, domicile=AWAY, foreign=None)
    given = asked(replace(found, person=person, family=None))
    assert {one.kind for one in given.closed if one.why == "elsewhere"} == FAMILY_KINDS
    barred = replace(person, bars=frozenset({"protected"}))
    assert asked(replace(found, person=barred, family=None)) == NOTHING


@given(residents())
def test_a_city_gives_what_it_has_decided_to_give(found: Resident) -> None:
    given = asked(found, Policy(kinds=("resident-record",), individual_number=False))
    assert kinds(given) == {"resident-record"}
    assert "individual-number" not in given.offers[0].items
    assert "individual-number" in asked(found).offers[0].items


@given(residents())
def test_items_are_those_of_the_people_in_the_household(found: Resident) -> None:
    (offer,) = (one for one in asked(found).offers if one.kind == "resident-record")
    members = found.household.members
    assert ("domicile" in offer.items) == any(one.is_japanese for one in members)
    assert ("residence-card" in offer.items) == any(not one.is_japanese for one in members)


@pytest.mark.parametrize("kind", ["seal-registration", "income-tax", "tax-payment"])
def test_what_is_in_no_register_cannot_be_certified(kind: Kind) -> None:
    person = Person("p", "見本", "ミホン", date(1980, 1, 1), "男", "世帯主", TODAY, TODAY, domicile=AWAY)
    alone = Resident(person, Household("h", "小倉北区", "住所", "見本", (person,)))
    assert kind not in kinds(asked(alone))
    everything = replace(person, seal=Seal("1", TODAY), tax=Tax(2025, 1, 1, 1, 1, 1, paid=2))
    assert kind in kinds(asked(replace(alone, person=everything)))
