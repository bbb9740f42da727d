"""Times and typed numbers as people at the counter write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta, timezone

JAPAN_OFFSET_MIN = 9 * 60
JAPAN_ZONE = timezone(timedelta(minutes=JAPAN_OFFSET_MIN))
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


def clock_text(utc_ms: int, offset_min: int = JAPAN_OFFSET_MIN) -> str:
    """10:50."""
    minutes = (utc_ms // MINUTE_MS + offset_min) % (24 * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def day_begins_utc_ms(day: date, offset_min: int = JAPAN_OFFSET_MIN) -> int:
    """Midnight, of any day that a person can type."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY_MS - offset_min * MINUTE_MS


def parse_number(typed: str) -> tuple[str, int] | None:
    """A-105, a105, Ａ１０５, A 105: the letter and the number, or None when it is not one."""
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    match = re.fullmatch(r"([A-Z])[\s\-‐‑–—−ー―]*([0-9]{1,5})", plain)
    return (match[1], int(match[2])) if match else None
