"""The screens of forms for who cannot see them and for every eye: whole, named, within reach; keys for every letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app import procedure_files, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.journeys.messages import PracticeHere, Ways
from kiosk_app.words import spoken
from tests.kiosk_app.journeys import forms_house as h
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.forms_views import FORM_SCREENS, forms_view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, press_alone, wrong
from ui.citizen.page import present, size_of

pytestmark = pytest.mark.slow

HARDEST = (
    ("choose", "vi", "large"),
    ("way", "easy", "large"),
    ("pin", "easy", "large"),
    ("last", "vi", "large"),
    ("locked", "easy", "large"),
    ("check", "en", "large"),
    ("era", "easy", "large"),
    ("day-wrong", "vi", "large"),
    ("kana", "easy", "large"),
    ("kana", "ja", "low"),
    ("latin", "ja", "contrast"),
    ("postal", "easy", "large"),
    ("rest", "vi", "low"),
    ("confirm", "easy", "large"),
    ("take", "vi", "large"),
    ("paper", "ko", "normal"),
)


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    assert wrong(still, forms_view, HARDEST) == []


@pytest.mark.long
@each_language_and_mode
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, forms_view, [(name, language, mode) for name in FORM_SCREENS]) == []


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("idle", "forms"),
        ("choose", "form:proxy"),
        ("way", "way:type"),
        ("check", "right"),
        ("kana", "key:ア"),
        ("kana", "key:turn"),
        ("latin", "pad:kana"),
        ("postal", "key:8"),
        ("confirm", "print"),
        ("paper", "again"),
    ],
)
def test_what_is_offered_is_pressed_through_the_accessibility_tree(face: Face, name: str, control: str) -> None:
    press_alone(face, forms_view(name), control)


def test_a_letter_is_spoken_when_it_is_typed() -> None:
    assert "タカサ" in forms_view("kana").spoken
    assert "福岡県北九州市小倉北区大手町" in spoken(forms_view("rest").spoken)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_the_first_screen_stands_whole_with_every_door_that_there_is(language: Language, orientation: str) -> None:
    """A machine that does all that a ticket machine can do."""
    desk = h.machine(language, frozenset({"low"}))
    said = words.load(domains=words.domains_of(False, True, True, True))
    ways = Ways(code_reader="below", reads_codes=True, finds_phones=True)
    folder = Path(procedure_files.__file__).parents[1] / "config" / "procedures"
    desk.change(words=said, procedures=procedure_files.load(folder), practice=PracticeHere(), ways=ways)
    view = desk.view()
    assert len(view.doors) == 6 and not present(view, size_of(orientation))["broken"]
