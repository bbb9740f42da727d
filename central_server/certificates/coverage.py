"""Which characters a font can draw, variants (IVS) included: read from the font file itself (OpenType, table cmap).

A character without a glyph would stand on a certificate as an empty box. So it is looked for beforehand, and
whoever has it in the name goes to the counter.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Of standardised and of ideographic variants."""
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
"""What stands there is 外字 of one machine: nobody else knows what it means."""
BLANKS = frozenset(" \u3000\n")
PLACEHOLDERS = frozenset("〓〿□")
"""Stand where somebody else could not write a character."""


def _stands_for_another(letter: str) -> bool:
    return letter in PLACEHOLDERS or any(ord(letter) in span for span in PRIVATE)


class NoFont(Exception):
    """This file is no font that can be used here."""


@dataclass(frozen=True)
class Coverage:
    characters: frozenset[int]
    variants: frozenset[tuple[int, int]]
    """Character and selector."""

    def draws(self, text: str) -> bool:
        """Every character, and every variant in just its form."""
        before = 0
        for letter in text:
            code = ord(letter)
            if any(code in span for span in SELECTORS):
                if (before, code) not in self.variants:
                    return False
            elif letter not in BLANKS and (code not in self.characters or _stands_for_another(letter)):
                return False
            before = code
        return True


@cache
def of(path: Path) -> Coverage:
    """Raises NoFont."""
    try:
        return _read(path.read_bytes())
    except OSError as cause:
        raise NoFont(f"{path} cannot be read: {cause.strerror}") from None
    except (struct.error, IndexError):
        raise NoFont(f"{path}: expected a font (TrueType or OpenType)") from None


def _read(data: bytes) -> Coverage:
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {}
    for at in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, at)
        tables[tag] = data[offset : offset + length]
    cmap = tables.get(b"cmap", b"")
    (subtables,) = struct.unpack_from(">H", cmap, 2)
    characters: set[int] = set()
    variants: set[tuple[int, int]] = set()
    for at in range(4, 4 + 8 * subtables, 8):
        _, _, offset = struct.unpack_from(">HHI", cmap, at)
        part = cmap[offset:]
        (format_,) = struct.unpack_from(">H", part)
        if format_ == 4:
            characters.update(_format_4(part))
        elif format_ == 12:
            characters.update(_format_12(part))
        elif format_ == 14:
            variants.update(_format_14(part))
    # A default variant is drawn as the character itself.
    return Coverage(frozenset(characters), frozenset(one for one in variants if one[0] in characters))


def _format_4(part: bytes) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", part, 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", part, 14)
    starts = struct.unpack_from(f">{count}H", part, 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", part, 16 + 2 * doubled)
    at = 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", part, at)
    for n, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            if offset:
                (glyph,) = struct.unpack_from(">H", part, at + 2 * n + offset + 2 * (code - first))
            else:
                glyph = (code + delta) & 0xFFFF
            if glyph and code != 0xFFFF:
                yield code


def _format_12(part: bytes) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", part, 12)
    for at in range(16, 16 + 12 * groups, 12):
        first, last, glyph = struct.unpack_from(">III", part, at)
        yield from range(first + (glyph == 0), last + 1)


def _format_14(part: bytes) -> Iterator[tuple[int, int]]:
    (records,) = struct.unpack_from(">I", part, 6)
    for at in range(10, 10 + 11 * records, 11):
        selector = int.from_bytes(part[at : at + 3], "big")
        default, other = struct.unpack_from(">II", part, at + 3)
        if default:
            (count,) = struct.unpack_from(">I", part, default)
            for one in range(default + 4, default + 4 + 4 * count, 4):
                first = int.from_bytes(part[one : one + 3], "big")
                for code in range(first, first + part[one + 3] + 1):
                    yield code, selector
        if other:
            (count,) = struct.unpack_from(">I", part, other)
            for one in range(other + 4, other + 4 + 5 * count, 5):
                yield int.from_bytes(part[one : one + 3], "big"), selector
