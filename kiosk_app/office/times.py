"""Times and typed numbers as people at the counter write them."""

from __future__ import annotations

import re
import unicodedata

JAPAN_OFFSET_MIN = 9 * 60
MINUTE_MS = 60_000


def clock_text(utc_ms: int, offset_min: int = JAPAN_OFFSET_MIN) -> str:
    """10:50."""
    minutes = (utc_ms // MINUTE_MS + offset_min) % (24 * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def parse_number(typed: str) -> tuple[str, int] | None:
    """A-105, a105, Ａ１０５, A 105: the letter and the number, or None when it is not one."""
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    match = re.fullmatch(r"([A-Z])[\s\-‐‑–—−ー―]*([0-9]{1,5})", plain)
    return (match[1], int(match[2])) if match else None
