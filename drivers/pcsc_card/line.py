"""What stands between scripts and a card: a door to cards, a line to one card, and the gate on that line.

Both doors, PC/SC (transport.py) and the simulated one, have this shape. Each exchange of this driver goes through
`GuardedLine.exchange`, and nothing else calls `transmit`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from drivers.card_ports import CardTrouble
from drivers.pcsc_card.allow_list import Gate
from drivers.pcsc_card.apdu import Script

T = TypeVar("T")


class LineLost(Exception):
    """The card cannot be reached (any more). Carries no bytes of the exchange."""

    def __init__(self, trouble: CardTrouble) -> None:
        super().__init__(type(trouble).__name__)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of one reader, as the card service sees it."""

    name: str
    card: Literal["none", "there", "mute"]
    atr: bytes = b""
    event: int = 0
    """Counts cards put in and taken out, so that a quick change is seen. 0 where the service does not count."""


class Line(Protocol):
    """One card, powered and this program's alone. Blocks without a deadline of its own (deadline.py gives one)."""

    atr: bytes
    protocol: Literal["T=0", "T=1", "raw", "unknown"]

    def transmit(self, command: bytearray) -> bytes:
        """The answer with its status word. Raises LineLost."""
        ...

    def power_off(self) -> None:
        """Never fails."""
        ...


class CardService(Protocol):
    """Where slots are watched and cards are opened. `slots` belongs to one thread; `open` may be called from any."""

    def slots(self, before: tuple[Slot, ...] | None, timeout_s: float) -> tuple[Slot, ...] | None:
        """What is there now: at once when `before` is None, else when it differs or time is up. None: service away."""
        ...

    def open(self, slot_name: str) -> Line:
        """Raises LineLost."""
        ...

    def close(self) -> None:
        """`slots` returns soon. From any thread."""
        ...


Trace = Callable[[str], None]


class GuardedLine:
    """Asks the gate about each command and tells it each answer. `trace` hears headers and status words, never data."""

    def __init__(
        self, line: Line, gate: Gate, trace: Trace | None = None, beat: Callable[[], None] | None = None
    ) -> None:
        self._line = line
        self._gate = gate
        self._trace = trace
        self._beat = beat

    def exchange(self, command: bytearray) -> bytes:
        """Raises LineLost, or ForbiddenCommand before anything has left."""
        if self._beat is not None:
            self._beat()
        self._gate.admit(command)
        raw = self._line.transmit(command)
        status = raw[-2] << 8 | raw[-1] if len(raw) >= 2 else 0
        self._gate.answered(status)
        if self._trace is not None:
            header = bytes(command[:4]).hex(" ").upper()
            self._trace(f"{header} +{len(command) - 4} -> {max(0, len(raw) - 2)} bytes {status:04X}")
        return raw

    def run(self, script: Script[T]) -> T:
        """Plays a script. Raises LineLost; the script then has ended where it stood."""
        try:
            command = next(script)
            while True:
                command = script.send(self.exchange(command))
        except StopIteration as end:
            value: T = end.value
            return value
        finally:
            script.close()
