"""The synthetic registers of the simulated issuer: the same people at every start, in every process.

A few households are written out, each for one thing that a kiosk must do right; the others are drawn from lists by a
digest, so nothing here depends on a random number. Cards are known by the serial number of their certificate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from central_server.certificates.people import CITY, ELSEWHERE, MEN, PREFECTURE, SURNAMES, TOWNS, WOMEN
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
from central_server.certificates.wareki import wareki

FIRST_WRITTEN, FIRST_DRAWN = 0x4A1, 0x10000
"""Serial numbers of the cards of those who are written out below, in their order, and of the first who is drawn."""
HOUSEHOLDS = 200
NO_NUMBER = "999999999999"
"""In the form of a 個人番号, with a wrong check digit: nobody's."""
FIELD_LETTERS_MAX = 60
"""Longer names and addresses do not fit the form (文字数上限超過)."""
MOVED = date(2019, 4, 1)

Draws = Callable[[str], bool]


@dataclass(frozen=True)
class Registers:
    by_serial: Mapping[int, Resident]

    def resident(self, serial: int) -> Resident | None:
        return self.by_serial.get(serial)


@dataclass(frozen=True)
class Somebody:
    """Of a written household: what differs from an ordinary resident. `card` False: too young or without one."""

    name: str
    kana: str
    birth: date
    sex: Literal["男", "女"]
    relation: str
    card: bool = True
    bars: frozenset[Bar] = frozenset()
    foreign: Foreign | None = None
    has_seal: bool = True
    is_taxed: bool = True


@dataclass(frozen=True)
class Home:
    ward: str
    place: str
    people: tuple[Somebody, ...]
    domicile: Literal["here", "elsewhere"] = "here"


def _bar(*bars: Bar) -> frozenset[Bar]:
    return frozenset(bars)


# The serial numbers of the cards follow the order: 4A1, 4A2 ... for those who have one.
WRITTEN: tuple[Home, ...] = (
    Home(
        "小倉北区",
        "紺屋町１番２号",
        (
            Somebody("髙﨑　美咲", "タカサキ　ミサキ", date(1985, 11, 3), "女", "世帯主"),  # 4A1
            Somebody("髙﨑　健太", "タカサキ　ケンタ", date(1983, 1, 20), "男", "夫"),  # 4A2
            Somebody("髙﨑　陽菜", "タカサキ　ヒナ", date(2018, 6, 1), "女", "子", card=False),
        ),
    ),
    Home(
        "小倉北区",
        "城内１番１号",
        (Somebody("𠮷野　一郎", "ヨシノ　イチロウ", date(1950, 2, 28), "男", "世帯主"),),  # 4A3
    ),
    Home(
        "戸畑区",
        "新池三丁目３番１０号",
        (
            Somebody("辻\U000e0102　修", "ツジ　オサム", date(1972, 9, 30), "男", "世帯主"),  # 4A4
            Somebody("辻\U000e0102　彩", "ツジ　アヤ", date(2004, 2, 29), "女", "子"),  # 4A5
        ),
    ),
    Home(
        "八幡西区",
        "黒崎五丁目１番９号",
        (
            Somebody(  # 4A6
                "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ",
                "グエン　バン　アン",
                date(1995, 5, 15),
                "男",
                "世帯主",
                foreign=Foreign("ベトナム", "技術・人文知識・国際業務", "３年", "ＡＢ１２３４５６７８ＣＤ", "山田　安"),
            ),
            Somebody("山田　凛", "ヤマダ　リン", date(1996, 8, 8), "女", "妻"),  # 4A7
        ),
    ),
    Home(
        "若松区",
        "本町二丁目４番５号",
        (Somebody("葛\U000e0103城　千鶴", "カツラギ　チヅル", date(1968, 12, 24), "女", "世帯主"),),  # 4A8
        domicile="elsewhere",
    ),
    Home(
        "門司区",
        "清滝三丁目６番１号",
        (
            Somebody(
                "渡邉\U000e010f　真由美", "ワタナベ　マユミ", date(1979, 3, 3), "女", "世帯主", bars=_bar("protected")
            ),  # 4A9
            Somebody(
                "渡邉\U000e010f　昭二", "ワタナベ　ショウジ", date(1948, 7, 7), "男", "父"
            ),  # 4AA: of a barred household
        ),
    ),
    Home(
        "小倉南区",
        "徳力三丁目２番２号",
        (
            Somebody("栁川　茂", "ヤナガワ　シゲル", date(1966, 10, 10), "男", "世帯主", bars=_bar("leaving")),  # 4AB
            Somebody("栁川　蓮", "ヤナガワ　レン", date(2016, 1, 1), "男", "子"),  # 4AC: under 15 until 2031
        ),
    ),
    Home(
        "八幡東区",
        "祇園四丁目１番１号",
        (Somebody("\ue000田　和子", "マチダ　カズコ", date(1955, 5, 5), "女", "世帯主"),),  # 4AD: 外字
    ),
    Home(
        "八幡東区",
        "東田一丁目１番１号",
        (
            Somebody("濵田　湊", "ハマダ　ミナト", date(2001, 4, 2), "男", "世帯主", has_seal=False, is_taxed=False),
        ),  # 4AE
    ),
    Home(
        "小倉北区",
        "魚町三丁目５番１号",
        (
            Somebody("齋藤　翔", "サイトウ　ショウ", date(1999, 9, 9), "男", "世帯主", bars=_bar("arrived_today")),
        ),  # 4AF
    ),
    Home(
        "若松区",
        "大字畠田" + "字上原" * 22 + "１２３４番地の５６７８",
        (Somebody("德永　ミツ", "トクナガ　ミツ", date(1940, 1, 15), "女", "世帯主"),),  # 4B0: longer than the form
    ),
    Home(
        "小倉南区",
        "大字長行１２３４番地の５６７８　コーポ・ド・ヴェルサイユ長行１０１０号室",
        (
            Somebody(  # 4B1: six words of it
                "ＡＬＥＸＡＮＤＲＡ　ＭＡＲＩＡ　ＦＥＲＮＡＮＤＡ　ＤＯＳ　ＳＡＮＴＯＳ　ＣＡＶＡＬＣＡＮＴＩ",
                "アレシャンドラ　マリア　フェルナンダ　ドス　サントス　カヴァルカンチ",
                date(1991, 2, 17),
                "女",
                "世帯主",
                foreign=Foreign("ブラジル", "定住者", "５年", "ＡＢ８７６５４３２１ＣＤ"),
            ),
        ),
    ),
)


def registers(draws: Draws, year: int) -> Registers:
    """`draws`: whether the certificates' font has every character of a text. `year`: the latest one that is taxed."""
    found: dict[int, Resident] = {}
    serial = FIRST_WRITTEN
    for number, home in enumerate(WRITTEN):
        for resident, has_card in _residents(f"w{number}", home, draws, year):
            if has_card:
                found[serial] = resident
                serial += 1
    serial = FIRST_DRAWN
    for number in range(HOUSEHOLDS):
        for resident, _ in _residents(f"d{number}", _drawn(number), draws, year):
            found[serial] = resident
            serial += 1
    return Registers(found)


def _residents(key: str, home: Home, draws: Draws, year: int) -> Iterator[tuple[Resident, bool]]:
    address = f"{PREFECTURE}{CITY}{home.ward}{home.place}"
    domicile = Domicile(f"{PREFECTURE}{CITY}{home.ward}{_banchi(home.place)}", "", True)
    if home.domicile == "elsewhere":
        domicile = Domicile(f"{ELSEWHERE[len(key) % len(ELSEWHERE)]}１２番地", "", False)
    japanese = next((one for one in home.people if one.foreign is None), None)
    domicile = replace(domicile, head=japanese.name if japanese else "")
    members = tuple(
        _person(f"{key}-{n}", one, home, address, domicile, draws, year) for n, one in enumerate(home.people)
    )
    household = Household(key, home.ward, address, members[0].name, members)
    family = _family(household, domicile, home.people) if domicile.here and japanese else None
    for person, one in zip(members, home.people, strict=True):
        yield Resident(person, household, family if person.is_japanese else None), one.card


def _person(key: str, one: Somebody, home: Home, address: str, domicile: Domicile, draws: Draws, year: int) -> Person:
    texts = (one.name, one.kana, address, domicile.place, one.foreign.alias if one.foreign else "")
    printable = all(draws(text) and len(text) <= FIELD_LETTERS_MAX for text in texts)
    grown = year - one.birth.year >= 20
    income = 1_000_000 + _draw(key, "income") % 60 * 100_000
    city_tax, prefecture_tax = income // 1_000 * 40, income // 1_000 * 12
    return Person(
        id=key,
        name=one.name,
        kana=one.kana,
        birth=one.birth,
        sex=one.sex,
        relation=one.relation,
        resident_since=max(MOVED, one.birth),
        address_since=max(MOVED, one.birth),
        former_address=f"{PREFECTURE}行橋市中央一丁目１番１号" if one.birth < MOVED else "",
        domicile=None if one.foreign else domicile,
        foreign=one.foreign,
        individual_number=NO_NUMBER,
        seal=Seal(f"{_draw(key, 'seal') % 90000 + 10000}", date(2020, 6, 1)) if one.has_seal and grown else None,
        tax=Tax(year, income, 480_000, 0, city_tax, prefecture_tax, city_tax + prefecture_tax)
        if one.is_taxed and grown
        else None,
        bars=one.bars if printable else one.bars | {"unprintable"},
    )


def _family(household: Household, domicile: Domicile, people: Sequence[Somebody]) -> FamilyRegister:
    entries = []
    for person in household.members:
        if not person.is_japanese or person.relation in ("父", "母"):
            continue
        surname = person.name.partition("　")[0]
        born = f"【出生日】{wareki(person.birth)}　【出生地】{PREFECTURE}{CITY}{household.ward}　【届出人】父"
        entries.append(
            Entry(
                person=person.id,
                name=person.name,
                birth=person.birth,
                father=f"{surname}　{MEN[_draw(person.id, 'father') % len(MEN)][0]}",
                mother=f"{surname}　{WOMEN[_draw(person.id, 'mother') % len(WOMEN)][0]}",
                relation="長男" if person.sex == "男" else "長女",
                events=(("出生", born),),
                addresses=((person.address_since, household.address),),
                bars=person.bars,
            )
        )
    return FamilyRegister(domicile, MOVED - timedelta(days=400), tuple(entries))


def _drawn(number: int) -> Home:
    """An ordinary household."""
    key = f"d{number}"
    ward = tuple(TOWNS)[number % len(TOWNS)]
    town = TOWNS[ward][_draw(key, "town") % len(TOWNS[ward])]
    place = f"{town}{_wide(_draw(key, 'block') % 20 + 1)}番{_wide(_draw(key, 'house') % 30 + 1)}号"
    surname, surname_kana = SURNAMES[_draw(key, "surname") % len(SURNAMES)]
    size = (1, 1, 2, 2, 3, 3, 4, 5)[_draw(key, "size") % 8]
    head_year = 1945 + _draw(key, "year") % 55
    people = []
    for place_in in range(size):
        is_woman = (_draw(key, f"sex{place_in if place_in > 1 else 0}") % 2 == 1) != (place_in == 1)
        given, kana = (WOMEN if is_woman else MEN)[_draw(key, f"given{place_in}") % 12]
        year = head_year if place_in == 0 else head_year + 2 if place_in == 1 else head_year + 27 + 2 * place_in
        spouse = "妻" if is_woman else "夫"
        people.append(
            Somebody(
                f"{surname}　{given}",
                f"{surname_kana}　{kana}",
                date(min(year, 2024), _draw(key, f"month{place_in}") % 12 + 1, _draw(key, f"day{place_in}") % 28 + 1),
                "女" if is_woman else "男",
                "世帯主" if place_in == 0 else spouse if place_in == 1 else "子",
            )
        )
    return Home(ward, place, tuple(people), "elsewhere" if _draw(key, "domicile") % 5 == 0 else "here")


def _draw(key: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"hitofuda {key} {what}".encode()).digest()[:6], "big")


def _wide(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _banchi(place: str) -> str:
    """A 本籍 has a 番地 and no 号."""
    return place.replace("号", "").replace("番", "番地", 1) if place.count("番") else f"{place}１番地"
