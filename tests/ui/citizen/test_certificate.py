"""A certificate's screens for who cannot see them and for every eye: whole, named, within reach, and what is said."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible

from kiosk_app.api import Language
from tests.ui.citizen.certificate_views import CERTIFICATE_SCREENS, LONG, certificate_view
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, miscounted, press_alone, wrong

pytestmark = pytest.mark.slow

HARDEST = (
    ("idle-booked", "easy", "normal"),
    ("closed", "vi", "large"),
    ("kind", "vi", "large"),
    ("items", "easy", "large"),
    ("copies", "en", "low"),
    ("who", "ja", "large"),
    ("card", "ko", "normal"),
    ("confirm", "vi", "large"),
    ("confirm-changed", "easy", "large"),
    ("confirm", "en", "low"),
    ("pay-counter", "easy", "large"),
    ("pay-unit", "ja", "contrast"),
    ("take", "vi", "large"),
    ("doubt", "easy", "low"),
    ("claim", "en", "large"),
    ("other-card", "en", "large"),
    ("elsewhere", "zh", "normal"),
)


def test_the_hardest_screens_stand_whole(still: Still) -> None:
    assert wrong(still, certificate_view, HARDEST) == []


@pytest.mark.long
@each_language_and_mode
def test_every_screen_stands_whole(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, certificate_view, [(name, language, mode) for name in CERTIFICATE_SCREENS]) == []


def test_a_person_is_chosen_by_name(face: Face) -> None:
    face.show(certificate_view("who"))
    assert LONG[2].name in face.node("member:3").text(QAccessible.Text.Name)
    face.press("member:3")
    face.until(lambda: face.sent() == ["member:3"])


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("kind", "kind:seal-registration"),
        ("items", "item:domicile"),
        ("copies", "copies:3"),
        ("confirm", "buy"),
        ("pay-unit", "stop_pay"),
        ("take", "end"),
        ("doubt", "no_paper"),
        ("not-here", "ticket"),
    ],
)
def test_what_is_offered_is_pressed_through_the_accessibility_tree(face: Face, name: str, control: str) -> None:
    press_alone(face, certificate_view(name), control)


# --- spoken ------------------------------------------------------------------------------------------------------


def test_the_confirmation_is_said_with_what_it_costs() -> None:
    heard = certificate_view("confirm").spoken
    assert "証明書、住民票の写し" in heard and "書くもの、世帯主・続柄、本籍・筆頭者" in heard
    assert "手数料、600円" in heard and heard.endswith("1、600円を支払う。")


def test_whether_an_item_is_written_is_said() -> None:
    heard = certificate_view("items").spoken
    assert "1、世帯主・続柄、書かない。" in heard and "2、本籍・筆頭者、書く。" in heard


def test_a_number_to_say_at_the_counter_is_said() -> None:
    assert "K-0012" in certificate_view("pay-counter").spoken
    assert "AB12-CD34" in certificate_view("claim").spoken


def test_of_the_countdown_its_length_is_said_and_not_the_clock() -> None:
    assert certificate_view("take").spoken.endswith("60秒たつと、最初の画面に戻ります。")
    assert "47" not in certificate_view("take").spoken


@pytest.mark.parametrize("name", CERTIFICATE_SCREENS)
def test_choices_are_counted_as_the_keys_count_them(name: str) -> None:
    assert miscounted(certificate_view(name)) == []


def test_a_refusal_sounds_the_same_for_every_cause() -> None:
    said = certificate_view("not-here").spoken
    assert said.startswith("この証明書は、この機械では発行できません。窓口へお越しください。")
