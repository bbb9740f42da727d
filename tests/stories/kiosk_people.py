"""Who comes to the certificate kiosk of a story: people who do not exist, whose names are hard to print and to read.

Written here by hand and not taken from the issuer's register: a paper is judged by what is known of the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drivers.pcsc_card.simulator import people
from drivers.pcsc_card.simulator.kinds import Kind


@dataclass(frozen=True)
class Resident:
    """`serial`: of the certificate on the card, by which the register knows whose it is. `common`: the name in the
    characters that most programs would have put in the place of the right ones; empty: it has none of them."""

    serial: int
    name: str
    kana: str
    birth: date
    address: str
    sex: str
    common: str = ""
    is_foreign: bool = False
    card: Kind = "my_number"
    is_revoked: bool = False

    @property
    def person(self) -> people.Person:
        """As on the card's chip."""
        return people.Person(self.name, self.address, self.birth, self.sex)


RESIDENTS: Mapping[str, Resident] = {
    "misaki": Resident(
        0x4A1,
        "髙﨑　美咲",
        "タカサキ　ミサキ",
        date(1985, 11, 3),
        "福岡県北九州市小倉北区紺屋町１番２号",
        "2",
        "高崎　美咲",
    ),
    "ichiro": Resident(
        0x4A3,
        "𠮷野　一郎",
        "ヨシノ　イチロウ",
        date(1950, 2, 28),
        "福岡県北九州市小倉北区城内１番１号",
        "1",
        "吉野　一郎",
    ),
    # With variation selectors (IVS): which of several forms of one character it is.
    "osamu": Resident(
        0x4A4,
        "辻\U000e0102　修",
        "ツジ　オサム",
        date(1972, 9, 30),
        "福岡県北九州市戸畑区新池三丁目３番１０号",
        "1",
        "辻　修",
    ),
    "aya": Resident(
        0x4A5,
        "辻\U000e0102　彩",
        "ツジ　アヤ",
        date(2004, 2, 29),
        "福岡県北九州市戸畑区新池三丁目３番１０号",
        "2",
        "辻　彩",
    ),
    "nguyen": Resident(
        0x4A6,
        "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ",
        "グエン　バン　アン",
        date(1995, 5, 15),
        "福岡県北九州市八幡西区黒崎五丁目１番９号",
        "1",
        is_foreign=True,
    ),
    "chizuru": Resident(
        0x4A8,
        "葛\U000e0103城　千鶴",
        "カツラギ　チヅル",
        date(1968, 12, 24),
        "福岡県北九州市若松区本町二丁目４番５号",
        "2",
        "葛城　千鶴",
    ),
    "mitsu": Resident(
        0x1002E,
        "久保田　ミツ",
        "クボタ　ミツ",
        date(1967, 6, 16),
        "福岡県北九州市戸畑区牧山四丁目１０番２６号",
        "2",
    ),
    "alexandra": Resident(
        0x4B1,
        "ＡＬＥＸＡＮＤＲＡ　ＭＡＲＩＡ　ＦＥＲＮＡＮＤＡ　ＤＯＳ　ＳＡＮＴＯＳ　ＣＡＶＡＬＣＡＮＴＩ",
        "アレシャンドラ　マリア　フェルナンダ　ドス　サントス　カヴァルカンチ",
        date(1991, 2, 17),
        "福岡県北九州市小倉南区大字長行１２３４番地の５６７８　コーポ・ド・ヴェルサイユ長行１０１０号室",
        "2",
        is_foreign=True,
    ),
    # Three people at home: more than one page.
    "tokunaga": Resident(
        0x1003D,
        "德永　千鶴",
        "トクナガ　チヅル",
        date(1970, 7, 9),
        "福岡県北九州市若松区浜町一丁目１４番１５号",
        "2",
        "徳永　千鶴",
    ),
    "minato": Resident(
        0x4AE,
        "濵田　湊",
        "ハマダ　ミナト",
        date(2001, 4, 2),
        "福岡県北九州市八幡東区東田一丁目１番１号",
        "1",
        "浜田　湊",
    ),
    # Who gets none: a card that was revoked, somebody whom the register protects, a character of one machine alone.
    "kenta": Resident(
        0x4A2,
        "髙﨑　健太",
        "タカサキ　ケンタ",
        date(1983, 1, 20),
        "福岡県北九州市小倉北区紺屋町１番２号",
        "1",
        "高崎　健太",
        is_revoked=True,
    ),
    "mayumi": Resident(
        0x4A9,
        "渡邉\U000e010f　真由美",
        "ワタナベ　マユミ",
        date(1979, 3, 3),
        "福岡県北九州市門司区清滝三丁目６番１号",
        "2",
        "渡邊　真由美",
    ),
    "kazuko": Resident(
        0x4AD, "\ue000田　和子", "マチダ　カズコ", date(1955, 5, 5), "福岡県北九州市八幡東区祇園四丁目１番１号", "2"
    ),
    "shigeru": Resident(
        0x4AB,
        "栁川　茂",
        "ヤナガワ　シゲル",
        date(1966, 10, 10),
        "福岡県北九州市小倉南区徳力三丁目２番２号",
        "1",
        "柳川　茂",
        card="expired",
    ),
}

ERAS = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"))


def born(one: Resident) -> str:
    """As it is written on a certificate: in the era's year, of foreigners in the western one."""
    if one.is_foreign:
        return f"{one.birth.year}年{one.birth.month}月{one.birth.day}日"
    begun, era = next(found for found in ERAS if one.birth >= found[0])
    year = one.birth.year - begun.year + 1
    return f"{era}{'元' if year == 1 else year}年{one.birth.month}月{one.birth.day}日"
