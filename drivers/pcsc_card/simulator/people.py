"""People who do not exist, with names that are hard to print and to read. Nobody else is ever on a simulated card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """As the text application has it; `sex` in ISO 5218."""

    name: str
    address: str
    birth: date
    sex: str
    individual_number: str = "123456789018"
    """In the form of a 個人番号 and nobody's. On the card, so that a test can look for it where it must not be."""


PEOPLE: dict[str, Person] = {
    "takasaki": Person("髙﨑　美咲", "東京都小倉北区紺屋町１丁目２番３号", date(1985, 11, 3), "2"),
    "yoshino": Person("𠮷野　一郎", "福岡県小倉北区城内１番１号", date(1950, 2, 28), "1"),
    # 辻 with one dot: a variation selector (IVS) after the character.
    "tsuji": Person("辻󠄀　彩", "福岡県小倉北区大手町１１番４号", date(2004, 2, 29), "2"),
    "long": Person(
        "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末　食う寝る処に住む処藪ら柑子の藪柑子",
        "福岡県小倉北区"
        + "大字長行大字合馬大字道原" * 8
        + "１２３４番地の５６７８　コーポ・ド・ヴェルサイユ小倉城野Ⅱ号館１０１０号室",
        date(1999, 12, 31),
        "1",
    ),
    "latin": Person("ＯＢＲＩＥＮ　ＭＡＲＹ－ＪＡＮＥ　Ｎ", "福岡県小倉北区浅野３丁目９番", date(1990, 7, 1), "2"),
    "alias": Person(
        "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ（通称　山田　安）", "福岡県小倉北区馬借１丁目１番", date(1995, 5, 15), "9"
    ),
    "child": Person("春日　ひなた", "福岡県小倉北区紺屋町１丁目２番３号", date(2018, 6, 1), "3"),
}
