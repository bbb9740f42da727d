"""Dates and times as people here read them, in six languages, for paper, screens and sentences.

Written out by hand because the agreed forms (words.md) are not those of any locale database.
"""

from __future__ import annotations

from datetime import date, datetime

_WEEKDAYS = {
    "ja": "月火水木金土日",
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "ko": "월화수목금토일",
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY_READINGS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
"""Days whose reading covers the digits too; all others are read にち after the number."""

_REIWA = date(2019, 5, 1)


def ticket_date(day: date) -> str:
    """令和8年4月6日(月); before 令和 (a clock that was set back) the western year."""
    year = f"{day.year}年"
    if day >= _REIWA:
        year = "令和元年" if day.year == 2019 else f"令和{day.year - 2018}年"
    return f"{year}{_japanese(day, '(', ')')}"


def screen_date(day: date, language: str) -> str:
    """4月6日（月）, 4月(がつ)6日(むいか), Mon 6 April, 4月6日（周一）, 4월 6일(월), Thứ Hai 6/4."""
    match language:
        case "easy":
            return _easy(day)
        case "en":
            return f"{_WEEKDAYS['en'][day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
        case "zh":
            return f"{day.month}月{day.day}日（{_WEEKDAYS['zh'][day.weekday()]}）"
        case "ko":
            return f"{day.month}월 {day.day}일({_WEEKDAYS['ko'][day.weekday()]})"
        case "vi":
            return f"{_WEEKDAYS['vi'][day.weekday()]} {day.day}/{day.month}"
        case _:
            return _japanese(day, "（", "）")


def long_date(day: date, language: str) -> str:
    """2028年5月10日, 2028年(ねん)5月(がつ)10日(とおか), 10 May 2028, 2028년 5월 10일, 10/5/2028."""
    match language:
        case "easy":
            return f"{day.year}年(ねん){_easy(day)}"
        case "en":
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        case "ko":
            return f"{day.year}년 {day.month}월 {day.day}일"
        case "vi":
            return f"{day.day}/{day.month}/{day.year}"
        case _:
            return f"{day.year}年{day.month}月{day.day}日"


def clock_time(at: datetime) -> str:
    """8:30: the hour without a leading zero, as on the office's doors."""
    return f"{at.hour}:{at.minute:02}"


def when(at: datetime, today: date, language: str) -> str:
    """A moment inside a sentence: 13:00 today, 4月7日(火)8:30 on another day."""
    time = clock_time(at)
    if at.date() == today:
        return time
    match language:
        case "easy":
            return f"{_easy(at.date())}{time}"
        case "en":
            return f"{at.day} {_MONTHS[at.month - 1]}, {time}"
        case "zh":
            return f"{screen_date(at.date(), 'zh')}{time}"
        case "ko":
            return f"{screen_date(at.date(), 'ko')} {time}"
        case "vi":
            return f"{time} {screen_date(at.date(), 'vi')}"
        case _:
            return f"{_japanese(at.date(), '(', ')')}{time}"


def _japanese(day: date, opening: str, closing: str) -> str:
    return f"{day.month}月{day.day}日{opening}{_WEEKDAYS['ja'][day.weekday()]}{closing}"


def _easy(day: date) -> str:
    return f"{day.month}月(がつ){day.day}日({_DAY_READINGS.get(day.day, 'にち')})"
