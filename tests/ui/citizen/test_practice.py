"""The screens of practice: the real ones with a band and a guide, whole, named, within reach, and said aloud."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible

from kiosk_app.api import Language
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.practice_views import PRACTICE_SCREENS, practice_view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, miscounted, press_alone, wrong
from ui.citizen.page import LANDSCAPE, PORTRAIT, present

pytestmark = pytest.mark.slow

NAMES = (*PRACTICE_SCREENS, "alone")
HARDEST = (
    ("idle", "vi", "large"),
    ("alone", "easy", "normal"),
    ("about", "vi", "large"),
    ("place", "easy", "large"),
    ("kind", "en", "low"),
    ("items", "easy", "low"),
    ("pin", "easy", "large"),
    ("why", "easy", "large"),
    ("confirm", "easy", "normal"),
    ("confirm", "vi", "contrast"),
    ("pay", "vi", "large"),
    ("take", "ko", "normal"),
    ("lesson-printed", "easy", "large"),
)


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    assert wrong(still, practice_view, HARDEST) == []


@pytest.mark.long
@each_language_and_mode
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, practice_view, [(name, language, mode) for name in NAMES]) == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_nobody_can_take_a_picture_of_a_screen_for_the_real_thing(size: object) -> None:
    """The band is painted on every screen, also behind what lies over it."""
    for name in PRACTICE_SCREENS:
        if name.startswith("idle"):
            continue
        shown = present(practice_view(name), size)  # type: ignore[arg-type]
        assert "れんしゅう中 お金はかかりません" in [
            text["name"].replace("　", " ") for text in shown["page"]["texts"]
        ], name


def test_why_is_pressed_through_the_accessibility_tree(face: Face) -> None:
    face.show(practice_view("pin"))
    assert face.node("practice:why").text(QAccessible.Text.Name) == "なぜ？"
    face.press("practice:why")
    face.until(lambda: face.sent() == ["practice:why"])


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("idle", "practice:begin"),
        ("about", "practice:sample"),
        ("place", "practice:place"),
        ("card", "practice:take"),
        ("pay", "practice:pay"),
        ("lesson", "practice:print"),
    ],
)
def test_what_is_offered_is_pressed(face: Face, name: str, control: str) -> None:
    press_alone(face, practice_view(name), control)


@pytest.mark.parametrize("name", NAMES)
def test_choices_are_counted_as_the_keys_count_them(name: str) -> None:
    assert miscounted(practice_view(name)) == []


def test_what_to_do_is_said_first_and_the_practice_number_too() -> None:
    heard = practice_view("pin").spoken
    assert heard.startswith("れんしゅう中　お金はかかりません。")
    assert heard.index("1234") < heard.index("利用者証明用")
