"""Bookings at the console: read back and sent as they were read, and moved to another time in one act."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import (
    SlotAct,
    SlotsAsked,
    StaffAct,
)
from tests.ui.staff import slot_days
from tests.ui.staff.slot_presses import DAY, moved, sent
from ui.staff.desk import (
    Answered,
    Pressed,
    Settled,
    Typed,
    Unanswered,
)
from ui.staff.presentation import present
from ui.staff.slots_desk import (
    AskDays,
    SlotsArrived,
    SlotsTold,
    WatchSlots,
)
from ui.staff.step import step

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
        ("b3-710", ("choose:2",), {"verb": "slot_no_show"}),
        ("b1-800", ("choose:2", "choose:0"), {"verb": "cancel_booking", "reason": "ご本人の申し出"}),
    ],
)
def test_what_is_done_with_a_booking(key: str, choices: tuple[str, ...], expected: dict[str, str]) -> None:
    _, commands = moved(Pressed(f"slot:{key}"), *(Pressed(choice) for choice in choices), role="clerk")
    (act,) = sent(commands)
    assert act == StaffAct(intent="", counter=3, slot=SlotAct(letter="A", booking=key), **expected)  # type: ignore[arg-type]


def test_what_would_be_refused_is_not_offered_and_why_is_said() -> None:
    desk, _ = moved(Pressed("slot_book"), role="clerk")
    dialog = present(desk)["dialog"]
    offered = [option["label"] for option in dialog["options"]]
    assert "身分証明書" not in offered and "所得・課税の証明書" in offered
    assert [line["text"] for line in dialog["lines"]] == ["予約を受けていません：身分証明書"]
    desk, _ = step(desk, Pressed("choose:3"))
    times = [option["label"][:5] for option in present(desk)["dialog"]["options"]]
    assert times and max(times) < "15:00", "it is served until three"
    late, _ = moved(Pressed("slot:2@910"), role="clerk")
    dialog = present(late)["dialog"]
    assert "所得・課税の証明書" not in str(dialog["options"])
    assert dialog["lines"][1]["text"] == "この時間は扱っていません：所得・課税の証明書"


def test_a_free_time_that_nobody_may_sell_now_is_not_offered() -> None:
    """Before the last time that a walk-in was promised."""
    view = slot_days.view(DAY)
    lanes = tuple(replace(lane, slots=tuple(replace(slot, may=()) for slot in lane.slots)) for lane in view.lanes)
    desk, _ = moved(SlotsArrived(WatchSlots("", ""), replace(view, lanes=lanes)), role="clerk")
    for press in ("slot_book", "choose:0"):
        desk, _ = step(desk, Pressed(press))
    dialog = present(desk)["dialog"]
    assert dialog["options"] == [] and "予約できる時間はありません" in dialog["lines"][0]["text"]


# --- another time for a booking --------------------------------------------------------------------------------------


MOVE = (Pressed("slot:b1-800"), Pressed("choose:1"))


def test_a_booking_gets_another_time_in_one_act() -> None:
    desk, commands = moved(*MOVE, role="clerk")
    dialog = present(desk)["dialog"]
    assert dialog["title"] == "4月6日（月）　13:20の予約を、何時に変えますか。"
    assert dialog["options"][0]["label"] == "13:00　空き1" and dialog["options"][-1]["label"] == "別の日にする"
    desk, _ = step(desk, Pressed("choose:2"))
    assert [line["text"] for line in present(desk)["dialog"]["lines"]] == [
        "いま　4月6日（月）　13:20",
        "変更後　4月6日（月）　13:30",
    ]
    assert not sent(commands)
    desk, commands = step(desk, Pressed("choose:0"))  # type: ignore[assignment]
    (act,) = sent(commands)
    slot = SlotAct(letter="A", booking="b1-800", start_min=810)
    assert act == StaffAct(intent="", verb="move_booking", counter=3, slot=slot)
    message = "A 13:20の予約を4月6日（月） 14:00に変えました。予約番号は1206 0123 4567 8901です。"
    done, _ = step(desk, Answered(True, message))
    dialog = present(done)["dialog"]
    assert (dialog["kind"], dialog["large"]) == ("slot_moved", "1206 0123 4567 8901")
    refused, _ = step(desk, Answered(False, "その時間は予約できません。"))
    assert (refused.dialog.kind, refused.dialog.slot) == ("slot_move", "b1-800")
    assert refused.message == "その時間は予約できません。"


def test_a_booking_gets_a_time_of_another_day() -> None:
    desk, _ = moved(*MOVE, role="clerk")
    last = len(present(desk)["dialog"]["options"]) - 1
    desk, commands = step(desk, Pressed(f"choose:{last}"))
    assert commands == (AskDays("A"),)
    desk, _ = step(desk, SlotsTold(AskDays("A"), days=slot_days.days()))
    desk, commands = step(desk, Pressed("choose:1"))
    assert commands == (WatchSlots("", "2026-04-07"),)
    assert [line["text"] for line in present(desk)["dialog"]["lines"]] == ["調べています…"]
    tomorrow = slot_days.hub(DAY, SlotsAsked(date="2026-04-07"))
    desk, _ = step(desk, SlotsArrived(WatchSlots("", "2026-04-07"), tomorrow))
    assert [line["text"] for line in present(desk)["dialog"]["lines"]] == ["4月7日（火）の空き"]
    for press in ("choose:0", "choose:0"):
        desk, commands = step(desk, Pressed(press))
    (act,) = sent(commands)
    assert act.slot == SlotAct(letter="A", booking="b1-800", date="2026-04-07", start_min=510)


def test_a_lost_answer_of_a_move_is_settled() -> None:
    desk, _ = moved(*MOVE, Pressed("choose:0"), Pressed("choose:0"), Unanswered("i", "move_booking"), role="clerk")
    done, _ = step(desk, Settled("i", True, True, "A 13:20の予約を変えました。"))
    assert done.dialog.kind == "slot_moved"
    gone, _ = step(desk, Settled("i", False))
    assert "「時間を変える」は届いていませんでした" in gone.message
