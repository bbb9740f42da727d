"""Makes the sound of the next call while the one before is heard, so that a busy hall never waits for it.

One thread, because the speech library is used by one at a time; and only the next call, because sound is large.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from kiosk_app.api import Announcement

KEPT = 3
"""What is heard, what comes next, and one that a recall has put aside: some 3 MB."""

Key = tuple[str, int, int, str, str]


class Making:
    """`make` gives the samples of a call without its chime."""

    def __init__(self, make: Callable[[Announcement], bytes]) -> None:
        self._make = make
        self._worker = ThreadPoolExecutor(1, "maker")
        self._lock = threading.Lock()
        self._made: dict[Key, Future[bytes]] = {}

    def begin(self, call: Announcement) -> Future[bytes]:
        """Of a call that is the same in every word the sound that there is. A bug in `make` is raised by its result."""
        key = (call.letter, call.number, call.counter, call.stage, call.language)
        with self._lock:
            found = self._made.pop(key, None) or self._worker.submit(self._make, call)
            self._made[key] = found
            while len(self._made) > KEPT:
                self._made.pop(next(iter(self._made))).cancel()
        return found
