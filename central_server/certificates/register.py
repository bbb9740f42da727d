"""What a city's registers say of a person, as far as certificates need it. Pure values; only the issuer that ships
keeps such records itself, and only of people who do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Bar = Literal["protected", "leaving", "deceased", "arrived_today", "pending", "unprintable"]
"""Why nothing that names this person comes out of a kiosk: 支援措置, 転出予定, 死亡, 転入の当日, 届出の処理中, 外字
or too long for the form. None of them is ever told apart outside the register."""


@dataclass(frozen=True, slots=True)
class Domicile:
    """本籍・筆頭者. `here`: of this municipality."""

    place: str
    head: str
    here: bool = True


@dataclass(frozen=True, slots=True)
class Foreign:
    """Of residents without a 本籍. `alias`: 通称."""

    nationality: str
    status: str
    period: str
    card: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    number: str
    registered: date


@dataclass(frozen=True, slots=True)
class Tax:
    """Of the latest year alone; amounts in yen. `paid` None: there is nothing that could be certified as paid."""

    year: int
    income: int
    deductions: int
    dependants: int
    city_tax: int
    prefecture_tax: int
    paid: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """`relation` to the head of the household. `birth` as it is in the register."""

    id: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth: date = field(repr=False)
    sex: Literal["男", "女"]
    relation: str
    resident_since: date
    address_since: date
    former_address: str = field(default="", repr=False)
    domicile: Domicile | None = None
    foreign: Foreign | None = None
    individual_number: str = field(default="", repr=False)
    seal: Seal | None = None
    tax: Tax | None = None
    bars: frozenset[Bar] = frozenset()

    @property
    def is_japanese(self) -> bool:
        return self.foreign is None


@dataclass(frozen=True, slots=True)
class Household:
    id: str
    ward: str
    address: str = field(repr=False)
    head: str = field(repr=False)
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a family register; `addresses`: 附票, oldest first, each with its first day."""

    person: str
    """Its id; who is in no household here has one all the same."""
    name: str = field(repr=False)
    birth: date = field(repr=False)
    father: str = field(repr=False)
    mother: str = field(repr=False)
    relation: str
    events: tuple[tuple[str, str], ...] = ()
    """身分事項: what, and the sentence."""
    addresses: tuple[tuple[date, str], ...] = field(default=(), repr=False)
    bars: frozenset[Bar] = frozenset()


@dataclass(frozen=True, slots=True)
class FamilyRegister:
    domicile: Domicile
    made: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Resident:
    """A card's person with all that may stand on a certificate. `family` None: no family register here."""

    person: Person
    household: Household
    family: FamilyRegister | None = None
