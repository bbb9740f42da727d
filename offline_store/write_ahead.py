"""Reads the database's first page out of SQLite's write-ahead log, to tell a torn write from damage.

SQLite copies pages from there into the database while nobody waits. When power fails meanwhile, the first page of the
file may be garbage and the write-ahead log still holds it whole; SQLite itself then reads it there.
Layout: https://www.sqlite.org/fileformat2.html#the_write_ahead_log (4.1 and 4.2).
"""

from __future__ import annotations

import struct
from pathlib import Path

HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24
MAGIC_LITTLE, MAGIC_BIG = 0x377F0682, 0x377F0683
FORMAT_VERSION = 3_007_000
PAGE_SIZES_BYTES = frozenset(1 << power for power in range(9, 17))
MASK = 0xFFFFFFFF

Sums = tuple[int, int]


def first_page(wal: Path) -> bytes:
    """Page 1 as the last whole commit left it; empty when the file holds none (or is none)."""
    if not wal.exists():
        return b""
    with wal.open("rb") as file:
        header = file.read(HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            return b""
        magic, version, page_bytes, _, salt_1, salt_2, *sums = struct.unpack(">8I", header)
        if magic not in (MAGIC_LITTLE, MAGIC_BIG) or version != FORMAT_VERSION or page_bytes not in PAGE_SIZES_BYTES:
            return b""
        order = ">" if magic == MAGIC_BIG else "<"
        running = _checksum(order, header[:24], (0, 0))
        if running != tuple(sums):
            return b""
        committed = pending = b""
        # A frame counts when its salts are the header's and the sums over everything before it agree; a commit is a
        # frame that names the size of the database.
        while len(frame := file.read(FRAME_HEADER_BYTES + page_bytes)) == FRAME_HEADER_BYTES + page_bytes:
            number, database_pages, frame_salt_1, frame_salt_2, *sums = struct.unpack(">6I", frame[:24])
            running = _checksum(order, frame[:8], running)
            running = _checksum(order, frame[FRAME_HEADER_BYTES:], running)
            if (frame_salt_1, frame_salt_2) != (salt_1, salt_2) or running != tuple(sums):
                break
            if number == 1:
                pending = frame[FRAME_HEADER_BYTES:]
            if database_pages:
                committed = pending
    return committed


def _checksum(order: str, data: bytes, sums: Sums) -> Sums:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & MASK
        second = (second + other + first) & MASK
    return first, second
