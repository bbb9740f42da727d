"""From a DisplayView to what QML draws: which layout, which sizes of list, and whether it is old. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.display.own_words import FOR_TECHNICIAN, LISTEN, NO_NEWS, STOPPED

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
NEWEST_S = 30
"""A call stands large for half a minute, and no longer because nobody tells us of the next."""
PRETENDS_UNTIL_S = 5 * 60
"""By then staff call by voice, and in a busy hall forty numbers have been called that are not shown here: who reads the
last one on the wall would believe that their turn is far. A hub that starts again is back within seconds."""
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


def present(
    view: DisplayView | None,
    reachable: bool,
    page: int = 0,
    age_s: float = 0,
    *,
    trouble: str = "",
    swells: bool = True,
) -> Map:
    """An old view stays for a time, because a called number is still a called number; its age is said.

    `page` counts on for ever; `age_s` is how long ago the hub was last heard. `trouble`: as the wire names it.
    `swells`: false for what was called before this display heard of it live, so that nothing old is announced again.
    """
    if view is None and reachable:
        return {"ready": False, "stale": ""}
    if not reachable and (view is None or age_s > PRETENDS_UNTIL_S):
        return _listen(view, trouble)
    assert view is not None
    if not reachable and age_s > NEWEST_S:
        view = _no_longer_new(view)
    newest = [_call(c) | {"swells": swells} for c in view.newest[:1]]
    shown = {(c.number, c.counter, c.stage) for c in view.newest[:1]}
    recent = [_call(c) for c in view.recent if (c.number, c.counter, c.stage) not in shown]
    turns = pages(view.notices)
    single = len(view.groups) == 1
    # A single group leaves room beside it, so that the foot stays whole.
    room = MISSED_ACROSS if not turns or single else MISSED_BESIDE
    room -= 1 if len(view.missed) > room else 0
    age_min = int(age_s // 60)
    old = f"表示が更新されていません　{view.time}現在" + (f"（{age_min}分前）" if age_min else "")
    return {
        "ready": True,
        "title": f"{view.office}　{view.zone}",
        "date": view.date,
        "time": view.time,
        "stale": "" if reachable else old,
        "silent": view.silent,
        "calm": NO_NEWS if not reachable and age_s > NEWEST_S else "",
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


def _no_longer_new(view: DisplayView) -> DisplayView:
    from msgspec.structs import replace

    calls = (replace(call, fresh=False) for call in (*view.newest, *view.recent))
    return replace(view, newest=(), recent=tuple(calls))


def _listen(view: DisplayView | None, trouble: str) -> Map:
    stopped = ["　".join(STOPPED).format(time=view.time)] if view else []
    return {
        "ready": False,
        "stale": LISTEN["ja"],
        "place": f"{view.office}　{view.zone}" if view else "",
        "listen": {
            "ja": LISTEN["ja"],
            "en": LISTEN["en"],
            "others": [{"text": LISTEN[code], "family": FAMILIES[code]} for code in ("zh", "ko", "vi")],
            "stopped": [*stopped, *(FOR_TECHNICIAN[t] for t in (trouble,) if t in FOR_TECHNICIAN)],
        },
    }


def _columns(groups: int) -> int:
    return groups if groups <= 4 else 4 if groups > TWO_LINES_OF_GROUPS else 3
