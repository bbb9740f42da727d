"""Slots at the console: what is seen is what is done, once; what changed meanwhile is said; no press is repeated."""

from __future__ import annotations

from dataclasses import replace as with_fields

import pytest
from msgspec.structs import replace

from kiosk_app.api import (
    Role,
    SlotAct,
    SlotChange,
    SlotsPreview,
    SlotsView,
    StaffAct,
)
from tests.ui.staff import slot_days
from tests.ui.staff.slot_presses import DAY, TRY_7, moved, sent, told
from tests.ui.staff.test_slot_screens import LEADS
from ui.staff import slots, slots_page
from ui.staff.desk import (
    Answered,
    Arrived,
    Pressed,
    Reached,
    Settle,
    Settled,
    Unanswered,
)
from ui.staff.presentation import present, tabs
from ui.staff.shortcuts import control_for
from ui.staff.slots_desk import (
    AskPreview,
    LeaveSlots,
    SlotsArrived,
    SlotsTold,
    WatchSlots,
)
from ui.staff.step import step

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
