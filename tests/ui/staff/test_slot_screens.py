"""The timetable drawn: every state of it beside what may stand around it, nothing cut off, unnamed or faint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk_app.api import Role
from tests.ui.screen_checks import control
from tests.ui.staff import slot_days
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import LEADER, other
from tests.ui.staff.slot_days import Day
from tests.ui.staff.test_screens import check

LEADS = other(role="leader", leader=LEADER, alerts=(), time="11:58")


def open_page(face: Face, day: Day, role: Role = "leader", height: int = 800) -> None:
    """As a small hub with this day would answer."""
    face.core.slots = lambda asked: slot_days.hub(day, asked)
    face.core.slot_previews = lambda asked: slot_days.preview(day, asked)
    face.core.slot_days = slot_days.days()
    face.core.slot_hit = slot_days.hit(day)
    face.sign_in(LEADS if role == "leader" else other(role=role, alerts=()), role)
    face.window.resize(1280, height)
    face.console.press("tab:slots")
    face.until(lambda: (face.console.state.get("slots") or {}).get("mode") == "day")
    face.until(lambda: _drawn(face))


def _drawn(face: Face) -> bool:
    """The page is made bit by bit."""
    try:
        control(face.window, "予約枠1")
    except AssertionError:
        return False
    return True


def shown(face: Face, mode: str) -> None:
    face.until(lambda: face.console.state["slots"]["mode"] == mode)


@pytest.mark.slow
@pytest.mark.parametrize("height", [720, 800])
@pytest.mark.parametrize(
    ("name", "day"),
    [("ordinary", slot_days.ordinary), ("crowded", slot_days.crowded), ("empty", slot_days.empty)],
)
def test_the_day(face: Face, name: str, day: Callable[[], Day], height: int) -> None:
    open_page(face, day(), height=height)
    check(face, f"slots-{name}-{height}")


@pytest.mark.slow
@pytest.mark.parametrize("height", [720, 800])
@pytest.mark.parametrize("press", ["slot_length:7", "slot_length:5", "slot_count:2", "slot_count:4"])
def test_a_preview(face: Face, press: str, height: int) -> None:
    open_page(face, slot_days.ordinary(), height=height)
    face.console.press(press)
    shown(face, "compared")
    face.until(lambda: face.console.state["slots"]["side"]["do"]["state"] == "open")
    check(face, f"slots-{press.replace(':', '-')}-{height}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "presses"),
    [
        ("slot", ["slot:b1-790"]),
        ("late", ["slot:b3-710"]),
        ("cancel", ["slot:b1-800", "choose:1"]),
        ("service", ["slot_book"]),
        ("start", ["slot_book", "choose:0"]),
        ("name", ["slot_book", "choose:0", "choose:2"]),
        ("confirm", ["slot_book", "choose:0", "choose:2", "submit"]),
        ("language", ["slot_book", "choose:0", "choose:2", "submit", "choose:1"]),
        ("days", ["slot_days"]),
        ("close", ["slot_close"]),
        ("reason", ["slot_close", "choose:0"]),
        ("starts", ["slot_close", "choose:0", "choose:2"]),
        ("ends", ["slot_close", "choose:0", "choose:2", "submit"]),
        ("closing", ["slot_close", "choose:0", "choose:2", "submit", "submit"]),
    ],
)
def test_the_questions(face: Face, name: str, presses: list[str]) -> None:
    open_page(face, slot_days.ordinary(), height=720)
    for press in presses:
        face.console.press(press)
    face.until(lambda: "調べて" not in str(face.console.state["dialog"]))
    check(face, f"slots-dialog-{name}")


@pytest.mark.slow
def test_who_is_called_by_telephone(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    face.console.press("slot_list:hit")
    face.until(lambda: bool(face.console.state["slots"]["hit"]["rows"]))
    check(face, "slots-hit")
    face.console.press("hit:b1-790")
    check(face, "slots-hit-row")
    face.console.press("choose:1")
    check(face, "slots-hit-confirm")
