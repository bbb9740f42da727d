"""Which characters a font has, read from its own table (OpenType cmap, formats 4, 12 and 14).

A character that the font lacks would leave a hole on an official form, and one with another variant would be another
name. Both are told on the paper, so both must be known.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path


class Glyphs:
    """Of one font file; raises ValueError for one that is none."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as font:
            head = font.read(12)
            count = struct.unpack(">H", head[4:6])[0]
            tables = font.read(16 * count)
            place = next((at for at in range(0, len(tables), 16) if tables[at : at + 4] == b"cmap"), None)
            if place is None:
                raise ValueError(f"{path.name}: no font with a table of characters")
            offset, length = struct.unpack(">II", tables[place + 8 : place + 16])
            font.seek(offset)
            self._cmap = font.read(length)
        self._ranges: list[tuple[int, int]] = []
        self._variants: dict[int, tuple[list[tuple[int, int]], frozenset[int]]] = {}
        self._read()
        self._ranges.sort()
        self._starts = [first for first, _ in self._ranges]
        self._cmap = b""

    def has(self, character: str) -> bool:
        code = ord(character)
        at = bisect_right(self._starts, code)
        # Tables of two formats overlap.
        return any(first <= code <= last for first, last in self._ranges[max(0, at - 4) : at])

    def has_variant(self, character: str, selector: str) -> bool:
        ordinary, own = self._variants.get(ord(selector), ([], frozenset()))
        code = ord(character)
        return code in own or any(first <= code <= last for first, last in ordinary)

    def _at(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(">" + form, self._cmap, at)

    def _read(self) -> None:
        _, count = self._at("HH", 0)
        seen = set()
        for n in range(count):
            _, _, offset = self._at("HHI", 4 + 8 * n)
            if offset in seen:
                continue
            seen.add(offset)
            match self._at("H", offset)[0]:
                case 4:
                    self._read_4(offset)
                case 12:
                    self._read_12(offset)
                case 14:
                    self._read_14(offset)

    def _read_4(self, at: int) -> None:
        segments = self._at("H", at + 6)[0] // 2
        ends = self._at(f"{segments}H", at + 14)
        starts = self._at(f"{segments}H", at + 16 + 2 * segments)
        self._ranges += [(first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF]

    def _read_12(self, at: int) -> None:
        for n in range(self._at("I", at + 12)[0]):
            first, last, _ = self._at("III", at + 16 + 12 * n)
            self._ranges.append((first, last))

    def _read_14(self, at: int) -> None:
        for n in range(self._at("I", at + 6)[0]):
            entry = at + 10 + 11 * n
            selector = int.from_bytes(self._cmap[entry : entry + 3], "big")
            ordinary_at, own_at = self._at("II", entry + 3)
            ordinary, own = [], set()
            if ordinary_at:
                for k in range(self._at("I", at + ordinary_at)[0]):
                    here = at + ordinary_at + 4 + 4 * k
                    first = int.from_bytes(self._cmap[here : here + 3], "big")
                    ordinary.append((first, first + self._cmap[here + 3]))
            if own_at:
                for k in range(self._at("I", at + own_at)[0]):
                    here = at + own_at + 4 + 5 * k
                    own.add(int.from_bytes(self._cmap[here : here + 3], "big"))
            self._variants[selector] = ordinary, frozenset(own)


GETA = "〓"
"""What stands for a character that cannot be printed, as printers have always done."""


def is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def printable(text: str, glyphs: Glyphs) -> tuple[str, frozenset[str]]:
    """The text with 〓 for what the font lacks, and what it lacks: U+1F600, or U+8FBB U+E01EF for a variant."""
    out, missing = [], set()
    for n, character in enumerate(text):
        if is_selector(character):
            base = text[n - 1] if n else " "
            if glyphs.has(base) and not glyphs.has_variant(base, character):
                missing.add(f"U+{ord(base):04X} U+{ord(character):04X}")
            else:
                out.append(character)
        elif character.isspace() or glyphs.has(character):
            out.append(character)
        else:
            missing.add(f"U+{ord(character):04X}")
            out.append(GETA)
    return "".join(out), frozenset(missing)
