"""The devices' own counters, made into counts that never repeat: the identity of each piece of money. Pure.

A counter of one byte runs 1 to 255 and then 1 again; 0 is said only after the device lost its power or was reset. So
with what was known before, one reading tells what is new, whether something was missed, and whether the device began
anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from drivers.cctalk_unit.messages import EVENTS_KEPT, Events

_MARK = re.compile(r"coins (\d+)\.(\d+) notes (\d+)\.(\d+) payouts (\d+)\.(\d+)")


@dataclass(frozen=True, order=True)
class Count:
    """`lives`: how often the device has begun anew since we know it. `seen`: events in this life."""

    lives: int = 0
    seen: int = 0

    @property
    def counter(self) -> int:
        """What the device says at this count."""
        return (self.seen - 1) % 255 + 1 if self.seen else 0

    def new_life(self) -> Count:
        return Count(self.lives + 1, 0)

    def until(self, counter: int) -> Count:
        """The next count at which the device says this, which is not 0."""
        more = (counter - self.counter) % 255 if self.seen else counter
        return Count(self.lives, self.seen + more)

    def __str__(self) -> str:
        return f"{self.lives}.{self.seen}"


@dataclass(frozen=True)
class Mark:
    """How far all counts of a unit are."""

    coins: Count = Count()
    notes: Count = Count()
    payouts: Count = Count()

    def __str__(self) -> str:
        return f"coins {self.coins} notes {self.notes} payouts {self.payouts}"


def mark_of(text: str) -> Mark | None:
    """None: it was not written here."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    coins, coins_seen, notes, notes_seen, payouts, payouts_seen = (int(part) for part in found.groups())
    return Mark(Count(coins, coins_seen), Count(notes, notes_seen), Count(payouts, payouts_seen))


@dataclass(frozen=True)
class News:
    """`fresh`: what is new and still known, oldest first, each with its count. `lost`: how many more there were."""

    now: Count
    fresh: tuple[tuple[Count, int, int], ...] = ()
    lost: int = 0
    began_anew: bool = False


def news(known: Count, said: Events) -> News:
    if said.counter == 0:
        return News(known) if known.seen == 0 else News(known.new_life(), began_anew=True)
    now = known.until(said.counter)
    new = now.seen - known.seen
    told = said.results[: min(new, EVENTS_KEPT)]
    fresh = tuple((replace(now, seen=now.seen - at), a, b) for at, (a, b) in reversed(list(enumerate(told))))
    return News(now, fresh, new - len(told))
