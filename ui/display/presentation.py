"""From a DisplayView to what QML draws: which layout, which sizes of list, and whether it is old. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk_app.api import DisplayCall, DisplayNotice, DisplayView, Language

Map = dict[str, Any]
MOST_RECENT = 6
WIDE_GROUPS = 2
TWO_LINES_OF_GROUPS = 6
MISSED_ACROSS, MISSED_BESIDE = 5, 4
"""Numbers for which there is room across the whole foot, and beside a notice."""
OTHER_LANGUAGES: tuple[Language, ...] = ("en", "zh", "ko", "vi")
"""In which notices are shown beside Japanese. やさしい日本語 needs furigana, which are too small for a wall."""
SENTENCE_MAX = 18
"""Characters on one line of a notice at its usual size."""
FAMILIES = {"en": "Noto Sans", "zh": "Noto Sans CJK SC", "ko": "Noto Sans CJK KR", "vi": "Noto Sans"}


def _call(call: DisplayCall) -> Map:
    return {
        "number": call.number,
        "counter": str(call.counter),
        "stage": call.stage,
        "fresh": call.fresh,
        # Another when the same call is announced again.
        "key": f"{call.number} {call.counter} {call.stage} {call.times}",
    }


def pages(notices: Sequence[DisplayNotice]) -> list[Map]:
    """Every second page is Japanese, and the other languages take turns: nobody waits long for a line to read."""
    japanese = [_page(notice, "ja") for notice in notices]
    turns: list[Map] = []
    for language in OTHER_LANGUAGES:
        for notice, first in zip(notices, japanese, strict=True):
            if language in notice.text:
                turns += [first, _page(notice, language)]
    told = {page["text"] for page in turns}
    return turns + [page for page in japanese if page["text"] not in told]


def _page(notice: DisplayNotice, language: Language) -> Map:
    text = notice.text[language]
    return {
        "kind": notice.kind,
        "heading": notice.heading.get(language, ""),
        "text": _lines(text) if language == "ja" else text,
        "family": FAMILIES.get(language, ""),
    }


def _lines(text: str) -> str:
    """A sentence a line where each fits into one; otherwise lines end where they are full."""
    sentences = [sentence + "。" for sentence in text.split("。") if sentence]
    fits = text.endswith("。") and all(len(sentence) <= SENTENCE_MAX for sentence in sentences)
    return "\n".join(sentences) if fits else text


def present(view: DisplayView | None, reachable: bool, page: int = 0, age_min: int = 0) -> Map:
    """An old view stays, because a called number is still a called number; only its age is said.

    `page` counts on for ever; `age_min` is how long ago the view came, in whole minutes.
    """
    if view is None:
        return {"ready": False, "stale": "" if reachable else "つながりません。つなぎ直しています。"}
    newest = [_call(c) for c in view.newest[:1]]
    shown = {(c.number, c.counter, c.stage) for c in view.newest[:1]}
    recent = [_call(c) for c in view.recent if (c.number, c.counter, c.stage) not in shown]
    turns = pages(view.notices)
    single = len(view.groups) == 1
    # A single group leaves room beside it, so that the foot stays whole.
    room = MISSED_ACROSS if not turns or single else MISSED_BESIDE
    room -= 1 if len(view.missed) > room else 0
    old = f"表示が更新されていません　{view.time}現在" + (f"（{age_min}分前）" if age_min else "")
    return {
        "ready": True,
        "title": f"{view.office}　{view.zone}",
        "date": view.date,
        "time": view.time,
        "stale": "" if reachable else old,
        "silent": view.silent,
        "single": single,
        "wide": len(view.groups) <= WIDE_GROUPS,
        "newest": newest[0] if newest else {},
        "calling": bool(newest),
        "recent": recent[:MOST_RECENT],
        "groups": [
            {"letter": g.letter, "name": g.name, "place": g.place, "waiting": str(g.waiting), "estimate": g.estimate}
            for g in view.groups
        ],
        "columns": _columns(len(view.groups)),
        "crowded": len(view.groups) > TWO_LINES_OF_GROUPS,
        "missed": list(view.missed[:room]),
        "more_missed": f"ほか{len(view.missed) - room}件" if len(view.missed) > room else "",
        "notice": turns[page % len(turns)] if turns else {},
        "noticed": bool(turns),
    }


def _columns(groups: int) -> int:
    return groups if groups <= 4 else 4 if groups > TWO_LINES_OF_GROUPS else 3
