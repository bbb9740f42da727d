"""A scanner made of software: what is shown to it comes out of a pseudo-terminal, byte by byte as a real one sends it.

Conditions: silent (nothing gets out), garbage (bytes of another rate), half (the line stops in its middle), no_end (the
whole code, and its end never comes). `unplug` takes the device away, name and line; `plug_in` brings it back.
"""

from __future__ import annotations

import os
import pty
import threading
import tty
from pathlib import Path
from types import TracebackType

from drivers.faults import Faults

HOLD_EVERY_S = 0.4
"""A scanner in presentation mode reads a code again and again while it is in sight."""


class SimulatedCodeReader:
    """`with SimulatedCodeReader(folder / "scanner") as reader:` stands at that name, as udev gives one by-id."""

    def __init__(self, device: Path, end: bytes = b"\r", prefix: bytes = b"") -> None:
        self.device = device
        self.faults = Faults()
        self._end = end
        self._prefix = prefix
        self._lock = threading.Lock()
        self._ends: tuple[int, int] | None = None

    def __enter__(self) -> SimulatedCodeReader:
        self.plug_in()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.unplug()

    def plug_in(self) -> None:
        with self._lock:
            if self._ends is None:
                master, slave = pty.openpty()
                tty.setraw(slave)
                os.set_blocking(master, False)
                self._ends = master, slave
                self.device.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        with self._lock:
            if self._ends is not None:
                self.device.unlink()
                for end in self._ends:
                    os.close(end)
                self._ends = None

    def show(self, code: str | bytes, times: int = 1) -> None:
        """The scanner sees this code so often. Nothing is kept for a reader that is away."""
        raw = code.encode() if isinstance(code, str) else code
        for _ in range(times):
            self._send(self._faulty(self._prefix + raw))

    def hold(self, code: str, for_s: float) -> None:
        """In sight for so long."""
        done = threading.Event()
        for _ in range(max(1, round(for_s / HOLD_EVERY_S))):
            self.show(code)
            done.wait(HOLD_EVERY_S)

    def _faulty(self, line: bytes) -> bytes:
        if self.faults.take("silent"):
            return b""
        if self.faults.take("half"):
            return line[: len(line) // 2]
        if self.faults.take("no_end"):
            return line
        whole = line + self._end
        if self.faults.take("garbage"):
            # Bits read at the wrong places: other bytes, the end among them.
            return bytes((byte * 0x6D + 0x95) & 0xFF | 0x80 for byte in whole) + self._end
        return whole

    def _send(self, data: bytes) -> None:
        with self._lock:
            if self._ends is not None and data:
                try:
                    os.write(self._ends[0], data)
                except BlockingIOError:
                    return  # nobody reads: a scanner throws away what its port does not take
