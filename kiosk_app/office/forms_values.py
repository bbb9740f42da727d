"""What people write on forms: days in 令和 or the western year, wide or narrow digits, kana, ages. Pure.

Nothing here raises for what a person can type; None says that it is no such value.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ADULT_FOR_FORMS = 15
"""From here on a person may sign these forms alone (15歳以上); for who is younger a guardian does."""
ERAS: tuple[tuple[str, str, date], ...] = (
    ("reiwa", "令和", date(2019, 5, 1)),
    ("heisei", "平成", date(1989, 1, 8)),
    ("showa", "昭和", date(1926, 12, 25)),
    ("taisho", "大正", date(1912, 7, 30)),
)
OLDEST = date(1900, 1, 1)
_LETTERS = {"R": "reiwa", "H": "heisei", "S": "showa", "T": "taisho"}
_ERA = re.compile(r"(令和|平成|昭和|大正|[RHST])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_WESTERN = re.compile(r"(?:西暦)?(\d{4})(?:年(\d{1,2})月(\d{1,2})日|([-/.])(\d{1,2})\4(\d{1,2}))")
_BARE = re.compile(r"(\d{4})(\d{2})(\d{2})")


def narrow(text: str) -> str:
    """Digits, letters and signs in ASCII, without spaces. For what is compared or counted, never for a name."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def digits(text: str) -> str:
    """The decimal digits alone: 093-582-3311 and ０９３（５８２）３３１１ are the same."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")


def day(text: str) -> date | None:
    """令和8年4月1日, R8.4.1, 2026年4月1日, 2026-4-1, 20260401; wide digits as well. None for a day that is none,
    such as 平成31年5月1日, on which 令和 had begun."""
    plain = narrow(text)
    if (found := _ERA.fullmatch(plain)) is not None:
        name = _LETTERS.get(found[1], "")
        era = next(one for one in ERAS if one[0] == name or one[1] == found[1])
        return of_era(era[0], 1 if found[2] == "元" else int(found[2]), int(found[3]), int(found[4]))
    if (found := _WESTERN.fullmatch(plain) or _BARE.fullmatch(plain)) is not None:
        year, month, dom = (int(part) for part in found.groups() if part and part.isdecimal())
        return _date(year, month, dom)
    return None


def of_era(era: str, year: int, month: int, dom: int) -> date | None:
    """`era` by name, or "western". None where that era did not reach that day."""
    if era == "western":
        return _date(year, month, dom)
    place = next((n for n, one in enumerate(ERAS) if one[0] == era), None)
    if place is None or year < 1:
        return None
    found = _date(ERAS[place][2].year + year - 1, month, dom)
    ends = ERAS[place - 1][2] if place else date.max
    return found if found is not None and ERAS[place][2] <= found < ends else None


def _date(year: int, month: int, dom: int) -> date | None:
    try:
        found = date(year, month, dom)
    except ValueError:
        return None
    return found if found >= OLDEST else None


def wareki(value: date) -> str:
    """令和8年4月1日, 令和元年5月1日; before 大正 the western year."""
    for _, name, begun in ERAS:
        if value >= begun:
            year = value.year - begun.year + 1
            return f"{name}{'元' if year == 1 else year}年{value.month}月{value.day}日"
    return western(value)


def western(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def birth_of_card(text: str) -> str:
    """A card's YYYYMMDD as it stands on a form; a day or month that is not known is 00 there and is called so."""
    if (found := day(text)) is not None:
        return wareki(found)
    if len(text) != 8 or not text.isdecimal():
        return ""
    month = f"{int(text[4:6])}月" if text[4:6] != "00" else "月日不詳"
    dom = "" if text[4:6] == "00" else f"{int(text[6:])}日" if text[6:] != "00" else "日不詳"
    return f"{int(text[:4])}年{month}{dom}"


def age(birth: date, today: date) -> int:
    """Completed years; who was born on 29 February is a year older on 1 March of common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def needs_guardian(birth: date | None, today: date) -> bool:
    """A birth date that is not known is asked about at the counter, not here."""
    return birth is not None and age(birth, today) < ADULT_FOR_FORMS


def katakana(text: str) -> str:
    """For フリガナ: wide katakana, whatever kana or width came; other characters as they are."""
    wide = unicodedata.normalize("NFKC", text).replace(" ", "　")
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)


def is_kana(text: str) -> bool:
    """Wide katakana with ー, ・ and spaces: what a フリガナ may be made of."""
    return bool(text.strip()) and all("ァ" <= c <= "ヺ" or c in "ー・　 " for c in text)


def postal(text: str) -> str | None:
    """Seven digits; 〒 and the hyphen are left out."""
    found = digits(text.replace("〒", ""))
    return found if len(found) == 7 else None


def postal_text(code: str) -> str:
    return f"{code[:3]}-{code[3:]}"


def wide_digits(text: str) -> str:
    """As on a card: １丁目２番３号."""
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else "－" if c == "-" else c for c in text)
