"""One kiosk's questions to central, one after the other in a thread of their own: asked again as long as somebody
waits, since every request may be repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Literal, Protocol

from kiosk_app import certificate_messages as wire
from kiosk_app.certificate_line import NoAnswer, Trouble
from kiosk_app.clock import boot_ms

PAUSE_S = 0.5
"""Before it is asked again; central that says "later" has much to do."""
LEAST_S = 0.1


class Line(Protocol):
    """As certificate_line.CertificateLine."""

    def ask(self, asked: wire.Request, answer_s: float = ...) -> wire.Reply | NoAnswer: ...

    def close(self) -> None: ...


Told = Callable[[Trouble | Literal[""]], None]
Waiting = tuple[wire.Request, float, "asyncio.Future[wire.Reply | NoAnswer]"]


class Central:
    """Belongs to the loop; only the line is in the thread, and whoever has left keeps nobody waiting at the end."""

    def __init__(self, line: Line, name: str, told: Told = lambda trouble: None) -> None:
        """`told` hears after each question why there was no answer; empty: there was one."""
        self._line = line
        self._name = name
        self._told = told
        self._asked: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def ask(self, make: Callable[[], wire.Request], patience_s: float) -> wire.Reply | NoAnswer:
        """The answer, or why there was none in the end. `make`: a request that is asked again may need a new name."""
        until_ms = boot_ms() + int(patience_s * 1000)
        while True:
            answer = await self._once(make(), max(LEAST_S, (until_ms - boot_ms()) / 1000))
            is_over = boot_ms() + PAUSE_S * 1000 >= until_ms
            if is_over or not isinstance(answer, NoAnswer) or answer.why not in ("away", "busy"):
                break
            await asyncio.sleep(PAUSE_S)
        self._told(answer.why if isinstance(answer, NoAnswer) else "")
        return answer

    async def _once(self, asked: wire.Request, answer_s: float) -> wire.Reply | NoAnswer:
        loop = asyncio.get_running_loop()
        if self._thread is None:
            # A daemon: a central that has stopped answering must not hold up the end of this process.
            self._thread = threading.Thread(target=self._carry, args=(loop,), name=self._name, daemon=True)
            self._thread.start()
        answer: asyncio.Future[wire.Reply | NoAnswer] = loop.create_future()
        self._asked.put((asked, answer_s, answer))
        return await answer

    def _carry(self, loop: asyncio.AbstractEventLoop) -> None:
        while (waiting := self._asked.get()) is not None:
            asked, answer_s, answer = waiting
            found: wire.Reply | NoAnswer | Exception = NoAnswer("away")
            # Whoever asked may be gone while another question was on its way.
            if not answer.cancelled():
                try:
                    found = self._line.ask(asked, answer_s)
                except Exception as bug:
                    found = bug
            with contextlib.suppress(RuntimeError):
                # The loop may have ended meanwhile.
                loop.call_soon_threadsafe(_settle, answer, found)
        self._line.close()

    def stop(self) -> None:
        self._asked.put(None)


def _settle(answer: asyncio.Future[wire.Reply | NoAnswer], found: wire.Reply | NoAnswer | Exception) -> None:
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
