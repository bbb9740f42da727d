"""The screens of who looks for the right procedures: whole, named, within reach, pressed by name, and what is said."""

from __future__ import annotations

import pytest

from kiosk_app.api import Language
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.procedure_views import PROCEDURE_SCREENS, procedure_view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, miscounted, press_alone, wrong

pytestmark = pytest.mark.slow

HARDEST = (
    ("idle-all", "easy", "large"),
    ("events", "vi", "large"),
    ("question", "easy", "low"),
    ("question-long", "vi", "large"),
    ("list", "ja", "contrast"),
    ("list-closed", "ko", "large"),
    ("bring", "zh", "normal"),
    ("visit", "vi", "low"),
    ("visit", "easy", "normal"),
    ("take-way", "easy", "large"),
    ("offer", "easy", "large"),
    ("take-forms", "easy", "large"),
    ("paper", "en", "large"),
)


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    assert wrong(still, procedure_view, HARDEST) == []


@pytest.mark.long
@each_language_and_mode
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, procedure_view, [(name, language, mode) for name in PROCEDURE_SCREENS]) == []


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("idle", "find"),
        ("events", "life:birth"),
        ("question", "reply:unsure"),
        ("list", "do:child-medical"),
        ("bring", "go_on"),
        ("visit", "take_route"),
        ("offer", "forms"),
        ("offer", "without_forms"),
        ("visit", "list_only"),
    ],
)
def test_what_is_offered_is_pressed_through_the_accessibility_tree(face: Face, name: str, control: str) -> None:
    press_alone(face, procedure_view(name), control)


# --- spoken ------------------------------------------------------------------------------------------------------


def test_the_counters_are_said_in_their_order_with_what_is_done_there() -> None:
    heard = procedure_view("visit").spoken
    assert "1 引っ越し・戸籍、1階 7から10番窓口、転入の届" in heard
    assert heard.index("1 引っ越し・戸籍") < heard.index("2 マイナンバーカード") < heard.index("6 証明書")
    assert "1、今すぐ並ぶ" in heard


def test_what_is_done_elsewhere_is_said() -> None:
    assert "学校を変わる手続き、学校" in procedure_view("list").spoken


@pytest.mark.parametrize("name", PROCEDURE_SCREENS)
def test_choices_are_counted_as_the_keys_count_them(name: str) -> None:
    assert miscounted(procedure_view(name)) == []
