"""The one reader of everything a printer sends, told apart by bit pattern, in any order and cut anywhere.

DLE EOT 0xx1xx10 · ASB 0xx1xx00 then three 0xx0xxxx · GS r 0xx0xxxx · XON 11h, XOFF 13h · blocks 37h/3Dh/5Fh … 00h.
"""

from __future__ import annotations

from dataclasses import dataclass

BLOCK_LIMIT = 120
"""No block of Epson's is longer; what is longer is a wrong baud rate."""
BLOCK_HEADS = frozenset({0x37, 0x3D, 0x5F})


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
        if byte & 0x90 == 0:
            return self._low(byte)
        cut_short: list[Reply] = [Garbage(bytes(self._automatic))] if self._automatic else []
        self._automatic.clear()
        return [*cut_short, *self._begin(byte)]

    def _begin(self, byte: int) -> list[Reply]:
        """The first byte of an answer other than GS r's."""
        if byte in BLOCK_HEADS:
            self._block.append(byte)
            return []
        if byte & 0x93 == 0x12:
            return [RealTimeStatus(byte)]
        if byte & 0x93 == 0x10:
            self._automatic.append(byte)
            return []
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
        if _cuts_short(self._block, byte):
            cut_short, self._block = bytes(self._block), bytearray()
            return [Garbage(cut_short), *self._take(byte)]
        self._block.append(byte)
        if byte != 0 and len(self._block) < BLOCK_LIMIT:
            return []
        block, self._block = bytes(self._block), bytearray()
        reply = _block_reply(block)
        if isinstance(reply, Garbage | Information) and (at := _last_answer(block)):
            return [Garbage(block[:at]), _block_reply(block[at:])]
        return [reply]


def _cuts_short(block: bytearray, byte: int) -> bool:
    """Whether a block cannot go on with this byte: its rest was lost, and the byte begins another answer.

    Else half of an answer would swallow the answers after it. 37 22 and 5F carry printable characters only.
    """
    if byte == 0:
        return False
    if len(block) == 1 and block[0] == 0x37:
        return byte < 0x20 or byte in BLOCK_HEADS
    if block[:2] == b"\x37\x25":
        return True
    return byte < 0x20 and (block[0] == 0x5F or block[:2] == b"\x37\x22")


def _last_answer(block: bytes) -> int:
    """Where a whole answer stands at the end of half of another: its head could as well be characters of that one."""
    for head, length in ((b"\x37\x22", 7), (b"\x37\x25", 3)):
        if len(block) > length and block[-length:].startswith(head) and block.endswith(b"\0"):
            return len(block) - length
    return 0


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
