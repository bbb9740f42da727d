"""What a bad line does to the bytes of a simulated printer, the same over TCP, a pty and on virtual time.

Conditions: silent (no answer gets through), unplugged (nothing gets through), half_answer (one answer is cut in its
middle), garbled (another baud rate at one end), duplicate (each answer comes twice), power_off. `connection` and
`delay` belong to the line that carries.
"""

from __future__ import annotations

from drivers.faults import Faults

_DEAF = frozenset({"power_off", "unplugged"})


class BadLine:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._garbled_bytes = 0

    def answer(self, data: bytes) -> bytes:
        """What arrives at the computer of what the printer says."""
        if self._faults.any_active(_DEAF | {"silent"}):
            return b""
        if self._faults.take("half_answer"):
            data = data[: len(data) // 2]
        if self._faults.active("duplicate"):
            data = data + data
        return self._garbled(data) if self._faults.active("garbled") else data

    def request(self, data: bytes) -> bytes:
        """What arrives at the printer of what the computer sends."""
        if self._faults.any_active(_DEAF):
            return b""
        return self._garbled(data) if self._faults.active("garbled") else data

    def _garbled(self, data: bytes) -> bytes:
        """Bits read at the wrong places: other bytes, and of three one too few."""
        out = bytearray()
        for byte in data:
            self._garbled_bytes += 1
            if self._garbled_bytes % 3:
                out.append((byte * 0x6D + 0x35 * self._garbled_bytes) & 0xFF)
        return bytes(out)
