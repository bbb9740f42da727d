"""Breaks texts into lines where a reader would, and measures them, so that a screen is right before it is drawn.

Japanese breaks between phrases (番号札を / お取りください), other languages at spaces; the lines of a text are made
equally long. やさしい日本語 marks readings as 漢字(かな): they stand above their word, half its size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

import msgspec
from PySide6.QtGui import QFont, QFontMetricsF

from ui.kit.citizen.tokens import DESCENT, LINE, TYPE

_KANJI = r"㐀-䶿一-鿿々〆ヶ"
_READING = re.compile(rf"((?:\d+(?=日))?[{_KANJI}]+)\(([ぁ-ゖー]+)\)")
_ATOM = re.compile(r"\s+|[!-~À-ɏḀ-ỿ–—]+|.", re.DOTALL)
_COMPOUND = re.compile(r"([ァ-ヺー]{4,}ー)[ァ-ヺー]{3,}")
"""マイナンバーカード."""
_CLOSING = set("。、，．：；！？」』）】〕”’ーぁぃぅぇぉっゃゅょァィゥェォッャュョ〜～%％,.!?:;)々")
_OPENING = set("「『（【〔“‘([")
_AFTER = set("。、，；！？」』）・")
_PARTICLES = set("をにはがでとのもへやいるただな")
_HONORIFIC_AFTER = set("をにはがでとのもへろ")
"""ろ: 10:40〜10:55ごろ / お呼びします."""


class Atom(msgspec.Struct, frozen=True):
    """What is never broken: a word of letters, one character, or characters with their reading."""

    text: str
    reading: str = ""


class Word(msgspec.Struct, frozen=True):
    """A piece of a line. `x` from the start of the line; `reading_x` from there too."""

    text: str
    x: float
    reading: str = ""
    reading_x: float = 0.0


class Line(msgspec.Struct, frozen=True):
    words: tuple[Word, ...]
    width: float

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def has_readings(self) -> bool:
        return any(word.reading for word in self.words)


class Setting(msgspec.Struct, frozen=True, dict=True):
    """A text set for a width. Pixels."""

    lines: tuple[Line, ...]
    px: int
    bold: bool
    family: str
    width: float
    reading_px: int = 0
    broken: bool = False
    """A word had to be cut, or is wider than its place."""

    @property
    def line_height(self) -> float:
        """Of a line without its readings."""
        return round(self.px * LINE)

    @property
    def reading_height(self) -> float:
        return round(self.reading_px * 1.1)

    @cached_property
    def tops(self) -> tuple[float, ...]:
        """Of each line, and the end of the last."""
        heights = (self.line_height + (self.reading_height if line.has_readings else 0) for line in self.lines)
        return tuple(accumulate(heights, initial=0.0))

    @property
    def height(self) -> float:
        return self.tops[-1]

    @property
    def baseline(self) -> float:
        """Of the first line, from the top."""
        return self.tops[1] - self.descent

    @property
    def descent(self) -> float:
        """From the last baseline to the end."""
        return self.line_height * DESCENT


def without_readings(text: str) -> str:
    return _READING.sub(r"\1", text)


@lru_cache(maxsize=128)
def _metrics(family: str, px: int, bold: bool) -> QFontMetricsF:
    font = QFont(family)
    font.setPixelSize(px)
    font.setBold(bold)
    return QFontMetricsF(font)


@lru_cache(maxsize=4096)
def advance(text: str, family: str, px: int, bold: bool) -> float:
    return float(_metrics(family, px, bold).horizontalAdvance(text))


def _atoms(text: str) -> list[Atom]:
    atoms: list[Atom] = []
    at = 0
    for match in _READING.finditer(text):
        atoms += [Atom(a) for a in _ATOM.findall(text[at : match.start()])]
        atoms.append(Atom(match[1], match[2]))
        at = match.end()
    return atoms + [Atom(a) for a in _ATOM.findall(text[at:])]


def _is_kana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゖ"


def _may_break(before: Atom, after: Atom, following: str, language: str) -> bool:
    """Whether a line may end between the two. `following` is the text of the atom after them."""
    last, first = before.text[-1], after.text[0]
    if last.isspace():
        return True
    if first in _CLOSING or first.isspace() or last in _OPENING:
        return False
    if language in ("ja", "easy"):
        if last in _AFTER or last == "を":
            return True
        if first in "おご" and following and not _is_kana(following[0]):
            return last in _HONORIFIC_AFTER
        return last in _PARTICLES and not _is_kana(first) and last != first
    if language == "zh":
        return not (last.isascii() and first.isascii())
    return last in "/・·" or (last == "-" and len(before.text) > 1)


def _chunks(atoms: Sequence[Atom], language: str) -> list[list[Atom]]:
    chunks: list[list[Atom]] = [[]]
    for n, atom in enumerate(atoms):
        following = atoms[n + 1].text if n + 1 < len(atoms) else ""
        if n and _may_break(atoms[n - 1], atom, following, language):
            chunks.append([])
        chunks[-1].append(atom)
    return [chunk for chunk in chunks if chunk]


class _Face(msgspec.Struct, frozen=True):
    family: str
    px: int
    bold: bool
    reading_px: int

    def width(self, text: str) -> float:
        return advance(text, self.family, self.px, self.bold)

    def reading_width(self, text: str) -> float:
        return advance(text, self.family, self.reading_px, False)


def _line(atoms: Sequence[Atom], face: _Face) -> Line:
    """Atoms without a reading run together, so that the font's own distances hold."""
    words: list[Word] = []
    x, run = 0.0, ""
    stripped = _stripped(atoms)
    for n, atom in enumerate(stripped):
        if not atom.reading:
            run += atom.text
            continue
        if run:
            words.append(Word(run, x))
            x += face.width(run)
            run = ""
        base, over = face.width(atom.text), face.reading_width(atom.reading)
        left = right = max(0.0, (over - base) / 2)
        # A reading may stand one of its letters over a neighbour that has none, and over the edge of the line.
        if not (n and stripped[n - 1].reading):
            left = max(0.0, left - face.reading_px)
        if not (n + 1 < len(stripped) and stripped[n + 1].reading):
            right = max(0.0, right - face.reading_px)
        words.append(Word(atom.text, x + left, atom.reading, x + left + (base - over) / 2))
        x += left + base + right
    if run:
        words.append(Word(run, x))
        x += face.width(run)
    return Line(tuple(words), x)


def _stripped(atoms: Sequence[Atom]) -> list[Atom]:
    kept = list(atoms)
    while kept and kept[-1].text.isspace():
        kept.pop()
    while kept and kept[0].text.isspace():
        kept.pop(0)
    return kept


def _fill(chunks: Sequence[Sequence[Atom]], face: _Face, width: float) -> list[list[Atom]]:
    lines: list[list[Atom]] = [[]]
    for chunk in chunks:
        if lines[-1] and _line([*lines[-1], *chunk], face).width > width:
            lines.append([])
        lines[-1] += chunk
    return lines


def _finer(chunk: Sequence[Atom]) -> list[list[Atom]]:
    """A phrase that is longer than a line, cut between any two characters where a line may begin."""
    whole = "".join(atom.text for atom in chunk)
    if (compound := _COMPOUND.fullmatch(whole)) and len(whole) == len(chunk):
        return [list(chunk[: compound.end(1)]), list(chunk[compound.end(1) :])]
    pieces: list[list[Atom]] = [[chunk[0]]]
    for before, atom in pairwise(chunk):
        if atom.text[0] in _CLOSING or before.text[-1] in _OPENING:
            pieces[-1].append(atom)
        else:
            pieces.append([atom])
    return pieces


def _phrases(chunks: Sequence[Sequence[Atom]]) -> list[list[Atom]]:
    """Up to each comma of a language with spaces: Bảo hiểm y tế, / lương hưu reads better than two equal lines."""
    phrases: list[list[Atom]] = [[]]
    for chunk in chunks:
        phrases[-1] += chunk
        if "".join(atom.text for atom in chunk).endswith((", ", "; ")):
            phrases.append([])
    return [phrase for phrase in phrases if phrase]


def _paragraph(text: str, language: str, face: _Face, width: float) -> tuple[list[Line], bool]:
    chunks: list[list[Atom]] = []
    broken = False
    for chunk in _chunks(_atoms(text), language):
        if _line(chunk, face).width <= width:
            chunks.append(chunk)
        else:
            finer = _finer(chunk)
            broken = broken or any(_line(piece, face).width > width for piece in finer)
            chunks += finer
    if not chunks:
        return [Line((), 0.0)], False
    lines = _fill(chunks, face, width)
    low, high = max(_line(chunk, face).width for chunk in chunks), width
    while len(lines) > 1 and high - low > 4:
        middle = (low + high) / 2
        if len(_fill(chunks, face, middle)) > len(lines):
            low = middle
        else:
            high = middle
    if len(lines) > 1:
        by_phrase = _fill(_phrases(chunks), face, width)
        whole = len(by_phrase) == len(lines) and all(_line(line, face).width <= width for line in by_phrase)
        lines = by_phrase if whole else _fill(chunks, face, high)
    return [_line(line, face) for line in lines], broken


@lru_cache(maxsize=2048)
def set_text(text: str, language: str, family: str, px: int, bold: bool, width: float) -> Setting:
    """`\\n` is a mark of the catalogue and always breaks."""
    marked = language == "easy" and _READING.search(text) is not None
    reading_px = max(TYPE["ruby"], round(px / 2)) if marked else 0
    face = _Face(family, px, bold, reading_px or 1)
    lines: list[Line] = []
    broken = False
    for paragraph in text.split("\n"):
        more, cut = _paragraph(paragraph if marked else without_readings(paragraph), language, face, width)
        lines += more
        broken = broken or cut
    widest = max(line.width for line in lines)
    broken = broken or widest > width
    return Setting(tuple(lines), px, bold, family, widest, reading_px, broken)
