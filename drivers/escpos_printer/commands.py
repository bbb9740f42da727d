"""Cuts a stream of printer bytes into commands, text and pictures: what the simulated printer executes, and what a
judge strips to read the text. It knows the commands that our driver sends and the ones printers are commonly sent.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["command", "picture", "text", "feed", "unknown"]

# Length of a command by its first bytes, where that is fixed.
_FIXED: dict[bytes, int] = {
    **{b"\x1b" + name: 2 for name in (b"@", b"2", b"<", b"L", b"S")},
    **{b"\x1b" + name: 3 for name in (b"t", b"R", b"a", b"3", b"J", b"E", b"G", b"d", b"M", b"-", b" ", b"!", b"{")},
    **{b"\x1c" + name: 2 for name in (b"&", b".")},
    **{b"\x1c" + name: 3 for name in (b"C", b"!", b"-", b"W")},
    b"\x1cS": 4,
    **{b"\x1b" + name: 4 for name in (b"$", b"\\")},
    **{b"\x1d" + name: 3 for name in (b"!", b"B", b"a", b"r", b"I", b"H", b"h", b"w", b"b", b"f")},
    **{b"\x1d" + name: 4 for name in (b"P", b"L", b"W", b"$", b"\\")},
    b"\x1dg": 6,
    b"\x10\x04": 3,
    b"\x10\x05": 3,
}
_CLEAR_BUFFER = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
# One character of Shift_JIS: a lead byte takes the next byte with it.
_CHARACTER = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\x20-\x7e\xa1-\xdf]")


class Token(NamedTuple):
    kind: Kind
    data: bytes


def take(data: bytes | bytearray) -> Token | None:
    """The first command, picture, character run or line feed; None while it has not arrived whole."""
    first = bytes(data[:1])
    if not first:
        return None
    if first == b"\n":
        return Token("feed", first)
    if first in (b"\x1b", b"\x1c", b"\x1d", b"\x10"):
        return _command(data)
    return _text(data)


def _text(data: bytes | bytearray) -> Token | None:
    end = 0
    while match := _CHARACTER.match(data, end):
        end = match.end()
    if end:
        return Token("text", bytes(data[:end]))
    is_half_a_character = len(data) == 1 and (0x81 <= data[0] <= 0x9F or 0xE0 <= data[0] <= 0xFC)
    return None if is_half_a_character else Token("unknown", bytes(data[:1]))


def _command(data: bytes | bytearray) -> Token | None:
    if len(data) < 2:
        return None
    name = bytes(data[:2])
    kind: Kind = "command"
    if name in _FIXED:
        length = _FIXED[name]
    elif name == b"\x1dV":
        if len(data) < 3:
            return None
        length = 4 if data[2] in (0x41, 0x42) else 3
    elif name in (b"\x1d(", b"\x1c("):
        if len(data) < 5:
            return None
        length = 5 + data[3] + 256 * data[4]
    elif name == b"\x1d8":
        if len(data) < 7:
            return None
        length = 7 + int.from_bytes(data[3:7], "little")
    elif name == b"\x1dv":
        if len(data) < 8:
            return None
        kind = "picture"
        length = 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7])
    elif name == b"\x10\x14":
        if len(data) < 3:
            return None
        length = len(_CLEAR_BUFFER) if data[2] == 8 else 5
    else:
        return Token("unknown", name)
    return Token(kind, bytes(data[:length])) if len(data) >= length else None


def split(data: bytes) -> list[Token]:
    """Everything; what is cut off at the end is `unknown`."""
    out: list[Token] = []
    rest = bytearray(data)
    while rest:
        token = take(rest) or Token("unknown", bytes(rest))
        out.append(token)
        del rest[: len(token.data)]
    return out


def text_of(data: bytes) -> bytes:
    """Only what a person reads, in the printer's code: for `iconv -f CP932`."""
    return b"".join(token.data for token in split(data) if token.kind in ("text", "feed"))
