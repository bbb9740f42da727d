"""Dates and amounts as Japanese certificates write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ERAS: tuple[tuple[date, str], ...] = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)


_ERA = re.compile(r"(令和|平成|昭和|大正|明治)(元|\d{1,2})年(\d{1,2})月(\d{1,2})日")
_WESTERN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")


def wareki(day: date) -> str:
    """令和8年4月6日, 令和元年5月1日; a day before 明治 in the western year."""
    for begun, name in ERAS:
        if day >= begun:
            year = day.year - begun.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return western(day)


def western(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def day_of(text: str) -> date | None:
    """As it stands on a certificate or as people write it: 昭和60年11月3日, 1985年11月3日, 1985-11-03, 19851103;
    wide digits as well. None for what is no day, such as one of an era that had ended."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    try:
        if (found := _ERA.fullmatch(plain)) is not None:
            begun = next(first for first, name in ERAS if name == found[1])
            year = begun.year - 1 + (1 if found[2] == "元" else int(found[2]))
            day = date(year, int(found[3]), int(found[4]))
            return day if wareki(day).startswith(found[1]) else None
        western_ = _WESTERN.fullmatch(plain)
        return None if western_ is None else date(*(int(part) for part in western_.groups() if part))
    except ValueError:
        return None


def fiscal_year(year: int) -> str:
    """令和7年度, as the year of its 1 May is called."""
    return f"{wareki(date(year, 5, 1)).partition('年')[0]}年度"


def yen(amount: int) -> str:
    return f"{amount:,}円"
