"""From a postal code to its towns, out of a file of all Japan that is read a block at a time. Offline.

Made by scripts/postal_codes.py: HPC1, 1001 places (4 bytes each), then by the first three digits deflated lines of the
last four digits and the towns, with tabs between.
"""

from __future__ import annotations

import zlib
from pathlib import Path

FILE = Path(__file__).parent.parent / "config" / "postal" / "japan.codes"
MAGIC = b"HPC1"
PREFIXES = 1000
BLOCK_MAX = 2_000_000


class PostalError(Exception):
    """The file cannot be used; says which and why."""


class PostalCodes:
    """Raises PostalError for a file that is none."""

    def __init__(self, path: Path = FILE) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                head = file.read(len(MAGIC) + 4 * (PREFIXES + 1))
        except OSError as error:
            raise PostalError(f"{path}: cannot be read: {error.strerror}") from None
        if not head.startswith(MAGIC) or len(head) != len(MAGIC) + 4 * (PREFIXES + 1):
            raise PostalError(f"{path}: expected a file of scripts/postal_codes.py")
        self._head = head

    def towns(self, code: str) -> tuple[str, ...]:
        """福岡県北九州市小倉北区大手町 of 8030814; more where a code has several; empty where there is no such code."""
        if len(code) != 7 or not (code.isascii() and code.isdigit()):
            return ()
        place = len(MAGIC) + 4 * int(code[:3])
        begins, ends = (int.from_bytes(self._head[at : at + 4], "big") for at in (place, place + 4))
        if begins == ends:
            return ()
        try:
            with self._path.open("rb") as file:
                file.seek(begins)
                lines = zlib.decompressobj(-15).decompress(file.read(ends - begins), BLOCK_MAX).decode()
        except (OSError, zlib.error, UnicodeDecodeError):
            # The address is typed whole then.
            return ()
        for line in lines.split("\n"):
            last, *towns = line.split("\t")
            if last == code[3:]:
                return tuple(towns)
        return ()
