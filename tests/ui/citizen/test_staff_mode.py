"""Staff at the ticket machine: a finger that rests on the time opens the door; each of their screens stands whole."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest

from kiosk_app.api import CitizenView, Role
from kiosk_app.journeys import staff_mode as s
from kiosk_app.journeys.staff_mode_view import DOOR
from kiosk_app.journeys.staff_mode_view import view as staff_view
from tests.kiosk_app.journeys.test_staff_mode import context
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.office_views import view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import whole
from ui.citizen.fingers import NONE, Target, down, up
from ui.citizen.frame import HOLD_MS
from ui.kit.citizen.tokens import TOP

PICTURES = os.environ.get("HITOFUDA_PICTURES", "")
DOORED = replace(view("idle"), staff_door=DOOR)
NO_CANCEL = "取り消しはハブの記録です。いまはハブと切れているため、窓口の係員に番号を伝えてください。"


def row(number: int, note: str = "10:05　お待ち", **rest: object) -> s.NumberRow:
    return s.NumberRow(ticket=f"t{number}", number=f"A-{number:03d}", note=note, **rest)  # type: ignore[arg-type]


MANY = tuple(row(n) for n in range(130, 106, -1))
ROWS = (row(3, keeps_place=True), row(2, "10:02　呼出中", no_cancel="窓口で対応中です。"), row(1, "9:58　紙を確認"))
AWAY = tuple(replace(one, no_cancel=NO_CANCEL) for one in ROWS)


def mode(page: s.Page, role: Role = "clerk", **rest: object) -> s.StaffMode:
    state = s.StaffMode(
        session="staff-1", began_ms=0, touched_ms=0, page=page, staff_code="1001", admitted=True, role=role, ticket="t3"
    )
    return replace(state, **rest)  # type: ignore[arg-type]


SCREENS: dict[str, CitizenView] = {
    "code": staff_view(mode("code", typed=3), context()),
    "pin": staff_view(mode("pin"), context()),
    "wrong": staff_view(mode("code", fault="係員番号か暗証番号がちがいます。もう一度入れてください。"), context()),
    "checking": staff_view(mode("checking"), context()),
    "nothing": staff_view(mode("numbers"), context(rows=())),
    "numbers": staff_view(mode("numbers"), context(rows=ROWS)),
    "many": staff_view(mode("numbers"), context(rows=MANY, cut_off=True)),
    "number": staff_view(mode("number"), context(rows=ROWS)),
    "away": staff_view(mode("number", "guide"), context(rows=AWAY, cut_off=True)),
    "reason": staff_view(mode("reason"), context(rows=ROWS)),
    "group": staff_view(mode("group"), context(rows=ROWS)),
    "service": staff_view(mode("service", letter="H"), context(rows=ROWS)),
    "working": staff_view(mode("working"), context(rows=ROWS)),
    "said": staff_view(mode("said", ok=True, said="A-003を再発行しました。"), context(rows=ROWS)),
    "not-said": staff_view(
        mode("said", said="ハブの返事がありません。取り消せたか、窓口の画面で確かめてください。"), context()
    ),
    "gone": staff_view(mode("number", ticket="x"), context(rows=ROWS)),
}


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_of_staff_stands_whole(still: Still, name: str) -> None:
    assert whole(still, SCREENS[name], f"staff-mode-{name}") == []


def test_the_door_shows_nothing_and_is_found_by_name_but_not_by_the_keys(still: Still) -> None:
    top = QRect(0, 0, still.window.width(), TOP)
    still.show(view("idle"))
    without = still.picture().copy(top)
    still.show(DOORED)
    assert still.picture().copy(top) == without
    assert DOOR.id not in still.kiosk.session()._offered()
    assert any(item.objectName() == DOOR.id for item in still.layers()["page"].childItems())


def test_only_a_finger_that_rests_there_opens_it() -> None:
    door = (Target("staff_door", 800, 0, 200, 112, HOLD_MS),)
    for after_ms, pressed in ((50, ""), (HOLD_MS - 1, ""), (HOLD_MS, "staff_door")):
        assert up(down(NONE, 1, 900, 50, door, "s", 100), 1, 900, 50, "s", 100 + after_ms) == (NONE, pressed)
    assert up(down(NONE, 1, 900, 50, door, "s", 0), 1, 500, 50, "s", HOLD_MS)[1] == "", "not one that slid off"


def test_a_tap_on_the_time_sends_nothing_and_the_tree_may_press_it(face: Face) -> None:
    face.show(DOORED)
    panel = QTest.createTouchDevice()
    middle = face.middle(DOOR.id)
    QTest.touchEvent(face.window, panel).press(0, middle).commit()
    QTest.touchEvent(face.window, panel).release(0, middle + QPoint(1, 1)).commit()
    face.bot.wait(50)
    assert face.sent() == []
    face.press(DOOR.id)
    face.until(lambda: face.sent() == [DOOR.id])


def test_digits_of_staff_are_typed_on_the_keys_too(face: Face) -> None:
    face.show(SCREENS["pin"])
    face.kiosk.key(0, "7")
    face.until(lambda: face.sent() == ["pin:7"])
