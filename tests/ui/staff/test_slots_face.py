"""The page of slots in its window: by keyboard, finger and accessibility tree, over a real line to a small core."""

from __future__ import annotations

from dataclasses import replace as with_fields
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk_app.api import (
    Reply,
    SlotAct,
)
from tests.ui.screen_checks import control
from tests.ui.staff import slot_days
from tests.ui.staff.conftest import Face
from tests.ui.staff.slot_presses import DAY, TRY_7
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_slot_screens import LEADS, drawn, hub_has, open_page
from ui.staff import saving


@pytest.mark.slow
def test_a_leader_changes_the_day_by_keyboard_and_takes_it_back(face: Face) -> None:
    days = [DAY]
    open_page(face, DAY)
    face.core.slots = lambda asked: slot_days.hub(days[-1], asked)
    type_keys(face, "2")
    face.until(lambda: (face.console.state["slots"]["side"].get("do") or {}).get("state") == "open")
    face.until(lambda: drawn(face))
    days.append(with_fields(DAY, promises=(*DAY.promises, slot_days.promise(1, 970)), version="2"))
    hub_has(face, days[-1])
    face.core.publish_slots()
    face.until(lambda: "増えました" in face.console.state["slots"]["side"].get("note", ""))
    face.until(lambda: face.console.state["slots"]["side"]["do"]["state"] == "open")
    type_keys(face, "\r")
    act = only_act(face)
    assert (act.verb, act.slot) == ("change_slots", SlotAct(letter="A", version="2", change=TRY_7))
    hub_has(face, slot_days.done(days[-1], TRY_7))
    face.core.publish_slots()
    face.until(lambda: face.console.state["slots"]["side"]["kind"] == "day")
    face.until(
        lambda: any(
            c["id"] == "undo_slots" and c["state"] == "open" for c in face.console.state["slots"]["side"]["acts"]
        )
    )
    face.core.acts.clear()
    type_keys(face, "U")
    assert only_act(face).verb == "undo_slots"


@pytest.mark.slow
def test_a_clerk_books_by_keyboard(face: Face) -> None:
    open_page(face, DAY, "clerk")
    face.core.reply = Reply(ok=True, message="予約しました。予約番号は1206 0123 4567 8901です。")
    type_keys(face, "823")
    face.bot.wait(30)
    type_keys(face, "\r1")
    act = only_act(face)
    assert (act.verb, act.service) == ("book_slot", "a-1")
    face.until(lambda: (face.console.state["dialog"] or {}).get("large") == "1206 0123 4567 8901")
    type_keys(face, "\x1b")
    assert face.console.state["dialog"] is None


@pytest.mark.slow
def test_a_slot_is_pressed_through_the_accessibility_tree_and_with_a_finger(face: Face) -> None:
    open_page(face, DAY, "clerk")
    face.press("予約枠3　11:50から10分　まだお見えでない")
    face.press("不在にする")
    assert (only_act(face).verb, face.core.acts[0].slot) == ("slot_no_show", SlotAct(letter="A", booking="b3-710"))
    box = control(face.window, "予約枠1　13:20から10分　予約").rect()
    at = face.window.mapFromGlobal(QPoint(box.center().x(), box.center().y()))
    QTest.mouseClick(face.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    face.until(lambda: face.console.state["dialog"] is not None)
    assert face.console.state["dialog"]["title"].startswith("13:20　予約枠1")


@pytest.mark.slow
def test_arrow_keys_reach_a_booking_and_enter_opens_it(face: Face) -> None:
    open_page(face, DAY, "clerk")
    QTest.keyClick(face.window, Qt.Key.Key_Down)
    QTest.keyClick(face.window, Qt.Key.Key_Down)
    face.until(lambda: face.console.state["slots"]["chosen"]["lane"] >= 0)
    hours = face.console.state["slots"]["hours"]
    type_keys(face, "\r")
    assert face.console.state["dialog"]["kind"] == "slot"
    type_keys(face, "\x1b")
    face.bot.wait(20)
    QTest.keyClick(face.window, Qt.Key.Key_Right)
    assert face.console.state["slots"]["hours"] != hours
    type_keys(face, "N")
    assert face.console.state["slots"]["hours"] == hours


@pytest.mark.slow
def test_the_telephone_list_is_saved_without_names(face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "folder", lambda: tmp_path)
    open_page(face, DAY)
    hit = slot_days.hit(DAY)
    face.core.slot_hit = replace(hit, rows=tuple(replace(row, name="カナリア") for row in hit.rows))
    known = slot_days.contacts(DAY).rows
    face.core.slot_contacts = slot_days.contacts(DAY, rows=tuple(replace(row, name="カナリア") for row in known))
    type_keys(face, "E")
    face.until(lambda: "090-0000-0000" in str(face.console.state["slots"]["hit"].get("rows")))
    assert "カナリア" in str(face.console.state["slots"]["hit"]["rows"][0])
    type_keys(face, "S")
    face.until(lambda: face.console.state["slots"]["hit"]["saved"] != "")
    text = (tmp_path / "電話リスト_20260406.csv").read_text(encoding="utf-8-sig")
    assert "カナリア" not in text and "090-" not in text
    assert text.splitlines()[1] == "2026-04-06,13:00,戸籍の証明書,1206 0123 4567 8901,電話予約,日本語,電話,"
    assert len(text.splitlines()) == 1 + len(hit.rows)


@pytest.mark.slow
def test_telephone_numbers_are_gone_with_the_list_from_the_window_too(face: Face) -> None:
    open_page(face, DAY)
    type_keys(face, "E")
    face.until(lambda: "090-0000-0000" in str(face.console._shown.get("slots")))
    face.until(lambda: len(face.core.contact_streams) == 1)
    face.console.press("tab:desk")
    face.until(lambda: not face.core.contact_streams)
    assert "090-0000" not in str(face.console.state)
    face.until(lambda: "090-0000" not in str(face.console._shown))
    face.until(lambda: "090-0000" not in str(face.console.face.property("slots")))


@pytest.mark.slow
def test_the_timetable_is_loaded_when_it_is_opened_and_left_when_it_is_left(face: Face) -> None:
    open_page(face, DAY)
    face.until(lambda: len(face.core.slot_streams) == 1)
    assert [asked.letter for asked in face.core.slots_watched] == [""]
    face.console.press("slot_days")
    face.until(lambda: bool(face.console.state["dialog"]["options"]))
    face.console.press("choose:2")
    face.until(lambda: face.core.slots_watched[-1].date == "2026-04-08")
    face.until(lambda: face.console.state["slots"]["mode"] == "day")
    face.console.press("tab:desk")
    face.until(lambda: not face.core.slot_streams)
    type_keys(face, "1")
    assert only_act(face).verb == "call_next"


@pytest.mark.slow
def test_an_answer_that_is_lost_on_the_line_is_settled(face: Face) -> None:
    open_page(face, with_fields(DAY, undo="10分 → 7分（11:58）"))
    face.core.acts_to_miss = 99
    type_keys(face, "U")
    face.until(lambda: bool(face.core.settles))
    face.until(lambda: "届いていませんでした" in face.console.state["message"])
    assert face.core.acts == []


def test_a_desk_without_slots_looks_at_nothing(face: Face) -> None:
    face.sign_in(LEADS, "leader")
    face.bot.wait(30)
    assert face.core.slots_watched == [] and "slots" not in face.console.state
