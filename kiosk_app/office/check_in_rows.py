"""Who is expected today, as central tells the hub: a name to greet, and a mark of the telephone's last digits.

These are rows and no facts, because they tell of persons. The hub keeps those of the open day (kiosk_app/expected.py)
and nothing of them outlives it. The mark is made with the office's own booking key, so that neither a file of the hub
nor the line to it carries any digit of a telephone; many people share four digits, so a mark finds a booking and
proves nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

LAST_DIGITS = 4
ROWS_MAX = 5_000
"""Of one office and day."""
NAME_MAX = 80


class CheckInRow(msgspec.Struct, frozen=True, kw_only=True):
    """`name` as the visitor gave it, empty where none was asked for. `phone_mark`: see `phone_mark`; empty without a
    telephone."""

    booking: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(max_length=NAME_MAX)] = ""
    phone_mark: Annotated[str, Meta(max_length=32)] = ""


def last_digits(typed: str) -> str:
    """The last four digits of what was typed or said, wide ones taken; empty for fewer."""
    text = unicodedata.normalize("NFKC", typed)
    digits = "".join(one for one in text if one.isascii() and one.isdigit())
    return digits[-LAST_DIGITS:] if len(digits) >= LAST_DIGITS else ""


def phone_mark(key: bytes, office: str, date: str, typed: str) -> str:
    """What central and the hub both make of a telephone's last digits: 32 hexadecimal digits, others on each day.

    `key`: the office's booking key (booking_code.py). `date`: of the visit, 2026-04-06. Empty for fewer than four
    digits.
    """
    digits = last_digits(typed)
    if not digits:
        return ""
    said = f"hitofuda last digits 1|{office}|{date}|{digits}"
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()[:32]


def with_mark(rows: Iterable[CheckInRow], mark: str) -> tuple[CheckInRow, ...]:
    """Everybody who may be meant: none for an empty mark."""
    return tuple(one for one in rows if mark and hmac.compare_digest(one.phone_mark, mark))
