"""The timetable as a console reads it: each state of a slot, whose time it is, and what may be done with it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk_app import api_slots as api
from kiosk_app.api import Role
from kiosk_app.loads import all_estimates
from kiosk_app.office import facts as f
from kiosk_app.office import queue, slot_view
from kiosk_app.office.slot_view import Beside
from tests.kiosk_app.slot_house import DATE, MIDNIGHT_MS, SlotOffice, bookable

H = "H"


def view(office: SlotOffice, role: Role = "clerk", day: str = "", **beside: object) -> api.SlotsView:
    return slot_view.view(office.hub(), role, H, day, Beside(online=office.online, **beside))  # type: ignore[arg-type]


def slot(office: SlotOffice, booking: str, role: Role = "clerk") -> api.SlotView:
    found = [one for lane in view(office, role).lanes for one in lane.slots if one.booking == booking]
    assert len(found) == 1
    return found[0]


def called(office: SlotOffice, ticket: str) -> None:
    office.append(f.CounterOpened(counter=7, groups=(H,)))
    office.append(f.Called(ticket=ticket, counter=7, call=1, stage="reception", service="move-in"))


@pytest.mark.parametrize(
    ("what", "state", "may"),
    [
        ("", "booked", ("check_in", "move_booking", "cancel_booking")),
        ("missed", "no_show", ("check_in",)),
        ("issued", "checked_in", ()),
        ("called", "called", ()),
        ("gone", "no_show", ()),
        ("done", "done", ()),
        ("cancelled ticket", "booked", ("check_in", "move_booking", "cancel_booking")),
    ],
)
def test_what_became_of_a_booking(what: str, state: str, may: tuple[str, ...]) -> None:
    office = SlotOffice(at="9:30")
    booking = office.promise("10:00")
    ticket = "" if what in ("", "missed") else office.issue(booking)
    if what == "missed":
        office.append(f.BookingMissed(booking=booking, letter=H, date=DATE))
    if what in ("called", "gone", "done"):
        called(office, ticket)
    if what == "gone":
        office.append(f.NoShow(ticket=ticket, counter=7))
    if what == "done":
        office.append(f.Completed(ticket=ticket, counter=7, service="move-in", service_s=300))
    if what == "cancelled ticket":
        office.append(f.TicketCancelled(ticket=ticket, reason="まちがい"))
    shown = slot(office, booking)
    assert (shown.state, shown.may) == (state, may)
    assert bool(shown.number) == (state in ("checked_in", "called", "done") or what == "gone")


def test_a_no_show_can_be_pressed_when_the_time_has_come_and_a_guide_may_only_check_in() -> None:
    office = SlotOffice(at="10:00")
    booking = office.promise("10:00")
    assert slot(office, booking).may == ("check_in", "move_booking", "cancel_booking", "slot_no_show")
    assert slot(office, booking, "guide").may == ("check_in",)


def test_every_minute_of_a_lane_says_who_sells_it() -> None:
    office = SlotOffice(online=True, at="9:30")
    shown = view(office)
    assert [one.owner for one in shown.lanes[0].stretches] == ["central", "central"]
    assert {one.state for one in shown.lanes[0].slots} == {"past", "central"}
    assert {one.state for one in shown.lanes[2].slots} == {"past", "free"}
    assert (shown.online, shown.plan_taken, shown.free, shown.free_central) == ("selling", True, 36, 72)
    taken_back = tuple(
        replace(lane, stretches=tuple(replace(one, owner="office") for one in lane.stretches))
        for lane in office.day().lanes
    )
    office.append(f.SlotsPlanned(letter=H, date=DATE, epoch=1, number=2, lanes=taken_back))
    shown = view(office)
    assert [one.owner for one in shown.lanes[0].stretches] == ["awaited", "awaited"]
    assert (shown.plan_taken, shown.free, shown.free_central) == (False, 36, 72)
    office.append(f.PlanTaken(letter=H, date=DATE, epoch=1, number=2), machine="central")
    shown = view(office)
    assert [one.owner for one in shown.lanes[0].stretches] == ["office", "office"]
    assert (shown.plan_taken, shown.free, shown.free_central) == (True, 108, 0)


def test_after_centrals_last_word_all_is_the_offices() -> None:
    office = SlotOffice(online=True, at="9:30")
    office.append(f.OnlineClosed(letter=H, date=DATE), machine="central")
    shown = view(office)
    assert (shown.online, shown.free, shown.free_central) == ("closed", 108, 0)
    assert {one.owner for lane in shown.lanes for one in lane.stretches} == {"office"}


def test_a_promise_in_time_that_is_closed_now_is_shown_and_stays() -> None:
    office = SlotOffice(at="9:30")
    booking = office.promise("14:00", 2)
    until = MIDNIGHT_MS + 15 * 3_600_000
    office.append(f.Suspended(suspension="s", until_utc_ms=until, reason={"ja": "停電"}, groups=(H,)))
    office.plan()
    shown = slot(office, booking)
    assert shown.outside and shown.state == "booked"
    assert [(one.id, one.reason) for one in view(office).closures] == [("s", "停電")]


def test_two_hubs_that_promised_one_minute_are_told_of() -> None:
    office = SlotOffice(at="9:30")
    first, second = office.promise("14:00", 1, source="counter"), office.promise("14:05", 1, source="counter")
    other = office.promise("14:00", 2)
    assert [slot(office, one).doubled for one in (first, second, other)] == [True, True, False]


def test_a_lane_that_no_plan_has_any_more_keeps_its_promises() -> None:
    office = SlotOffice(at="9:30")
    booking = office.promise("14:00", 9)
    assert slot(office, booking).outside
    assert [lane.number for lane in view(office).lanes] == [1, 2, 3, 9]


def test_names_and_codes_stand_where_they_are_known() -> None:
    office = SlotOffice(at="9:30")
    booking = office.promise("14:00")
    shown = [
        one
        for lane in view(office, name_of=lambda key: f"name of {key}", key=b"k" * 32).lanes
        for one in lane.slots
        if one.booking
    ]
    assert [(one.name, len(one.code)) for one in shown] == [(f"name of {booking}", 19)]
    assert (slot(office, booking).name, slot(office, booking).code) == ("", "")


def test_a_day_without_slots_says_why() -> None:
    office = SlotOffice(at="9:30")
    assert view(office, day="2026-04-11").closed == "休業日です。"
    groups = [
        replace(one, booking=replace(one.booking, blackouts=(date(2026, 4, 8),))) if one.booking else one
        for one in bookable().groups
    ]
    closed = SlotOffice(replace(bookable(), groups=tuple(groups)), at="9:30")
    assert view(closed, day="2026-04-08").closed == "予約を受けない日です。"
    assert view(closed).closed == ""


def test_an_office_without_reservations_says_so() -> None:
    groups = tuple(replace(one, booking=None) for one in bookable().groups)
    office = SlotOffice(replace(bookable(), groups=groups), at="9:30")
    assert office.state.slots == {}
    assert slot_view.view(office.hub(), "clerk", "", "", Beside()).message == "この役所は予約を受けていません。"


def test_whoever_chose_a_time_and_is_outside_does_not_lengthen_the_line_before_it() -> None:
    office = SlotOffice(at="9:30")
    office.append(f.CounterOpened(counter=7, groups=(H,)))
    ticket = office.issue(office.promise("14:00", source="machine"))
    as_slot = replace(office.state.day.tickets[ticket], promise="slot")
    office.state.day.tickets[ticket] = as_slot
    told = all_estimates(office.state, office.office, office.now_utc_ms)[H]
    assert (told.waiting_ahead, told.due_utc_ms) == (0, office.now_utc_ms)
    assert queue.callable_now(queue.waiting(office.state), office.now_utc_ms) == []
    office.at("13:56")
    told = all_estimates(office.state, office.office, office.now_utc_ms)[H]
    assert told.waiting_ahead == 1 and len(queue.callable_now(queue.waiting(office.state), office.now_utc_ms)) == 1
