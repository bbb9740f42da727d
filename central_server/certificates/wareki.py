"""Dates and amounts as Japanese certificates write them. Pure."""

from __future__ import annotations

from datetime import date

ERAS: tuple[tuple[date, str], ...] = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)


def wareki(day: date) -> str:
    """令和8年4月6日, 令和元年5月1日; a day before 明治 in the western year."""
    for begun, name in ERAS:
        if day >= begun:
            year = day.year - begun.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return western(day)


def western(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def fiscal_year(year: int) -> str:
    """令和7年度, as the year of its 1 May is called."""
    return f"{wareki(date(year, 5, 1)).partition('年')[0]}年度"


def yen(amount: int) -> str:
    return f"{amount:,}円"
