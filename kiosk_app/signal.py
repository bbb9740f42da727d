"""Wakes every stream when the office has changed; a slow stream skips versions and never queues them."""

from __future__ import annotations

import asyncio


class Signal:
    """A version that only grows; `wait` returns as soon as it is past the one already seen."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._coming: asyncio.TimerHandle | None = None

    def bump(self) -> None:
        self.version += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def bump_within(self, seconds: float) -> None:
        """One bump for all that is reported until then."""
        if self._coming is None:
            self._coming = asyncio.get_running_loop().call_later(seconds, self._come)

    def _come(self) -> None:
        self._coming = None
        self.bump()

    async def wait(self, seen: int, timeout_s: float) -> int:
        """The current version, after it differs from `seen` or after the timeout."""
        if self.version == seen:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, timeout_s)
            except TimeoutError:
                self._waiting.discard(future)
        return self.version
