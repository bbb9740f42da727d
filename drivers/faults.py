"""One handle for the troubles of a simulated device, so that every simulator is made to fail in the same words.

A condition is a name that the device knows (`paper_out`, `silent`). Safe to use from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Faults:
    """Held by the test (or the control socket) at one end and asked by the device at the other."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.RLock()
        self._lasting: set[str] = set()
        self._next: set[str] = set()
        self._after: dict[tuple[str, str], int] = {}
        self._changed = changed
        self.delay_s = 0.0

    def fail_repeatedly(self, condition: str) -> None:
        """From now on, until cleared."""
        with self._lock:
            self._lasting.add(condition)
        self._changed()

    def fail_next(self, condition: str) -> None:
        """The next time only that the device comes to this point."""
        with self._lock:
            self._next.add(condition)

    def fail_after(self, condition: str, count: int, unit: str) -> None:
        """Lasting, once the device has spent `count` more of `unit` (dots, bytes)."""
        with self._lock:
            self._after[(condition, unit)] = count
        self.spend(unit, 0)

    def tear_at(self, byte: int) -> None:
        """Drop the connection when this many more bytes have been taken from it."""
        self.fail_after("connection", byte, "bytes")

    def drop(self) -> None:
        """Drop the connection now."""
        self.fail_repeatedly("connection")

    def delay(self, seconds: float) -> None:
        """Every answer comes this much later."""
        self.delay_s = seconds

    def clear(self, condition: str | None = None) -> None:
        """This condition, or every one of them, armed ones included."""
        with self._lock:
            if condition is None:
                self._lasting.clear()
                self._next.clear()
                self._after.clear()
                self.delay_s = 0.0
            else:
                self._lasting.discard(condition)
                self._next.discard(condition)
                self._after = {key: left for key, left in self._after.items() if key[0] != condition}
        self._changed()

    # --- the device's end

    def active(self, condition: str) -> bool:
        with self._lock:
            return condition in self._lasting

    def any_active(self, conditions: frozenset[str]) -> bool:
        with self._lock:
            return not self._lasting.isdisjoint(conditions)

    def take(self, condition: str) -> bool:
        """Whether to fail at this point; a `fail_next` is used up by asking."""
        with self._lock:
            once = condition in self._next
            self._next.discard(condition)
            return once or condition in self._lasting

    def allowed(self, unit: str, wanted: int) -> int:
        """How many of `unit` the device may spend before the next armed condition; it then reports them by `spend`."""
        with self._lock:
            return min([wanted, *(left for (_, u), left in self._after.items() if u == unit)])

    def spend(self, unit: str, count: int) -> None:
        with self._lock:
            due = []
            for key in [key for key in self._after if key[1] == unit]:
                self._after[key] -= count
                if self._after[key] <= 0:
                    due.append(key)
            for key in due:
                del self._after[key]
                self._lasting.add(key[0])
        if due:
            self._changed()
