"""What staff change in a day's lanes: previews, undo, lanes, closures; and no schedule of it all moves a promise."""

from __future__ import annotations

from collections import deque
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app import api_slots as api
from kiosk_app.office import facts as f
from kiosk_app.office import slot_changes, slot_days, slot_previews, slot_rules, slots
from kiosk_app.office.catalogue import Office
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slot_view import Beside
from tests.depth import DEPTH, examples
from tests.kiosk_app.slot_house import DATE, SlotOffice, bookable

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


def free(office: SlotOffice, lane: int = 1) -> list[str]:
    now_min = office.hub().now_min(DATE)
    found = slot_days.free_for_office(office.day(), now_min)
    return [f"{one.start_min // 60}:{one.start_min % 60:02}" for one in found if one.lane == lane]


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


# --- closures --------------------------------------------------------------------------------------------------------

REASONS = {"計画運休": {"ja": "計画運休のため、休止しています。", "en": "Closed."}}


def close(office: SlotOffice, **wish: object) -> Decision | Refusal:
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    act = api.SlotAct(closing=api.SlotsClosing(**wish), version=shown.version)  # type: ignore[arg-type]
    answer = slot_rules.close(office.hub(), act, "計画運休", REASONS, {}, "close-1")
    if isinstance(answer, Decision):
        office.append(*answer.facts)
        office.plan()
    return answer


def test_a_closure_shows_whom_it_hits_and_takes_exactly_those() -> None:
    office = SlotOffice(at="9:00")
    kept = office.promise("13:50"), office.promise("9:00", day="2026-04-08")
    hit = (
        office.promise("13:55", 2),
        office.promise("15:00", letter="M"),
        office.promise("9:00", day="2026-04-07", source="counter"),
    )
    wish: dict[str, object] = {"starts": "2026-04-06T14:00", "ends": "2026-04-07T10:00"}
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    assert [row.booking for row in shown.hit] == list(hit) and shown.hit_total == 3
    assert [row.told for row in shown.hit] == [True, True, False], "only central can write to somebody"
    assert shown.free_after < shown.free_before
    assert isinstance(close(office, **wish), Decision)
    state = office.state
    assert [s.from_utc_ms for s in state.suspensions.values()] == [office.hub().now_utc_ms + 5 * 3_600_000]
    gone = {key: how.by for days in state.slots.values() for day in days.values() for key, how in day.cancelled.items()}
    assert gone == dict.fromkeys(hit, "closure") and not set(kept) & set(gone)
    assert not any(day.missed for days in state.slots.values() for day in days.values())
    assert free(office)[-1] == "13:40", "13:50 is promised, at 14:00 it closes"


def test_the_telephone_list_offers_other_times_and_is_ticked_off() -> None:
    office = SlotOffice(at="9:00")
    hit = office.promise("15:00")
    assert isinstance(close(office, groups=(H,), starts="2026-04-06T14:00", ends="2026-04-06T23:00"), Decision)
    (row,) = slot_previews.hit(office.hub(), {}).rows
    assert row.booking == hit and not row.rebooked
    assert [(one.date, one.start) for one in row.offers] == [(DATE, "13:30"), (DATE, "13:40"), (DATE, "13:50")]
    act = api.SlotAct(letter=H, date="2026-04-07", start_min=540, replaces=hit)
    answer = slot_rules.book(office.hub(), act, "move-in", "ja", "new", "book-1")
    assert isinstance(answer, Decision)
    office.append(*answer.facts)
    (row,) = slot_previews.hit(office.hub(), {}).rows
    assert row.rebooked and row.offers == ()


def test_who_has_come_is_not_hit() -> None:
    office = SlotOffice(at="9:00")
    office.issue(office.promise("9:10"))
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(ends="2026-04-06T17:00"), {})
    assert shown.ok and shown.hit_total == 0


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"ends": "2026-04-06T08:00"},
        {"starts": "2026-04-06T15:00", "ends": "2026-04-06T14:00"},
        {"ends": "2026-02-31T14:00"},
        {"ends": "2026-04-06T25:00"},
        {"ends": "2026-04-06T17:00", "groups": ("Z",)},
        {"ends": "2026-07-06T17:00"},
        {"starts": "2027-04-06T10:00", "ends": "2027-04-06T17:00"},
    ],
)
def test_a_closure_that_makes_no_sense_says_why(wish: dict[str, object]) -> None:
    office = SlotOffice(at="9:00")
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    assert not shown.ok and shown.message.endswith("ください。")
    assert isinstance(close(office, **wish), Refusal)


def test_a_booking_that_came_in_between_is_never_cancelled_unseen() -> None:
    office = SlotOffice(at="9:00")
    wish = api.SlotsClosing(ends="2026-04-06T17:00")
    shown = slot_previews.preview_closing(office.hub(), wish, {})
    office.promise("15:00")
    act = api.SlotAct(closing=wish, version=shown.version)
    assert isinstance(slot_rules.close(office.hub(), act, "計画運休", REASONS, {}, "i"), Refusal)


# --- any schedule ----------------------------------------------------------------------------------------------------


@cache
def of_today() -> Office:
    """Plans are looked at after each step, and of one day that is quick."""
    groups = [
        replace(one, booking=replace(one.booking, days_ahead=0) if one.booking and one.letter == H else None)
        for one in bookable().groups
    ]
    return replace(bookable(), groups=tuple(groups))


class World:
    """A hub whose staff change things, and a central that hears of it late and sells meanwhile."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.hub = SlotOffice(of_today(), online=True, at="8:55")
        self.central = SlotDay()
        self.to_hub: deque[f.Fact] = deque()
        self.to_central: deque[f.Fact] = deque(self._plans())
        self.promised: dict[str, f.BookingMade] = {}
        self.cancelled: set[str] = set()

    def _plans(self) -> list[f.Fact]:
        day = self.hub.day()
        return [f.SlotsPlanned(letter=H, date=DATE, epoch=1, number=1, lanes=day.lanes)]

    def hub_says(self, answer: Decision | Refusal | str) -> None:
        if not isinstance(answer, Decision):
            return
        self.hub.append(*answer.facts)
        for fact in answer.facts:
            self._note(fact)
            self.to_central.append(fact)

    def _note(self, fact: f.Fact) -> None:
        if isinstance(fact, f.BookingMade):
            self.promised[fact.booking] = fact
        if isinstance(fact, f.BookingCancelled):
            self.cancelled.add(fact.booking)

    def central_says(self, fact: f.Fact) -> None:
        self._note(fact)
        fold(self.central, fact)
        self.to_hub.append(fact)

    def deliver(self) -> None:
        if self.to_hub and self.chance.random() < 0.5:
            self.hub.append(self.to_hub.popleft(), machine="central")
        elif self.to_central:
            fact = self.to_central.popleft()
            fold(self.central, fact)
            if isinstance(fact, f.SlotsPlanned) and not self.central.closed:
                self.central_says(f.PlanTaken(letter=H, date=DATE, epoch=fact.epoch, number=fact.number))

    def central_sells(self) -> None:
        if self.central.closed or self.central.taken == slot_days.NOTHING:
            return
        plan = next(one for one in self.central.plans if one.version == self.central.taken)
        starts = slots.free_starts(plan.lanes, self.central.promises(), "central", self.hub.hub().now_min(DATE))
        if starts:
            start = self.chance.choice(starts)
            self.central_says(made(f"w{len(self.promised)}", start, "web"))

    def plan(self) -> None:
        before = self.hub.day().version
        self.hub.plan()
        latest = self.hub.day().latest
        if latest is not None and latest.version != before:
            fact = f.SlotsPlanned(
                letter=H, date=DATE, epoch=latest.version[0], number=latest.version[1], lanes=latest.lanes
            )
            self.to_central.append(fact)

    def change(self) -> None:
        chance = self.chance
        wish = chance.choice(
            (
                api.SlotChange(letter=H, length_min=chance.randint(5, 20), lane=chance.choice((0, 0, 1, 2, 3))),
                api.SlotChange(letter=H, after_min=chance.randint(0, 5)),
                api.SlotChange(letter=H, lanes=chance.randint(0, 4)),
                api.SlotChange(letter=H, take_back=True),
            )
        )
        found = slot_rules.change_of(self.hub.hub(), wish)
        if not isinstance(found, str):
            act = api.SlotAct(change=wish, version=found.version)
            self.hub_says(slot_rules.change(self.hub.hub(), act, f"c{self.hub.seqs['hub']}"))

    def step(self) -> None:
        chance, hub = self.chance, self.hub.hub()
        deeds = (
            "sell",
            "sell",
            "book",
            "book",
            "change",
            "undo",
            "cancel",
            "close",
            "deliver",
            "deliver",
            "time",
            "last",
        )
        match chance.choice(deeds):
            case "sell":
                self.central_sells()
            case "book":
                starts = slot_rules.sellable(hub, H, DATE)
                if starts:
                    act = api.SlotAct(letter=H, start_min=chance.choice(starts).start_min)
                    self.hub_says(slot_rules.book(hub, act, "move-in", "ja", f"c{len(self.promised)}", "i"))
            case "change":
                self.change()
            case "undo":
                act = api.SlotAct(letter=H, version=slot_changes.version(self.hub.day()))
                self.hub_says(slot_rules.undo(hub, act, "u"))
            case "cancel" if self.promised:
                act = api.SlotAct(booking=chance.choice(sorted(self.promised)))
                self.hub_says(slot_rules.cancel(hub, act, "理由", ("理由",), "x"))
            case "close":
                self.close()
            case "deliver":
                self.deliver()
            case "time":
                self.hub.now_utc_ms += chance.randint(0, 20) * 60_000
            case "last" if chance.random() < 0.1 and not self.central.closed:
                self.central_says(f.OnlineClosed(letter=H, date=DATE))
        self.plan()

    def close(self) -> None:
        state = self.hub.state
        if state.suspensions and self.chance.random() < 0.6:
            self.hub.append(f.SuspensionEnded(suspension=next(iter(state.suspensions))))
            return
        hour = self.chance.randint(9, 15)
        wish = api.SlotsClosing(starts=f"{DATE}T{hour:02}:05", ends=f"{DATE}T{hour + 1:02}:00")
        found = slot_rules.closing_of(self.hub.hub(), wish.groups, wish.starts, wish.ends)
        if not isinstance(found, str):
            act = api.SlotAct(closing=wish, version=found.version)
            self.hub_says(slot_rules.close(self.hub.hub(), act, "計画運休", REASONS, {}, f"s{self.hub.seqs['hub']}"))

    def check(self) -> None:
        standing = [
            slots.Promise(
                booking=key, lane=one.lane, start_min=one.start_min, length_min=one.length_min, after_min=one.after_min
            )
            for key, one in self.promised.items()
            if key not in self.cancelled
        ]
        assert slots.overlaps(standing) == []
        for key, one in self.hub.day().bookings.items():
            told = self.promised[key]
            assert (one.lane, one.start_min, one.length_min) == (told.lane, told.start_min, told.length_min)
        assert slots.fault(self.hub.day().lanes) == "" and slots.fault(self.hub.day().base) == ""


def made(booking: str, start: slots.Start, source: str) -> f.BookingMade:
    return f.BookingMade(
        booking=booking,
        letter=H,
        date=DATE,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service="move-in",
        source=source,  # type: ignore[arg-type]
    )


def fold(day: SlotDay, fact: f.Fact) -> None:
    match fact:
        case f.SlotsPlanned():
            slot_days.planned(day, fact)
        case f.PlanTaken():
            slot_days.taken(day, fact)
        case f.OnlineClosed():
            slot_days.closed(day, fact)
        case f.BookingMade():
            slot_days.made(day, fact)
        case f.BookingCancelled():
            slot_days.cancelled(day, fact)


@given(st.integers(0, 2**32))
@settings(max_examples=3_000 if DEPTH == "long" else examples(60), deadline=None)
def test_whatever_staff_change_no_promise_moves_and_no_minute_is_sold_twice(seed: int) -> None:
    world = World(Random(seed))
    for _ in range(40):
        world.step()
        world.check()
    while world.to_hub or world.to_central:
        world.deliver()
    world.check()
    assert world.hub.day().bookings == world.central.bookings


@given(st.integers(0, 2**32))
@settings(max_examples=examples(30), deadline=None)
def test_what_is_sold_after_a_change_makes_nobody_later(seed: int) -> None:
    """At the pace that is planned then: whoever buys a start pushes no promise back."""
    world = World(Random(seed))
    for _ in range(15):
        world.step()
    day, now_min = world.hub.day(), world.hub.hub().now_min(DATE)
    lanes = slot_days.office_lanes(day)
    pace = max((one.pitch_min for lane in lanes for one in lane.stretches), default=10)
    before = {one.booking: one.late_min for one in slots.behind(lanes, day.promises(), now_min)}
    for start in slot_days.free_for_office(day, now_min)[::3]:
        bought = slots.Promise(
            booking="new", lane=start.lane, start_min=start.start_min, length_min=start.length_min,
            after_min=start.after_min,
        )  # fmt: skip
        after = {one.booking: one.late_min for one in slots.behind(lanes, [*day.promises(), bought], now_min)}
        assert after == before and pace


def test_a_change_at_a_boundary_begins_there_and_not_where_the_lane_began() -> None:
    one = slots.Lane(number=1, stretches=(slots.Stretch(start_min=540, until_min=720, length_min=10),))
    for now_min, begins in ((710, 710), (705, 710), (540, 540), (0, 540)):
        changed = slots.with_length(one, [], now_min, 7, "office")
        assert slot_changes.begins_min([one], [changed], now_min) == begins
