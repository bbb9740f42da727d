"""Check-in and choosing a time for who cannot see the screen, and for fingers: order, names, and what is said."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QAccessible

from kiosk_app.api import LANGUAGES
from tests.ui.citizen.booked_views import BOOKED_SCREENS, CODE
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.office_views import view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import miscounted
from tests.ui.screen_checks import tree
from ui.citizen.keys import DOWN, RETURN, moved_focus
from ui.citizen.page import LANDSCAPE, PORTRAIT, present


def said(still: Still) -> list[str]:
    return [node.text(QAccessible.Text.Name) for node in tree(still.window)]


def test_times_are_pressed_and_full_ones_only_inform(still: Still) -> None:
    still.show(view("times"))
    offered = still.kiosk.session()._offered()
    assert offered[:3] == ["start:680", "start:700", "start:710"]
    assert "start:690" not in offered and "take_time" not in offered
    assert "start:690" not in [plate["id"] for plate in still.kiosk.state["page"]["plates"]]
    assert "11:30　満" in said(still)
    assert "11時" in said(still)


def test_what_takes_a_chosen_time_is_the_first_choice(still: Still) -> None:
    still.show(view("times-chosen"))
    offered = still.kiosk.session()._offered()
    assert offered[:2] == ["take_time", "start:680"]
    assert moved_focus(offered, "start:680", 0, "1") == ("take_time", "")
    assert moved_focus(offered, "take_time", RETURN, "\r") == ("take_time", "take_time")
    assert moved_focus(offered, "start:680", DOWN, "") == ("start:700", "")


def test_the_page_of_times_stays_where_it_is_when_one_is_chosen(still: Still) -> None:
    still.show(view("times-seven", "ja", "large"))
    session = still.kiosk.session()
    assert still.kiosk.state["pages"] > 1
    session.press("page:next")
    before = [plate["id"] for plate in still.kiosk.state["page"]["plates"]]
    chosen = view("times-seven", "ja", "large")
    session._on_view(msgspec.json.encode(replace(chosen, screen_id="another")))
    assert [plate["id"] for plate in still.kiosk.state["page"]["plates"]] == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_nothing_moves_when_a_time_is_chosen(language: str, size: object) -> None:
    """Whoever aims at a time meets it."""
    before = {p["id"]: p["y"] for p in present(view("times", language), size)["page"]["plates"]}  # type: ignore[arg-type]
    after = {p["id"]: p["y"] for p in present(view("times-chosen", language), size)["page"]["plates"]}  # type: ignore[arg-type]
    assert {name: y for name, y in after.items() if before.get(name) != y} == {}


def test_digits_of_a_code_are_seen_and_in_the_tree(still: Still) -> None:
    still.show(view("check-in-code"))
    assert "16けたのうち6けた入力しました　0126 00" in said(still)
    shown = view("check-in-code")
    assert shown.keypad is not None
    none = replace(shown, keypad=replace(shown.keypad, typed=0, text="", typed_name="0けた"))
    still.show(none)
    assert "0けた" in said(still)


def test_a_start_is_sent_as_it_was_pressed(face: Face) -> None:
    face.show(view("times"))
    face.press("start:800")
    face.until(lambda: face.sent() == ["start:800"])


# --- spoken ------------------------------------------------------------------------------------------------------


def test_a_code_that_is_whole_is_said_digit_by_digit_and_before_that_not_at_all() -> None:
    assert view("check-in-wrong").spoken.endswith("、".join(CODE) + "。")
    assert "0、1" not in view("check-in-code").spoken


def test_of_many_times_as_many_are_said_as_there_are_digits() -> None:
    heard = view("times").spoken
    assert "1、11時20分。" in heard and "9、13時30分。" in heard and "10、" not in heard
    assert heard.endswith("矢印のキーでお選びください。")


def test_a_chosen_time_is_said_with_its_return_and_nothing_else_again() -> None:
    heard = view("times-chosen").spoken
    assert heard.startswith("11時20分から11時30分です。11時15分までにお戻りください。外出できます。1、")
    assert "11時40分" not in heard


def test_a_ticket_for_a_time_says_when_to_be_back() -> None:
    assert "11時15分までにお戻りください。" in view("take-slot").spoken
    assert "10時30分から10時40分。" in view("take-reservation").spoken


def test_what_was_wrong_is_said_first() -> None:
    assert view("check-in-unreadable").spoken.startswith("予約のQRコードではありませんでした。")


@pytest.mark.parametrize("name", BOOKED_SCREENS)
def test_choices_are_counted_as_the_keys_count_them(name: str) -> None:
    shown = view(name)
    assert miscounted(shown, 1 if shown.screen == "times" else None) == []
