"""What a scanner sends as a serial line, told apart: codes, and what is none. No line, no clock, no waiting.

A scanner with a virtual serial port (CDC-ACM) sends the text of a code and then CR, or CR LF; LF alone is taken too.
It may put the symbology identifier of ISO/IEC 15424 before it: `]`, a letter, a character (`]Q1` is a QR code).
"""

from __future__ import annotations

import re
import unicodedata

from drivers.ports import CodeEvent, CodeNotRead, CodeRead

LENGTH_MAX = 512
"""Bytes of a code. What this product prints and sends has a fifth of it."""
HALF_S = 0.3
"""So long may a line rest before its end comes. No scanner rests in the middle of a code; its line may, for some
milliseconds."""
AGAIN_S = 2.0
"""A code counts as new when it has not been in sight for so long."""
CROWD = 4
CROWD_S = 1.0
"""More codes than that in so long are nobody's telephone."""
NONSENSE = 5
"""So often in a row something that is no code, and the reader itself is doubted."""
_ENDS = re.compile(rb"[\r\n]")
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z]")


class CodeLines:
    """`feed` with whatever has come, also with nothing: then time alone may have ended something."""

    def __init__(self) -> None:
        self._line = b""
        self._skipping = False
        """Of a line that is too long everything is thrown away up to its end."""
        self._heard_s = 0.0
        self._seen = ""
        self._seen_s = 0.0
        self._told_s: list[float] = []
        self._wrong = 0

    @property
    def is_nonsense(self) -> bool:
        return self._wrong >= NONSENSE

    def forget(self) -> None:
        """The code in sight counts as a new one."""
        self._seen = ""

    def cut(self) -> list[CodeEvent]:
        """The line is lost: what has begun does not end any more."""
        begun, self._line, self._skipping = bool(self._line), b"", False
        self.forget()
        return self._judged([CodeNotRead("half")] if begun else [])

    def feed(self, data: bytes, now_s: float) -> list[CodeEvent]:
        """Events in the order in which they came. `now_s` of any clock that only goes forward."""
        found: list[CodeEvent] = []
        if data:
            self._heard_s = now_s
        else:
            # Only where somebody has looked and nothing was there: who comes late finds the rest of the line.
            found = self._rested(now_s)
        *whole, rest = _ENDS.split(data)
        for piece in whole:
            found += self._ended(piece, now_s)
        found += self._grown(rest)
        return self._judged(found)

    def _rested(self, now_s: float) -> list[CodeEvent]:
        if now_s - self._heard_s <= HALF_S or not (self._line or self._skipping):
            return []
        half, self._line, self._skipping = bool(self._line), b"", False
        return [CodeNotRead("half")] if half else []

    def _grown(self, piece: bytes) -> list[CodeEvent]:
        if self._skipping:
            return []
        self._line += piece
        if len(self._line) <= LENGTH_MAX:
            return []
        self._line, self._skipping = b"", True
        return [CodeNotRead("too_long")]

    def _ended(self, piece: bytes, now_s: float) -> list[CodeEvent]:
        found = self._grown(piece)
        line, self._line, self._skipping = self._line, b"", False
        return found + self._line_told(line, now_s)

    def _line_told(self, line: bytes, now_s: float) -> list[CodeEvent]:
        text = text_of(line)
        if text is None:
            return [CodeNotRead("not_text")]
        if not text:
            return []
        if text == self._seen and now_s - self._seen_s < AGAIN_S:
            self._seen_s = now_s
            return []
        self._told_s = [at for at in self._told_s if now_s - at < CROWD_S]
        if len(self._told_s) >= CROWD:
            return [CodeNotRead("crowd")]
        self._told_s.append(now_s)
        self._seen, self._seen_s = text, now_s
        return [CodeRead(text)]

    def _judged(self, found: list[CodeEvent]) -> list[CodeEvent]:
        """Of a row of the same trouble one is enough."""
        told: list[CodeEvent] = []
        for event in found:
            self._wrong = 0 if isinstance(event, CodeRead) else min(self._wrong + 1, NONSENSE)
            if isinstance(event, CodeRead) or not told or told[-1] != event:
                told.append(event)
        return told


def text_of(line: bytes) -> str | None:
    """What stands in a code; None where it is no text. Empty: nothing, as between CR and LF."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = _SYMBOLOGY.sub("", text.strip(" \t"), count=1).strip()
    return None if any(unicodedata.category(letter).startswith("C") for letter in text) else text
