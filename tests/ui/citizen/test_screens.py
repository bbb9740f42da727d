"""Every screen, in every language and for every eye: nothing cut off, faint, unnamed, too small or out of reach."""

from __future__ import annotations

import pytest

from kiosk_app.api import Language
from tests.ui.citizen.office_views import NAMES, SIMILAR, view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, wrong

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


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    assert wrong(still, view, HARDEST) == []


@pytest.mark.slow
@each_language_and_mode
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    names = NAMES if mode == "large" and language in ("ja", "vi") else [n for n in NAMES if n not in SIMILAR]
    assert wrong(still, view, [(name, language, mode) for name in names]) == []


@pytest.mark.long
@each_language_and_mode
def test_similar_screens_stand_whole_too(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, view, [(name, language, mode) for name in sorted(SIMILAR)]) == []
