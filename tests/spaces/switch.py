"""The switch between the computers of an office, whose cables lose, repeat, delay and reorder frames, each way alone.

Debian's kernels can do this themselves (netem), others cannot; this one is the same everywhere. Pure: frames, a clock
and a seed go in, frames come out.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

ADDRESS_BYTES = 6
ON_THE_WAY_MAX = 20_000
"""Frames; what is more is lost, as in any switch."""


@dataclass(frozen=True)
class Way:
    """From one computer to another one. Probabilities from 0 to 1, times in milliseconds. Frames overtake each other
    where `delay_ms` is a range. `late`: so many come `late_ms` later than the others."""

    loss: float = 0.0
    twice: float = 0.0
    delay_ms: tuple[float, float] = (0.0, 0.0)
    late: float = 0.0
    late_ms: float = 0.0

    def delays_ms(self, draw: random.Random) -> list[float]:
        """Of each copy that arrives."""
        if draw.random() < self.loss:
            return []
        copies = 2 if draw.random() < self.twice else 1
        return [self._delay_ms(draw) for _ in range(copies)]

    def _delay_ms(self, draw: random.Random) -> float:
        return draw.uniform(*self.delay_ms) + (self.late_ms if draw.random() < self.late else 0.0)


CLEAN, CUT = Way(), Way(loss=1.0)


class Switch:
    """`ports`: the Ethernet address at each port."""

    def __init__(self, ports: dict[str, bytes], seed: int) -> None:
        self._ports = ports
        self._draw = random.Random(seed)
        self._ways: dict[tuple[str, str], Way] = {}
        self._on_the_way: list[tuple[float, int, str, bytes]] = []
        self._order = 0

    def set(self, source: str, target: str, way: Way) -> None:
        self._ways[source, target] = way

    def take(self, now_ms: float, source: str, frame: bytes) -> None:
        to = frame[:ADDRESS_BYTES]
        for target, address in self._ports.items():
            # The lowest bit of an Ethernet address says that it is for many.
            if target != source and (to == address or to[0] & 1):
                self._send(now_ms, self._ways.get((source, target), CLEAN), target, frame)

    def _send(self, now_ms: float, way: Way, target: str, frame: bytes) -> None:
        for delay_ms in way.delays_ms(self._draw):
            if len(self._on_the_way) < ON_THE_WAY_MAX:
                self._order += 1
                heapq.heappush(self._on_the_way, (now_ms + delay_ms, self._order, target, frame))

    def due(self, now_ms: float) -> Iterator[tuple[str, bytes]]:
        """What arrives now: port and frame."""
        while self._on_the_way and self._on_the_way[0][0] <= now_ms:
            _, _, target, frame = heapq.heappop(self._on_the_way)
            yield target, frame

    def next_ms(self) -> float | None:
        """When the next one arrives."""
        return self._on_the_way[0][0] if self._on_the_way else None
