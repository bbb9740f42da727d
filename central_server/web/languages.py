"""In which of the six languages a page is shown, and how marked readings (漢字(かな)) become furigana. Pure."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from kiosk_app.api import LANGUAGES, Language

HTML_LANG: dict[Language, str] = {
    "ja": "ja",
    "easy": "ja",
    "en": "en",
    "zh": "zh-Hans",
    "ko": "ko",
    "vi": "vi",
}
OWN_NAMES: dict[Language, str] = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "English",
    "zh": "简体中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
}
ACCEPTED_MAX = 20
"""Languages of a header that are looked at."""
_RUBY = re.compile(r"(\d*[㐀-䶿一-鿿々〆ヶ]+)\(([ぁ-ゖー]+)\)")
_BASE = re.compile(r"(\d*)([㐀-䶿一-鿿々〆ヶ]+)")
_COVERS_DIGITS = re.compile(r"\d+日")
_PUN = re.compile(r"\d*[013468]分")
"""いっぷん, さんぷん, じゅっぷん; the others are ふん."""


def known(code: str | None) -> Language | None:
    return next((one for one in LANGUAGES if one == code), None)


def accepted(header: str) -> Language:
    """Of an Accept-Language header: the wished one that we have; Japanese where it names none."""
    wished = []
    for place, part in enumerate(header.split(",")[:ACCEPTED_MAX]):
        tag, *parameters = (piece.strip().casefold() for piece in part.split(";"))
        found = known(tag.partition("-")[0])
        if found is None or found == "easy":
            continue
        quality = next((_quality(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
        if quality > 0:
            wished.append((-quality, place, found))
    return min(wished)[2] if wished else "ja"


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def ruby(text: str) -> Markup:
    """Escaped, each reading over its kanji; a newline is a line of its own."""
    made, at = Markup(""), 0
    for found in _RUBY.finditer(text):
        made += escape(text[at : found.start()])
        digits, kanji, reading = *_parts(found[1]), found[2]
        if digits and _COVERS_DIGITS.fullmatch(found[1]) and reading != "にち":
            # ついたち, ふつか: read as one, digits and all.
            digits, kanji = "", found[1]
        if reading == "ふん" and _PUN.fullmatch(found[1]):
            reading = "ぷん"
        made += escape(digits) + Markup("<ruby>{}<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>").format(kanji, reading)
        at = found.end()
    made += escape(text[at:])
    return Markup("<br>").join(made.split("\n"))


def _parts(base: str) -> tuple[str, str]:
    found = _BASE.fullmatch(base)
    assert found is not None
    return found[1], found[2]
