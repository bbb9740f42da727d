"""What a card is asked to sign: a fresh number, bound to what it is for, that is good once and not for long.

A card signs whatever it is given after the PIN. So the text says who asks and why: a signature made for a card check
opens nothing else, and nobody else's challenge can be passed through here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Purpose = Literal["card-check", "certificate"]
NONCE_BYTES = 32
LIFE_MS = 180_000
OPEN_MAX = 64
"""Challenges that wait for their answer; beyond it the oldest is forgotten, and its answer comes too late."""


@dataclass(frozen=True)
class Challenge:
    """`audience` is the machine or service that will judge the answer."""

    purpose: Purpose
    audience: str
    nonce: bytes
    made_utc_ms: int

    def message(self) -> bytes:
        """The bytes whose digest the card signs."""
        return b"\n".join(
            (b"Hitofuda JPKI 1", self.purpose.encode(), self.audience.encode(), self.nonce.hex().encode())
        )


@dataclass(frozen=True)
class Stale:
    """The answer is to no challenge that is open here for this purpose: never made, used already, or too old."""


class Challenges:
    """Those that are open. Numbers and time come from outside."""

    def __init__(self, audience: str) -> None:
        if not audience or "\n" in audience:
            raise ValueError("an audience is one line, not empty")
        self._audience = audience
        self._open: dict[bytes, Challenge] = {}

    def __len__(self) -> int:
        return len(self._open)

    def make(self, purpose: Purpose, nonce: bytes, now_utc_ms: int) -> Challenge:
        """Raises ValueError for a number that is too short or still open: randomness has failed, which is a bug."""
        if len(nonce) != NONCE_BYTES or nonce in self._open:
            raise ValueError("a challenge needs 32 fresh bytes")
        made = Challenge(purpose, self._audience, nonce, now_utc_ms)
        self._open[nonce] = made
        for oldest in list(self._too_many()):
            del self._open[oldest]
        return made

    def spend(self, purpose: Purpose, nonce: bytes, now_utc_ms: int) -> Challenge | Stale:
        """Whatever is answered: it is open no more."""
        made = self._open.pop(nonce, None)
        if made is None or made.purpose != purpose or not 0 <= now_utc_ms - made.made_utc_ms <= LIFE_MS:
            return Stale()
        return made

    def _too_many(self) -> Iterator[bytes]:
        return islice(self._open, max(0, len(self._open) - OPEN_MAX))
