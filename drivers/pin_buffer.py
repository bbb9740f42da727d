"""Holds a PIN while a person types it and no longer. Its bytes are mutable and overwritten, and nothing prints them.

What Python itself cannot promise is said in docs/decisions/018-the-card.md: a copy that a library makes is not ours.
"""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn

LONGEST = 16
"""The signature PIN has 6 to 16 characters; every other PIN of a card has 4."""
FULL_WIDTH_OFFSET = ord("０") - ord("0")


class PinBuffer:
    """A few characters in one bytearray that never grows, so no longer copy is ever left behind.

    Use it as a context manager: at its end, whatever happened, the bytes are overwritten. One thread at a time.
    """

    __slots__ = ("_bytes", "_length")

    def __init__(self) -> None:
        self._bytes = bytearray(LONGEST)
        self._length = 0

    def __len__(self) -> int:
        """How many dots the screen shows."""
        return self._length

    def press(self, character: str) -> bool:
        """Takes one digit or capital letter, full-width ones as ASCII. False, and nothing changed, for another."""
        code = ord(character) if len(character) == 1 else 0
        if 0xFF01 <= code <= 0xFF5E:
            code -= FULL_WIDTH_OFFSET
        fits = 0x30 <= code <= 0x39 or 0x41 <= code <= 0x5A
        if not fits or self._length == LONGEST:
            return False
        self._bytes[self._length] = code
        self._length += 1
        return True

    def erase_last(self) -> None:
        """The correction key."""
        if self._length:
            self._length -= 1
            self._bytes[self._length] = 0

    def is_digits(self) -> bool:
        return all(0x30 <= code <= 0x39 for code in self._bytes[: self._length])

    def copy_into(self, target: bytearray, at: int) -> None:
        """For the card layer only: straight into the command, which it overwrites when it has been sent."""
        for offset in range(self._length):
            target[at + offset] = self._bytes[offset]

    def overwrite(self) -> None:
        """Zeroes every byte. The buffer is empty then and may be used again."""
        for at in range(LONGEST):
            self._bytes[at] = 0
        self._length = 0

    def __enter__(self) -> PinBuffer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.overwrite()

    def __repr__(self) -> str:
        """Says not even how long it is."""
        return "PinBuffer(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PIN is not copied, stored or sent to another process")
