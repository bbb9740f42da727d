"""Breaks a line that is wider than the paper where a reader would; a printer would break it anywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_NOT_FIRST = frozenset("、。，．・：；？！）」』】〉》〕］｝ー々〜～ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%)]}!?:;,.")
_NOT_LAST = frozenset("（「『【〈《〔［｛([{〜～")
_AFTER = frozenset(" 、。，")
_PARTICLES = frozenset("がをにはでへ")
_HONORIFICS = frozenset("おご")


def fold(text: str, fits: Callable[[str], bool]) -> list[str]:
    """At least one line; every line fits, unless a single character does not."""
    lines: list[str] = []
    rest = text.strip()
    while rest and not fits(rest):
        longest = _longest(rest, fits)
        # Late in the line a break leaves no hole; an earlier one is better than a broken word.
        late = max(range(max(1, longest // 3), longest + 1), key=lambda at: (_rank(rest, at), at))
        early = max(range(1, longest + 1), key=lambda at: (_rank(rest, at), at))
        at = late if _rank(rest, late) else early if _rank(rest, early) else longest
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*lines, rest] if rest or not lines else lines


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters fit: at least one, with the marks that belong to it."""
    count = next((n for n in range(1, len(text) + 1) if not fits(text[:n].rstrip())), len(text) + 1) - 1
    while count > 1 and count < len(text) and _is_mark(text[count]):
        count -= 1
    count = max(1, count)
    while count < len(text) and _is_mark(text[count]):
        count += 1
    return count


def _is_mark(char: str) -> bool:
    """Accents and variation selectors stay with the character before them."""
    return unicodedata.category(char) in ("Mn", "Me")


def _rank(text: str, at: int) -> int:
    """How well a reader takes a break before the character at `at`; 0 not at all."""
    before, after = text[at - 1], text[at : at + 1]
    if not after:
        return 4
    is_in_brackets = sum(map(text[:at].count, "(（")) > sum(map(text[:at].count, ")）"))
    if is_in_brackets or after in "(（" or _is_mark(after):
        # A word stays with its reading: 漢字(かんじ).
        return 0
    if before in _AFTER or after == " ":
        return 3
    if after in _NOT_FIRST or before in _NOT_LAST or not (_is_wide(before) or _is_wide(after)):
        return 0
    if before in _HONORIFICS:
        return 1
    ends_a_word = (_is_hiragana(before) or before in ")）") and not _is_hiragana(after)
    return 2 if ends_a_word or before in _PARTICLES else 1


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ん"


def _is_wide(char: str) -> bool:
    """Between letters of Japanese and Chinese a line may end; Korean, like Latin, breaks at spaces."""
    return unicodedata.east_asian_width(char) in "WF" and not "\uac00" <= char <= "\ud7a3"
