"""The first frame: an empty page in the colour of the paper, without the API, the setting and the wire behind it."""

from __future__ import annotations

from typing import Any

Map = dict[str, Any]
UPRIGHT_PX = (1080, 1920)
LYING_PX = (1920, 1080)
NOTHING: dict[str, list[Map]] = {"boxes": [], "texts": [], "icons": [], "pictures": [], "plates": []}
FIRST: Map = {
    "screen": "away",
    "screen_id": "",
    "paper": "#faf7f0",
    "page": NOTHING,
    "covered": False,
    "scrim": "#b81a1a1a",
    "scrim_height": 0,
    "front": NOTHING,
    "bar": NOTHING,
    "pages": 1,
    "page_number": 0,
    "broken": False,
}
FRAME = ("paper", "covered", "scrim", "scrim_height")
"""What belongs to the window and to no layer."""
UNTOUCHED = {"held": "", "taken": "", "focused": ""}


def size_px(orientation: str) -> tuple[int, int]:
    return LYING_PX if orientation == "landscape" else UPRIGHT_PX
