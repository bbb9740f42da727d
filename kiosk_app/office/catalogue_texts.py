"""Refuses texts that a visitor could not read: a missing language, a kanji without its reading, a line too long.

Widths are counted in em of the field's type size: a full-width character is 1, a half-width one about 0.55.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from kiosk_app.office.catalogue_parts import LANGUAGES, Office, Text
from kiosk_app.office.toml_config import label

REQUIRED = ("ja", "en")

WIDTH_MAX_EM: dict[str, float] = {
    "name": 20,
    "groups.name": 19,
    "groups.summary": 26,
    "groups.question": 34,
    "events.name": 13.4,
    "items.name": 9.5,
    "items.note": 40,
    "note": 28,
    "public_name": 20,
    "why": 31,
    "questions.title": 34,
    "reason": 31,
    "text": 40,
    "closure_reasons.ahead": 31,
    "closure_reasons.text": 31,
    "after_hours": 40,
    "calendar.reasons": 31,
    "certificates.city": 14,
    "questions.note": 52,
    "things.note": 40,
    "procedures.another_day": 31,
}
"""By key, or by list and key where the same key has another place on the screen. Measured on the mock-ups of 1080
pixels: a row holds 20 em of 42 pixels, a note 31 em of 27 pixels; names of groups and events may take two lines."""

JAPANESE_GROUP_NAME_MAX_EM = 10
"""One line on the button and half a line of paper."""
LINES_MAX = {"groups.summary": 2}

_KANJI = r"[々〆一-鿿]"
_READING = re.compile(rf"({_KANJI}+)\(([ぁ-ゖァ-ヺー]+)\)")


def plain(marked: str) -> str:
    """Without the readings: 証明書(しょうめいしょ) becomes 証明書."""
    return _READING.sub(r"\1", marked)


def width_em(line: str) -> float:
    """With furigana at half size, a long reading widens its kanji."""
    widened = sum(max(0.0, len(m[2]) / 2 - len(m[1])) for m in _READING.finditer(line))
    return widened + sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in plain(line))


def part_faults(part: msgspec.Struct) -> Iterator[str]:
    """Of every text in a file whose only dicts are texts."""
    for path, kind, value in _texts(part, "", ""):
        yield from _languages(path, value)
        for language, words in value.items():
            yield from _words(f"{path}.{language}", kind, language, words)


def text_faults(office: Office) -> Iterator[str]:
    yield from part_faults(office)
    for n, reason in enumerate(office.cancel_reasons, 1):
        if not reason.strip():
            yield f"cancel_reasons[#{n}]: expected words, got an empty text"


def _texts(part: msgspec.Struct, path: str, owner: str) -> Iterator[tuple[str, str, Text]]:
    """Every text with its path and its kind (`groups.name`); the only dicts of the catalogue are texts."""
    for field in part.__struct_fields__:
        value, here = getattr(part, field), f"{path}.{field}" if path else field
        if isinstance(value, dict):
            if value or field != "note":
                yield here, f"{owner}.{field}" if owner else field, value
        elif isinstance(value, msgspec.Struct):
            yield from _texts(value, here, here)
        elif isinstance(value, tuple):
            for index, entry in enumerate(value):
                if isinstance(entry, msgspec.Struct):
                    shown = label({k: getattr(entry, k) for k in entry.__struct_fields__}, index)
                    yield from _texts(entry, f"{here}[{shown}]", field)


def _languages(path: str, value: Text) -> Iterator[str]:
    for language in REQUIRED:
        if language not in value:
            yield f"{path}.{language}: expected this text, it is missing"
    for language in value:
        if language not in LANGUAGES:
            yield f"{path}.{language}: expected a language among {', '.join(LANGUAGES)}"


def _words(path: str, kind: str, language: str, words: str) -> Iterator[str]:
    if not words.strip() or words != words.strip():
        yield f"{path}: expected words without spaces around them, got {words!r}"
        return
    lines = words.split("\n")
    if len(lines) > LINES_MAX.get(kind, 1) or any(unicodedata.category(c) == "Cc" for line in lines for c in line):
        yield f"{path}: expected {LINES_MAX.get(kind, 1)} line(s) without control characters, got {words!r}"
    limit = _limit(kind, language)
    widest = width_em(words) if kind not in LINES_MAX else max(map(width_em, lines)) * LINES_MAX[kind]
    if widest > limit:
        yield f"{path}: expected a shorter text, it is {widest:.1f} em wide and {limit:g} fit"
    if language == "easy":
        bare = re.search(rf"{_KANJI}+", _READING.sub("", words))
        if bare:
            yield f"{path}: expected a reading 漢字(かな) after each kanji, {bare[0]} has none"
    if kind in ("calendar.reasons.opens_today", "calendar.reasons.opens_later"):
        if words.count("{when}") != 1 or set("{}") & set(words.replace("{when}", "")):
            yield f"{path}: expected {{when}} exactly once, got {words!r}"
    elif set("{}") & set(words):
        yield f"{path}: expected no braces, got {words!r}"


def _limit(kind: str, language: str) -> float:
    if kind == "groups.name" and language in ("ja", "easy"):
        return JAPANESE_GROUP_NAME_MAX_EM
    owner, _, field = kind.rpartition(".")
    return WIDTH_MAX_EM.get(kind) or WIDTH_MAX_EM.get(field) or WIDTH_MAX_EM.get(owner) or WIDTH_MAX_EM["name"]
