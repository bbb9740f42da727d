"""Work that goes on beside the presses. A bug in it is a crash like any other: it never ends unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

AT_ONCE_MAX = 16


class Tasks:
    """Holds what is running. What raises is told to the loop, whose handler ends the process (see serve)."""

    def __init__(self) -> None:
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
            task.get_loop().call_exception_handler({"message": "work in the background", "exception": error})
