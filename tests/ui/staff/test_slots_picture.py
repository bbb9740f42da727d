"""The timetable as it is painted: every form readable and told apart without its colour, every text within its cell."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QImage

from tests.ui.screen_checks import contrast, tree
from tests.ui.staff import slot_days
from tests.ui.staff.conftest import Face
from tests.ui.staff.test_slot_screens import open_page
from ui.staff import slots_picture, timetable
from ui.staff.slots_picture import LOOKS, SlotsPicture
from ui.staff.timetable import Drawn, Form, Window

TONE = Path(slots_picture.__file__).parent.parent / "kit" / "console" / "Tone.qml"
BUTTON = QAccessible.Role.Button


def test_colours_are_the_tokens_of_every_other_part_of_the_console() -> None:
    tokens = dict(re.findall(r'color (\w+): "(#\w{6})"', TONE.read_text(encoding="utf-8")))
    named = {"paper2": "PAPER2", "surface": "SURFACE", "ink": "INK", "ink2": "INK2", "edge": "EDGE", "act": "ACT"}
    named |= {"care": "CARE", "careTint": "CARE_TINT", "ok": "OK"}
    assert {tokens[name]: getattr(slots_picture, ours) for name, ours in named.items()} == {
        tokens[name]: tokens[name] for name in named
    }


@pytest.mark.parametrize("form", get_args(Form))
def test_words_stand_out_from_their_cell_and_frames_from_the_strip(form: Form) -> None:
    look = LOOKS[form]
    assert contrast(QColor(look.ink), QColor(look.ground)) >= 4.5
    if look.edge:
        assert contrast(QColor(look.edge), QColor(slots_picture.PAPER2)) >= 3


@pytest.mark.parametrize("forms", [timetable.ORDINARY, timetable.COMPARED])
def test_forms_beside_each_other_are_told_apart_without_colour(forms: tuple[Form, ...]) -> None:
    """By their word or sign, or by being dark or light, round, framed or struck."""
    assert set(LOOKS) == set(get_args(Form)) == set(timetable.NAMES) == set(timetable.WORDS)

    def seen(form: Form) -> tuple[object, ...]:
        look = LOOKS[form]
        dark = contrast(QColor(look.ground), QColor("white")) > 3
        return dark, look.round, look.edge_px, look.struck, timetable.WORDS[form][1]

    for one, other in combinations(forms, 2):
        assert seen(one) != seen(other), (one, other)


def test_no_text_is_wider_than_the_room_that_is_counted_for_it(face: Face) -> None:
    """`timetable.wide` guesses without a font; the font must never need more."""
    every = {*"0123456789:+- ！？来対済不遅", *(c for word, sign in timetable.WORDS.values() for c in word + sign)}
    for size in (14, 16):
        for strong in (False, True):
            metrics = QFontMetricsF(slots_picture.font(size, strong))
            for c in sorted(every):
                assert metrics.horizontalAdvance(c) <= timetable.wide(c, size) + 0.05, (c, size, strong)


def painted(shown: Drawn, ratio: float = 1) -> QImage:
    wide, high = round(736 * ratio), round(400 * ratio)
    return SlotsPicture(lambda: shown).requestImage(f"day/1/100/88/{ratio}", QSize(), QSize(wide, high))


def test_each_slot_is_painted_where_a_touch_finds_it(face: Face) -> None:
    view = slot_days.view(slot_days.ordinary())
    shown = timetable.as_is(view, Window(13 * 60, 120), 0)
    for ratio in (1, 1.5):
        picture = painted(shown, ratio)
        for cell in shown.cells:
            x, y = (cell.x * 736 + 6) * ratio, (cell.place * 100 + 44) * ratio
            if cell.width * 736 > 20 and not LOOKS[cell.form].round:
                assert picture.pixelColor(int(x), int(y)) == QColor(LOOKS[cell.form].ground), cell


@pytest.mark.slow
def test_who_has_the_screen_read_aloud_finds_every_slot_and_can_press_it(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    said = {cell.said for cell in face.console.drawn.cells}
    assert said

    def found() -> set[str]:
        return {node.text(QAccessible.Text.Name) for node in tree(face.window) if node.role() == BUTTON}

    face.until(lambda: said <= found())
    booked = next(cell for cell in face.console.drawn.cells if cell.control == "slot:b1-790")
    face.press(booked.said)
    face.until(lambda: (face.console.state["dialog"] or {}).get("kind") == "slot")


@pytest.mark.slow
def test_a_touch_opens_the_slot_under_it(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    booked = next(cell for cell in face.console.drawn.cells if cell.control == "slot:b1-790")
    face.console.touchSlot(booked.place, booked.x + booked.width + 1e-6, 0.5)
    first = face.console.state["dialog"]
    assert first is None or "13:10" not in str(first)
    face.console.press("close")
    face.console.touchSlot(booked.place, booked.x + booked.width / 2, 0.5)
    face.until(lambda: "13:10" in str(face.console.state["dialog"]))
