"""A press is sent once, repeated until answered, and only ever for the screen on which it was made."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from kiosk_app.api import CitizenView
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.office_views import NAMES, SIMILAR, view
from tests.ui.screen_checks import tree
from ui.citizen.keys import RETURN
from ui.citizen.screens import pressable
from ui.kit.console.link import LOST_AFTER_MS

pytestmark = pytest.mark.slow

IDLE = view("idle")
CHOOSE = replace(view("choose"), screen_id="id0:1")


def test_a_press_through_the_accessibility_tree_names_its_screen(face: Face) -> None:
    face.show(IDLE)
    face.press("ticket")
    face.until(lambda: len(face.core.presses) == 1)
    (press,) = face.core.presses
    assert (press.screen_id, press.control) == (IDLE.screen_id, "ticket")
    assert len(press.press_id) == 36


def test_real_touches_press_what_they_came_down_on_once(face: Face) -> None:
    face.show(IDLE)
    panel = QTest.createTouchDevice()
    door, staff = face.middle("ticket"), face.middle("staff")
    # Slides off, and onto another plate: nothing.
    QTest.touchEvent(face.window, panel).press(0, door).commit()
    face.until(lambda: face.kiosk.touch["held"] == "ticket")
    QTest.touchEvent(face.window, panel).move(0, staff).commit()
    face.until(lambda: face.kiosk.touch["held"] == "")
    QTest.touchEvent(face.window, panel).release(0, staff).commit()
    face.bot.wait(50)
    assert face.sent() == []
    # Rests long with a slip of a few millimetres, while another finger touches another plate and leaves first.
    QTest.touchEvent(face.window, panel).press(0, door).commit()
    QTest.touchEvent(face.window, panel).move(0, door + QPoint(12, 12)).press(1, staff).commit()
    face.bot.wait(600)
    QTest.touchEvent(face.window, panel).stationary(0).release(1, staff).commit()
    QTest.touchEvent(face.window, panel).release(0, door + QPoint(12, 12)).commit()
    face.until(lambda: face.sent() == ["ticket"])
    # The second tap of a double tap, before the next screen has come.
    QTest.touchEvent(face.window, panel).press(0, door).commit()
    QTest.touchEvent(face.window, panel).release(0, door).commit()
    face.bot.wait(50)
    assert face.sent() == ["ticket"]


def test_the_pressed_plate_shows_at_once_that_it_is_taken_and_nothing_else_is_sent(face: Face) -> None:
    face.show(IDLE)
    face.core.hold_answers.clear()
    face.press("ticket")
    assert face.kiosk.touch["taken"] == "ticket"
    face.press("ticket")
    face.press("staff")
    face.until(lambda: len(face.core.presses) == 1)
    face.bot.wait(50)
    assert face.sent() == ["ticket"]
    face.core.hold_answers.set()
    face.show(CHOOSE)
    assert face.kiosk.touch["taken"] == ""
    face.press("group:A")
    face.until(lambda: face.sent() == ["ticket", "group:A"])
    assert face.core.presses[1].screen_id == CHOOSE.screen_id


def test_a_lost_answer_is_asked_for_again_unchanged(face: Face) -> None:
    face.show(IDLE)
    face.core.answers_to_lose = 2
    face.press("ticket")
    face.until(lambda: len(face.core.presses) == 3)
    face.bot.wait(350)
    assert len(set(map(repr, face.core.presses))) == 1
    assert len(face.core.presses) == 3


def test_a_press_that_led_nowhere_lets_the_visitor_press_again(face: Face) -> None:
    face.show(IDLE)
    face.kiosk.session()._release.setInterval(50)
    face.press("ticket")
    face.until(lambda: face.kiosk.touch["taken"] == "" and len(face.core.presses) == 1)
    face.press("ticket")
    face.until(lambda: len(face.core.presses) == 2)
    assert face.core.presses[0].press_id != face.core.presses[1].press_id


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in SIMILAR])
def test_every_control_is_in_the_tree_by_its_id_with_its_words(face: Face, name: str) -> None:
    shown = view(name)
    face.show(shown)
    for control in pressable(shown):
        said = face.node(control.id).text(QAccessible.Text.Name)
        assert control.label.replace("\n", " ") in said
        assert (control.why or control.note).replace("\n", " ") in said


@pytest.mark.slow
def test_a_lost_core_is_said_calmly_and_goes_away_by_itself(face: Face) -> None:
    face.show(view("services", "ko"))
    session = face.kiosk.session()
    away_after_ms: list[int] = []

    def changed() -> None:
        if session.state["screen"] == "away":
            away_after_ms.append(session._link.silent_ms())

    session.changed.connect(changed)
    face.core.stop()
    face.until(lambda: face.kiosk.state["screen"] == "away")
    assert away_after_ms[0] >= LOST_AFTER_MS, "a core that is started again is no news"
    said = " ".join(text["name"] for text in face.kiosk.state["page"]["texts"])
    assert "しばらくお待ちください" in said
    assert "직원" in said
    face.core.start()
    face.until(lambda: face.kiosk.state["screen"] == "services")


@pytest.mark.slow
def test_a_press_on_the_way_when_the_core_dies_arrives_once_it_is_back(face: Face) -> None:
    face.show(IDLE)
    face.core.hold_answers.clear()
    face.press("ticket")
    face.until(lambda: len(face.core.presses) == 1)
    face.core.stop()
    face.core.hold_answers.set()
    face.until(lambda: face.kiosk.state["screen"] == "away")
    face.core.start()
    face.until(lambda: len(face.core.presses) >= 2)
    assert len(set(map(repr, face.core.presses))) == 1


def pin_screen(typed: int) -> CitizenView:
    """As the core answers each digit: another screen, with one dot more."""
    shown = view("card-pin-whole" if typed == 4 else "card-pin")
    assert shown.keypad is not None
    return replace(shown, screen_id=f"pin:{typed}", keypad=replace(shown.keypad, typed=typed))


def test_digits_typed_faster_than_the_core_answers_are_sent_one_after_the_other(face: Face) -> None:
    face.show(pin_screen(0))
    for digit in "8642":
        face.kiosk.key(0, digit)
    face.kiosk.key(RETURN, "\r")
    for typed in range(1, 5):
        face.until(lambda typed=typed: len(face.core.presses) == typed)  # type: ignore[misc]
        face.bot.wait(20)
        assert len(face.core.presses) == typed
        face.show(pin_screen(typed))
    face.until(lambda: len(face.core.presses) == 5)
    assert face.sent() == ["pin:8", "pin:6", "pin:4", "pin:2", "pin:enter"]
    assert [press.screen_id for press in face.core.presses] == [f"pin:{n}" for n in range(5)]


def test_digits_that_wait_are_forgotten_with_their_screen(face: Face) -> None:
    face.show(pin_screen(0))
    for digit in "86":
        face.kiosk.key(0, digit)
    face.until(lambda: face.sent() == ["pin:8"])
    face.show(view("card-away"))
    face.show(pin_screen(0))
    face.bot.wait(50)
    assert face.sent() == ["pin:8"]


def test_enter_before_the_last_digit_is_not_sent(face: Face) -> None:
    face.show(pin_screen(3))
    face.kiosk.key(RETURN, "\r")
    face.bot.wait(50)
    assert face.sent() == []


def test_the_dots_are_in_the_accessibility_tree_and_no_digit_is(face: Face) -> None:
    face.show(pin_screen(3))
    said = [node.text(QAccessible.Text.Name) for node in tree(face.window)]
    assert "4けたのうち3けた入力しました" in said
