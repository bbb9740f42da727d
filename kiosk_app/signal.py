"""Wakes every stream when something has changed; a slow stream skips versions and never queues them.

With a pace all streams wake together and not more often than that: they share what is made for the same version, and in
a rush the core does not make views that nobody could read.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable


class Signal:
    """A version that only grows; `wait` returns when it is past the one already seen.

    `pace_s`: what comes after a pause wakes at once, what comes sooner waits until the last waking is so long ago. It
    needs a running loop. `woken` is called with each waking.
    """

    def __init__(self) -> None:
        self.version = 0
        self.pace_s = 0.0
        self.woken: Callable[[], None] = lambda: None
        self._waiting: set[asyncio.Future[None]] = set()
        self._woke_s = float("-inf")
        self._coming: asyncio.TimerHandle | None = None

    @property
    def is_followed(self) -> bool:
        """Somebody waits for news."""
        return bool(self._waiting)

    def bump(self) -> None:
        self.version += 1
        if not self._is_too_soon():
            self._wake()

    def _is_too_soon(self) -> bool:
        """Then the waking is on its way."""
        if self._coming is None and (left_s := self._woke_s + self.pace_s - time.monotonic()) > 0:
            self._coming = asyncio.get_running_loop().call_later(left_s, self._wake)
        return self._coming is not None

    def _wake(self) -> None:
        self._coming, self._woke_s = None, time.monotonic()
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)
        self.woken()

    async def wait(self, seen: int, timeout_s: float) -> int:
        """The current version, after it differs from `seen` or after the timeout."""
        if self.version == seen or self._is_too_soon():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                # Not wait_for: woken and cancelled at once, that one forgets that it was cancelled.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(timeout_s):
                        await future
            finally:
                self._waiting.discard(future)
        return self.version
