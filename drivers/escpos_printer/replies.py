"""The one reader of everything a printer sends, told apart by bit pattern, in any order and cut anywhere.

DLE EOT 0xx1xx10 · ASB 0xx1xx00 then three 0xx0xxxx · GS r 0xx0xxxx · XON 11h, XOFF 13h · blocks 37h/3Dh/5Fh … 00h.
"""

from __future__ import annotations

from dataclasses import dataclass

BLOCK_LIMIT = 120
"""No block of Epson's is longer; what is longer is a wrong baud rate."""


@dataclass(frozen=True)
class RealTimeStatus:
    """The answer to one DLE EOT; which one, only the order of asking tells."""

    value: int


@dataclass(frozen=True)
class AutomaticStatus:
    """The four bytes that the printer sends by itself."""

    data: bytes


@dataclass(frozen=True)
class QueuedStatus:
    """One byte of GS r or GS I."""

    value: int


@dataclass(frozen=True)
class ProcessId:
    """Everything before this id has been printed."""

    process_id: bytes


@dataclass(frozen=True)
class BufferCleared:
    """The receive and print buffers are empty; no id of the lost data will follow."""


@dataclass(frozen=True)
class OfflineResponse:
    data: bytes


@dataclass(frozen=True)
class Information:
    """A text of GS I, such as the model's name."""

    text: str


@dataclass(frozen=True)
class Flow:
    """XON (go on) or XOFF (wait)."""

    go: bool


@dataclass(frozen=True)
class Garbage:
    """Nothing a printer says: a wrong baud rate, or half of an answer."""

    data: bytes


Reply = (
    RealTimeStatus
    | AutomaticStatus
    | QueuedStatus
    | ProcessId
    | BufferCleared
    | OfflineResponse
    | Information
    | Flow
    | Garbage
)


class ReplyReader:
    """Feed it what arrives; it gives back what has been said in full so far."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._automatic = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        out: list[Reply] = []
        for byte in data:
            out.extend(self._take(byte))
        return out

    def _take(self, byte: int) -> list[Reply]:
        if byte in (0x11, 0x13):
            return [Flow(go=byte == 0x11)]
        if self._block:
            return self._in_block(byte)
        if byte in (0x37, 0x3D, 0x5F):
            self._block.append(byte)
            return []
        if byte & 0x93 == 0x12:
            return [RealTimeStatus(byte)]
        if byte & 0x93 == 0x10:
            cut_short = [Garbage(bytes(self._automatic))] if self._automatic else []
            self._automatic = bytearray((byte,))
            return list(cut_short)
        if byte & 0x90 == 0:
            return self._low(byte)
        return [Garbage(bytes((byte,)))]

    def _low(self, byte: int) -> list[Reply]:
        """A byte without bit 4: the rest of an automatic status while one is open, else the answer to GS r."""
        if not self._automatic:
            return [QueuedStatus(byte)]
        self._automatic.append(byte)
        if len(self._automatic) < 4:
            return []
        data, self._automatic = bytes(self._automatic), bytearray()
        return [AutomaticStatus(data)]

    def _in_block(self, byte: int) -> list[Reply]:
        self._block.append(byte)
        if byte != 0 and len(self._block) < BLOCK_LIMIT:
            return []
        block, self._block = bytes(self._block), bytearray()
        return [_block_reply(block)]


def _block_reply(block: bytes) -> Reply:
    if not block.endswith(b"\0"):
        return Garbage(block)
    if block[:2] == b"\x37\x22" and len(block) == 7:
        return ProcessId(block[2:6])
    if block[:2] == b"\x37\x25":
        return BufferCleared()
    if block[:2] == b"\x37\x23":
        return OfflineResponse(block[2:-1])
    if block[0] == 0x5F:
        return Information(block[1:-1].decode("ascii", "backslashreplace"))
    return Garbage(block)
