"""Turns what is written into what is said: numbers on tickets, times, furigana, and the office's own dictionary.

The speech library guesses readings; what is spoken in a hall must not be a guess.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

DEFAULT_PATH = Path(__file__).parents[2] / "config" / "readings.toml"

_KANJI = "一-鿿㐀-䶿々〆"
_DAY_NAMES = (
    "ついたち",
    "ふつか",
    "みっか",
    "よっか",
    "いつか",
    "むいか",
    "なのか",
    "ようか",
    "ここのか",
    "とおか",
    "はつか",
)
_FURIGANA = re.compile(rf"(\d*)([{_KANJI}]+)\(([ぁ-ゖー]+)\)")
_WEEKDAYS = dict(zip("月火水木金土日", ("げつ", "か", "すい", "もく", "きん", "ど", "にち"), strict=True))

# A-105, A105, A-7; not A4, which is paper.
_TICKET_NUMBER = re.compile(r"(?<![A-Za-z])([A-Z])(?:-(?=\d)|(?=\d{3}))(\d{1,4})番?(?![A-Za-z\d])")


# A group's letter; the library passes over one that stands alone in silence.
_LETTER = re.compile(r"(?<![A-Za-z\d])[A-Z](?![A-Za-z\d])")


class ReadingsFault(ValueError):
    """The dictionary cannot be used; the text names file, key and what was expected."""


class Readings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`words`: written -> kana, from the office's dictionary. `letters`: a ticket's letter -> kana."""

    schema: Literal[1]
    words: dict[str, str]
    letters: dict[str, str]

    def spoken(self, text: str) -> str:
        """Any text of a screen or ticket as it shall be said; kana stay as they are, so twice is once."""
        text = _without_furigana(text)
        text = re.sub(r"\(([月火水木金土日])\)", lambda m: f"{_WEEKDAYS[m[1]]}ようび、", text)
        text = re.sub(_TICKET_NUMBER, lambda m: self.number(m[1], int(m[2])), text)
        text = re.sub(_LETTER, lambda m: self.letters.get(m[0], m[0]), text)
        text = re.sub(r"(\d{1,2}):(\d{2})", _clock_time, text)
        text = re.sub(r"(?<=[\d分時])[〜～–]", "から", text)
        for written in sorted(self.words, key=len, reverse=True):
            text = re.sub(_where_it_counts(written), self.words[written], text)
        return text

    def number(self, letter: str, number: int) -> str:
        """えーの105番. The の keeps 「えー」 from sounding like hesitation."""
        return f"{self.letters.get(letter, letter)}の{number}番"


def load(path: Path = DEFAULT_PATH) -> Readings:
    try:
        readings = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Readings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as trouble:
        raise ReadingsFault(f"{path}: {trouble}") from trouble
    for table, entries in (("words", readings.words), ("letters", readings.letters)):
        for written, said in entries.items():
            if not written or not re.fullmatch(r"[ぁ-ゖァ-ヺー、]+", said):
                raise ReadingsFault(f"{path}: [{table}] {written!r} = {said!r}: expected a reading in kana")
    return readings


def _where_it_counts(written: str) -> str:
    before = r"(?<!\d)" if written[0].isdigit() else ""
    if len(written) == 1 and re.match(f"[{_KANJI}]", written):
        return f"(?<![{_KANJI}]){re.escape(written)}(?![{_KANJI}])"
    return before + re.escape(written)


def _without_furigana(text: str) -> str:
    """漢字(かな) is said as its kana; after a number the library reads the kanji better (12人, 3回)."""
    return _FURIGANA.sub(_said, text)


def _said(match: re.Match[str]) -> str:
    digits, kanji, kana = match.groups()
    names_the_day = kanji == "日" and kana in _DAY_NAMES
    return kana if names_the_day or not digits else digits + kanji


def _clock_time(match: re.Match[str]) -> str:
    minutes = int(match[2])
    return f"{int(match[1])}時{minutes}分" if minutes else f"{int(match[1])}時"
