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
# What every Japanese ROM has: half-width letters and kana, and JIS X 0208. Some have NEC's row 13 (①㈱) and IBM's
# extensions (髙﨑) too, but no command tells which, and a printer prints nothing or another character in their place.
# ESC R 8 (Japan) prints 5Ch as a yen sign and 7Eh as an overline, so \ and ~ are in none.
_ROM = re.compile(rb"(?:[\x20-\x5b\x5d-\x7d\xa1-\xdf]|[\x81-\x84\x88-\x9f\xe0-\xea][\x40-\x7e\x80-\xfc])*")
# NFC would turn compatibility ideographs (神 U+FA19) into other characters; people's names depend on them.
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
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
    encoded = _cp932(text)
    return encoded if encoded is not None and _ROM.fullmatch(encoded) else None


def _cp932(text: str) -> bytes | None:
    try:
        return text.translate(_SAME_GLYPH).encode("cp932")
    except UnicodeEncodeError:
        return None


def columns(text: str) -> int:
    """Width in half-width cells; ROM text only (one byte is one cell of 12 dots)."""
    encoded = rom_bytes(text)
    return len(encoded) if encoded is not None else 2 * len(text)


def needs_other_shapes(text: str, language: str) -> bool:
    """Chinese that the ROM could print, but in Japanese shapes (直, 骨, 角)."""
    return language == "zh" and bool(_HAN.search(text))


def script_of(text: str, language: str = "") -> Script:
    """Which regional glyph shapes a drawn line needs: by its language, else by its characters."""
    if language in ("ja", "easy", "zh", "ko"):
        return "zh" if language == "zh" else "ko" if language == "ko" else "ja"
    if _HANGUL.search(text):
        return "ko"
    if _KANA.search(text):
        return "ja"
    return "zh" if any(_only_simplified(char) for char in text) else "ja"


def _only_simplified(char: str) -> bool:
    if unicodedata.category(char) != "Lo" or _cp932(char) is not None:
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
