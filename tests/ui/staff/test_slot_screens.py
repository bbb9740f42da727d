"""The timetable drawn: every state of it beside what may stand around it, nothing cut off, unnamed or faint."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import Reply, Role
from tests.ui.screen_checks import control
from tests.ui.staff import slot_days
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import ALERTS, LEADER, other
from tests.ui.staff.slot_days import Day
from tests.ui.staff.test_screens import check

LEADS = other(role="leader", leader=LEADER, alerts=(), time="11:58")
HEIGHTS = (800, 720)


def hub_has(face: Face, day: Day) -> None:
    """As a small hub with this day would answer."""
    face.core.slots = lambda asked: slot_days.hub(day, asked)
    face.core.slot_previews = lambda asked: slot_days.preview(day, asked)
    face.core.slot_days = slot_days.days()
    face.core.slot_hit = slot_days.hit(day)


def open_page(face: Face, day: Day, role: Role = "leader") -> None:
    hub_has(face, day)
    face.sign_in(LEADS if role == "leader" else other(role=role, alerts=()), role)
    face.console.press("tab:slots")
    face.until(lambda: (face.console.state.get("slots") or {}).get("mode") == "day" and drawn(face))


def drawn(face: Face) -> bool:
    """The page is made bit by bit."""
    return bool(face.window.property("settled"))


def renew(face: Face, day: Day) -> None:
    hub_has(face, day)
    face.core.publish_slots()
    lanes = [f"予約枠{lane.number}" for lane in day.lanes]
    face.until(lambda: [one["name"] for one in face.console.state["slot_lanes"]["lanes"]] == lanes[:12] and drawn(face))


def look(face: Face, name: str) -> None:
    for height in HEIGHTS:
        face.window.resize(1280, height)
        face.bot.wait(20)
        check(face, f"slots-{name}-{height}")


@pytest.mark.slow
def test_the_day(face: Face) -> None:
    open_page(face, slot_days.ordinary(14 * 60 + 20))
    look(face, "afternoon")
    renew(face, slot_days.crowded())
    face.console.press("slot_choose:next")
    look(face, "crowded")
    renew(face, slot_days.crowded(30, 30))
    look(face, "many-lanes")
    renew(face, slot_days.empty())
    look(face, "empty")
    renew(face, slot_days.odd())
    face.core.publish(replace(LEADS, alerts=ALERTS))
    face.until(lambda: bool(face.console.state["alerts"]))
    face.window.resize(1280, 800)
    check(face, "slots-odd")


@pytest.mark.slow
def test_a_preview(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    for press in ("slot_length:7", "slot_length:5", "slot_count:2", "slot_count:4", "slot_after:3"):
        face.console.press(press)
        face.until(lambda: (face.console.state["slots"]["side"].get("do") or {}).get("state") == "open")
        face.until(lambda: drawn(face))
        look(face, press.replace(":", "-"))
        face.console.press("slot_back")
    renew(face, slot_days.crowded())
    face.console.press("slot_length:5")
    face.until(lambda: face.console.state["slots"]["mode"] == "compared" and drawn(face))
    look(face, "compared-crowded")


@pytest.mark.slow
@pytest.mark.parametrize("role", ["clerk", "guide"])
def test_who_does_not_plan(face: Face, role: Role) -> None:
    open_page(face, slot_days.ordinary(), role)
    look(face, f"as-{role}")


QUESTIONS = {
    "slot": ["slot:b1-790"],
    "late": ["slot:b3-710"],
    "central": ["slot:3@780"],
    "cancel": ["slot:b1-800", "choose:1"],
    "service": ["slot_book"],
    "start": ["slot_book", "choose:0"],
    "name": ["slot_book", "choose:0", "choose:2"],
    "confirm": ["slot_book", "choose:0", "choose:2", "submit"],
    "language": ["slot_book", "choose:0", "choose:2", "submit", "choose:1"],
    "days": ["slot_days"],
    "close": ["slot_close"],
    "reason": ["slot_close", "choose:0"],
    "starts": ["slot_close", "choose:0", "choose:2"],
    "ends": ["slot_close", "choose:0", "choose:2", "submit"],
    "closing": ["slot_close", "choose:0", "choose:2", "submit", "submit"],
}


@pytest.mark.slow
def test_the_questions(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    face.window.resize(1280, 720)
    for name, presses in QUESTIONS.items():
        for press in presses:
            face.console.press(press)
        face.until(lambda: "調べて" not in str(face.console.state["dialog"]))
        assert face.console.state["dialog"]["kind"] == (
            f"slot_{name}" if name not in ("slot", "late", "central") else "slot"
        )
        check(face, f"slots-dialog-{name}")
        face.console.press("close")


@pytest.mark.slow
def test_after_a_booking_its_code_stands_in_large_digits(face: Face) -> None:
    open_page(face, slot_days.ordinary(), "clerk")
    face.core.reply = Reply(ok=True, message="4月6日（月） 13:20に予約しました。予約番号は1206 0123 4567 8901です。")
    for press in ("slot_book", "choose:0", "choose:2", "submit", "choose:0"):
        face.console.press(press)
    face.until(lambda: (face.console.state["dialog"] or {}).get("kind") == "slot_booked")
    assert face.console.state["dialog"]["large"] == "1206 0123 4567 8901"
    check(face, "slots-booked")


@pytest.mark.slow
def test_who_is_called_by_telephone(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    face.console.press("slot_list:hit")
    face.until(lambda: bool(face.console.state["slots"]["hit"].get("rows")))
    face.until(lambda: _there(face, "4月6日（月）13:50引っ越し"))
    look(face, "hit")
    face.console.press("hit:b1-790")
    check(face, "slots-hit-row")
    face.console.press("choose:1")
    check(face, "slots-hit-confirm")


def _there(face: Face, name: str) -> bool:
    try:
        control(face.window, name)
    except AssertionError:
        return False
    return True


@pytest.mark.slow
def test_away_from_the_hub(face: Face) -> None:
    open_page(face, slot_days.ordinary())
    face.core.stop()
    face.until(lambda: face.console.state["stale"] != "" and drawn(face))
    assert face.console.state["slots"]["now"]["x"] == -1, "an old line would be taken for the time"
    assert "つながるまで" in face.console.state["slots"]["side"]["notes"][0]
    check(face, "slots-away")
    face.console.press("slot_length:7")
    face.console.press("slot_book")
    assert face.console.state["slots"]["side"]["kind"] == "day" and face.console.state["dialog"] is None
    face.core.start()
    face.until(lambda: face.console.state["stale"] == "" and face.console.state["slots"]["now"]["x"] >= 0)
