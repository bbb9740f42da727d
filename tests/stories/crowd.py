"""The visitors of a busy morning: when each comes, to which machine, for what, and how it goes at the counter.

Everything follows from the seed. No person stands behind any of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Fate = Literal["served", "recalled", "held", "transferred", "two-stage", "no-show"]
"""How a visit goes: at once; after a second call; put aside first; sent on to another service; 受付 and then お渡し;
called as often as the office calls, and not come."""
FATES: tuple[Fate, ...] = ("recalled", "held", "transferred", "two-stage", "no-show")
LANGUAGES = ("ja", "ja", "ja", "ja", "ja", "ja", "easy", "en", "zh", "vi")


class Wish(NamedTuple):
    """A service with its group's letter; `weight` of a hundred who come."""

    letter: str
    service: str
    weight: int


WISHES = (
    Wish("A", "resident-record-copy", 14),
    Wish("A", "seal-certificate", 9),
    Wish("A", "income-tax-certificate", 8),
    Wish("H", "move-in", 14),
    Wish("H", "move-within", 9),
    Wish("H", "move-out", 9),
    Wish("M", "card-pickup", 10),
    Wish("M", "card-certificate-renewal", 7),
    Wish("R", "health-insurance-change", 10),
    Wish("R", "national-pension", 7),
)
TWO_STAGE = "A"
"""Certificates are asked for at one call and handed out at another."""
SHORTEST_S, USUAL_S, LONGEST_S = 60, 120, 300
HANDED_OUT_S = 60


@dataclass(frozen=True)
class Visitor:
    """`at`: office time without a zone. `machine` counts from 0. `served_s`: at the counter, each time."""

    order: int
    at: datetime
    machine: int
    wish: Wish
    language: str
    served_s: int
    fate: Fate
    by_hand: bool


def crowd(
    count: int,
    since: datetime,
    until: datetime,
    seed: int,
    machines: int,
    letters: Sequence[str],
    by_hand: int = 0,
    fates: dict[Fate, int] | None = None,
) -> list[Visitor]:
    """In the order in which they come. `letters`: of the groups that some counter serves. `by_hand`: so many are
    spread over the morning who press through the face itself. `fates`: so many of each; all others are just served."""
    draw = random.Random(seed)
    span_s = (until - since).total_seconds()
    times = sorted(since + timedelta(seconds=int(draw.uniform(0, span_s))) for _ in range(count))
    wishes = [wish for wish in WISHES if wish.letter in letters]
    wanted = draw.choices(wishes, [wish.weight for wish in wishes], k=count)
    fate_of = _fates(draw, wanted, fates or {})
    hands = {order * count // by_hand + count // (2 * by_hand) for order in range(by_hand)} if by_hand else set()
    return [
        Visitor(
            order,
            at,
            draw.randrange(machines),
            wish,
            draw.choice(LANGUAGES),
            int(draw.triangular(SHORTEST_S, LONGEST_S, USUAL_S)),
            fate_of.get(order, "served"),
            order in hands,
        )
        for order, (at, wish) in enumerate(zip(times, wanted, strict=True))
    ]


def _fates(draw: random.Random, wanted: Sequence[Wish], fates: dict[Fate, int]) -> dict[int, Fate]:
    """Raises ValueError when there are not as many visitors as fates."""
    found: dict[int, Fate] = {}
    for fate in FATES:
        free = [
            order
            for order, wish in enumerate(wanted)
            if order not in found and (fate != "two-stage" or wish.letter == TWO_STAGE)
        ]
        found |= dict.fromkeys(draw.sample(free, fates.get(fate, 0)), fate)
    return found
