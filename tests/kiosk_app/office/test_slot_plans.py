"""The lanes that the catalogue gives each day, and which plans the hub still has to write."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from msgspec.structs import replace

from kiosk_app.api_slots import SlotAct, SlotChange
from kiosk_app.office import facts as f
from kiosk_app.office import slot_plans, slot_rules
from kiosk_app.office.catalogue import Closure, ExtraOpening, Group, Office
from kiosk_app.office.slots import Lane
from tests.kiosk_app.slot_house import DATE, MIDNIGHT_MS, SlotOffice, bookable, day_after

H = "H"


def group(office: Office, letter: str = H) -> Group:
    return next(one for one in office.groups if one.letter == letter)


def spans(lanes: tuple[Lane, ...], number: int = 1) -> list[tuple[int, int]]:
    return [(one.start_min, one.until_min) for one in lanes[number - 1].stretches]


def of_day(day: str, office: Office | None = None, letter: str = H, online: bool = True) -> tuple[Lane, ...]:
    office = office or bookable()
    return slot_plans.of_catalogue(office, group(office, letter), date.fromisoformat(day), online)


def with_booking(office: Office, **fields: object) -> Office:
    changed = [
        replace(one, booking=replace(one.booking, **fields)) if one.letter == H and one.booking else one
        for one in office.groups
    ]
    return replace(office, groups=tuple(changed))


def test_a_working_day_has_its_lanes_without_the_lunch() -> None:
    lanes = of_day(DATE)
    assert [lane.number for lane in lanes] == [1, 2, 3]
    assert spans(lanes) == [(540, 720), (780, 990)]
    assert [lane.stretches[0].owner for lane in lanes] == ["central", "central", "office"]


def test_an_office_without_central_owns_all_of_it() -> None:
    assert {one.owner for lane in of_day(DATE, online=False) for one in lane.stretches} == {"office"}


@pytest.mark.parametrize("day", ["2026-04-05", "2026-04-29", "2026-12-29"])
def test_a_day_off_has_none(day: str) -> None:
    assert of_day(day) == ()


def test_a_blackout_has_none_although_the_office_is_open() -> None:
    assert of_day(DATE, with_booking(bookable(), blackouts=(date(2026, 4, 6),))) == ()


def test_an_extra_opening_on_a_day_without_a_plan_has_none() -> None:
    office = bookable()
    extra = ExtraOpening(
        date=date(2026, 4, 5), groups=(H,), issue_from="08:30", issue_until="12:00", counter_from="08:30",
        counter_until="12:00", reason={"ja": "休日開庁日です。", "en": "Open on Sunday."},
    )  # fmt: skip
    assert of_day("2026-04-05", replace(office, calendar=replace(office.calendar, extra_openings=(extra,)))) == ()


def test_a_closure_of_the_catalogue_takes_its_time_away() -> None:
    office = bookable()
    reason = {"ja": "設備点検のため、休みです。", "en": "Maintenance."}
    closure = Closure(start=datetime(2026, 4, 6, 15, 5), until=datetime(2026, 4, 7, 10, 0), groups=(H,), reason=reason)
    closed = replace(office, calendar=replace(office.calendar, closures=(closure,)))
    assert spans(of_day(DATE, closed)) == [(540, 720), (780, 905)]
    assert spans(of_day("2026-04-07", closed)) == [(600, 720), (780, 990)]


def test_every_day_that_can_be_booked_is_planned_once() -> None:
    office = SlotOffice()
    assert office.plan() == 0
    assert max(office.state.slots) == "2026-05-01", "the days until 5月6日 are holidays"
    assert all(day.version == (1, 1) for days in office.state.slots.values() for day in days.values())
    office.now_utc_ms += 24 * 3600 * 1000
    office.append(f.DayOpened(date="2026-04-07", office="kokura-kita"))
    assert office.plan() == 2, "one day more of two groups"
    assert DATE not in office.state.slots


def test_a_catalogue_that_has_changed_is_written_only_where_it_differs() -> None:
    office = SlotOffice()
    office.office = with_booking(office.office, blackouts=(date(2026, 4, 8),))
    assert office.plan() == 1
    assert office.day(day="2026-04-08").lanes == () and office.day(day="2026-04-08").version == (1, 2)
    office.office = bookable()
    assert office.plan() == 1 and len(office.day(day="2026-04-08").lanes) == 3


def test_central_that_is_set_up_later_gets_its_lanes() -> None:
    office = SlotOffice()
    office.online = True
    assert office.plan() > 30
    assert office.day().lanes[0].stretches[0].owner == "central"


def shortened(office: SlotOffice, minutes: int = 7) -> f.Fact:
    wish = SlotChange(letter=H, length_min=minutes)
    found = slot_rules.change_of(office.hub(), wish)
    assert not isinstance(found, str)
    answer = slot_rules.change(office.hub(), SlotAct(change=wish, version=found.version), f"change-{minutes}")
    assert isinstance(answer, slot_rules.Decision), answer
    office.append(*answer.facts)
    return answer.facts[0]


def test_what_staff_have_changed_is_not_overwritten_by_the_catalogue() -> None:
    office = SlotOffice()
    shortened(office)
    assert office.plan() == 0
    office.office = with_booking(office.office, blackouts=(date(2026, 4, 6), date(2026, 4, 7)))
    assert office.plan() == 1
    assert office.day().lanes[0].stretches[0].length_min == 7 and office.day(day="2026-04-07").lanes == ()


def test_a_closure_lies_over_the_plan_and_ends() -> None:
    office = SlotOffice()
    shortened(office)
    before = office.day()
    base, undo = before.base, before.plans[-1].before
    start, until = MIDNIGHT_MS + 14 * 3_600_000, MIDNIGHT_MS + (24 + 10) * 3_600_000
    suspended = f.Suspended(suspension="s1", until_utc_ms=until, reason={"ja": "台風"}, from_utc_ms=start, groups=(H,))
    office.append(suspended)
    assert office.plan() == 2
    assert spans(office.day().lanes) == [(540, 720), (780, 840)]
    assert spans(office.day(day="2026-04-07").lanes) == [(600, 720), (780, 990)]
    assert office.day().base == base and office.day().plans[-1].by == "staff"
    office.append(f.SuspensionEnded(suspension="s1"))
    assert office.plan() == 2
    assert office.day().lanes == base and office.day().plans[-1].before == undo


@pytest.mark.parametrize(
    ("groups", "services", "days"),
    [((), (), 2), (("H",), (), 1), (("M",), (), 1), (("A",), (), 0), ((), ("move-in",), 0)],
)
def test_a_closure_takes_the_lanes_of_what_it_closes(
    groups: tuple[str, ...], services: tuple[str, ...], days: int
) -> None:
    office = SlotOffice()
    until = MIDNIGHT_MS + 24 * 3_600_000
    office.append(
        f.Suspended(suspension="s", until_utc_ms=until, reason={"ja": "停電"}, groups=groups, services=services)
    )
    assert office.plan() == days


def test_another_hub_counts_its_plans_anew() -> None:
    assert slot_plans.next_number((1, 7), 1) == 8
    assert slot_plans.next_number((1, 7), 2) == 1
    assert slot_plans.next_number((3, 2), 2) == 3, "a plan of a hub that is not known yet is never undercut"


def test_only_days_within_reach_can_be_booked() -> None:
    office = SlotOffice()
    days = slot_plans.bookable_days(group(office.office), date.fromisoformat(DATE))
    assert days[0] == DATE and days[-1] == day_after(30)
    assert slot_plans.bookable_days(group(office.office, "A"), date.fromisoformat(DATE)) == []


def test_a_hub_that_takes_over_writes_nothing_and_its_changes_count_after_those_of_the_one_before() -> None:
    office = SlotOffice()
    shortened(office)
    assert list(slot_plans.plans_due(office.state, office.office, office.now_utc_ms, 2, False)) == []
    known = office.day()
    fact = slot_plans.planned(known, H, DATE, 2, (), ())
    assert (fact.epoch, fact.number) == (2, 1) > known.version
