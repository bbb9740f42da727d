"""Turns a line of text into kanji-ROM bytes, or says that the ROM lacks a character of it.

A line that is not wholly in the ROM is drawn by us, whole: a ticket never carries a `?` in the place of a name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Script = Literal["ja", "zh", "ko"]

# The ROM has one glyph for each of these pairs; cp932 maps it to the second.
_SAME_GLYPH = str.maketrans("〜−—‖¢£¬¥", "～－―∥￠￡￢￥")
# ESC R 8 (Japan) prints 5Ch as a yen sign and 7Eh as an overline, so the ROM lacks these two.
_NOT_IN_ROM = frozenset("\\~")
# NFC would turn compatibility ideographs (神 U+FA19) into other characters; people's names depend on them.
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")


def printable(text: str) -> str:
    """Text without anything a printer could take for a command.

    Filtered as Unicode, never as bytes: the second byte of a kanji may be 5Ch and must stay.
    """
    composed = "".join(
        part if _COMPATIBILITY.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _COMPATIBILITY.split(text)
    )
    spaced = (" " if char in "\t\n\r\v\f\u2028\u2029\u00a0" else char for char in composed)
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def rom_bytes(text: str) -> bytes | None:
    """The line in the printer's Shift_JIS, or None when the ROM lacks a character of it."""
    if _NOT_IN_ROM & set(text):
        return None
    try:
        return text.translate(_SAME_GLYPH).encode("cp932")
    except UnicodeEncodeError:
        return None


def columns(text: str) -> int:
    """Width in half-width cells; ROM text only (one byte is one cell of 12 dots)."""
    encoded = rom_bytes(text)
    return len(encoded) if encoded is not None else 2 * len(text)


def script_of(text: str) -> Script:
    """Which regional glyph shapes a drawn line needs; a line carries no language, but its characters tell."""
    if _HANGUL.search(text):
        return "ko"
    if _KANA.search(text):
        return "ja"
    return "zh" if any(_only_simplified(char) for char in text) else "ja"


def _only_simplified(char: str) -> bool:
    if unicodedata.category(char) != "Lo" or rom_bytes(char) is not None:
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
