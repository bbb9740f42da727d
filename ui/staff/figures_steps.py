"""How far people come at the machines, and where they give up: in practice, with certificates and forms, per language
and mode; and how often each form was made. Counts alone: nobody is told from another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ui.staff.figures_desk import Part
from ui.staff.first import Map

if TYPE_CHECKING:
    from kiosk_app.api import Statistics, StepRow

PARTS: dict[Part, str] = {"practice": "れんしゅう", "visits": "証明書・書類"}
OF: dict[Part, tuple[str, ...]] = {"practice": ("practice",), "visits": ("certificate", "forms")}
UNDER = "「途中で終了」は終わるを押した方、「離れた」は画面の前からいなくなった方です。"
HEADING = ["言語・段階", "来た", "途中で\n終了", "離れた", "最後まで", "やめた\n割合"]
NONE = "—"
DOING = {"certificate": "証明書", "forms": "書類"}
LANGUAGES = {
    "ja": "日本語", "easy": "やさしい日本語", "en": "英語", "zh": "中国語", "ko": "韓国語", "vi": "ベトナム語",
}  # fmt: skip
MODES = {"large": "大きな字", "contrast": "白黒", "low": "低い位置", "voice": "音声", "slow": "ゆっくり"}
STEPS = {
    "start": "はじめ", "choose": "えらぶ", "people": "人数", "card": "カードを置く", "pin": "暗証番号",
    "check": "カードの内容", "ask": "質問", "card_out": "カードを取る", "confirm": "確認", "pay": "支払い",
    "print": "印刷", "receive": "受け取り", "said": "案内の画面", "done": "おわり",
}  # fmt: skip
"""In the order in which somebody comes to them."""
Where = tuple[str, str, str, str]
Counts = tuple[int, int, int, int]


def table(found: Statistics, part: Part) -> Map:
    """Heading and rows, as of every part of the page."""
    rows = list(_forms(found)) if part == "visits" else []
    rows += [_row(where, counts, part) for where, counts in _added(found, OF[part])]
    return {"heading": HEADING, "rows": rows, "reasons": False}


def _forms(found: Statistics) -> Iterator[Map]:
    made: Counter[str] = Counter()
    names: dict[str, str] = {}
    for day in found.days:
        for one in day.forms:
            made[one.form] += one.visits
            names[one.form] = one.name or one.form
    for form, visits in sorted(made.items(), key=lambda pair: (-pair[1], pair[0])):
        yield _line(f"作った書類　{names[form]}", [f"{visits:,}", *[NONE] * 4])


def _added(found: Statistics, of: Sequence[str]) -> Iterator[tuple[Where, Counts]]:
    rows = [row for day in found.days for row in day.steps if row.of in of]
    places = sorted({_where(row) for row in rows}, key=_order)
    for place in places:
        yield place, _sum(row for row in rows if _where(row) == place)


def _where(row: StepRow) -> Where:
    return row.of, row.language, row.modes, row.step


def _sum(rows: Iterable[StepRow]) -> Counts:
    every = list(rows)
    return (
        sum(row.reached for row in every),
        sum(row.left for row in every),
        sum(row.time for row in every),
        sum(row.finished for row in every),
    )


def _order(where: Where) -> tuple[str, int, str, str, int, str]:
    of, language, modes, step = where
    languages, steps = list(LANGUAGES), list(STEPS)
    place = languages.index(language) if language in languages else len(languages)
    return of, place, language, modes, steps.index(step) if step in steps else len(steps), step


def _row(where: Where, counts: Counts, part: Part) -> Map:
    of, language, modes, step = where
    how = "・".join(MODES.get(mode, mode) for mode in modes.split("+") if mode)
    said = LANGUAGES.get(language, language) + (f"（{how}）" if how else "")
    doing = f"{DOING.get(of, of)}　" if part == "visits" else ""
    reached, left, gone, finished = counts
    share = f"{round(100 * (left + gone) / reached)}%" if reached else NONE
    return _line(
        f"{doing}{said}　{STEPS.get(step, step)}", [f"{n:,}" for n in (reached, left, gone, finished)] + [share]
    )


def _line(name: str, cells: list[str]) -> Map:
    heads = (head.replace("\n", "") for head in HEADING[1:])
    pairs = (f"{head}{cell}" for head, cell in zip(heads, cells, strict=True) if cell != NONE)
    return {"name": name, "cells": cells, "why": "", "spoken": "　".join((name, *pairs))}
