"""Numbers as they are said and written in Japanese: 三時半, さんじはん, ついたち, ゼロ九ゼロ. All become plain digits.

Speech recognition writes now digits, now kanji, now kana; whatever comes later need know digits alone.
"""

from __future__ import annotations

import re
import unicodedata

_KANJI = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANA = {
    "いち": 1, "いっ": 1, "に": 2, "さん": 3, "よん": 4, "よ": 4, "し": 4, "ご": 5, "ろく": 6, "ろっ": 6,
    "なな": 7, "しち": 7, "はち": 8, "はっ": 8, "きゅう": 9, "く": 9,
}  # fmt: skip
_ONE = "|".join(sorted(_KANA, key=len, reverse=True))
_KANA_NUMBER = re.compile(
    rf"(?:(?<![ぁ-んァ-ン])|(?<=じ))(?:(?P<tens>{_ONE})?(?P<ten>じゅう|じゅっ|じっ))?(?P<one>{_ONE})?"
    r"(?P<unit>じ(?!ゅ)|がつ|にち|ふん|ぷん)(?P<half>はん)?"
)
_UNITS = {"じ": "時", "がつ": "月", "にち": "日", "ふん": "分", "ぷん": "分"}
_DAYS_OF_MONTH = {
    "ついたち": 1, "ふつか": 2, "みっか": 3, "よっか": 4, "いつか": 5, "むいか": 6, "なのか": 7, "なぬか": 7,
    "ようか": 8, "ここのか": 9, "とおか": 10, "じゅうよっか": 14, "はつか": 20, "にじゅうよっか": 24,
}  # fmt: skip
_ORDINAL_DAY = re.compile("|".join(sorted(_DAYS_OF_MONTH, key=len, reverse=True)))
_KANJI_NUMBER = re.compile("[〇零一二三四五六七八九十百]+")
_SPOKEN_DIGITS = {
    "ゼロ": "0", "ぜろ": "0", "れい": "0", "レイ": "0", "まる": "0", "マル": "0", "いち": "1", "イチ": "1",
    "にー": "2", "に": "2", "ニ": "2", "さん": "3", "サン": "3", "よん": "4", "ヨン": "4", "し": "4", "シ": "4",
    "ごー": "5", "ご": "5", "ゴ": "5", "ろく": "6", "ロク": "6", "なな": "7", "ナナ": "7", "しち": "7", "シチ": "7",
    "はち": "8", "ハチ": "8", "きゅう": "9", "キュウ": "9", "く": "9", "ク": "9",
}  # fmt: skip
_SPOKEN = re.compile("|".join(sorted(_SPOKEN_DIGITS, key=len, reverse=True)))
_BETWEEN_DIGITS = re.compile(
    r"[\s\-‐‑–—−ー―、,.・ののノ]+|(?:えー?っ?と|あのー?|はい|です|番|電話番号は|電話は|お願いします)"
)
_TELEPHONE = re.compile(r"(?<!\d)0\d{9,10}(?!\d)")


def plain(said: str) -> str:
    """The same with digits for all numbers, and without blanks."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))
    text = _KANJI_NUMBER.sub(lambda found: _of_kanji(found[0]), text)
    text = _ORDINAL_DAY.sub(_of_ordinal, text)
    return _KANA_NUMBER.sub(_of_kana, text)


def telephone(said: str) -> str:
    """The digits of a telephone number in Japan; empty where none was said whole."""
    text = unicodedata.normalize("NFKC", said)
    text = re.sub(r"^\+81|(?<=\D)\+81", "0", text)
    text = re.sub("[〇零一二三四五六七八九]", lambda found: str(_KANJI[found[0]]), text)
    text = _SPOKEN.sub(lambda found: _SPOKEN_DIGITS[found[0]], _BETWEEN_DIGITS.sub("", text))
    found = _TELEPHONE.search(text)
    return found[0] if found else ""


def _of_kanji(written: str) -> str:
    """二十三 is 23, 二三 too: said digit by digit."""
    if not set(written) & {"十", "百"}:
        return "".join(str(_KANJI[one]) for one in written)
    total, one = 0, 0
    for sign in written:
        if sign in _KANJI:
            one = _KANJI[sign]
        else:
            total, one = total + (one or 1) * (10 if sign == "十" else 100), 0
    return str(total + one)


def _of_ordinal(found: re.Match[str]) -> str:
    return f"{_DAYS_OF_MONTH[found[0]]}日"


def _of_kana(found: re.Match[str]) -> str:
    if not found["ten"] and not found["one"]:
        return found[0]
    number = _KANA.get(found["one"] or "", 0)
    if found["ten"]:
        number += 10 * _KANA.get(found["tens"] or "いち", 1)
    return f"{number}{_UNITS[found['unit']]}{'半' if found['half'] else ''}"
