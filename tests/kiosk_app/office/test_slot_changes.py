"""What staff change in a day's lanes: previews, undo, lanes."""

from __future__ import annotations

import pytest

from kiosk_app import api_slots as api
from kiosk_app.office import facts as f
from kiosk_app.office import slot_changes, slot_previews, slot_rules, slots
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.slot_view import Beside
from tests.kiosk_app.slot_house import DATE, SlotOffice, free

H = "H"


def preview(office: SlotOffice, pace_min: float | None = None, **wish: object) -> api.SlotsPreview:
    change = api.SlotChange(letter=H, **wish)  # type: ignore[arg-type]
    return slot_previews.preview(office.hub(), change, Beside(pace_min=pace_min))


def change(office: SlotOffice, **wish: object) -> api.SlotsPreview:
    shown = preview(office, **wish)
    assert shown.ok, shown.message
    act = api.SlotAct(change=api.SlotChange(letter=H, **wish), version=shown.version)  # type: ignore[arg-type]
    answer = slot_rules.change(office.hub(), act, f"change-{office.seqs['hub']}")
    assert isinstance(answer, Decision), answer
    office.append(*answer.facts)
    return shown


def undo(office: SlotOffice) -> Decision | Refusal:
    act = api.SlotAct(letter=H, version=slot_changes.version(office.day()))
    answer = slot_rules.undo(office.hub(), act, f"undo-{office.seqs['hub']}")
    if isinstance(answer, Decision):
        office.append(*answer.facts)
    return answer


# --- one change ------------------------------------------------------------------------------------------------------


def test_ten_minutes_become_seven_from_the_next_boundary_around_the_promises() -> None:
    office = SlotOffice(at="11:53")
    for clock in ("13:10", "13:20", "13:50"):
        office.promise(clock)
    shown = change(office, length_min=7)
    assert (shown.summary, shown.begins, shown.promised, shown.late) == ("10分 → 7分", "13:00", 3, ())
    assert shown.free_before == 21 * 3 - 3 and shown.free_after > shown.free_before
    assert free(office)[:6] == ["13:00", "13:30", "13:37", "14:00", "14:07", "14:14"]
    assert shown.hours[0] == api.HourRow(hour=13, before=3 + 6 + 6, after=3 + 9 + 9)


def test_a_slot_that_is_under_way_is_not_cut() -> None:
    office = SlotOffice(at="9:32")
    shown = preview(office, length_min=7)
    assert shown.begins == "9:40"
    lane = shown.lanes_after[0]
    assert (lane.stretches[0].until_min, lane.stretches[1].start_min) == (9 * 60 + 40, 9 * 60 + 40)


def test_only_one_lane() -> None:
    office = SlotOffice(at="8:30")
    change(office, length_min=7, lane=2)
    assert [one.stretches[0].length_min for one in office.day().lanes] == [10, 7, 10]
    assert (
        preview(office, length_min=7, lane=9).message
        == "その予約枠の列はありません。画面を確かめて、もう一度選んでください。"
    )


def test_after_work_alone() -> None:
    office = SlotOffice(at="8:30")
    shown = change(office, after_min=5)
    assert shown.summary == "後処理 0分 → 5分" and shown.free_after == (180 // 15 + 210 // 15) * 3
    assert office.day().lanes[0].stretches[0].length_min == 10


def test_a_change_is_refused_kindly_where_the_day_changed_in_between() -> None:
    office = SlotOffice(at="8:30")
    shown = preview(office, length_min=7)
    office.promise("14:00")
    act = api.SlotAct(change=api.SlotChange(letter=H, length_min=7), version=shown.version)
    answer = slot_rules.change(office.hub(), act, "i")
    assert isinstance(answer, Refusal) and answer.message_ja == slot_rules.CHANGED


def test_and_where_it_would_begin_later_than_was_shown() -> None:
    office = SlotOffice(at="9:32")
    shown = preview(office, length_min=7)
    act = api.SlotAct(change=api.SlotChange(letter=H, length_min=7), version=shown.version)
    assert isinstance(slot_rules.change(office.at("9:38").hub(), act, "i"), Decision)
    assert isinstance(slot_rules.change(office.at("9:41").hub(), act, "i"), Refusal)


@pytest.mark.parametrize(
    ("wish", "at"),
    [
        ({}, "8:30"),
        ({"length_min": 10}, "8:30"),
        ({"lanes": 3}, "8:30"),
        ({"lanes": 5}, "8:30"),
        ({"take_back": True}, "8:30"),
        ({"length_min": 7}, "16:31"),
        ({"length_min": 7, "date": "2026-04-05"}, "8:30"),
        ({"length_min": 7, "date": "2026-04-11"}, "8:30"),
        ({"length_min": 7, "date": "2026-04-31"}, "8:30"),
    ],
)
def test_what_cannot_be_changed_says_why(wish: dict[str, object], at: str) -> None:
    shown = preview(SlotOffice(at=at), **wish)
    assert not shown.ok and shown.message.endswith("ください。")


def test_a_day_to_come_is_changed_whole() -> None:
    office = SlotOffice(at="15:00")
    shown = change(office, length_min=15, date="2026-04-08")
    assert shown.begins == "9:00"
    assert {one.length_min for lane in office.day(day="2026-04-08").lanes for one in lane.stretches} == {15}
    assert {one.length_min for lane in office.day().lanes for one in lane.stretches} == {10}


def test_a_change_at_a_boundary_begins_there_and_not_where_the_lane_began() -> None:
    one = slots.Lane(number=1, stretches=(slots.Stretch(start_min=540, until_min=720, length_min=10),))
    for now_min, begins in ((710, 710), (705, 710), (540, 540), (0, 540)):
        changed = slots.with_length(one, [], now_min, 7, "office")
        assert slot_changes.begins_min([one], [changed], now_min) == begins


# --- lanes -----------------------------------------------------------------------------------------------------------


def test_one_lane_less_hits_the_fewest_and_says_whom_it_presses() -> None:
    office = SlotOffice(at="12:30")
    for clock in ("13:00", "13:10", "13:20"):
        office.promise(clock, 1)
        office.promise(clock, 2)
    office.promise("13:10", 3)
    shown = change(office, lanes=2)
    assert shown.summary == "3列 → 2列"
    assert [one.number for one in slot_changes.open_lanes(office.day().lanes, 750)] == [1, 2]
    assert [(row.start, row.late_min) for row in shown.late] == [("13:10", 10), ("13:20", 10)]
    assert "b7" in office.day().bookings and office.day().bookings["b7"].lane == 3


def test_one_lane_more_is_the_offices_and_on_the_same_grid() -> None:
    office = SlotOffice(at="10:03", online=True)
    change(office, lanes=4)
    (added,) = [lane for lane in office.day().lanes if lane.number == 4]
    assert [(one.start_min, one.until_min, one.owner) for one in added.stretches] == [
        (610, 720, "office"),
        (780, 990, "office"),
    ]


def test_a_lane_that_was_closed_opens_again_after_what_it_had() -> None:
    office = SlotOffice(at="10:03")
    change(office, lanes=2)
    office.at("10:05")
    change(office, lanes=3)
    assert [one.number for one in slot_changes.open_lanes(office.day().lanes, 605)] == [1, 2, 3]
    assert slots.fault(office.day().lanes) == ""


def test_no_lane_at_all_presses_everybody() -> None:
    office = SlotOffice(at="12:30")
    office.promise("14:00")
    shown = preview(office, lanes=0)
    assert (shown.free_after, shown.load_after) == (0, None)
    assert [(row.booking, row.outside) for row in shown.late] == [("b1", True)]


def test_what_central_has_not_sold_is_taken_back_and_sold_when_central_has_said_so() -> None:
    office = SlotOffice(at="12:30", online=True)
    office.promise("13:00", 1)
    change(office, take_back=True)
    assert {one.owner for lane in office.day().lanes for one in lane.stretches if one.until_min > 760} == {"office"}
    assert free(office, 1) == []
    taken = f.PlanTaken(letter=H, date=DATE, epoch=1, number=office.day().version[1])
    office.append(taken, machine="central")
    assert free(office, 1)[0] == "13:10"


# --- undo ------------------------------------------------------------------------------------------------------------


def test_undo_withholds_the_starts_next_to_what_was_sold_until_the_load_fits() -> None:
    office = SlotOffice(at="12:30")
    change(office, length_min=7)
    for clock in ("13:00", "13:07", "13:14", "13:21"):
        office.promise(clock, length_min=7, source="counter")
    assert isinstance(undo(office), Decision)
    assert free(office)[0] == "13:40", "four visits of ten minutes from 13:00 on"
    assert {one.length_min for one in office.day().lanes[0].stretches} == {10}
    assert [office.day().bookings[f"b{n}"].start_min for n in (1, 2, 3, 4)] == [780, 787, 794, 801]


def test_only_the_last_change_and_only_once() -> None:
    office = SlotOffice(at="8:30")
    assert isinstance(undo(office), Refusal)
    change(office, length_min=7)
    change(office, length_min=20)
    assert isinstance(undo(office), Decision)
    assert office.day().lanes[0].stretches[0].length_min == 7
    assert isinstance(undo(office), Refusal)


def test_what_has_passed_since_stays_as_it_was() -> None:
    office = SlotOffice(at="9:32")
    change(office, length_min=7)
    office.at("10:00")
    assert isinstance(undo(office), Decision)
    (first, second, third, last) = office.day().lanes[0].stretches
    assert (first.until_min, first.length_min) == (580, 10)
    assert (second.start_min, second.until_min, second.length_min) == (580, 601, 7)
    assert (third.start_min, third.length_min, last.length_min) == (601, 10, 10)


# --- the measured pace ------------------------------------------------------------------------------------------------


def test_the_load_and_who_would_be_late_follow_the_measured_pace() -> None:
    office = SlotOffice(at="12:30")
    for clock in ("13:00", "13:10", "13:20"):
        office.promise(clock)
    slow = preview(office, pace_min=14.0, length_min=7)
    assert slow.load_before == round(100 * 42 / 630) and slow.late == (), "they would be late without the change too"
    assert preview(office, length_min=7).load_before == round(100 * 30 / 630)
