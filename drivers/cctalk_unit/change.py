"""Whether change can be given. Pure: every yen coin is a multiple of the smaller ones, so the largest first is
exact."""

from __future__ import annotations

from collections.abc import Iterable

COIN_MAX_YEN = 500
STEP_YEN = 10
"""Fees are multiples of it, and smaller coins are not taken."""

Hoppers = tuple[tuple[int, int], ...]
"""Yen of the coin, and how many there are."""


def can_give(hoppers: Iterable[tuple[int, int]], yen: int) -> bool:
    left = yen
    for coin, count in sorted(hoppers, reverse=True):
        left -= coin * min(count, left // coin)
    return left == 0


def can_give_for_any_coin(hoppers: Hoppers) -> bool:
    """The last coin may be the largest: then anything below it may have to go back."""
    return all(can_give(hoppers, yen) for yen in range(STEP_YEN, COIN_MAX_YEN, STEP_YEN))
