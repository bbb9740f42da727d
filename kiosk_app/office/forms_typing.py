"""How one question is answered with few keys: pick, type kana or digits, a day by its era, an address by postal code.

Pure: a key and what was typed give what is typed now, or the answer. Personal, so it lives in the core's memory alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from kiosk_app.office import forms_values
from kiosk_app.office.forms import Question

Step = Literal["pick", "era", "day", "kana", "postal", "town", "rest", "digits"]
Pad = Literal["kana", "digits", "latin"]
Fault = Literal["", "no_day", "no_postal", "no_phone", "short"]
ERA_KEYS = ("reiwa", "heisei", "showa", "western")
COUNT_MAX = 5
POSTAL_DIGITS = 7
KANA = (
    "アイウエオ", "カキクケコ", "サシスセソ", "タチツテト", "ナニヌネノ", "ハヒフヘホ", "マミムメモ", "ヤ　ユ　ヨ",
    "ラリルレロ", "ワ　ヲ　ン",
)  # fmt: skip
"""A column each; a blank is a gap."""
LATIN = ("ＡＢＣＤＥＦＧＨＩＪ", "ＫＬＭＮＯＰＱＲＳＴ", "ＵＶＷＸＹＺ－")
FIGURES = ("１２３４５", "６７８９０")
_TURNS = (
    "カガ", "キギ", "クグ", "ケゲ", "コゴ", "サザ", "シジ", "スズ", "セゼ", "ソゾ", "タダ", "チヂ", "ツヅッ", "テデ",
    "トド", "ハバパ", "ヒビピ", "フブプ", "ヘベペ", "ホボポ", "アァ", "イィ", "ウヴゥ", "エェ", "オォ", "ヤャ", "ユュ",
    "ヨョ", "ワヮ",
)  # fmt: skip
TURNED = {turn[n]: turn[(n + 1) % len(turn)] for turn in _TURNS for n in range(len(turn))}
"""What ゛゜小 makes of the last letter; pressed again, the next."""
TYPED = frozenset("".join((*KANA, *LATIN, *FIGURES)).replace("　", "") + "ー・－")

Towns = Callable[[str], tuple[str, ...]]
"""A postal code's places, such as 福岡県北九州市小倉北区大手町."""


class Typing(msgspec.Struct, frozen=True, kw_only=True):
    step: Step
    text: str = ""
    pad: Pad = "kana"
    era: str = ""
    towns: tuple[str, ...] = ()
    town: str = ""
    fault: Fault = ""

    def __repr__(self) -> str:
        return f"Typing(step={self.step!r})"


def start(question: Question) -> Typing:
    match question.kind:
        case "date":
            return Typing(step="era")
        case "kana" | "name":
            return Typing(step="kana")
        case "address":
            return Typing(step="postal", pad="digits")
        case "digits" | "phone":
            return Typing(step="digits", pad="digits")
    return Typing(step="pick")


def digits_of(question: Question, typing: Typing) -> int:
    """So many are typed at most where digits are typed."""
    match typing.step:
        case "postal":
            return POSTAL_DIGITS
        case "day":
            return 8 if typing.era == "western" else 6
    return question.longest


def press(question: Question, typing: Typing, key: str, today: date, towns: Towns) -> Typing | str:
    """The answer as text once there is one; a key that means nothing here changes nothing."""
    verb, _, name = key.partition(":")
    match verb:
        case "skip" if question.may_skip:
            return ""
        case "pick":
            return _picked(question, typing, name, today)
        case "era" if typing.step == "era" and name in ERA_KEYS:
            return replace(typing, step="day", era=name, text="", fault="")
        case "pad" if name in ("kana", "digits", "latin") and typing.step in ("kana", "rest"):
            return replace(typing, pad=name)
        case "by_hand" if typing.step in ("postal", "town"):
            return replace(typing, step="rest", pad="kana", text="", town="", fault="")
        case "key":
            return _key(question, typing, name, towns)
    return typing


def back(question: Question, typing: Typing) -> Typing | None:
    """One step back within the question; None: to the question before."""
    match typing.step:
        case "day":
            return replace(typing, step="era", text="", fault="")
        case "town" | "rest" if question.kind == "address":
            return start(question)
    return None


def _picked(question: Question, typing: Typing, name: str, today: date) -> Typing | str:
    if typing.step == "town":
        if name.isdecimal() and 1 <= int(name) <= len(typing.towns):
            return replace(typing, step="rest", pad="digits", town=typing.towns[int(name) - 1], text="", fault="")
        return typing
    if question.kind == "date" and question.of == "visit":
        days = {"today": today, "yesterday": today - timedelta(days=1)}
        return days[name].isoformat() if name in days else typing
    if question.kind == "yes_no" and name in ("yes", "no"):
        return name
    if question.kind == "count" and name.isdecimal() and 1 <= int(name) <= COUNT_MAX:
        return name
    return next((option.id for option in question.options if option.id == name), typing)


def _key(question: Question, typing: Typing, name: str, towns: Towns) -> Typing | str:
    if name == "enter":
        return _entered(question, typing, towns)
    if name == "erase":
        return replace(typing, text=typing.text[:-1], fault="")
    if typing.step in ("postal", "day", "digits"):
        figure = forms_values.digits(name)
        if len(figure) != 1 or len(typing.text) >= digits_of(question, typing):
            return typing
        return replace(typing, text=typing.text + figure, fault="")
    if typing.step not in ("kana", "rest"):
        return typing
    if name == "turn":
        last = typing.text[-1:]
        return replace(typing, text=typing.text[:-1] + TURNED.get(last, last))
    letter = "　" if name == "space" else name
    if (letter not in TYPED and letter != "　") or len(typing.text) >= question.longest:
        return typing
    if letter == "　" and (not typing.text or typing.text.endswith("　")):
        return typing
    return replace(typing, text=typing.text + letter, fault="")


def _entered(question: Question, typing: Typing, towns: Towns) -> Typing | str:
    match typing.step:
        case "postal":
            found = towns(typing.text) if len(typing.text) == POSTAL_DIGITS else ()
            if not found:
                return replace(typing, fault="no_postal")
            if len(found) == 1:
                return replace(typing, step="rest", pad="digits", town=found[0], text="", fault="")
            return replace(typing, step="town", towns=found, text="", fault="")
        case "day":
            return _day(typing)
        case "rest":
            return typing.town + typing.text.strip("　") if typing.text.strip("　") else replace(typing, fault="short")
        case "kana":
            return typing.text.strip("　") if typing.text.strip("　") else replace(typing, fault="short")
        case "digits":
            if not typing.text:
                return replace(typing, fault="short")
            is_phone = typing.text.startswith("0") and len(typing.text) in (10, 11)
            return replace(typing, fault="no_phone") if question.kind == "phone" and not is_phone else typing.text
    return typing


def _day(typing: Typing) -> Typing | str:
    """080401 of 令和, 20260401 of the western year."""
    if len(typing.text) != (8 if typing.era == "western" else 6):
        return replace(typing, fault="no_day")
    *year, month, dom = typing.text[:-4], typing.text[-4:-2], typing.text[-2:]
    found = forms_values.of_era(typing.era, int(year[0]), int(month), int(dom))
    return found.isoformat() if found is not None else replace(typing, fault="no_day")
