"""A wall clock that is set wrong: order, numbers and promises stay, and staff are asked about a date that cannot be."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk_app import api
from kiosk_app.client import Client, CoreRefused
from tests.faults.house import House, until

ZONE = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 4, 6, 9, 0, tzinfo=ZONE)
WRONG = {
    "1970": datetime(1970, 1, 1, 9, 0, tzinfo=ZONE),
    "a day back": datetime(2026, 4, 5, 9, 0, tzinfo=ZONE),
    "an hour back": datetime(2026, 4, 6, 8, 0, tzinfo=ZONE),
}
slow = pytest.mark.slow
WRONGS = [name if name == "1970" else pytest.param(name, marks=slow) for name in WRONG]


class Wall:
    """The clock of the computer under the core."""

    def __init__(self, house: House) -> None:
        house.use_real_clock()
        self._step = house.folder / "wall-step-ms"
        self.wish = {"wall_step_ms": str(self._step)}

    def set(self, at: datetime) -> None:
        new = self._step.with_suffix(".new")
        new.write_text(str(int((at.timestamp() - time.time()) * 1000)))
        new.replace(self._step)


def rings_no_more(house: House) -> bool:
    """Signed in anew: a session of the wrong date is over once the clock is believed, even between two requests."""
    try:
        return house.alerts(house.signed_in()) == []
    except CoreRefused:
        return False


@pytest.fixture
def wall(house: House) -> Wall:
    wall = Wall(house)
    wall.set(MORNING)
    return wall


def promises(staff: Client) -> dict[str, str]:
    return {row.number: row.promised for row in staff.staff_view().waiting}


def assert_in_order(house: House) -> None:
    """Numbers and times only grow, in the order of the log."""
    times = [fact["at_utc_ms"] for fact in house.facts()]
    assert times == sorted(times)
    tickets = house.bodies("TicketIssued")
    assert [t["number"] for t in tickets] == list(range(1, len(tickets) + 1))
    dues = [t["due_utc_ms"] for t in tickets]
    assert dues == sorted(dues)
    assert abs(dues[-1] - MORNING.timestamp() * 1000) < 3600_000


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_step_back_while_open_changes_nothing(house: House, wall: Wall, wrong: str) -> None:
    house.start(**wall.wish)
    staff = house.signed_in()
    assert house.take_ticket() == "A-001"
    before = promises(staff)
    wall.set(WRONG[wrong])
    assert house.take_ticket() == "A-002"
    assert promises(staff)["A-001"] == before["A-001"]
    assert house.view().date == "4月6日（月）" and house.view().time.startswith("9:0")
    assert house.alerts(staff) == []
    assert_in_order(house)


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_start_with_a_clock_set_back_goes_on_with_the_day(house: House, wall: Wall, wrong: str) -> None:
    house.start(**wall.wish)
    assert house.take_ticket() == "A-001"
    before = promises(house.signed_in())
    house.kill()
    wall.set(WRONG[wrong])
    house.start(**wall.wish)
    staff = house.signed_in()
    assert promises(staff) == before
    assert house.take_ticket() == "A-002"
    assert house.alerts(staff) == ["clock_behind"]
    title = staff.staff_view().alerts[0].title
    assert f"{WRONG[wrong].year}年{WRONG[wrong].month}月{WRONG[wrong].day}日" in title
    assert len(house.bodies("ClockDoubted")) == 1
    wall.set(MORNING.replace(hour=10))
    until(lambda: house.alerts(staff) == [], "the clock that was set right is believed", house.said)
    assert house.view().time.startswith("10:0")
    assert [day["date"] for day in house.bodies("DayOpened")] == ["2026-04-06"]
    assert_in_order(house)


@pytest.mark.parametrize("is_right", [pytest.param(True, marks=slow), False])
def test_a_clock_far_ahead_opens_no_day_until_somebody_says_that_it_is_right(
    house: House, wall: Wall, is_right: bool
) -> None:
    house.start(**wall.wish)
    assert house.take_ticket() == "A-001"
    house.kill()
    wall.set(datetime(2027, 4, 6, 9, 0, tzinfo=ZONE))
    house.start(**wall.wish)
    staff = house.signed_in()
    assert house.take_ticket() == "A-002"
    assert house.alerts(staff) == ["clock_ahead"]
    assert "2027年4月6日" in staff.staff_view().alerts[0].title
    if is_right:
        alert = staff.staff_view().alerts[0].id
        assert staff.act(api.StaffAct(intent="a", verb="accept_alert", alert=alert)).ok
        days = ["2026-04-06", "2027-04-06"]
    else:
        wall.set(MORNING)
        days = ["2026-04-06"]
    until(lambda: rings_no_more(house), "the doubt is over", house.said)
    until(lambda: [day["date"] for day in house.bodies("DayOpened")] == days, "the right days", house.said)


@slow
def test_a_first_start_in_the_past_waits_for_a_date(house: House, wall: Wall) -> None:
    wall.set(datetime(2025, 6, 4, 9, 0, tzinfo=ZONE))
    house.start(**wall.wish)
    staff = house.signed_in()
    assert house.alerts(staff) == ["clock_behind"]
    house.ask_for_ticket()
    house.sees("trouble")
    assert house.alerts(staff) == ["clock_behind"]
    house.kill()
    wall.set(datetime(2025, 6, 4, 9, 1, tzinfo=ZONE))
    house.start(**wall.wish)
    staff = house.signed_in()
    until(lambda: "clock_behind" in house.alerts(staff), "what was kept in the past does not make it right", house.said)
    assert house.bodies("TicketIssued") == house.bodies("DayOpened") == []
    wall.set(MORNING)
    until(lambda: rings_no_more(house), "the doubt is over", house.said)
    house.sees("idle")
    assert house.take_ticket() == "A-001"
    assert_in_order(house)
