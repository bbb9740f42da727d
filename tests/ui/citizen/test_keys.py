"""The five-key pad: every choice can be reached, Enter presses what is in focus, and a second Enter nothing new."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.ui.citizen.office_views import view
from ui.citizen.keys import BACKSPACE, DOWN, ESCAPE, LEFT, RETURN, RIGHT, UP, focus_after, moved_focus

OFFERED = ("one", "two", "back", "staff")


def test_the_arrows_go_round_all_choices_both_ways() -> None:
    seen, focused = [], ""
    for _ in OFFERED:
        focused, pressed = moved_focus(OFFERED, focused, DOWN, "")
        assert pressed == ""
        seen.append(focused)
    assert tuple(seen) == OFFERED
    assert moved_focus(OFFERED, "staff", RIGHT, "") == ("one", "")
    assert moved_focus(OFFERED, "one", UP, "") == moved_focus(OFFERED, "", LEFT, "") == ("staff", "")


def test_enter_presses_what_is_in_focus_and_nothing_without() -> None:
    assert moved_focus(OFFERED, "two", RETURN, "\r") == ("two", "two")
    assert moved_focus(OFFERED, "", RETURN, "\r") == ("", "")
    assert moved_focus(OFFERED, "gone", RETURN, "\r") == ("gone", "")


@pytest.mark.parametrize("key", [ESCAPE, BACKSPACE])
def test_escape_goes_back_where_that_is_offered(key: int) -> None:
    assert moved_focus(OFFERED, "one", key, "") == ("one", "back")
    assert moved_focus(("one", "staff"), "one", key, "") == ("one", "")
    assert moved_focus(("continue", "end"), "", key, "") == ("", "continue")


def test_digits_move_the_focus_as_the_voice_counts_and_the_star_starts_the_voice() -> None:
    assert moved_focus(OFFERED, "", 0, "2") == ("two", "")
    assert moved_focus(OFFERED, "two", 0, "9") == ("two", "")
    assert moved_focus(OFFERED, "two", 0, "*") == moved_focus(OFFERED, "two", 0, "＊") == ("two", "voice")


def test_the_focus_stays_on_the_same_screen_only() -> None:
    choose = view("choose")
    assert focus_after(choose, replace(choose, voice=True), "group:A") == "group:A"
    assert focus_after(choose, view("services"), "group:A") == ""
    assert focus_after(view("services"), view("dialog-timeout"), "back") == ""
    assert focus_after(None, choose, "group:A") == ""


# --- a PIN -------------------------------------------------------------------------------------------------------

PAD = (*(f"pin:{digit}" for digit in "1234567890"), "pin:cancel", "pin:erase", "pin:enter", "forgot", "back", "staff")


@pytest.mark.parametrize("digit", "0123456789")
def test_before_a_keypad_digits_are_digits_in_either_width(digit: str) -> None:
    wide = chr(ord(digit) + 0xFEE0)
    assert moved_focus(PAD, "", 0, digit) == moved_focus(PAD, "", 0, wide) == ("", f"pin:{digit}")
    assert moved_focus(PAD, "staff", 0, digit) == ("staff", f"pin:{digit}")


def test_before_a_keypad_the_correction_key_corrects_and_enter_enters() -> None:
    assert moved_focus(PAD, "", BACKSPACE, "") == ("", "pin:erase")
    assert moved_focus(PAD, "", RETURN, "\r") == ("", "pin:enter")
    # What the arrows have chosen is what Enter presses, here as everywhere.
    assert moved_focus(PAD, "forgot", RETURN, "\r") == ("forgot", "forgot")
    assert moved_focus(PAD, "", ESCAPE, "") == ("", "back")
    assert moved_focus(PAD, "", 0, "*") == ("", "voice")
    assert moved_focus(PAD, "", DOWN, "") == ("pin:1", "")
