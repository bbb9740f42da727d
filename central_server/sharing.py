"""One question for many: whoever asks what is being asked already hears the next answer, together with all the others.

When a city opens its bookings, hundreds look at one day in one second; the database is then asked once at a time for
each such day, however many wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Shared(Generic[Key, Answer]):
    """One a process. No answer is older than its question: of an answer that is under way nobody hears who came later
    than its beginning."""

    def __init__(self) -> None:
        self._next: dict[Key, asyncio.Task[Answer]] = {}
        """Not begun yet."""
        self._under_way: dict[Key, asyncio.Task[Answer]] = {}

    async def ask(self, key: Key, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """Raises what the question raises, to each who waits for it. Who stops waiting stops nobody else."""
        task = self._next.get(key)
        if task is None:
            task = asyncio.create_task(self._turn(key, question, self._under_way.get(key)))
            self._next[key] = task
        return await asyncio.shield(task)

    async def _turn(
        self, key: Key, question: Callable[[], Awaitable[Answer]], before: asyncio.Task[Answer] | None
    ) -> Answer:
        if before is not None:
            await asyncio.wait([before])
        mine = self._under_way[key] = self._next.pop(key)
        try:
            return await question()
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]
