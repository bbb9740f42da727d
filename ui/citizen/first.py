"""The citizen's first frame: calm paper until the core has said something. Everything else is loaded after it."""

from __future__ import annotations

from typing import Any

Map = dict[str, Any]
DESIGN = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
PAPER = "#faf7f0"
NOTHING: Map = {"boxes": [], "texts": [], "icons": [], "pictures": [], "plates": []}
FIRST: Map = {"paper": PAPER, "page": NOTHING, "bar": NOTHING, "front": NOTHING, "covered": False}
FIRST |= {"scrim": PAPER, "scrim_height": 0}  # not seen, because nothing is covered
UNTOUCHED = {"held": "", "taken": "", "focused": ""}
