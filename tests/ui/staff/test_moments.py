"""Days and times as a leader types them, and a closure that is planned by keyboard."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.api import StaffAct
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import CLOSED, LEADER, other
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_screens import check
from ui.staff import leader, moments
from ui.staff.desk import Desk, Pressed, Typed
from ui.staff.moments import end_of, moment_of, said
from ui.staff.presentation import present
from ui.staff.step import step

pytestmark = pytest.mark.slow

LEADS = other(role="leader", leader=LEADER)
TODAY = "2026-04-06"


@given(st.datetimes(datetime(2026, 4, 6), datetime(2027, 4, 5)))
def test_a_moment_reads_the_same_however_it_is_written(at: datetime) -> None:
    whole = f"{at:%Y-%m-%dT%H:%M}"
    for form in ("{0:%Y-%m-%d %H:%M}", "{0.month}/{0.day} {0:%H:%M}", "{0.month}月{0.day}日{0.hour}時{0:%M}分"):
        assert moment_of(form.format(at), TODAY) == whole
    for form in ("{0:%H:%M}", "{0:%H%M}", "{0.hour}:{0:%M}"):
        assert moment_of(form.format(at), f"{at:%Y-%m-%d}") == whole


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("14", "2026-04-06T14:00"),
        ("１４：３０", "2026-04-06T14:30"),
        ("24:00", "2026-04-07T00:00"),
        ("4/5 9:00", "2027-04-05T09:00"),
        ("25:00", None),
        ("14:60", None),
        ("24:01", None),
        ("2/30 9:00", None),
        ("あした", None),
        ("", None),
        ("-1", None),
    ],
)
def test_short_forms_and_what_is_no_moment(typed: str, found: str | None) -> None:
    assert moment_of(typed, TODAY) == found


@given(st.text(max_size=24))
def test_nothing_that_is_typed_can_break_it(typed: str) -> None:
    found = moment_of(typed, TODAY)
    assert found is None or datetime.fromisoformat(found)


def test_midnight_as_an_end_is_the_end_of_its_day() -> None:
    assert said(end_of(TODAY), end=True) == "4月6日（月）24:00"
    assert said(end_of(TODAY)) == "4月7日（火）0:00"
    assert said("") == "いま"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("4/7 14:00", "17:15", {"starts": "2026-04-07T14:00", "ends": "2026-04-07T17:15"}),
        ("14:00", "", {"starts": "2026-04-06T14:00", "ends": "2026-04-07T00:00"}),
        ("", "16:00", {"starts": "", "ends": "2026-04-06T16:00"}),
        ("4/7 14:00", "4/8 12:00", {"starts": "2026-04-07T14:00", "ends": "2026-04-08T12:00"}),
    ],
)
def test_by_keyboard_alone(face: Face, starts: str, ends: str, expected: dict[str, str]) -> None:
    face.sign_in(LEADS, "leader")
    face.console.press("tab:leader")
    face.bot.wait(20)
    type_keys(face, "1" + "1" + "3" + "5")
    face.bot.wait(20)
    type_keys(face, starts + "\r")
    face.until(lambda: face.console.state["dialog"]["kind"] == "ends")
    face.bot.wait(20)
    type_keys(face, ends + "\r")
    face.until(lambda: face.console.state["dialog"]["kind"] == "from_to")
    face.bot.wait(20)
    type_keys(face, "1")
    act = only_act(face)
    assert act == StaffAct(intent=act.intent, counter=3, verb="suspend", reason="電車の計画運休", **expected)  # type: ignore[arg-type]


def test_what_is_no_time_or_ends_before_it_begins_is_asked_again() -> None:
    desk = Desk(page="work", tab="leader", token="t", role="leader", view=LEADS)
    for press in ("suspend", "choose:0", "choose:2", "choose:4"):
        desk, _ = step(desk, Pressed(press))
    wrong, _ = step(step(desk, Typed("number", "x"))[0], Pressed("submit"))
    assert (wrong.dialog.kind, wrong.message) == ("starts", leader.NO_MOMENT)
    desk, _ = step(step(desk, Typed("number", "14:00"))[0], Pressed("submit"))
    for text, message in (("13:00", leader.ENDS_BEFORE), ("x", leader.NO_MOMENT)):
        wrong, _ = step(step(desk, Typed("number", text))[0], Pressed("submit"))
        assert (wrong.dialog.kind, wrong.message) == ("ends", message)
    desk, _ = step(step(desk, Typed("number", "15:00"))[0], Pressed("submit"))
    lines = [line["text"] for line in present(desk)["dialog"]["lines"]]
    assert lines[:2] == ["区役所全体　電車の計画運休", "4月6日（月）14:00から4月6日（月）15:00まで"]
    assert moments.moment_of("15:00", TODAY) == desk.dialog.ends


def test_a_notice_has_no_time_to_type() -> None:
    desk = Desk(page="work", tab="leader", token="t", role="leader", view=LEADS)
    for press in ("post_notice", "choose:0", "choose:4"):
        desk, commands = step(desk, Pressed(press))
        assert commands == ()
    assert desk.dialog.kind == "until"


@pytest.mark.parametrize("name", ["starts", "ends", "from_to"])
def test_the_questions(face: Face, name: str) -> None:
    face.sign_in(LEADS, "leader")
    for press in ("tab:leader", "suspend", "choose:2", "choose:1", "choose:2", "choose:4"):
        face.console.press(press)
    for kind, text in (("starts", "4/7 14:00"), ("ends", "17:15")):
        if name == kind:
            break
        face.console.typeNumber(text)
        face.console.press("submit")
    assert face.console.state["dialog"]["kind"] == name
    check(face, f"leader-{name}")


def test_what_is_planned_says_when_it_begins(face: Face) -> None:
    planned = replace(CLOSED, starts="4/7 14:00", until="4/8 12:00")
    face.sign_in(other(role="leader", leader=replace(LEADER, closed=(planned, CLOSED))), "leader")
    face.console.press("tab:leader")
    assert [one["until"] for one in face.console.state["leader"]["closed"]] == [
        "4/7 14:00から\n4/8 12:00まで",
        "11:30まで",
    ]
    check(face, "leader-planned")
