"""So much a second, with a burst: a token bucket without a clock of its own."""

from __future__ import annotations


class Allowance:
    """Times are seconds of any clock that never runs backwards."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._left, self._at_s = burst, 0.0

    def take(self, now_s: float) -> bool:
        """One, if it is there."""
        if not self.has(now_s):
            return False
        self._left -= 1
        return True

    def has(self, now_s: float) -> bool:
        """Whether one could be taken."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        return self._left >= 1

    def wait_s(self) -> float:
        """Until there is one again, as of the last `take`."""
        return max(0.0, (1 - self._left) / self._per_s)
