"""The screens of who looks for the right procedures: whole, named, within reach, pressed by name, and what is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from kiosk_app.api import LANGUAGES, Language
from kiosk_app.words import spoken
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.procedure_views import PROCEDURE_SCREENS, procedure_view
from tests.ui.citizen.still import Still, faults
from ui.citizen.screens import pressable

pytestmark = pytest.mark.slow

MODES = ("normal", "large", "contrast", "low")
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


def wrong(still: Still, name: str, language: Language, mode: str, bar_places: dict[str, QRectF]) -> list[str]:
    modes = () if mode == "normal" else (mode,)
    found = faults(still, procedure_view(name, language, *modes), bar_places)
    return [f"{name} {language} {mode}: {fault}" for fault in found]


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name, language, mode in HARDEST for fault in wrong(still, name, language, mode, places)] == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    places: dict[str, QRectF] = {}
    assert [fault for name in PROCEDURE_SCREENS for fault in wrong(still, name, language, mode, places)] == []


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
    face.show(procedure_view(name))
    face.press(control)
    face.until(lambda: face.sent() == [control])


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
    shown = procedure_view(name)
    bar = {control.id for control in (*shown.bar, *shown.languages)}
    counted = [control for control in pressable(shown) if control.id not in bar]
    for n, control in enumerate(counted, 1):
        assert spoken(f"{n}、{control.label}") in shown.spoken
