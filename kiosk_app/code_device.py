"""Runs the reader of codes in one thread of its own, and brings what visitors show into the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from drivers.ports import CodeEvent, CodeReader, CodeReaderStatus

Place = Literal["below", "left", "right"]
WAIT_S = 0.5
"""A core that ends waits so long at most for its thread."""


class CodeDevice:
    """Everything here belongs to the loop. What a code says is the caller's to judge, and is kept nowhere."""

    def __init__(self, reader: CodeReader, place: Place = "below") -> None:
        self.status: CodeReaderStatus = "unknown"
        self.place = place
        """Where visitors find it, seen from the screen."""
        self._reader = reader
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="codes")
        self._listening: asyncio.Task[None] | None = None
        self._stopped = False

    def start(
        self,
        shown: Callable[[CodeEvent], None],
        changed: Callable[[CodeReaderStatus], None],
        bug: Callable[[BaseException], None],
    ) -> None:
        """`changed` only when the status differs from the one before. `bug` when nobody listens any more."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                bug(error)

        self._listening = asyncio.create_task(self._listen(shown, changed))
        self._listening.add_done_callback(ended)

    def forget(self) -> None:
        """Of a new visitor or a new question: a code that is being held there already counts."""
        self._reader.forget()

    async def stop(self) -> None:
        self._stopped = True
        self._reader.close()
        if self._listening is not None:
            await asyncio.wait([self._listening])
        # With nobody waiting any more this lets go of the device.
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.wait, 0.0)
        self._thread.shutdown()

    async def _listen(self, shown: Callable[[CodeEvent], None], changed: Callable[[CodeReaderStatus], None]) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopped:
            events = await loop.run_in_executor(self._thread, self._reader.wait, WAIT_S)
            if self._stopped:
                return
            if (status := self._reader.status) != self.status:
                self.status = status
                changed(status)
            for event in events:
                shown(event)
