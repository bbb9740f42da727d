"""One open line to a printer with its only reader: a thread that sorts what comes, so that an automatic status in the
middle of an answer is never taken for the answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from drivers.escpos_printer.replies import AutomaticStatus, Reply, ReplyReader
from drivers.escpos_printer.transport import LineLost, Transport

WAITING_LIMIT = 1000
READ_SLICE_S = 0.1


class OpenLine(Protocol):
    """What the driver needs of a line; `LineLost` ends every call."""

    @property
    def lost(self) -> bool: ...

    def write(self, data: bytes, timeout_s: float) -> int:
        """How many bytes were taken in that time."""
        ...

    def write_all(self, data: bytes, timeout_s: float) -> None: ...

    def discard(self) -> None: ...

    def take(self, timeout_s: float) -> Reply | None: ...

    def close(self) -> None: ...


class Line:
    """`automatic` is called from the reader's thread with each ASB, `ended` once when the line is lost."""

    def __init__(self, transport: Transport, automatic: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._transport = transport
        self._automatic = automatic
        self._ended = ended
        self._arrived = threading.Condition()
        self._waiting: deque[Reply] = deque(maxlen=WAITING_LIMIT)
        self._lost = ""
        self._closing = False
        self._reader = threading.Thread(target=self._read, name="printer answers", daemon=True)
        self._reader.start()

    @property
    def lost(self) -> bool:
        return bool(self._lost)

    def _read(self) -> None:
        replies = ReplyReader()
        while not self._closing:
            try:
                heard = replies.feed(self._transport.read(READ_SLICE_S))
            except LineLost as error:
                with self._arrived:
                    self._lost = str(error)
                    self._arrived.notify_all()
                self._ended()
                return
            # The news first: who throws away old answers and then looks at the status has then lost nothing.
            for reply in heard:
                if isinstance(reply, AutomaticStatus):
                    self._automatic(reply.data)
            if heard:
                with self._arrived:
                    self._waiting.extend(heard)
                    self._arrived.notify_all()

    def write(self, data: bytes, timeout_s: float) -> int:
        if self._lost:
            raise LineLost(self._lost)
        return self._transport.write(data, timeout_s)

    def write_all(self, data: bytes, timeout_s: float) -> None:
        """For questions: a printer that does not take a few bytes in time is as good as gone."""
        if self.write(data, timeout_s) < len(data):
            raise LineLost("takes no more data", may_have_taken=True)

    def discard(self) -> None:
        """Answers that nobody waits for any more."""
        with self._arrived:
            self._waiting.clear()

    def take(self, timeout_s: float) -> Reply | None:
        """The next answer in order; None when none came. LineLost only after the last answer has been taken."""
        deadline = time.monotonic() + timeout_s
        with self._arrived:
            while not self._waiting:
                if self._lost:
                    raise LineLost(self._lost)
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._arrived.wait(left)
            return self._waiting.popleft()

    def close(self) -> None:
        self._closing = True
        self._reader.join()
        self._transport.close()
