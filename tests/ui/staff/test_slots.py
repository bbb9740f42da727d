"""Slots at the console: what is seen is what is done, once; what changed meanwhile is said; no press is repeated."""

from __future__ import annotations

from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk_app.api import (
    Reply,
    Role,
    SignedInReply,
    SlotAct,
    SlotChange,
    SlotsAsked,
    SlotsClosing,
    SlotsPreview,
    SlotsPreviewAsked,
    SlotsView,
    StaffAct,
)
from tests.ui.screen_checks import control
from tests.ui.staff import slot_days
from tests.ui.staff.conftest import Face
from tests.ui.staff.slot_days import Day
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_slot_screens import LEADS, drawn, hub_has, open_page
from ui.staff import saving, slots, slots_page
from ui.staff.desk import (
    Answered,
    Arrived,
    Command,
    Desk,
    Event,
    Pressed,
    Reached,
    Send,
    Settle,
    Settled,
    SignedIn,
    Typed,
    Unanswered,
)
from ui.staff.presentation import present, tabs
from ui.staff.shortcuts import control_for
from ui.staff.slots_desk import AskHit, AskPreview, LeaveSlots, SlotsArrived, SlotsTold, WatchSlots
from ui.staff.step import step

DAY = slot_days.ordinary()
TRY_7 = SlotChange(letter="A", length_min=7)


def moved(*events: Event, role: Role = "leader", day: Day = DAY) -> tuple[Desk, list[Command]]:
    """A desk that looks at the day; previews are answered by a small hub as soon as they are asked."""
    desk, every = Desk(), []
    view = replace(LEADS, role=role, leader=LEADS.leader if role == "leader" else None)
    seen = SlotsArrived(WatchSlots("", ""), slot_days.view(day))
    signed_in = SignedIn(SignedInReply(ok=True, token="t", staff_code="3001", role=role))
    for event in (signed_in, Arrived(view), Pressed("tab:slots"), seen, *events):
        desk, commands = step(desk, event)
        every += commands
    return desk, every


def told(desk: Desk, day: Day = DAY, **changes: Any) -> Desk:
    ask = desk.slots.asked
    assert isinstance(ask, AskPreview)
    found = slot_days.preview(day, SlotsPreviewAsked(change=ask.change, closing=ask.closing))
    return step(desk, SlotsTold(ask, preview=replace(found, **changes)))[0]


def sent(commands: tuple[Command, ...] | list[Command]) -> list[StaffAct]:
    return [command.act for command in commands if isinstance(command, Send)]


# --- what is followed ------------------------------------------------------------------------------------------------


def test_a_day_is_followed_only_while_somebody_looks() -> None:
    desk, commands = moved()
    assert [c for c in commands if isinstance(c, WatchSlots)] == [WatchSlots("", "")]
    desk, commands = step(desk, Pressed("tab:desk"))  # type: ignore[assignment]
    assert commands == (LeaveSlots(),) and desk.slots.view is None
    assert step(desk, Arrived(LEADS))[1] == ()
    assert step(desk, Pressed("tab:slots"))[1] == (WatchSlots("", ""),)


@pytest.mark.parametrize("role", ["clerk", "guide", "leader", "technician"])
def test_who_sees_the_page(role: Role) -> None:
    desk, commands = moved(role=role)
    assert ("slots" in tabs(desk)) == (role != "technician")
    assert any(isinstance(c, WatchSlots) for c in commands) == (role != "technician")


def test_another_group_and_another_day_are_asked_for_by_name() -> None:
    desk, _ = moved()
    desk, commands = step(desk, Pressed("slot_group:next"))
    assert commands == (WatchSlots("H", ""),)
    desk, commands = step(desk, Pressed("slot_day:next"))
    assert commands == (WatchSlots("H", "2026-04-07"),)
    late, _ = step(desk, SlotsArrived(WatchSlots("", ""), slot_days.view(DAY)))
    assert late.slots.view is None, "an answer to what was asked before is none"
    desk, commands = step(desk, Pressed("slot_day:previous"))
    assert commands == (WatchSlots("H", ""),)
    assert step(desk, Pressed("slot_day:previous"))[0].slots.date == "", "never a day that is over"


def test_a_day_without_slots_says_why_and_what_is_not_there_is_said() -> None:
    view = slot_days.view(slot_days.empty())
    for shown, note in (
        (replace(view, lanes=(), closed="休業日"), "4月6日（月）は休業日です。枠はありません。"),
        (replace(view, lanes=()), slots_page.EMPTY),
        (SlotsView(ok=False, message="この役所は予約を受けていません。"), "この役所は予約を受けていません。"),
    ):
        desk, _ = moved(SlotsArrived(WatchSlots("", ""), shown))
        page = present(desk)
        assert page["slots"]["note"] == note and page["slot_cells"].cells == []
    assert present(moved(Pressed("slot_group:H"))[0])["slots"]["note"] == slots_page.LOADING


# --- a change --------------------------------------------------------------------------------------------------------


def test_a_change_is_seen_first_and_done_with_what_was_seen() -> None:
    desk, commands = moved(Pressed("slot_length:7"))
    assert [c for c in commands if isinstance(c, AskPreview)] == [AskPreview(TRY_7)]
    assert step(desk, Pressed("change_slots"))[1] == (), "nothing is known yet"
    desk = told(desk)
    side = present(desk)["slots"]["side"]
    assert (side["gain"]["before"], side["gain"]["after"]) == ("56", "73")
    assert side["do"]["label"] == "7分に変える"
    desk, commands = step(desk, Pressed("change_slots"))  # type: ignore[assignment]
    (act,) = sent(commands)
    assert act == StaffAct(
        intent="", verb="change_slots", counter=3, slot=SlotAct(letter="A", version="1", change=TRY_7)
    )
    assert step(desk, Pressed("change_slots"))[1] == (), "one act at a time"
    desk, _ = step(desk, Answered(True, "7分に変えました。"))
    assert present(desk)["slots"]["side"]["kind"] == "day" and desk.said == "7分に変えました。"


def test_what_changes_meanwhile_is_computed_again_and_said() -> None:
    desk = told(moved(Pressed("slot_length:7"))[0])
    more = with_fields(DAY, promises=(*DAY.promises, slot_days.promise(1, 970)), version="2")
    desk, commands = step(desk, SlotsArrived(WatchSlots("", ""), slot_days.view(more)))
    assert commands == (AskPreview(TRY_7),)
    assert step(desk, Pressed("change_slots"))[1] == (), "what is shown is no longer so"
    desk = told(desk, more)
    assert present(desk)["slots"]["side"]["note"] == "見ているあいだに約束が1件増えました。計算し直しました。"
    (act,) = sent(step(desk, Pressed("change_slots"))[1])
    assert act.slot is not None and act.slot.version == "2"


def test_a_refusal_is_said_and_previewed_again() -> None:
    desk = told(moved(Pressed("slot_length:7"))[0])
    desk, _ = step(desk, Pressed("change_slots"))
    desk, commands = step(desk, Answered(False, "そのあいだに予約が入りました。もう一度ご確認ください。"))
    assert desk.message.startswith("そのあいだに予約") and commands == (AskPreview(TRY_7),)
    assert present(desk)["slots"]["side"]["do"]["state"] == "off"
    assert present(told(desk))["slots"]["side"]["do"]["state"] == "open"


def test_a_minute_that_passes_is_previewed_again_without_a_word() -> None:
    desk = told(moved(Pressed("slot_length:7"))[0])
    later = replace(slot_days.view(DAY), now_min=DAY.now_min + 1)
    desk, commands = step(desk, SlotsArrived(WatchSlots("", ""), later))
    assert commands == (AskPreview(TRY_7),)
    assert present(told(desk))["slots"]["side"]["note"] == ""


def test_what_cannot_be_done_says_why_and_can_be_left() -> None:
    desk, _ = moved(Pressed("slot_length:7"))
    refused = SlotsPreview(ok=False, message="今日はもう枠がありません。")
    desk, commands = step(desk, SlotsTold(AskPreview(TRY_7), preview=refused))
    side = present(desk)["slots"]["side"]
    assert (side["note"], side["do"], commands) == ("今日はもう枠がありません。", None, ())
    desk, _ = step(desk, Pressed(control_for(desk, "Esc")))
    assert desk.slots.change is None


def test_without_an_answer_it_says_so_and_does_not_ask_for_ever() -> None:
    desk, _ = moved(Pressed("slot_length:7"))
    desk, commands = step(desk, SlotsTold(AskPreview(TRY_7), cause="返事がありませんでした。"))
    assert commands == () and present(desk)["slots"]["side"]["note"] == "返事がありませんでした。"
    assert step(desk, SlotsArrived(WatchSlots("", ""), slot_days.view(DAY)))[1] == (AskPreview(TRY_7),)


@pytest.mark.parametrize(
    ("key", "change"),
    [("1", {"length_min": 5}), ("4", {"length_min": 15}), ("6", {"lanes": 2}), ("7", {"lanes": 4})],
)
def test_keys_try_a_change(key: str, change: dict[str, int]) -> None:
    desk, _ = moved()
    desk, commands = step(desk, Pressed(control_for(desk, key)))
    assert commands == (AskPreview(SlotChange(letter="A", **change)),)


def test_back_to_what_is_leaves_the_preview() -> None:
    desk = told(moved(Pressed("slot_count:2"))[0])
    assert step(desk, Pressed(control_for(desk, "7")))[0].slots.change is None
    assert step(desk, Pressed("slot_length:10"))[0].slots.change is None
    assert step(desk, Pressed("slot_count:2"))[0].slots.change is None


@pytest.mark.parametrize("role", ["clerk", "guide"])
def test_nobody_else_changes_anything(role: Role) -> None:
    day = with_fields(DAY, undo="10分 → 7分")
    for press in ("slot_length:7", "slot_count:2", "slot_after:3", "undo_slots", "slot_close", "change_slots"):
        desk, commands = moved(Pressed(press), role=role, day=day)
        assert not sent(commands) and not any(isinstance(c, AskPreview) for c in commands)
        assert desk.dialog.kind == ""


def test_undo_names_the_day_that_was_seen() -> None:
    desk, _ = moved(day=with_fields(DAY, undo="10分 → 7分（11:58）", version="9"))
    for key in ("U", "0"):
        (act,) = sent(step(desk, Pressed(control_for(desk, key)))[1])
        assert (act.verb, act.slot) == ("undo_slots", SlotAct(letter="A", version="9"))
    assert not sent(step(moved()[0], Pressed("undo_slots"))[1])


def test_a_suggested_length_is_among_the_four_and_so_is_the_present_one() -> None:
    view = slot_days.view(DAY)
    assert slots.lengths(view) == (5, 7, 10, 15)
    many = replace(view, lengths=(3, 4, 5, 6, 8, 10, 12, 15, 20, 30), length_min=12)
    offered = slots.lengths(many)
    assert len(offered) == 4 and {7, 12} <= set(offered)
    assert len(slots.lengths(replace(view, lengths=(), length_min=None))) == 1


# --- a booking -------------------------------------------------------------------------------------------------------

BOOKING = (
    Pressed("slot_book"),
    Pressed("choose:1"),
    Pressed("choose:2"),
    Typed("number", "ヤマダ"),
    Pressed("submit"),
)


def test_a_booking_is_read_back_and_sent_as_it_was_read() -> None:
    desk, commands = moved(*BOOKING, role="clerk")
    assert not sent(commands)
    assert [line["text"] for line in present(desk)["dialog"]["lines"]] == [
        "4月6日（月）　13:20",
        "印鑑登録証明書",
        "ヤマダ　様",
    ]
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    slot = SlotAct(letter="A", start_min=800, name="ヤマダ")
    assert act == StaffAct(intent="", verb="book_slot", counter=3, service="a-1", language="ja", slot=slot)


def test_a_free_slot_that_is_pressed_is_that_lane_and_time() -> None:
    desk, _ = moved(Pressed("slot:2@820"), role="clerk")
    assert desk.dialog.kind == "", "that one is promised already"
    desk, _ = moved(Pressed("slot:2@790"), Pressed("choose:0"), Pressed("submit"), role="clerk")
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act.slot == SlotAct(letter="A", start_min=790, lane=2)


def test_the_language_of_a_booking() -> None:
    desk, _ = moved(*BOOKING, Pressed("choose:1"), Pressed("choose:5"), role="clerk")
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act.language == "vi"


def test_a_start_that_was_taken_meanwhile_leads_back_to_the_free_ones() -> None:
    desk, _ = moved(*BOOKING, Pressed("choose:0"), Answered(False, "13:20はいま埋まりました。"), role="clerk")
    assert (desk.dialog.kind, desk.dialog.service, desk.message) == ("slot_start", "a-1", "13:20はいま埋まりました。")


def test_a_name_is_asked_for_today_alone() -> None:
    desk, _ = moved(role="clerk")
    desk, _ = step(desk, Pressed("slot_day:next"))
    tomorrow = slot_days.hub(DAY, SlotsAsked(date="2026-04-07"))
    desk, _ = step(desk, SlotsArrived(WatchSlots("", "2026-04-07"), tomorrow))
    for press in ("slot_book", "choose:0", "choose:0"):
        desk, _ = step(desk, Pressed(press))
    assert desk.dialog.kind == "slot_confirm"
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act.slot is not None and (act.slot.date, act.slot.name) == ("2026-04-07", "")


@pytest.mark.parametrize(
    ("key", "choices", "expected"),
    [
        ("b3-710", ("choose:0",), {"verb": "check_in"}),
        ("b3-710", ("choose:1",), {"verb": "slot_no_show"}),
        ("b1-800", ("choose:1", "choose:0"), {"verb": "cancel_booking", "reason": "ご本人の申し出"}),
    ],
)
def test_what_is_done_with_a_booking(key: str, choices: tuple[str, ...], expected: dict[str, str]) -> None:
    _, commands = moved(Pressed(f"slot:{key}"), *(Pressed(choice) for choice in choices), role="clerk")
    (act,) = sent(commands)
    assert act == StaffAct(intent="", counter=3, slot=SlotAct(letter="A", booking=key), **expected)  # type: ignore[arg-type]


# --- a closure -------------------------------------------------------------------------------------------------------

CLOSURE = (
    Pressed("slot_close"),
    Pressed("choose:1"),
    Pressed("choose:2"),
    Typed("number", "15:00"),
    Pressed("submit"),
    Typed("number", ""),
    Pressed("submit"),
)
WHOLE_HOUSE = SlotsClosing(groups=(), starts="2026-04-06T15:00", ends="2026-04-07T00:00")


def test_a_closure_is_seen_with_whom_it_hits_and_leads_to_the_telephone_list() -> None:
    desk, commands = moved(*CLOSURE)
    assert [c for c in commands if isinstance(c, AskPreview)] == [AskPreview(closing=WHOLE_HOUSE)]
    assert present(desk)["dialog"]["options"] == []
    desk = told(desk)
    lines = [line["text"] for line in present(desk)["dialog"]["lines"]]
    assert lines[1] == "取り消しになる予約　16人（自動でお知らせ10人・電話6人）"
    desk, commands = step(desk, Pressed("choose:0"))  # type: ignore[assignment]
    (act,) = sent(commands)
    assert (act.verb, act.reason, act.slot) == (
        "close_slots",
        "電車の計画運休",
        SlotAct(letter="A", version="1", closing=WHOLE_HOUSE),
    )
    desk, commands = step(desk, Answered(True, "休止にしました。"))  # type: ignore[assignment]
    assert commands == (AskHit(),) and present(desk)["slots"]["mode"] == "hit"


def test_a_refused_closure_comes_back_as_it_is_now() -> None:
    desk = told(moved(*CLOSURE)[0])
    desk, _ = step(desk, Pressed("choose:0"))
    desk, commands = step(desk, Answered(False, "予約が増えました。"))
    assert desk.dialog.kind == "slot_closing" and commands == (AskPreview(closing=WHOLE_HOUSE),)
    desk = told(desk)
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act.reason == "電車の計画運休"


def test_leaving_a_closure_forgets_it() -> None:
    desk, _ = step(told(moved(*CLOSURE)[0]), Pressed("close"))
    assert desk.slots.closing is None and desk.dialog.kind == ""


def test_somebody_on_the_telephone_list_gets_another_time() -> None:
    desk, _ = moved(Pressed("slot_list:hit"), role="clerk")
    desk, _ = step(desk, SlotsTold(AskHit(), hit=slot_days.hit(DAY)))
    for press in ("hit:b1-790", "choose:1"):
        desk, _ = step(desk, Pressed(press))
    assert present(desk)["dialog"]["lines"][0]["text"] == "4月7日（火）　10:00"
    desk, commands = step(desk, Pressed("choose:0"))
    (act,) = sent(commands)
    assert act.slot == SlotAct(letter="A", date="2026-04-07", start_min=600, replaces="b1-790")
    assert act.service == "a-2"
    desk, commands = step(desk, Answered(True, "予約しました。"))
    assert AskHit() in commands, "the list is read anew"


# --- presses are settled, and what still works is said ---------------------------------------------------------------


def test_a_lost_answer_is_settled_and_never_repeated() -> None:
    desk = told(moved(Pressed("slot_length:7"))[0])
    desk, _ = step(desk, Pressed("change_slots"))
    desk, commands = step(desk, Unanswered("i", "change_slots"))
    assert commands == (Settle("i"),)
    for press in ("change_slots", "undo_slots", "slot_length:5", "slot_book"):
        assert not sent(step(desk, Pressed(press))[1])
    done, _ = step(desk, Settled("i", True, True, "7分に変えました。"))
    assert done.slots.change is None and "「枠を変える」は届いていました。" in done.said
    undone, _ = step(desk, Settled("i", False))
    assert slots.is_fresh(undone.slots), "what was seen is still so, and can be pressed"
    assert undone.slots.change == TRY_7 and "届いていませんでした" in undone.message


def test_away_nothing_is_sent_and_it_says_what_holds() -> None:
    desk, _ = moved(Reached(False, "away"))
    page = present(desk)["slots"]
    assert page["now"]["x"] == -1 and page["side"]["notes"] == [slots_page.AWAY]
    far = present(with_fields(desk, elsewhere=True))["slots"]
    assert far["side"]["notes"] == [slots_page.AWAY + slots_page.AT_MACHINES]
    for press in ("slot_length:7", "slot_book", "slot_close", "undo_slots", "change_slots"):
        after, commands = step(desk, Pressed(press))
        assert (after.slots.change, after.dialog.kind, commands) == (None, "", ())
    for press in ("slot_group:next", "slot_day:next", "slot_list:hit"):
        assert step(desk, Pressed(press)) == (desk, ()), "of what is not here nothing is known"
    looked, _ = step(desk, Pressed("slot_time:forward"))
    assert looked.slots.from_min is not None, "what stands there can be read on"


# --- the face --------------------------------------------------------------------------------------------------------


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
    type_keys(face, "E")
    face.until(lambda: bool(face.console.state["slots"]["hit"].get("rows")))
    assert "カナリア" in str(face.console.state["slots"]["hit"]["rows"][0])
    type_keys(face, "S")
    face.until(lambda: face.console.state["slots"]["hit"]["saved"] != "")
    text = (tmp_path / "電話リスト_20260406.csv").read_text(encoding="utf-8-sig")
    assert "カナリア" not in text
    assert text.splitlines()[1] == "2026-04-06,13:00,戸籍の証明書,1206 0123 4567 8901,電話予約,日本語,電話,"
    assert len(text.splitlines()) == 1 + len(hit.rows)


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
