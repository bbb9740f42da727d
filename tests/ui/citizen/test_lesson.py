"""The screens of practice mode: whole for every eye, and pressed by their names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from kiosk_app.api import LANGUAGES, Language
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.lesson_views import LESSON_SCREENS, lesson_view
from tests.ui.citizen.still import Still, faults

pytestmark = pytest.mark.slow

HARDEST = (("start", "easy", "large"), ("pin-guidance", "easy", "large"), ("pay", "vi", "low"), ("end", "en", "large"))


def wrong(still: Still, name: str, language: Language, mode: str, bar_places: dict[str, QRectF]) -> list[str]:
    modes = () if mode == "normal" else (mode,)
    found = faults(still, lesson_view(name, language, *modes), bar_places)
    return [f"{name} {language} {mode}: {fault}" for fault in found]


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name, language, mode in HARDEST for fault in wrong(still, name, language, mode, places)] == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", ["normal", "large", "contrast", "low"])
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name in LESSON_SCREENS for fault in wrong(still, name, language, mode, places)] == []


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("start", "begin_lesson"),
        ("guidance", "understood"),
        ("place", "lay_card"),
        ("card-out", "take_card"),
        ("pay", "insert"),
        ("end", "sheet"),
    ],
)
def test_what_is_offered_is_pressed_through_the_accessibility_tree(face: Face, name: str, control: str) -> None:
    face.show(lesson_view(name))
    face.press(control)
    face.until(lambda: face.sent() == [control])
