"""Finds procedures by the words that people use: 「引っ越し」 is 転入届, whatever the office calls it.

Pure. What is searched is the catalogue with its readings (漢字(かな)) in all languages, and a table of plain words.
Kana, width, accents and a wrong letter make no difference; nothing is sent anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from kiosk_app.office import toml_config
from kiosk_app.office.catalogue import Office, Service, is_valid
from kiosk_app.office.catalogue_parts import Id, Part
from kiosk_app.words import LOCALES_FOLDER

TABLE = LOCALES_FOLDER.parent / "plain_words.toml"
QUERY_MAX = 60
"""Letters that are looked at; a longer question is cut."""
RESULTS_MAX = 8
LEAST = 0.35
"""Of certainty: below it nothing is shown, which is better than anything."""
NEAR_BEST = 0.5
"""What is less than half as certain as the best is left out."""

_READING = re.compile(r"([㐀-䶿一-鿿々〆ヶ]+)\(([ぁ-ゖー]+)\)")
_KANJI = re.compile(r"[㐀-䶿一-鿿々〆ヶ]")
_LATIN = re.compile(r"[a-z0-9]")
_NO_LETTER = re.compile(r"[^\w\s]|[_・]")
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_FILLERS = frozenset(
    ("a", "an", "the", "i", "my", "me", "to", "of", "for", "in", "on", "do", "how", "can", "get", "want")
)
"""English words that say nothing of what is wanted."""


class PlainWord(Part, frozen=True, kw_only=True):
    """`say`: in any language. `services`: ids, the likeliest first."""

    say: tuple[Annotated[str, Meta(min_length=1, max_length=80)], ...]
    services: tuple[Id, ...]


class PlainWords(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    words: tuple[PlainWord, ...]


class TableError(toml_config.ConfigError):
    """One message: the file, the key, and what was expected."""


def load(path: Path = TABLE) -> PlainWords:
    """Raises TableError, or OSError for a file that cannot be read."""
    return toml_config.read(path.read_text(encoding="utf-8"), path.name, PlainWords, TableError)


class Term(NamedTuple):
    """`text` as `folded` gives it, its words and its letters. `means`: services, with how surely each is meant."""

    text: str
    words: frozenset[str]
    letters: frozenset[str]
    means: tuple[tuple[str, float], ...]


Likeness = Callable[[str, frozenset[str], Term], float]
"""Of a folded question, with its words, and a term: 0 to 1."""


class Finder:
    """Of one office; made once, because the terms of a catalogue do not change while it runs."""

    def __init__(self, office: Office, table: PlainWords) -> None:
        self._services = {one.id: one for one in office.services}
        self._order = {one.id: n for n, one in enumerate(office.services)}
        best: dict[str, dict[str, float]] = {}
        for said, service, weight in _said(office, table):
            if service in self._services and (text := folded(said)):
                means = best.setdefault(text, {})
                means[service] = max(weight, means.get(service, 0))
        self._terms = [Term(text, _words(text), frozenset(text), tuple(means.items())) for text, means in best.items()]

    def find(self, query: str, day: date) -> tuple[Service, ...]:
        """Offered on that day, the surest first; empty when nothing is meant by it."""
        asked = folded(query[:QUERY_MAX])
        if not asked:
            return ()
        sure = self._sure(asked, _alike) or self._sure(asked, _misspelt)
        best = max(sure.values(), default=0.0)
        found = [one for one, score in sure.items() if score >= max(LEAST, best * NEAR_BEST)]
        found.sort(key=lambda one: (-sure[one], self._order[one]))
        return tuple(s for one in found if is_valid(s := self._services[one], day))[:RESULTS_MAX]

    def _sure(self, asked: str, how: Likeness) -> dict[str, float]:
        words, sure = _words(asked), dict[str, float]()
        for term in self._terms:
            if (likeness := how(asked, words, term)) < LEAST:
                continue
            for service, weight in term.means:
                if (score := likeness * weight) >= LEAST and score > sure.get(service, 0):
                    sure[service] = score
        return sure


def _said(office: Office, table: PlainWords) -> Iterator[tuple[str, str, float]]:
    """Every way to say a service, with how surely it is meant. Lists are in order of likelihood."""
    for word in table.words:
        for place, service in enumerate(word.services):
            yield from ((said, service, 0.96 - 0.03 * place) for said in word.say)
    for event in office.events:
        for place, service in enumerate(event.services):
            yield from ((said, service, 0.80 - 0.03 * place) for said in _written_and_read(event.name.values()))
    names = {group.letter: tuple(_written_and_read(group.name.values())) for group in office.groups}
    for one in office.services:
        yield from ((said, one.id, 0.55) for said in names[one.group])
        yield from ((said, one.id, 1.0) for said in _written_and_read(one.name.values()))
        yield from ((said, one.id, 0.6) for said in _written_and_read(one.note.values()))


def _written_and_read(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield _READING.sub(r"\1", text)
        yield _READING.sub(r"\2", text)


def folded(text: str) -> str:
    """Without what people write in different ways: width, capitals, katakana, small kana, accents, signs."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(_without_accents(text)).replace("đ", "d")
    text = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text).translate(_SMALL)
    text = " ".join(_NO_LETTER.sub(" ", text).split())
    # Only where letters are Latin does a blank part words; elsewhere people leave one anywhere.
    return text if _LATIN.search(text) or _is_korean(text) else text.replace(" ", "")


def _without_accents(text: str) -> Iterator[str]:
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        yield parts[0] if len(parts) > 1 and parts[0].isascii() else letter


def _is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split()) - _FILLERS


# --- how like ------------------------------------------------------------------------------------------------------


def _alike(asked: str, words: frozenset[str], term: Term) -> float:
    """As written, a part of it, or all of its words."""
    if asked == term.text:
        return 1.0
    if _LATIN.search(term.text) or " " in term.text:
        return _words_alike(words, term)
    short, long = sorted((asked, term.text), key=len)
    if not _tells_enough(short) or short not in long:
        return 0.0
    covered = len(short) / len(long)
    if short is term.text:
        # A long term inside of a sentence says more than a short one.
        return 0.7 + 0.2 * covered + 0.05 * min(1.0, len(short) / 10)
    return 0.6 + 0.35 * covered


def _tells_enough(text: str) -> bool:
    """One kana or two are in every word; a kanji is a word."""
    return len(text) >= 3 or _KANJI.search(text) is not None or (len(text) == 2 and _is_korean(text))


def _words_alike(words: frozenset[str], term: Term) -> float:
    if not words or not term.words:
        return 0.0
    shared = sum(any(_same_word(mine, its) for mine in words) for its in term.words)
    if shared == len(term.words):
        return 0.82 + 0.1 * min(1.0, shared / max(len(words), 1))
    asked_all = sum(any(_same_word(mine, its) for its in term.words) for mine in words) == len(words)
    missed = len(term.words) - shared
    return 0.55 * shared / len(term.words) + 0.15 if shared and missed == 1 and (asked_all or shared >= 2) else 0.0


def _same_word(one: str, other: str) -> bool:
    """moves, moving and moved begin alike."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short[: max(4, len(short) - 1)]) and len(long) - len(short) <= 3


def _misspelt(asked: str, words: frozenset[str], term: Term) -> float:
    """When nothing is as written: a letter wrong, missing, too much or in the wrong place."""
    allowed = _slips(term.text)
    if allowed == 0 or len(term.letters.difference(asked)) > allowed:
        return 0.0
    slips = distance(asked, term.text, allowed)
    if slips <= allowed:
        return 0.72 - 0.08 * slips
    if " " not in term.text and any(distance(word, term.text, allowed) <= allowed for word in words):
        return 0.55
    if len(asked) > len(term.text) and not _LATIN.search(term.text):
        return 0.5 if _somewhere(asked, term.text, 1) else 0.0
    return 0.0


def _slips(text: str) -> int:
    """Kanji say more each than letters do, and two of three right is another word."""
    weight = sum(2 if _KANJI.match(letter) or _is_korean(letter) else 1 for letter in text)
    return 0 if weight < 4 or len(text) < 3 else 1 if weight < 9 else 2


def _somewhere(asked: str, term: str, allowed: int) -> bool:
    size = len(term)
    if size < 4:
        return False
    return any(distance(asked[at : at + size], term, allowed) <= allowed for at in range(len(asked) - size + 1))


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, leave out or swap with their neighbour; `most` + 1 where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: Sequence[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        above, row = row, [i, *[0] * len(other)]
        for j, its in enumerate(other, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (mine != its))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == its:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before = above
    return min(row[-1], most + 1)
