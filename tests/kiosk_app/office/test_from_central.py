"""What of central's word cannot be of this office: days of other years, letters and minutes that there are none of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office import from_central
from kiosk_app.office.catalogue import Office
from tests.kiosk_app.slot_house import DATE, SlotOffice, bookable

TODAY = date.fromisoformat(DATE)
AHEAD = 30
"""Days of the sample that can be booked."""
MADE = f.BookingMade(
    booking="b1",
    letter="H",
    date=DATE,
    lane=1,
    start_min=600,
    length_min=10,
    after_min=0,
    service="move-in",
    source="web",
)


def fault(fact: f.Fact, office: SlotOffice | None = None) -> str:
    known = office or SlotOffice(at="9:00")
    return from_central.fault(known.office, known.state, TODAY, fact)


def on(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def of_a_day(day: str, letter: str = "H") -> list[f.Fact]:
    return [
        replace(MADE, date=day, letter=letter),
        f.BookingCancelled(booking="b1", letter=letter, date=day, by="visitor"),
        f.PlanTaken(letter=letter, date=day, epoch=1, number=1),
        f.OnlineClosed(letter=letter, date=day),
    ]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (on(0), ""),
        (on(AHEAD), ""),
        (on(AHEAD + from_central.SLACK_DAYS), ""),
        (on(AHEAD + from_central.SLACK_DAYS + 1), "day_ahead"),
        ("2036-04-06", "day_ahead"),
        ("9999-12-31", "day_ahead"),
        (on(-1), ""),
        ("1970-01-01", ""),
        ("2026-02-30", "no_such_day"),
        ("2026-4-6", "no_such_day"),
        ("20260406", "no_such_day"),
        ("2026-W15-1", "no_such_day"),
        ("", "no_such_day"),
        ("zzzz", "no_such_day"),
        ("2026-04-06\n", "no_such_day"),
    ],
)
def test_days_are_bounded_by_what_can_be_booked(day: str, why: str) -> None:
    assert [fault(fact) for fact in of_a_day(day)] == [why] * 4


def test_a_day_that_was_planned_further_ahead_before_is_known_all_the_same() -> None:
    office = SlotOffice(at="9:00")
    shorter = [
        replace(one, booking=replace(one.booking, days_ahead=3)) if one.booking is not None else one
        for one in office.office.groups
    ]
    office.office = replace(office.office, groups=tuple(shorter))
    assert [fault(fact, office) for fact in of_a_day(on(25))] == [""] * 4
    assert fault(replace(MADE, date=on(25), letter="A"), office) == "day_ahead"


def test_an_office_without_reservations_hears_of_no_day_to_come() -> None:
    groups = tuple(replace(one, booking=None) for one in bookable().groups)
    office: Office = replace(bookable(), groups=groups)
    assert fault(replace(MADE, date=on(5)), SlotOffice(office, at="9:00")) == "day_ahead"


def test_a_letter_of_no_group_is_told_and_one_that_was_dropped_is_not() -> None:
    assert [fault(fact) for fact in of_a_day(DATE, "Z")] == ["no_such_group"] * 4
    office = SlotOffice(at="9:00")
    groups = tuple(one for one in office.office.groups if one.letter != "H")
    office.office = replace(office.office, groups=groups)
    assert [fault(fact, office) for fact in of_a_day(DATE)] == [""] * 4


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"start_min": -1}, "no_such_time"),
        ({"start_min": 1440}, "no_such_time"),
        ({"start_min": 10**12}, "no_such_time"),
        ({"length_min": 0}, "no_such_time"),
        ({"length_min": -5}, "no_such_time"),
        ({"after_min": -1}, "no_such_time"),
        ({"after_min": 10**9}, "no_such_time"),
        ({"lane": 0}, "no_such_time"),
        ({"lane": 51}, "no_such_time"),
        ({"start_min": 1430, "length_min": 10}, ""),
        ({"booking": "b" * 65}, "too_long"),
        ({"service": "s" * 5_000}, "too_long"),
        ({"service": "of-a-newer-catalogue"}, ""),
    ],
)
def test_minutes_lanes_and_names_are_such_as_there_are(changed: dict[str, Any], why: str) -> None:
    assert fault(replace(MADE, **changed)) == why


def test_what_is_of_no_day() -> None:
    assert fault(f.GiveBackAsked(ticket="t" * 16, intent="i" * 16)) == ""
    assert fault(f.GiveBackAsked(ticket="t" * 65, intent="i")) == "too_long"
    assert fault(f.UnknownFact(kind="OfALaterVersion")) == ""
