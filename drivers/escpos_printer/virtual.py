"""The simulated printer and its line on virtual time: no socket, no thread, no waiting. A seed is the same each time.

`EscPosTicketPrinter(settings, printer.open, listen=VirtualLine, monotonic=printer.now_s)` is the real driver on it:
time passes only while the driver writes or listens, and then the printer does what is due.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from typing import Any

from drivers.escpos_printer.bad_line import BadLine
from drivers.escpos_printer.firmware import Firmware
from drivers.escpos_printer.paper import Piece
from drivers.escpos_printer.replies import AutomaticStatus, Reply, ReplyReader
from drivers.escpos_printer.transport import LineLost, PrinterSettings, Transport
from drivers.faults import Faults

QUANTUM_BYTES = 256
QUANTUM_S = 0.005
"""Bytes cross the line in lumps: so many at most, or what the rate carries in so long."""
HOST_QUEUE_BYTES = 4096
"""What the computer's own end takes in advance, as a kernel does."""
HANGS_UP = {
    "tcp": frozenset({"connection", "power_off"}),
    "serial": frozenset[str](),
    "usb": frozenset({"connection", "power_off", "unplugged"}),
}
"""A serial line never says that it is lost. A network cable that is pulled out is not told of either: what is on its
way waits for its return."""
ABSENT = frozenset({"power_off", "unplugged"})
CLOSE_S = 1.0
TICK_S = 1e-6
"""Every wait moves time on, however little is left of it after rounding."""


class VirtualPrinter:
    """`over="tcp"`: the line says when it is lost. `over="serial"`: it never does. `over="usb"`: it does, and
    cannot say then how much was taken.
    """

    def __init__(self, over: str = "tcp", bytes_s: float = 1e7, **mechanism: Any) -> None:
        self._over = over
        self.bytes_s = bytes_s
        """May change: a line can become slow."""
        self._now_s = 0.0
        self.pieces: list[Piece] = []
        self.received_bytes = 0
        self._to_printer = bytearray()
        self._line_free_s = 0.0
        self._answers: deque[tuple[float, bytes]] = deque()
        self._plan: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._line: VirtualLine | None = None
        self.firmware = Firmware(self._transmit, self.pieces.append, monotonic=self.now_s, **mechanism)
        self._bad_line = BadLine(self.firmware.faults)

    @property
    def faults(self) -> Faults:
        return self.firmware.faults

    def now_s(self) -> float:
        return self._now_s

    def at(self, when_s: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._plan, (when_s, next(self._order), act))

    def lines_on_paper(self) -> list[tuple[str, ...]]:
        """Every paper with what can be read on it: cut, torn, and the one that is still in the printer."""
        return [*(piece.lines for piece in self.pieces), self.firmware.roll.lines]

    def open(self, settings: PrinterSettings) -> Transport:
        if self._over != "serial" and self.faults.any_active(ABSENT):
            self.run(self._now_s + settings.connect_timeout_s, lambda: False)
            raise LineLost("nobody there")
        self.faults.clear("connection")
        return _Opened(self)

    def attach(self, line: VirtualLine | None) -> None:
        self._line = line

    def push(self, data: bytes) -> int:
        """The computer's end of the line takes what it has room for."""
        taken = data[: HOST_QUEUE_BYTES - len(self._to_printer)]
        self._to_printer += taken
        return len(taken)

    @property
    def is_usb(self) -> bool:
        return self._over == "usb"

    @property
    def has_room(self) -> bool:
        return len(self._to_printer) < HOST_QUEUE_BYTES

    @property
    def is_delivered(self) -> bool:
        return not self._to_printer

    # --- time

    def run(self, until_s: float, is_enough: Callable[[], bool]) -> None:
        """Let time pass, event by event, until it is enough or late."""
        while True:
            wake_s = self.do_what_is_due()
            if is_enough() or self._now_s >= until_s:
                return
            upcoming = [at_s for at_s in (wake_s, self._next_lump_s()) if at_s is not None]
            if self._plan:
                upcoming.append(self._plan[0][0])
            if self._answers and not self._stands_still:
                upcoming.append(self._answers[0][0])
            self._now_s = max(self._now_s, min([*upcoming, until_s]))

    def do_what_is_due(self) -> float | None:
        while self._plan and self._plan[0][0] <= self._now_s:
            heapq.heappop(self._plan)[2]()
        self._drop_if_due()
        while (lump_s := self._next_lump_s()) is not None and lump_s <= self._now_s:
            self._carry_lump()
        wake_s = self.firmware.run_due()
        self._drop_if_due()
        while self._answers and self._answers[0][0] <= self._now_s and not self._stands_still:
            _, data = self._answers.popleft()
            if self._line is not None:
                self._line.arrived(data)
        return wake_s

    @property
    def _stands_still(self) -> bool:
        return self._over == "tcp" and self.faults.active("unplugged")

    def _lump(self) -> int:
        if not self._to_printer or self._stands_still:
            return 0
        most = min(QUANTUM_BYTES, max(1, int(self.bytes_s * QUANTUM_S)), len(self._to_printer))
        return self.faults.allowed("bytes", min(most, self.firmware.room()))

    def _next_lump_s(self) -> float | None:
        count = self._lump()
        return self._line_free_s + count / self.bytes_s if count else None

    def _carry_lump(self) -> None:
        count = self._lump()
        data = bytes(self._to_printer[:count])
        del self._to_printer[:count]
        self._line_free_s = max(self._line_free_s + count / self.bytes_s, self._now_s)
        self.received_bytes += count
        self.firmware.receive(self._bad_line.request(data))
        self.faults.spend("bytes", count)
        self._drop_if_due()

    def idle_line(self) -> None:
        """A line that stood still does not make up for it."""
        if not self._to_printer:
            self._line_free_s = max(self._line_free_s, self._now_s)

    def _drop_if_due(self) -> None:
        if self._line is not None and self.faults.any_active(HANGS_UP[self._over]):
            line, self._line = self._line, None
            self._to_printer.clear()
            self._answers.clear()
            line.ended("connection reset by the printer")

    def _transmit(self, data: bytes) -> None:
        heard = data if self._stands_still else self._bad_line.answer(data)
        if heard:
            before_s = self._answers[-1][0] if self._answers else self._now_s
            due_s = max(before_s, self._now_s + self.faults.delay_s) + len(heard) / self.bytes_s
            self._answers.append((due_s, heard))


class _Opened:
    """Stands for a transport; `VirtualLine` works on the printer itself."""

    def __init__(self, printer: VirtualPrinter) -> None:
        self.printer = printer

    def write(self, data: bytes, timeout_s: float) -> int:
        raise NotImplementedError("written through VirtualLine")

    def read(self, timeout_s: float) -> bytes:
        raise NotImplementedError("read through VirtualLine")

    def close(self, timeout_s: float = 1.0) -> None:
        pass


class VirtualLine:
    """An `OpenLine` without a reader's thread: answers are sorted as time passes."""

    def __init__(self, transport: Transport, automatic: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        assert isinstance(transport, _Opened)
        self._printer = transport.printer
        self._automatic = automatic
        self._ended = ended
        self._replies = ReplyReader()
        self._waiting: deque[Reply] = deque()
        self._lost = ""
        self._printer.attach(self)

    @property
    def lost(self) -> bool:
        return bool(self._lost)

    def arrived(self, data: bytes) -> None:
        for reply in self.sort(data):
            if isinstance(reply, AutomaticStatus):
                self._automatic(reply.data)
            self._waiting.append(reply)

    def sort(self, data: bytes) -> list[Reply]:
        return self._replies.feed(data)

    def ended(self, why: str) -> None:
        self._lost = why
        self._ended()

    def write(self, data: bytes, timeout_s: float) -> int:
        until_s = self._printer.now_s() + timeout_s + TICK_S
        self._printer.idle_line()
        taken = 0
        while not self._lost:
            taken += self._printer.push(data[taken:])
            if taken == len(data) or self._printer.now_s() >= until_s:
                return taken
            self._printer.run(until_s, lambda: self.lost or self._printer.has_room)
        if taken == 0 or self._printer.is_usb:
            raise LineLost(self._lost, may_have_taken=self._printer.is_usb)
        return taken

    def write_all(self, data: bytes, timeout_s: float) -> None:
        if self.write(data, timeout_s) < len(data):
            raise LineLost("takes no more data", may_have_taken=True)

    def discard(self) -> None:
        self._waiting.clear()

    def take(self, timeout_s: float) -> Reply | None:
        until_s = self._printer.now_s() + timeout_s + TICK_S
        self._printer.run(until_s, lambda: bool(self._waiting) or self.lost)
        if self._waiting:
            return self._waiting.popleft()
        if self._lost:
            raise LineLost(self._lost)
        return None

    def close(self) -> None:
        """What was written still goes out, as far as the printer takes it."""
        self._printer.run(self._printer.now_s() + CLOSE_S, lambda: self._printer.is_delivered or self.lost)
        self._printer.attach(None)
