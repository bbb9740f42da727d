"""What the core asks of whatever takes money: a person at a counter, or a coin-and-note unit. Names no brand.

Expected trouble is a value. Money is told as pieces that have an identity, and with each comes a mark: how far the
unit's own counts were. Whoever writes the last mark down can begin again there, and no piece counts twice or is lost
unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

UnitStatus = Literal[
    "unknown",
    "ready",
    "no_change",
    "full",
    "box_missing",
    "coin_jam",
    "note_jam",
    "tampered",
    "fault",
    "silent",
    "away",
    "other_device",
]
"""no_change: it could not give back for every coin, so it sells nothing. full: a box or the stacker takes no more.
box_missing: a box or the stacker is out. tampered: somebody tried to cheat it. other_device: what answers is not what
belongs here, or takes no money of this country."""

TAKES: frozenset[UnitStatus] = frozenset({"ready"})

Source = Literal["counter", "coin", "note"]


@dataclass(frozen=True)
class Inserted:
    """One piece of money that is in for good. `credit` is its identity for ever; `mark` as it is after it."""

    credit: str
    yen: int
    source: Source
    mark: str


@dataclass(frozen=True)
class HandedBack:
    """It was not taken and is in the visitor's hand again. no_change: it was good, but nothing could be given back for
    it. not_taken: bad, or not one that is taken here. shut: the sale was over."""

    why: Literal["no_change", "not_taken", "shut"]


@dataclass(frozen=True)
class InDoubt:
    """Something may have gone in of which nobody knows. power: the unit had lost its power. lost: more happened than it
    keeps. stuck: a note is neither in nor back. The sale goes no further; staff look."""

    why: Literal["power", "lost", "stuck"]
    mark: str


MoneyEvent = Inserted | HandedBack | InDoubt


@dataclass(frozen=True)
class PaidOut:
    """`paid_yen` certainly lies in the tray, of `doubt_yen` nobody knows, the rest certainly not."""

    paid_yen: int
    doubt_yen: int
    mark: str
    cause: UnitStatus | None = None
    """Why it was not all."""


class PaymentPoint(Protocol):
    """Blocking, of one thread; every wait with a deadline of its own. One sale after the other."""

    @property
    def gives_back(self) -> bool:
        """Whether it can pay out at all; a counter does not, a claim goes there."""
        ...

    def preflight(self) -> UnitStatus:
        """Ask now. Never optimistic: no answer is `silent`."""
        ...

    def mark(self) -> str | None:
        """How far its counts are now; None when it does not say, and then no sale begins. Written down before
        `open`."""
        ...

    def open(self, wanted_yen: int) -> UnitStatus:
        """Take money up to this sum. What went in while the core was not running is told before it, by `wait` or
        `shut`: the point was made with the last mark that was written down."""
        ...

    def wait(self, timeout_s: float) -> tuple[MoneyEvent, ...]:
        """What happened, in its order, as soon as anything did. It shuts by itself when the sum is reached."""
        ...

    def shut(self, was_open: bool = False) -> tuple[MoneyEvent, ...]:
        """Take no more: a note that is only held goes back, and what was under way is told. Then nothing moves.

        `was_open`, after a restart of the core: as far as the log knows it was taking money, so a unit that has
        forgotten it, or does not answer, has lost its power since.
        """
        ...

    def pay_out(self, yen: int, since: str) -> PaidOut:
        """Give back, once: `since` is the mark that was written down before, so that the same call again does not pay
        again. Never sends it again; in doubt says so."""
        ...

    def paid_since(self, yen: int, since: str) -> PaidOut:
        """What became of a payout that was begun at that mark, and of which the core has not heard the end."""
        ...

    @property
    def status(self) -> UnitStatus:
        """As last known; never waits."""
        ...

    def close(self) -> None: ...
