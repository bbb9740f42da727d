"""What the journey of practice may know of this machine: that it can be practised on, and the picture of a sample."""

from __future__ import annotations

import base64
from pathlib import Path

from kiosk_app.journeys.messages import PracticeHere
from kiosk_app.settings_devices import PracticeTable

PICTURE = Path(__file__).parent.parent / "config" / "practice" / "sample.png"
"""A page of nobody: lines in place of words, and 見本 across it."""
WIDTH_PX, HEIGHT_PX = 420, 594


def here(table: PracticeTable | None) -> PracticeHere | None:
    if table is None:
        return None
    picture = "data:image/png;base64," + base64.b64encode(PICTURE.read_bytes()).decode("ascii")
    return PracticeHere(alone=table.alone, picture=picture, width_px=WIDTH_PX, height_px=HEIGHT_PX)
