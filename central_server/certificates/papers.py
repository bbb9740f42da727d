"""What stands on each certificate: a title, headed lines and a sentence, made of the register's record. Pure.

How it looks is document.typ's business. Layouts follow what is public of the standardised forms; the
layout book itself was not to be had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from central_server.certificates.register import Entry, Person, Resident
from central_server.certificates.wareki import fiscal_year, wareki, western, yen
from kiosk_app.office.certificates import RULES, WIDTH_MM, Item, Kind, Layout, Wanted

OMITTED = "（記載を省略）"
CITY = "北九州市"
AUTHORITY = "北九州市長　見本　太郎"
"""Nobody's name: what this issuer makes is a sample."""


class Section(msgspec.Struct, frozen=True):
    """A heading (may be empty) and lines of label and text."""

    title: str
    rows: tuple[tuple[str, str], ...]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """Texts as they will be read. `stamp`: what the impression of the registered seal (印影) shows; empty: none."""

    title: str
    width_mm: float
    is_roll: bool
    sections: tuple[Section, ...]
    sentence: str
    date: str
    authority: str
    serial: str
    stamp: str = ""
    code: str = ""
    """The two-dimensional code as SVG."""
    code_note: str = "この二次元コードで、発行の記録を確かめられます。"
    sample: str = "見本"
    sample_note: str = "これは見本です。書かれている方は実在しません。証明書としての効力はありません。"


@dataclass(frozen=True)
class Chosen:
    """`named`: those of the household or register who shall stand on it, by id, in its order."""

    wanted: Wanted
    named: tuple[str, ...]
    at: date
    serial: str
    layout: Layout

    def has(self, item: Item) -> bool:
        return item in self.wanted.items


def paper(found: Resident, chosen: Chosen, code: str) -> Paper:
    """Raises KeyError for a member who is not there: the caller has compared the order with the offer."""
    kind = chosen.wanted.kind
    sections, sentence, stamp = _MAKERS[kind](found, chosen)
    return Paper(
        title=RULES[kind].name,
        width_mm=WIDTH_MM[chosen.layout],
        is_roll=chosen.layout != "a4",
        sections=sections,
        sentence=sentence,
        date=wareki(chosen.at),
        authority=AUTHORITY,
        serial=chosen.serial,
        stamp=stamp,
        code=code,
    )


Made = tuple[tuple[Section, ...], str, str]


def _resident_record(found: Resident, chosen: Chosen) -> Made:
    home = found.household
    people = {one.id: one for one in home.members}
    sections = [
        Section("", (("住所", home.address), ("世帯主", home.head if chosen.has("head-and-relation") else OMITTED)))
    ]
    sections += [Section("", _of_record(people[one], chosen)) for one in chosen.named]
    return tuple(sections), "この写しは、住民票の原本と相違ないことを証明する。", ""


def _of_record(one: Person, chosen: Chosen) -> tuple[tuple[str, str], ...]:
    said: list[tuple[str, str]] = [("氏名", one.name), ("フリガナ", one.kana)]
    if one.foreign is not None and one.foreign.alias:
        said.append(("通称", one.foreign.alias))
    said += [
        ("生年月日", _born(one)),
        ("性別", one.sex),
        ("続柄", one.relation if chosen.has("head-and-relation") else OMITTED),
        ("住民となった年月日", wareki(one.resident_since)),
        ("住所を定めた年月日", wareki(one.address_since)),
    ]
    if one.former_address:
        said.append(("転入前住所", one.former_address))
    if one.domicile is not None:
        shown = chosen.has("domicile")
        said += [
            ("本籍", one.domicile.place if shown else OMITTED),
            ("筆頭者", one.domicile.head if shown else OMITTED),
        ]
    if one.foreign is not None:
        foreign = one.foreign
        said += [
            ("国籍・地域", foreign.nationality if chosen.has("nationality") else OMITTED),
            ("在留資格", foreign.status if chosen.has("residence-status") else OMITTED),
            ("在留期間等", foreign.period if chosen.has("residence-status") else OMITTED),
            ("在留カード等の番号", foreign.card if chosen.has("residence-card") else OMITTED),
        ]
    said.append(("個人番号", one.individual_number if chosen.has("individual-number") else OMITTED))
    return tuple(said)


def _born(one: Person) -> str:
    return wareki(one.birth) if one.is_japanese else western(one.birth)


def _identity(found: Resident) -> tuple[tuple[str, str], ...]:
    one = found.person
    return ("氏名", one.name), ("生年月日", _born(one)), ("住所", found.household.address)


def _seal(found: Resident, chosen: Chosen) -> Made:
    seal = found.person.seal
    assert seal is not None
    rows = (*_identity(found), ("登録年月日", wareki(seal.registered)), ("登録番号", seal.number))
    sentence = "この写しは、登録された印影と相違ないことを証明する。"
    return (Section("", rows),), sentence, found.person.name.partition("　")[0]


def _entry_of(found: Resident) -> Mapping[str, Entry]:
    assert found.family is not None
    return {one.person: one for one in found.family.entries}


def _whole_register(found: Resident, chosen: Chosen) -> Made:
    return _register(found, chosen.named), "これは、戸籍に記録されている事項の全部を証明した書面である。", ""


def _person_of_register(found: Resident, chosen: Chosen) -> Made:
    return (
        _register(found, chosen.named),
        "これは、戸籍中の一部の者について記録されている事項の全部を証明した書面である。",
        "",
    )


def _register(found: Resident, named: Sequence[str]) -> tuple[Section, ...]:
    family, entries = found.family, _entry_of(found)
    assert family is not None
    head = Section("", (("本籍", family.domicile.place), ("氏名", family.domicile.head)))
    made = Section("戸籍事項", (("戸籍編製", f"【編製日】{wareki(family.made)}"),))
    return head, made, *(_recorded(entries[one]) for one in named)


def _recorded(one: Entry) -> Section:
    rows = (
        ("名", one.name.rpartition("　")[2]),
        ("生年月日", wareki(one.birth)),
        ("父", one.father),
        ("母", one.mother),
        ("続柄", one.relation),
        *one.events,
    )
    return Section("戸籍に記録されている者", rows)


def _addresses(found: Resident, chosen: Chosen) -> Made:
    family, entries = found.family, _entry_of(found)
    assert family is not None
    shown = chosen.has("domicile")
    head = Section(
        "",
        (
            ("本籍", family.domicile.place if shown else OMITTED),
            ("筆頭者", family.domicile.head if shown else OMITTED),
        ),
    )
    rest = tuple(
        Section(
            "附票に記録されている者",
            (
                ("氏名", entries[one].name),
                ("生年月日", wareki(entries[one].birth)),
                *((("住所"), f"{place}（住定日　{wareki(day)}）") for day, place in entries[one].addresses),
            ),
        )
        for one in chosen.named
    )
    return (head, *rest), "この写しは、戸籍の附票の原本と相違ないことを証明する。", ""


def _income(found: Resident, chosen: Chosen) -> Made:
    tax = found.person.tax
    assert tax is not None
    taxed = max(0, tax.income - tax.deductions)
    rows = (
        ("合計所得金額", yen(tax.income)),
        ("所得控除の合計", yen(tax.deductions)),
        ("課税標準額", yen(taxed // 1000 * 1000)),
        ("扶養親族の数", f"{tax.dependants}人"),
        ("市民税額", yen(tax.city_tax)),
        ("県民税額", yen(tax.prefecture_tax)),
        ("年税額", yen(tax.city_tax + tax.prefecture_tax)),
    )
    heading = f"{fiscal_year(tax.year)}　市民税・県民税"
    return (Section("", _identity(found)), Section(heading, rows)), "上記のとおり証明する。", ""


def _payment(found: Resident, chosen: Chosen) -> Made:
    tax = found.person.tax
    assert tax is not None and tax.paid is not None
    whole = tax.city_tax + tax.prefecture_tax
    rows = (
        ("納付すべき額", yen(whole)),
        ("納付済額", yen(tax.paid)),
        ("未納額", yen(max(0, whole - tax.paid))),
    )
    heading = f"{fiscal_year(tax.year)}　市民税・県民税"
    return (Section("", _identity(found)), Section(heading, rows)), "上記のとおり証明する。", ""


_MAKERS: Mapping[Kind, Callable[[Resident, Chosen], Made]] = {
    "resident-record": _resident_record,
    "seal-registration": _seal,
    "family-register": _whole_register,
    "family-register-person": _person_of_register,
    "family-register-addresses": _addresses,
    "income-tax": _income,
    "tax-payment": _payment,
}


def named(found: Resident, wanted: Wanted, id_of: Mapping[str, str]) -> tuple[str, ...]:
    """Who shall stand on it, by id. `id_of`: of the references that the offer gave. Raises KeyError."""
    if RULES[wanted.kind].domicile:
        everybody = tuple(one.person for one in found.family.entries) if found.family else ()
    else:
        everybody = tuple(one.id for one in found.household.members)
    match wanted.scope:
        case "self":
            return (found.person.id,)
        case "all":
            return everybody
    chosen = {id_of[one] for one in wanted.members}
    return tuple(one for one in everybody if one in chosen)


def birth_of(found: Resident, who: str) -> date:
    """Of somebody who stands on it. Raises KeyError."""
    births = {one.id: one.birth for one in found.household.members}
    births |= {one.person: one.birth for one in found.family.entries} if found.family else {}
    return births[who]
