"""The only reader of time and randomness.

Office time is an anchor plus CLOCK_BOOTTIME: once the core runs it never follows a step of the wall clock.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

PLAUSIBLE_AHEAD_MS = 31 * 24 * 3600 * 1000
"""A wall clock further than this ahead of the last fact is doubted: no office is closed for a month, and a wrong year
that was believed once could not be taken back. A machine from the cupboard asks, and one press says that it is right.
"""
PLAUSIBLE_BACK_MS = 5_000
"""A wall clock this little behind the last fact is ordinary correction."""
EARLIEST_UTC_MS = 1_767_225_600_000
"""The beginning of 2026: no clock can truly be before this, and a fact that was kept before says nothing of time."""
Reason = Literal["behind the log", "far ahead of the log"]


class Clock(Protocol):
    """Milliseconds since 1970 in UTC, never running backwards, and fresh unguessable ids."""

    def now_utc_ms(self) -> int: ...

    def new_id(self) -> str: ...


@dataclass(frozen=True)
class ClockDoubt:
    """Why the wall clock was not taken as the anchor."""

    wall_utc_ms: int
    office_utc_ms: int
    reason: Reason


def boot_ms() -> int:
    """Milliseconds since boot, suspended time included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def wall_utc_ms() -> int:
    return time.time_ns() // 1_000_000


class OfficeClock:
    """Anchored at construction; `doubt` says when the log was believed rather than the wall clock.

    While it lasts office time goes on from the last fact. It ends when the wall clock has been set right, or when a
    person says that it is: office time then jumps forward, never back.
    """

    def __init__(
        self,
        last_fact_utc_ms: int | None = None,
        wall_ms: int | None = None,
        *,
        boot: Callable[[], int] = lambda: boot_ms(),
        wall: Callable[[], int] = lambda: wall_utc_ms(),
    ) -> None:
        self._boot_ms, self._wall_utc_ms = boot, wall
        wall_now = wall() if wall_ms is None else wall_ms
        self._last_fact_utc_ms = last_fact_utc_ms
        reason = self._doubtful(wall_now)
        anchor = last_fact_utc_ms if reason and last_fact_utc_ms is not None else wall_now
        self.doubt = ClockDoubt(wall_now, anchor, reason) if reason else None
        self._offset_ms = anchor - boot()

    def _doubtful(self, wall: int) -> Reason | None:
        last = self._last_fact_utc_ms
        if last is None or last < EARLIEST_UTC_MS:
            return "behind the log" if wall < EARLIEST_UTC_MS else None
        if wall < max(EARLIEST_UTC_MS, last - PLAUSIBLE_BACK_MS):
            return "behind the log"
        return "far ahead of the log" if wall > last + PLAUSIBLE_AHEAD_MS else None

    def look_again(self) -> None:
        """Ends the doubt if somebody, or the network, has set the wall clock right."""
        if self.doubt is not None and self._doubtful(self._wall_utc_ms()) is None:
            self.believe()

    def believe(self) -> None:
        """The wall clock is right, as it is now."""
        self.follow(self._wall_utc_ms())

    def follow(self, utc_ms: int) -> None:
        """Goes on from this time, of the wall clock or of the hub, if it is later: office time never runs back."""
        self.doubt = None
        self._offset_ms = max(self._offset_ms, utc_ms - self._boot_ms())

    def now_utc_ms(self) -> int:
        return self._offset_ms + self._boot_ms()

    def new_id(self) -> str:
        return new_id()


class DrivenClock:
    """Starts where a story says and jumps when it says; between jumps it runs like any clock."""

    def __init__(self, start_utc_ms: int) -> None:
        self.doubt: ClockDoubt | None = None
        self._offset_ms = start_utc_ms - boot_ms()

    def now_utc_ms(self) -> int:
        return self._offset_ms + boot_ms()

    def follow(self, utc_ms: int) -> None:
        """The hub's time."""
        self.jump_to(utc_ms)

    def jump_to(self, utc_ms: int) -> None:
        """Forward only; a time already past changes nothing."""
        self._offset_ms = max(self._offset_ms, utc_ms - boot_ms())

    def new_id(self) -> str:
        return new_id()


def new_id() -> str:
    """96 unguessable bits in 16 characters: short enough for a coarse QR code."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """256 unguessable bits, for a signed-in console."""
    return secrets.token_urlsafe(32)


def jitter() -> float:
    """0 <= jitter < 1, for pauses that many machines must not make alike."""
    return secrets.randbelow(1 << 30) / (1 << 30)


def new_nonce() -> bytes:
    """32 bytes for a challenge."""
    return secrets.token_bytes(32)
