"""Work that goes on beside the presses. A bug in it is a crash like any other: it never ends unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

AT_ONCE_MAX = 16


class Tasks:
    """Holds what is running; `bug` hears what was raised and ends the process."""

    def __init__(self, bug: Callable[[BaseException], None]) -> None:
        self._bug = bug
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> None:
        assert len(self._running) < AT_ONCE_MAX
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bug(error)
