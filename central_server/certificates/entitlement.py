"""Which certificates a person may have from a kiosk: one's own and one's household's, from the age of 15 on. Pure.

Whatever the register's cause, the answer is the same value: the kind is closed. What bars one member of a household or
family register closes the kind for all of them: were only that scope left out, it would tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from central_server.certificates.register import FamilyRegister, Person, Resident
from kiosk_app.office.certificates import KINDS, RULES, Closed, Item, Kind, Member, Offer, Why

AGE_MIN = 15
"""Younger people's certificates are given at the counter."""
FOREIGN_ITEMS: tuple[Item, ...] = ("nationality", "residence-status", "residence-card")


class Answer(NamedTuple):
    """Every kind once."""

    offers: tuple[Offer, ...]
    closed: tuple[Closed, ...]


class Policy(NamedTuple):
    """What the city has decided."""

    kinds: tuple[Kind, ...] = KINDS
    individual_number: bool = True


EVERYTHING = Policy()
NAME_REF = Callable[[str], str]
"""Of a person's id in the register, what a kiosk may know for one session."""


def answer(found: Resident | None, today: date, ref: NAME_REF, policy: Policy = EVERYTHING) -> Answer:
    """`found` None: the register does not know this card."""
    offers, closed = [], []
    for kind in KINDS:
        made = _of_kind(kind, found, today, ref, policy) if kind in policy.kinds else Closed(kind=kind)
        if isinstance(made, Offer):
            offers.append(made)
        else:
            closed.append(made)
    return Answer(tuple(offers), tuple(closed))


def age(birth: date, on: date) -> int:
    """In law a year of age is complete at the end of the day before the birthday (年齢計算ニ関スル法律); a kiosk counts
    from the birthday itself, which is never too early."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def may_ask(person: Person, today: date) -> bool:
    return age(person.birth, today) >= AGE_MIN and not person.bars


def _of_kind(kind: Kind, found: Resident | None, today: date, ref: NAME_REF, policy: Policy) -> Offer | Closed:
    if found is None or not may_ask(found.person, today):
        return Closed(kind=kind)
    made = _MAKERS[kind](found, ref, policy)
    return Closed(kind=kind, why=made) if isinstance(made, str) else made


def _resident_record(found: Resident, ref: NAME_REF, policy: Policy) -> Offer | Why:
    members = found.household.members
    if any(one.bars for one in members):
        return "not_here"
    items: list[Item] = ["head-and-relation"]
    if any(one.is_japanese for one in members):
        items.append("domicile")
    if any(not one.is_japanese for one in members):
        items.extend(FOREIGN_ITEMS)
    if policy.individual_number:
        items.append("individual-number")
    shown = tuple(Member(ref=ref(one.id), name=one.name) for one in members)
    alone = len(members) == 1
    scopes = RULES["resident-record"].scopes
    return Offer(
        kind="resident-record",
        scopes=tuple(one for one in scopes if one != "part" or not alone),
        items=tuple(items),
        members=() if alone else shown,
    )


def _seal(found: Resident, ref: NAME_REF, policy: Policy) -> Offer | Why:
    return Offer(kind="seal-registration", scopes=("self",)) if found.person.seal is not None else "not_here"


def _tax(found: Resident, ref: NAME_REF, policy: Policy) -> Offer | Why:
    """Not declared, or not taxed here on 1 January: there is nothing to certify."""
    return Offer(kind="income-tax", scopes=("self",)) if found.person.tax is not None else "not_here"


def _paid(found: Resident, ref: NAME_REF, policy: Policy) -> Offer | Why:
    tax = found.person.tax
    return Offer(kind="tax-payment", scopes=("self",)) if tax is not None and tax.paid is not None else "not_here"


def _family(kind: Kind) -> Callable[[Resident, NAME_REF, Policy], Offer | Why]:
    def made(found: Resident, ref: NAME_REF, policy: Policy) -> Offer | Why:
        register = _register_of(found)
        if isinstance(register, str):
            return register
        shown = tuple(Member(ref=ref(one.person), name=one.name) for one in register.entries)
        scopes = RULES[kind].scopes
        if kind != "family-register-person" or len(shown) == 1:
            return Offer(kind=kind, scopes=tuple(s for s in scopes if s != "part"), items=RULES[kind].items)
        return Offer(kind=kind, scopes=scopes, items=RULES[kind].items, members=shown)

    return made


def _register_of(found: Resident) -> FamilyRegister | Why:
    """Only a person without any bar gets here, so "elsewhere" says nothing but where the 本籍 is."""
    domicile, register = found.person.domicile, found.family
    if domicile is not None and not domicile.here:
        return "elsewhere"
    if domicile is None or register is None or any(one.bars for one in register.entries):
        return "not_here"
    if all(one.person != found.person.id for one in register.entries):
        return "not_here"
    return register


_MAKERS: Mapping[Kind, Callable[[Resident, NAME_REF, Policy], Offer | Why]] = {
    "resident-record": _resident_record,
    "seal-registration": _seal,
    "family-register": _family("family-register"),
    "family-register-person": _family("family-register-person"),
    "family-register-addresses": _family("family-register-addresses"),
    "income-tax": _tax,
    "tax-payment": _paid,
}
