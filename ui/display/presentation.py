"""From a DisplayView to what QML draws: which layout, which sizes of list, and whether it is old. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk_app.api import DisplayCall, DisplayView

Map = dict[str, Any]
MOST_RECENT = 6
WIDE_GROUPS = 2
TWO_LINES_OF_GROUPS = 6


def _call(call: DisplayCall) -> Map:
    return {"number": call.number, "counter": str(call.counter), "stage": call.stage, "fresh": call.fresh}


def present(view: DisplayView | None, reachable: bool) -> Map:
    """An old view stays, because a called number is still a called number; only its age is said."""
    if view is None:
        return {"ready": False, "stale": "" if reachable else "つながりません。つなぎ直しています。"}
    newest = [_call(c) for c in view.newest[:1]]
    shown = {(c.number, c.counter, c.stage) for c in view.newest[:1]}
    recent = [_call(c) for c in view.recent if (c.number, c.counter, c.stage) not in shown]
    crowded = len(view.groups) > TWO_LINES_OF_GROUPS
    room = 5 if not view.notice else 4
    room -= 1 if len(view.missed) > room else 0
    return {
        "ready": True,
        "title": f"{view.office}　{view.zone}",
        "date": view.date,
        "time": view.time,
        "stale": "" if reachable else f"表示が更新されていません　{view.time}現在",
        "wide": len(view.groups) <= WIDE_GROUPS,
        "newest": newest[0] if newest else {},
        "calling": bool(newest),
        "recent": recent[:MOST_RECENT],
        "groups": [
            {"letter": g.letter, "name": g.name, "place": g.place, "waiting": str(g.waiting), "estimate": g.estimate}
            for g in view.groups
        ],
        "columns": len(view.groups) if len(view.groups) <= 4 else 4 if crowded else 3,
        "crowded": crowded,
        "missed": list(view.missed[:room]),
        "more_missed": f"ほか{len(view.missed) - room}件" if len(view.missed) > room else "",
        "notice": view.notice.replace("。", "。\n").strip(),
    }
