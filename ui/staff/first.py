"""The console's first frame: what stands on it, without the rules, the API and the wire behind it, which load later."""

from __future__ import annotations

from typing import Any

Map = dict[str, Any]


def control(id: str, label: str, key: str = "", *, on: bool = True, busy: str = "", **rest: Any) -> Map:
    """What a plate shows. While one control waits for its answer it says so, and no other sends anything."""
    state = "busy" if busy == id else "open" if on and not busy else "off"
    return {"id": id, "label": label, "key": key, "state": state, "note": "", "icon": "", **rest}


def sign_in(busy: str, training: bool) -> Map:
    return {
        "submit": control("sign_in", "サインイン", busy=busy),
        "training": control("training", "研修モード", note="本物の番号札には触れません", picked=training),
    }


FIRST: Map = {
    "page": "sign_in",
    "seen": False,
    "training": False,
    "message": "",
    "stale": "",
    "away": {"title": "", "lines": []},
    "dialog": None,
    "alerts": [],
    "more_alerts": "",
    "accepted": [],
    "said": "",
    "title": "窓口端末",
    "sign_in": sign_in("", False),
}
"""The part of `present(Desk())` that this frame draws."""
PARTS = (
    "title", "head", "tabs", "sign_in", "counter_page", "visit", "acts", "next", "why", "list", "counters", "guide",
    "leader", "slot_lanes", "slot_cells", "slots", "money", "devices", "today", "figures", "curve", "measured",
    "actions", "scanned", "history", "find", "last", "training", "message", "said", "stale", "away", "alerts",
    "more_alerts",
    "accepted", "seen", "tab", "page", "dialog",
)  # fmt: skip
"""All parts of a state, in the order in which they are shown: what a page draws is there before the page is."""
