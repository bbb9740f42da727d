"""How many slots a matter takes, and that the hub's counter, its telephone list and ticket machines all ask there."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk_app import api
from kiosk_app.office import catalogue, matters, same_day, slot_previews, slot_rules, slot_sale
from kiosk_app.office.catalogue import Office
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.same_day import Sold, Wish
from kiosk_app.office.slots import Lane, Need, Stretch, free_starts
from tests.kiosk_app.slot_house import DATE, SlotOffice, bookable

H, NINE = "H", 9 * 60
LONG = "move-in"
DAY = date.fromisoformat(DATE)


def an_office(minutes: int, **booking: object) -> Office:
    """Ten-minute slots, and one matter that takes longer."""
    office = bookable()
    groups = [
        replace(one, booking=replace(one.booking, **booking)) if one.letter == H and one.booking else one
        for one in office.groups
    ]
    services = [replace(one, minutes=minutes) if one.id == LONG else one for one in office.services]
    return replace(office, groups=tuple(groups), services=tuple(services))


def need(office: Office, people: int = 1) -> Need:
    return matters.need_of(catalogue.group(office, H), catalogue.service(office, LONG), DAY, people)


@pytest.mark.parametrize(
    ("minutes", "length", "after", "places"),
    [(5, 10, 0, 1), (10, 10, 0, 1), (11, 10, 0, 2), (30, 10, 0, 3), (15, 15, 3, 1), (33, 15, 3, 2), (34, 15, 3, 3)],
)
def test_a_matter_takes_as_many_slots_as_its_minutes_fill(minutes: int, length: int, after: int, places: int) -> None:
    """The after-work between two of its slots is time of the visit too."""
    stretch = Stretch(start_min=NINE, until_min=NINE + 240, length_min=length, after_min=after)
    assert Need(minutes).places(stretch) == Need(minutes, length, after).places(stretch) == places
    assert Need(minutes, people=2).places(stretch) == 2 * places
    first = free_starts([Lane(number=1, stretches=(stretch,))], (), "office", 0, Need(minutes))[0]
    assert first.length_min >= minutes and first.until_min == NINE + places * (length + after)


@pytest.mark.parametrize(("now_min", "places"), [(10, 3), (7, 3), (15, 2), (30, 1)])
def test_staff_who_make_slots_shorter_see_that_matters_take_less(now_min: int, places: int) -> None:
    """Planned for ten minutes: at seven it still takes three of them, or the change would have won nothing."""
    stretch = Stretch(start_min=NINE, until_min=NINE + 240, length_min=now_min)
    assert need(an_office(30)).places(stretch) == places


def test_a_counter_sells_three_slots_of_one_lane_to_a_matter_of_thirty_minutes() -> None:
    office = SlotOffice(an_office(30), at="8:00")
    act = api.SlotAct(letter=H, date="2026-04-07", start_min=NINE)
    for n in range(3):
        answer = slot_rules.book(office.hub(), act, LONG, "ja", f"long{n}", f"i{n}")
        assert isinstance(answer, Decision)
        office.append(*answer.facts)
    made = office.day(day="2026-04-07").bookings
    assert {(one.start_min, one.length_min) for one in made.values()} == {(NINE, 30)}
    assert {one.lane for one in made.values()} == {1, 2, 3}
    short = replace(act, start_min=NINE + 10)
    assert isinstance(slot_rules.book(office.hub(), short, "move-out", "ja", "b", "i"), Refusal), "it is theirs"


def test_where_the_slots_are_too_few_that_is_said_with_what_is_near() -> None:
    office = SlotOffice(an_office(30), at="8:00")
    for lane in (1, 2, 3):
        office.promise("9:20", lane, day="2026-04-07")
    act = api.SlotAct(letter=H, date="2026-04-07", start_min=NINE)
    answer = slot_rules.book(office.hub(), act, LONG, "ja", "b", "i")
    assert isinstance(answer, Refusal)
    assert answer.message_ja == (
        "この用件は30分かかり、その時間からでは枠が足りません。近い空きは9:30、9:40、9:50です。"
    )
    assert isinstance(slot_rules.book(office.hub(), act, "move-out", "ja", "b", "i"), Decision), "ten minutes fit"


def test_a_ticket_machine_shows_and_sells_what_is_long_enough() -> None:
    office = SlotOffice(an_office(30), at="8:00")
    for lane in (1, 2, 3):
        office.promise("10:20", lane)
    told = {group.letter: Told(office.now_utc_ms) for group in office.office.groups}
    shown = slot_sale.shown_times(office.state, office.office, told, office.now_utc_ms)
    starts = {one.start_min: one for one in shown[LONG]}
    assert (starts[590].free, starts[590].length_min) == (True, 30)
    assert not starts[600].free and not starts[610].free and starts[630].free
    assert {one.start_min: one for one in shown["move-out"]}[610].free
    wish = Wish(intent="i", service=LONG, start_min=600)
    assert not isinstance(same_day.sell(office.state, office.office, wish, "s", 0, office.now_utc_ms), Sold)
    sold = same_day.sell(office.state, office.office, replace(wish, start_min=590), "s", 0, office.now_utc_ms)
    assert isinstance(sold, Sold) and sold.start.length_min == 30


class Told:
    """What a walk-in would be promised where nobody waits."""

    def __init__(self, at_utc_ms: int) -> None:
        self.due_utc_ms = self.to_utc_ms = at_utc_ms


def test_the_telephone_list_offers_times_that_are_long_enough() -> None:
    office = SlotOffice(an_office(30), at="9:00")
    hit = office.promise("15:00")
    wish = api.SlotsClosing(groups=(H,), starts="2026-04-06T14:00", ends="2026-04-06T23:00")
    shown = slot_previews.preview_closing(office.hub(), wish, {})
    act = api.SlotAct(closing=wish, version=shown.version)
    answer = slot_rules.close(office.hub(), act, "計画運休", {"計画運休": {"ja": "計画運休"}}, {}, "i")
    assert isinstance(answer, Decision)
    office.append(*answer.facts)
    (row,) = slot_previews.hit(office.hub(), {}).rows
    assert row.booking == hit
    assert [(one.date, one.start) for one in row.offers] == [(DATE, "13:10"), (DATE, "13:20"), (DATE, "13:30")]


@pytest.mark.parametrize(("minutes", "is_right"), [(180, True), (181, True), (210, True), (211, False), (240, False)])
def test_what_is_longer_than_any_lane_is_open_nobody_can_book(minutes: int, is_right: bool) -> None:
    """9:00 to 12:00 and 13:00 to 16:30."""
    office = an_office(minutes)
    group, service = catalogue.group(office, H), catalogue.service(office, LONG)
    assert matters.fits(group, service) is is_right
    assert same_day.can_be_booked(service, group, DATE) is is_right
    act = api.SlotAct(letter=H, date="2026-04-07", start_min=NINE if minutes == 180 else 13 * 60)
    assert isinstance(slot_rules.book(SlotOffice(office).hub(), act, LONG, "ja", "b", "i"), Decision) is is_right


def test_a_day_without_lanes_in_the_catalogue_goes_by_the_slots_that_are_there() -> None:
    assert need(an_office(30, blackouts=(DAY,))) == Need(30)
    assert matters.plan_of(catalogue.group(an_office(30), "A"), DAY) is None
