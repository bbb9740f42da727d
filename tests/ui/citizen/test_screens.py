"""Every screen, in every language and for every eye: nothing cut off, faint, unnamed, too small or out of reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from kiosk_app.api import LANGUAGES, Language
from tests.ui.citizen.office_views import NAMES, SIMILAR, view
from tests.ui.citizen.still import Still, faults

MODES = ("normal", "large", "contrast", "low")
HARDEST = (
    ("choose", "vi", "large"),
    ("services-Y", "easy", "large"),
    ("services", "ja", "low"),
    ("confirm-long", "en", "large"),
    ("confirm", "ko", "contrast"),
    ("take-long", "vi", "low"),
    ("trouble-wait", "easy", "normal"),
    ("doubt", "zh", "contrast"),
    ("sheet-ease", "vi", "large"),
    ("dialog-timeout", "easy", "large"),
    ("idle-booked-card", "easy", "normal"),
    ("check-in", "vi", "large"),
    ("confirm-times", "en", "low"),
    ("times-gone", "easy", "large"),
    ("times-seven", "vi", "low"),
    ("take-late", "easy", "normal"),
)


def wrong(still: Still, name: str, language: Language, mode: str, bar_places: dict[str, QRectF]) -> list[str]:
    modes = () if mode == "normal" else (mode,)
    found = faults(still, view(name, language, *modes), bar_places)
    return [f"{name} {language} {mode}: {fault}" for fault in found]


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name, language, mode in HARDEST for fault in wrong(still, name, language, mode, places)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    places: dict[str, QRectF] = {}
    names = NAMES if mode == "large" and language in ("ja", "vi") else [n for n in NAMES if n not in SIMILAR]
    assert [fault for name in names for fault in wrong(still, name, language, mode, places)] == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_similar_screens_stand_whole_too(still: Still, language: Language, mode: str) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name in sorted(SIMILAR) for fault in wrong(still, name, language, mode, places)] == []
