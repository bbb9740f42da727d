"""The reservation code: sixteen digits that say office, day, group, start and lane, and prove that they were sold.

A ticket machine that has never heard of a booking can so still check its holder in while the network is away (未確認).
Digits alone, because a telephone, a key pad and a voice can carry nothing else. It is no secret that protects a person:
whoever changes or cancels shows more than it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Self

DIGITS = 16
PROOF = 100_000
"""Guesses: a machine takes some wrong codes an hour and no more."""
OFFICE_MAX = 99
DAYS_BEFORE_MAX, DAYS_AHEAD_MAX = 9, 90
"""The day is carried modulo 100, so it must be looked for in a window around today."""
LANES, MINUTES = 50, 24 * 60
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEY_BYTES_MIN = 32
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


class Keys(bytes):
    """The key that codes are made with. While it takes the place of another one, codes of those that were given to
    visitors before prove still: `others`."""

    others: tuple[bytes, ...]

    def __new__(cls, first: bytes, others: Iterable[bytes] = ()) -> Self:
        made = super().__new__(cls, first)
        made.others = tuple(others)
        return made


def known_keys(key: bytes) -> tuple[bytes, ...]:
    """All that prove; the first makes."""
    return (bytes(key), *key.others) if isinstance(key, Keys) else (key,)


class Claim(NamedTuple):
    """What a code says. `office` is the office's number in its city, `start_min` of the local day."""

    office: int
    day: date
    letter: str
    start_min: int
    lane: int


def encode(key: bytes, claim: Claim) -> str:
    """`key`: the office's own secret, at central and at its hub. Raises ValueError for what no plan has."""
    if len(key) < KEY_BYTES_MIN:
        raise ValueError(f"a key has {KEY_BYTES_MIN} bytes or more")
    if not (
        1 <= claim.office <= OFFICE_MAX
        and claim.letter in LETTERS
        and 0 <= claim.start_min < MINUTES
        and 1 <= claim.lane <= LANES
    ):
        raise ValueError(f"no place in a code for {claim}")
    place = (LETTERS.index(claim.letter) * MINUTES + claim.start_min) * LANES + claim.lane - 1
    return f"{claim.office:02}{claim.day.toordinal() % 100:02}{place:07}{_proof(key, claim):05}"


def grouped(code: str) -> str:
    """As people read it: four by four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def read(typed: str, today: date) -> Claim | None:
    """What these digits claim, true or not; None for what no code can be. Blanks, hyphens and wide digits are taken."""
    code = "".join(typed.translate(_FULL_WIDTH).split()).replace("-", "")
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    office, day, place = int(code[:2]), int(code[2:4]), int(code[4:11])
    rest, lane = divmod(place, LANES)
    letter, start_min = divmod(rest, MINUTES)
    if office < 1 or letter >= len(LETTERS):
        return None
    return Claim(office, _near(day, today), LETTERS[letter], start_min, lane + 1) if _in_window(day, today) else None


def proves(key: bytes, typed: str, claim: Claim) -> bool:
    """Whether the code was made with this key, or one beside it, for this claim."""
    code = "".join(typed.translate(_FULL_WIDTH).split()).replace("-", "")
    # Each is looked at, so that the time tells nothing of which.
    found = [hmac.compare_digest(code[-5:], f"{_proof(one, claim):05}") for one in known_keys(key)]
    return any(found)


def _near(day: int, today: date) -> date:
    return today + timedelta(days=_ahead(day, today))


def _ahead(day: int, today: date) -> int:
    ahead = (day - today.toordinal()) % 100
    return ahead if ahead <= DAYS_AHEAD_MAX else ahead - 100


def _in_window(day: int, today: date) -> bool:
    return -DAYS_BEFORE_MAX <= _ahead(day, today) <= DAYS_AHEAD_MAX


def _proof(key: bytes, claim: Claim) -> int:
    said = f"hitofuda booking 1|{claim.office}|{claim.day.isoformat()}|{claim.letter}|{claim.start_min}|{claim.lane}"
    return int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256)[:8]) % PROOF
