"""A day and time as a leader types it, as a minute of the office's clock: 2026-04-07T14:00. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_FORM = re.compile(
    r"(?:(?:(2\d{3})\D)?(\d{1,2})[/月-](\d{1,2})日?\s*)?(?:(\d{1,2})(?:[:時]|(?=\d\d$))(\d{2})?分?|(\d{1,2}))"
)


def moment_of(typed: str, day: str) -> str | None:
    """14:00, 1400, 14時, 4/7 14:00, 4月7日14時, 2026-04-07 14:00; without a day on `day`, else on the next one of that
    name. None where it is none."""
    match = _FORM.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if match is None:
        return None
    year, month, of_month, hour, minute, only_hour = match.groups()
    try:
        on = date.fromisoformat(day)
        if month:
            on = date(int(year or on.year), int(month), int(of_month))
            if not year and on.isoformat() < day:
                on = on.replace(year=on.year + 1)
        at = int(only_hour or hour) * 60 + int(minute or 0)
        if at > 24 * 60 or int(minute or 0) > 59:
            return None
        return (datetime.combine(on, time()) + timedelta(minutes=at)).isoformat(timespec="minutes")
    except ValueError:
        return None


def end_of(day: str) -> str:
    """The midnight after it."""
    return (datetime.fromisoformat(day) + timedelta(days=1)).isoformat(timespec="minutes")


def said(minute: str, end: bool = False) -> str:
    """4月7日（火）14:00; いま for none; as an end the midnight after a day is its 24:00."""
    if not minute:
        return "いま"
    at = datetime.fromisoformat(minute)
    hour = at.hour
    if end and (hour, at.minute) == (0, 0):
        at, hour = at - timedelta(days=1), 24
    return f"{at.month}月{at.day}日（{'月火水木金土日'[at.weekday()]}）{hour}:{at.minute:02d}"
