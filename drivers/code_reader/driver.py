"""A scanner at its line: listens in slices, opens the line again by itself, and tells codes as the port says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.code_reader.protocol import CodeLines
from drivers.code_reader.transport import CodeLine, LineAway, SerialCodeLine
from drivers.ports import CodeEvent, CodeReaderStatus

SLICE_S = 0.1
REOPEN_S = 1.0
"""Between two attempts to open a device that is away."""


@dataclass(frozen=True)
class CodeReaderSettings:
    """Which scanner stands here, from the machine's configuration."""

    device: str
    baud: int = 9600


class SerialCodeReader:
    """`wait` belongs to one thread; everything else may be called from any."""

    def __init__(
        self,
        settings: CodeReaderSettings,
        open_line: Callable[[str, int], CodeLine] = SerialCodeLine,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._open = open_line
        self._now_s = monotonic
        self._lines = CodeLines()
        self._line: CodeLine | None = None
        self._retry_s = 0.0
        self._status: CodeReaderStatus = "unknown"
        self._forget = threading.Event()
        self._closed = threading.Event()

    @property
    def status(self) -> CodeReaderStatus:
        return self._status

    def forget(self) -> None:
        self._forget.set()

    def close(self) -> None:
        self._closed.set()

    def wait(self, timeout_s: float) -> tuple[CodeEvent, ...]:
        """Also where the status has changed it comes back at once, with what there is."""
        deadline = self._now_s() + timeout_s
        before = self._status
        while not self._closed.is_set():
            found = self._listen(max(0.0, min(SLICE_S, deadline - self._now_s())))
            if found or self._status != before or self._now_s() >= deadline:
                return tuple(found)
        self._hang_up()
        return ()

    def _listen(self, slice_s: float) -> list[CodeEvent]:
        line = self._line or self._opened()
        if line is None:
            self._closed.wait(slice_s)
            return []
        try:
            heard = line.read(slice_s)
        except LineAway:
            self._hang_up()
            self._status = "away"
            return self._lines.cut()
        # After the reading: what is read from now on was seen after whoever forgot.
        if self._forget.is_set():
            self._forget.clear()
            self._lines.forget()
        found = self._lines.feed(heard, self._now_s())
        self._status = "nonsense" if self._lines.is_nonsense else "ready"
        return found

    def _opened(self) -> CodeLine | None:
        if self._now_s() < self._retry_s:
            return None
        self._retry_s = self._now_s() + REOPEN_S
        try:
            self._line = self._open(self._settings.device, self._settings.baud)
        except LineAway:
            self._status = "away"
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()
