"""What a caller says about days and times: 「来週の火曜の三時半」. Rules alone, so that each answer can be explained.

A wish is a day, several days, or the soonest; a time, a part of the day, or the soonest. What is not understood is
None, and is asked again; whatever is understood is read back before it counts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from central_server.phone.numerals import plain

WEEKDAYS = "月火水木金土日"
NOON = 12 * 60


class Days(NamedTuple):
    """From `first` to `last`; `weekday` alone where one was named (0 is Monday)."""

    first: date
    last: date
    weekday: int | None = None

    @property
    def is_one(self) -> bool:
        return self.first == self.last


class Clock(NamedTuple):
    """`start_min` of the local day."""

    start_min: int


class Part(NamedTuple):
    """Any start from `from_min` until before `until_min`."""

    from_min: int
    until_min: int


class Soonest(NamedTuple):
    """Or the latest of the day."""

    last: bool = False


DayWish = Days | Soonest
TimeWish = Clock | Part | Soonest

_IN_DAYS = {
    "明々後日": 3, "明明後日": 3, "しあさって": 3, "明後日": 2, "あさって": 2, "みょうごにち": 2, "明日": 1,
    "あした": 1, "あす": 1, "みょうにち": 1, "翌日": 1, "今日": 0, "きょう": 0, "本日": 0,
}  # fmt: skip
_WEEKS = {
    "再来週": 2,
    "さらいしゅう": 2,
    "さ来週": 2,
    "来週": 1,
    "らいしゅう": 1,
    "次の週": 1,
    "翌週": 1,
    "今週": 0,
    "こんしゅう": 0,
}
_MONTHS = {"再来月": 2, "来月": 1, "らいげつ": 1, "今月": 0, "こんげつ": 0}
_KANA_WEEKDAY = {
    "げつよう": "月曜", "かよう": "火曜", "すいよう": "水曜", "もくよう": "木曜", "きんよう": "金曜",
    "どよう": "土曜", "にちよう": "日曜",
}  # fmt: skip
_WEEKDAY = re.compile(r"([月火水木金土日])曜|[(]([月火水木金土日])[)]|(?<=[の、])([月火水木金土])(?=[の、にがで]|$)")
_SOONEST = re.compile(
    r"(一番|1番|いちばん|なるべく|できるだけ|最も)(はや|早|速|近)|最短|すぐに|空いている(日|時間)|(いつ|何時|何日|どこ)でも"
)
_LAST = re.compile(r"(一番|1番|いちばん|なるべく|できるだけ)(遅|おそ|最後)|最後の(時間|枠)")
_ERA = re.compile(r"令和(\d+|元)年")
_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})(?:月|/)(\d{1,2})日?")
_DAY = re.compile(r"(?<![\d/])(\d{1,2})日(?!間|後|前|曜|目)")
_LATER = re.compile(r"(\d{1,2})(日|週間|か月|ヶ月|カ月)後")
_NTH = re.compile(r"第(\d)([月火水木金土日])曜")
_TIME = re.compile(r"(午前|午後|朝|夕方|昼|夜)?の?(\d{1,2})(?:時|:)(半|(\d{1,2})分?(前)?)?")
_BOUND = re.compile(r"(以降|いこう|すぎ|過ぎ|より後|からあと|まで|前|以前)")
_PARTS = (
    (r"午前(中)?(?!\d)", Part(0, NOON)),
    (r"朝(?!\d)", Part(0, 11 * 60)),
    (r"(お?昼過ぎ|お?昼すぎ|お昼の後)", Part(13 * 60, 15 * 60)),
    (r"(昼休み|お昼休み|お昼ごろ|お昼頃|ランチ)", Part(11 * 60 + 30, 13 * 60 + 30)),
    (r"夕方(?!\d)", Part(15 * 60, 24 * 60)),
    (r"午後(?!\d)", Part(NOON, 24 * 60)),
)


def day_wish(said: str, today: date) -> DayWish | None:
    """Days before today are never meant: 「3日」 after the 3rd is next month's."""
    text = plain(said)
    for kana, kanji in _KANA_WEEKDAY.items():
        text = text.replace(kana, kanji)
    text = _ERA.sub(lambda found: f"{2018 + (1 if found[1] == '元' else int(found[1]))}年", text)
    if _DATE.search(text):
        return _dated(text, today)
    if any(word in text for word in _MONTHS):
        return _by_month(text, today)
    if any(word in text for word in _WEEKS):
        return _by_week(text, today)
    return (
        _counted(text, today)
        or _of_this_month(text, today)
        or _by_weekday(text, today)
        or (Soonest() if _SOONEST.search(text) else None)
    )


def time_wish(said: str) -> TimeWish | None:
    """Hours of an office: 「3時」 is in the afternoon, 「9時」 in the morning."""
    text = plain(said)
    if (found := _TIME.search(text)) and (at := _clock(found)) is not None:
        rest = text[found.end() :]
        bound = _BOUND.match(rest.removeprefix("ごろ").removeprefix("頃").removeprefix("より").removeprefix("から"))
        if bound is None:
            return Clock(at)
        return Part(0, at) if bound[1] in ("まで", "前", "以前") else Part(at, 24 * 60)
    if "正午" in text:
        return Clock(NOON)
    if re.search(r"朝(一|1|イチ|いち)", text):
        return Soonest()
    if _LAST.search(text):
        return Soonest(last=True)
    for pattern, part in _PARTS:
        if re.search(pattern, text):
            return part
    return Soonest() if _SOONEST.search(text) else None


# --- days ----------------------------------------------------------------------------------------------------------


def _one(day: date | None) -> Days | None:
    return None if day is None else Days(day, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(text: str, today: date) -> Days | None:
    """12月3日, 12/3, 2026年12月3日, 来年の1月5日."""
    found = _DATE.search(text)
    assert found is not None
    month, day = int(found[2]), int(found[3])
    if found[1]:
        return _one(_made(int(found[1]), month, day))
    if "来年" in text:
        return _one(_made(today.year + 1, month, day))
    this = _made(today.year, month, day)
    return _one(this if this is not None and this >= today else _made(today.year + 1, month, day))


def _by_month(text: str, today: date) -> Days | None:
    """来月の3日, 来月の第2火曜, 今月末, 来月."""
    said = next(word for word in _MONTHS if word in text)
    months = today.year * 12 + today.month - 1 + _MONTHS[said]
    year, month = months // 12, months % 12 + 1
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if found := _NTH.search(text):
        offset = (WEEKDAYS.index(found[2]) - first.weekday()) % 7
        day = first + timedelta(days=offset + 7 * (int(found[1]) - 1))
        return _one(day) if 1 <= int(found[1]) <= 5 and day <= last else None
    if found := _DAY.search(text):
        return _one(_made(year, month, int(found[1])))
    weekday = _weekday(text)
    if "末" in text or "終わり" in text:
        return Days(max(today, last - timedelta(days=6)), last, weekday)
    if "初め" in text or "はじめ" in text or "頭" in text:
        return Days(max(today, first), first + timedelta(days=6), weekday)
    return Days(max(today, first), last, weekday)


def _by_week(text: str, today: date) -> Days | None:
    """A week begins on Monday: said on a Sunday, 来週 begins tomorrow."""
    said = next(word for word in _WEEKS if word in text)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[said])
    weekday = _weekday(text)
    if weekday is not None:
        day = monday + timedelta(days=weekday)
        return _one(day) if day >= today else None
    if re.search("(前半|初め|はじめ|頭)", text):
        return Days(max(today, monday), monday + timedelta(days=2))
    if re.search("(後半|終わり|末)", text):
        return Days(max(today, monday + timedelta(days=3)), monday + timedelta(days=4))
    return Days(max(today, monday), monday + timedelta(days=6))


def _counted(text: str, today: date) -> Days | None:
    """明日, 3日後, 2週間後."""
    if found := _LATER.search(text):
        days = int(found[1]) * {"日": 1, "週間": 7}.get(found[2], 30)
        return _one(today + timedelta(days=days))
    said = next((word for word in _IN_DAYS if word in text), None)
    return None if said is None else _one(today + timedelta(days=_IN_DAYS[said]))


def _of_this_month(text: str, today: date) -> Days | None:
    """3日: the next one that there is."""
    found = _DAY.search(text)
    if found is None:
        return None
    for ahead in range(3):
        months = today.year * 12 + today.month - 1 + ahead
        day = _made(months // 12, months % 12 + 1, int(found[1]))
        if day is not None and day >= today:
            return _one(day)
    return None


def _by_weekday(text: str, today: date) -> Days | None:
    """今度の火曜, 火曜日: the next one, which is never today."""
    weekday = _weekday(text)
    if weekday is None:
        return None
    return _one(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1))


def _weekday(text: str) -> int | None:
    found = _WEEKDAY.search(text)
    return None if found is None else WEEKDAYS.index(found[1] or found[2] or found[3])


# --- times ---------------------------------------------------------------------------------------------------------


def _clock(found: re.Match[str]) -> int | None:
    half, hour = found[1] or "", int(found[2])
    minutes = 30 if found[3] == "半" else int(found[4] or 0)
    if hour > 24 or minutes > 59:
        return None
    if (half in ("午後", "夕方", "夜") and hour < 12) or (half in ("", "昼") and 1 <= hour <= 6):
        hour += 12
    at = hour * 60 + minutes
    # 「3時10分前」 is ten to three; 「3時前」 is any time before.
    if found[5] and found[4]:
        at -= 2 * minutes
    return at % (24 * 60)
