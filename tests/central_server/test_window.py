"""What may be booked when: the catalogue's rules at their edges, in the office's own time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from central_server import window
from kiosk_app.office.catalogue import Office
from kiosk_app.office.catalogue_parts import Span
from kiosk_app.office.slots import Start
from tests.central_server.house import DAY, LETTER, NINE, NOW, OFFICE, SERVICE, TODAY, here


def office(**rules: object) -> Office:
    """The sample office with other rules of its group M."""
    whole = here()[OFFICE].office
    groups = tuple(
        msgspec.structs.replace(one, booking=msgspec.structs.replace(one.booking, **rules))
        if one.letter == LETTER and one.booking is not None
        else one
        for one in whole.groups
    )
    return msgspec.structs.replace(whole, groups=groups)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+09:00")


def shut(day: date = DAY, start_min: int = NINE, now: datetime = NOW, **rules: object) -> window.Shut | None:
    return window.shut(office(**rules), LETTER, SERVICE, day, start_min, now)


def test_a_day_within_the_window_can_be_booked_and_the_next_one_cannot() -> None:
    assert shut(TODAY + timedelta(days=30)) is None
    assert shut(TODAY + timedelta(days=31)) == "too_far"
    assert shut(TODAY, days_ahead=0, start_min=13 * 60) is None
    assert shut(TODAY + timedelta(days=1), days_ahead=0) == "too_far"


def test_today_ends_at_its_hour_and_a_start_before_its_lead() -> None:
    assert shut(TODAY, 16 * 60, at("2026-04-01T14:59")) is None
    assert shut(TODAY, 16 * 60, at("2026-04-01T15:00")) == "closed"
    assert shut(TODAY, 13 * 60, at("2026-04-01T12:30")) is None
    assert shut(TODAY, 13 * 60, at("2026-04-01T12:31")) == "too_late"
    assert shut(TODAY - timedelta(days=1)) == "too_late"


def test_days_are_those_of_the_office_and_not_of_greenwich() -> None:
    evening = datetime(2026, 4, 1, 15, 30, tzinfo=UTC)
    assert window.days(office(days_ahead=1), LETTER, evening) == (date(2026, 4, 2), date(2026, 4, 3))
    assert shut(date(2026, 4, 1), 16 * 60, evening) == "too_late"


def test_what_nobody_can_book() -> None:
    whole = office()
    assert window.shut(whole, "A", "resident-record-copy", DAY, NINE, NOW) == "not_bookable"
    assert window.shut(whole, LETTER, "move-in", DAY, NINE, NOW) == "not_bookable"
    assert window.shut(whole, "Z", SERVICE, DAY, NINE, NOW) == "not_bookable"
    assert shut(not_bookable=(SERVICE,)) == "not_bookable"
    assert shut(blackouts=(DAY,)) == "no_such_day"
    assert window.days(whole, "A", NOW) is None


def test_a_service_with_hours_of_its_own_can_be_booked_within_them() -> None:
    whole = office()
    services = tuple(
        msgspec.structs.replace(
            one, hours=(Span(start="09:30", until="11:00"),), last_ticket="10:50", weekdays=("mon",)
        )
        if one.id == SERVICE
        else one
        for one in whole.services
    )
    whole = msgspec.structs.replace(whole, services=services)

    def asked(day: date, start_min: int) -> window.Shut | None:
        return window.shut(whole, LETTER, SERVICE, day, start_min, NOW)

    assert [asked(DAY, minute) for minute in (565, 570, 640, 650, 660)] == [
        "not_bookable",
        None,
        None,
        "not_bookable",
        "not_bookable",
    ]
    assert asked(DAY + timedelta(days=1), 600) == "not_bookable"


@pytest.mark.parametrize("minute", [0, 1, 29, 30, 31, 299])
def test_what_pages_show_is_what_can_be_sold(minute: int) -> None:
    """The list of a page and the question of the seller never disagree."""
    whole, now = office(), at("2026-04-01T08:00") + timedelta(minutes=minute)
    starts = tuple(Start(one, 1, 10, 0) for one in range(0, 24 * 60, 7))
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 1, 30, 31)]
    shown = window.open_starts(whole, LETTER, SERVICE, {day: starts for day in days}, now)
    for day in days:
        sold = tuple(one for one in starts if window.shut(whole, LETTER, SERVICE, day, one.start_min, now) is None)
        assert shown[day] == sold
    assert shown[TODAY] and shown[TODAY + timedelta(days=1)]


def test_until_when_a_booking_can_be_changed() -> None:
    assert window.change_until(office(), LETTER, DAY, NINE) == at("2026-04-06T08:30")
    assert window.change_until(office(cancel_until_minutes=24 * 60), LETTER, DAY, NINE) == at("2026-04-05T09:00")
