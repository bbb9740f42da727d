"""Whose turn it is to buy of one day: within a process one at a time, in the order in which they came.

Whoever waits has no connection of the pool meanwhile, so a day that everybody wants keeps nobody from another one; and
whoever has waited long is never overtaken by who has just come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from psycopg_pool import PoolTimeout

from central_server.database import WAIT_S

Key = TypeVar("Key", bound=Hashable)


class Place:
    """Of one who waits in a line."""

    def __init__(self, line: deque[Place]) -> None:
        self._line = line
        self._woken = asyncio.Event()
        self._until_s = asyncio.get_running_loop().time() + WAIT_S

    @property
    def is_first(self) -> bool:
        return self._line[0] is self

    async def moved(self) -> None:
        """Until the first has bought something, or this is the first. Raises PoolTimeout, as whoever waits so long for
        a connection."""
        try:
            async with asyncio.timeout_at(self._until_s):
                await self._woken.wait()
        except TimeoutError:
            raise PoolTimeout(f"not its turn after {WAIT_S} s") from None
        self._woken.clear()

    def has_bought(self) -> None:
        """Everybody behind had better look again at what is left."""
        for one in self._line:
            one._woken.set()

    def leave(self) -> None:
        was_first = self.is_first
        self._line.remove(self)
        if was_first and self._line:
            self._line[0]._woken.set()


class Lines(Generic[Key]):
    """One a process."""

    def __init__(self) -> None:
        self._lines: dict[Key, deque[Place]] = {}

    @contextlib.contextmanager
    def stand(self, key: Key) -> Iterator[Place]:
        """At the end of the line for this."""
        line = self._lines.setdefault(key, deque())
        mine = Place(line)
        line.append(mine)
        try:
            yield mine
        finally:
            mine.leave()
            if not line:
                del self._lines[key]
