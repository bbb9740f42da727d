"""Times of today for walk-ins, and what is sold in the estimates: nobody who waits is overtaken by a chosen time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.loads import all_estimates
from kiosk_app.office import facts as f
from kiosk_app.office import queue, same_day, slots_sold
from kiosk_app.office.catalogue import Office
from kiosk_app.office.estimates import Estimate
from kiosk_app.office.same_day import Offers, Sold, Wish
from kiosk_app.office.slots import DAY_MIN
from tests.depth import DEPTH, examples
from tests.kiosk_app.slot_house import DATE, MIDNIGHT_MS, SlotOffice, bookable

H, SERVICE, MINUTE_MS = "H", "move-in", 60_000


def offered(office: SlotOffice, not_before: int = 0, service: str = SERVICE) -> Offers:
    return same_day.offers(office.state, office.office, service, not_before, office.now_utc_ms)


def sell(office: SlotOffice, start_min: int, not_before: int = 0, intent: str = "i1") -> Sold | Offers:
    office.made += 1
    wish = Wish(intent=intent, service=SERVICE, start_min=start_min)
    found = same_day.sell(office.state, office.office, wish, f"s{office.made}", not_before, office.now_utc_ms)
    if isinstance(found, Sold) and found.fact is not None:
        office.append(found.fact, actor="visitor")
    return found


def walk_in(office: SlotOffice, due_min: int, number: int, to_min: int = 0) -> str:
    ticket = f"w{number}"
    at = lambda minute: MIDNIGHT_MS + minute * MINUTE_MS  # noqa: E731
    issued = f.TicketIssued(
        ticket=ticket,
        intent=f"issue-{ticket}",
        letter=H,
        number=500 + number,
        stops=(f.Stop(service=SERVICE, group=H, service_name="転入", counters=(7, 8, 9, 10)),),
        language="ja",
        machine_code="m1",
        due_utc_ms=at(due_min),
        estimate_from_utc_ms=at(due_min),
        estimate_to_utc_ms=at(to_min or due_min),
        waiting_ahead=0,
    )
    paper = (
        f.PrintStarted(job=f"j{ticket}", ticket=ticket, attempt=1, printer="p"),
        f.PrintEnded(job=f"j{ticket}", ticket=ticket, verdict="issued"),
    )
    office.append(issued, *paper)
    return ticket


def not_before(office: SlotOffice) -> int:
    line = queue.waiting(office.state)
    told = all_estimates(office.state, office.office, office.now_utc_ms, line)[H]
    return same_day.not_before_min(office.state, office.office, H, told, line, office.now_utc_ms)


# --- what is offered ------------------------------------------------------------------------------------


def test_the_offices_free_times_each_once_whatever_lane() -> None:
    office = SlotOffice(at="12:50")
    found = offered(office, 13 * 60)
    assert [one.start_min for one in found.offers] == list(range(780, 990, 10)) and found.why == ""
    for lane in (1, 2, 3):
        office.promise("13:00", lane)
    assert offered(office, 13 * 60).offers[0].start_min == 790


def test_what_central_sells_is_not_offered() -> None:
    office = SlotOffice(online=True, at="12:50")
    office.promise("13:00", 3)
    assert offered(office, 13 * 60).offers[0].start_min == 790


@pytest.mark.parametrize(
    ("service", "at", "why"),
    [("resident-record-copy", "9:00", "off"), ("nothing", "9:00", "off"), (SERVICE, "16:50", "none")],
)
def test_nothing_to_offer_says_why(service: str, at: str, why: str) -> None:
    office = SlotOffice(at=at)
    assert offered(office, office.hub().now_min(DATE), service).why == why


def test_a_day_that_is_over_offers_nothing() -> None:
    office = SlotOffice(at="9:00")
    office.append(f.DayClosed(date=DATE))
    assert offered(office).why == "closed"
    assert isinstance(sell(office, 600), Offers)


def changed(**booking: object) -> Office:
    groups = [
        replace(one, booking=replace(one.booking, **booking)) if one.letter == H and one.booking else one
        for one in bookable().groups
    ]
    return replace(bookable(), groups=tuple(groups))


@pytest.mark.parametrize("rules", [{"same_day": False}, {"not_bookable": (SERVICE,)}])
def test_the_office_may_keep_its_times_from_walk_ins(rules: dict[str, object]) -> None:
    assert offered(SlotOffice(changed(**rules), at="9:00")).why == "off"


def test_a_service_with_hours_of_its_own_is_offered_within_them() -> None:
    office = bookable()
    services = [replace(one, last_ticket="14:00") if one.id == SERVICE else one for one in office.services]
    last = offered(SlotOffice(replace(office, services=tuple(services)), at="9:00")).offers[-1]
    assert last.start_min == 13 * 60 + 50


# --- the sale ------------------------------------------------------------------------------------


def test_a_time_is_sold_once_however_often_it_is_asked_for() -> None:
    office = SlotOffice(at="9:00")
    first = sell(office, 600)
    again = sell(office, 600)
    assert isinstance(first, Sold) and first.fact is not None and first.fact.source == "machine"
    assert isinstance(again, Sold) and again.fact is None
    assert (again.booking, again.start) == (first.booking, first.start)
    assert len(office.day().bookings) == 1


def test_of_the_last_lane_one_is_sold_and_the_next_is_told_what_is_left() -> None:
    office = SlotOffice(at="9:00")
    sold = [sell(office, 600, intent=f"i{n}") for n in range(4)]
    assert [isinstance(one, Sold) for one in sold] == [True, True, True, False]
    assert isinstance(sold[3], Offers) and sold[3].offers[0].start_min != 600


@pytest.mark.parametrize("start_min", [0, 605, 730, 595, DAY_MIN])
def test_what_is_no_free_start_is_not_sold(start_min: int) -> None:
    assert isinstance(sell(SlotOffice(at="9:00"), start_min, not_before=600), Offers)


# --- after the last promise ------------------------------------------------------------------------------------


def test_only_after_the_last_time_that_was_promised_to_a_walk_in() -> None:
    office = SlotOffice(at="9:00")
    walk_in(office, 620, 1, to_min=632)
    told = Estimate(due_utc_ms=office.now_utc_ms, from_utc_ms=0, to_utc_ms=0, waiting_ahead=1)
    line = queue.waiting(office.state)
    first = same_day.not_before_min(office.state, office.office, H, told, line, office.now_utc_ms)
    assert first == 632
    assert offered(office, first).offers[0].start_min == 640
    late = replace(told, to_utc_ms=MIDNIGHT_MS + 700 * MINUTE_MS + 1)
    assert same_day.not_before_min(office.state, office.office, H, late, line, office.now_utc_ms) == 701


def test_without_anybody_waiting_there_is_time_to_go_somewhere() -> None:
    office = SlotOffice(at="9:00")
    assert not_before(office) >= 540 + same_day.SOON_MIN


# --- sold time in the estimates ------------------------------------------------------------------------------------


def test_what_is_promised_and_what_central_may_still_sell_counts() -> None:
    office = SlotOffice(online=True, at="13:00")
    unsold = len(slots_sold.booked(office.state, office.office, office.now_utc_ms))
    assert unsold > 0, "central's of both groups"
    here = office.promise("14:00", 3)
    assert len(slots_sold.booked(office.state, office.office, office.now_utc_ms)) == unsold + 1
    office.issue(here)
    assert len(slots_sold.booked(office.state, office.office, office.now_utc_ms)) == unsold
    office.append(f.OnlineClosed(letter=H, date=DATE), f.OnlineClosed(letter="M", date=DATE), machine="central")
    assert slots_sold.booked(office.state, office.office, office.now_utc_ms) == []


@pytest.mark.parametrize("gone", ["cancelled", "missed", "late"])
def test_nobody_is_expected_who_does_not_come(gone: str) -> None:
    office = SlotOffice(at="9:58")
    booking = office.promise("10:00", 3)
    assert len(slots_sold.booked(office.state, office.office, office.now_utc_ms)) == 1
    match gone:
        case "cancelled":
            office.append(f.BookingCancelled(booking=booking, letter=H, date=DATE, by="visitor"), machine="central")
        case "missed":
            office.append(f.BookingMissed(booking=booking, letter=H, date=DATE))
        case "late":
            office.at("10:11")
    assert slots_sold.booked(office.state, office.office, office.now_utc_ms) == []


def test_central_sells_nothing_nearer_than_its_lead() -> None:
    office = SlotOffice(online=True, at="16:00")
    near = [one.start_min for one in slots_sold.online_starts(office.day(), 16 * 60)]
    counted = {one.start_utc_ms for one in slots_sold.booked(office.state, office.office, office.now_utc_ms)}
    assert min(near) == 960 and counted == set()


def test_of_two_plans_that_central_may_sell_by_no_minute_counts_twice() -> None:
    office = SlotOffice(online=True, at="8:00")
    again = [
        replace(lane, stretches=tuple(replace(one, length_min=7) for one in lane.stretches))
        for lane in office.day().lanes
    ]
    office.append(f.SlotsPlanned(letter=H, date=DATE, epoch=1, number=2, lanes=tuple(again)))
    until: dict[int, int] = {}
    for one in slots_sold.online_starts(office.day(), 0):
        assert one.start_min >= until.get(one.lane, 0)
        until[one.lane] = one.until_min


def test_a_walk_in_is_told_later_where_the_counters_are_promised_to_others() -> None:
    free, sold = SlotOffice(at="9:00"), SlotOffice(at="9:00")
    for office in (free, sold):
        office.append(f.CounterOpened(counter=7, groups=(H,)))
    for clock in ("9:00", "9:10", "9:20"):
        sold.promise(clock, 1, source="counter")
    told = [all_estimates(one.state, one.office, one.now_utc_ms)[H].due_utc_ms for one in (free, sold)]
    assert told[1] > told[0]


# --- the order, whatever comes ------------------------------------------------------------------------------------


class Floor:
    """Walk-ins, reservations and chosen times at two counters, on virtual time."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.office = SlotOffice(at="9:00", online=chance.random() < 0.5)
        self.office.append(*(f.CounterOpened(counter=number, groups=(H,)) for number in (7, 8)))
        self.number = 0
        self.busy_until = {7: 0, 8: 0}
        self.current = {7: "", 8: ""}

    def arrive(self) -> None:
        office, self.number = self.office, self.number + 1
        match self.chance.choice(("walk_in", "walk_in", "same_day", "reservation")):
            case "walk_in":
                line = queue.waiting(office.state)
                told = all_estimates(office.state, office.office, office.now_utc_ms, line)[H]
                due = -(-(told.due_utc_ms - MIDNIGHT_MS) // MINUTE_MS)
                walk_in(office, due, self.number, max(0, (told.to_utc_ms - MIDNIGHT_MS) // MINUTE_MS))
            case "same_day":
                self.same_day()
            case "reservation":
                now_min = office.hub().now_min(DATE)
                free = [one for one in offered(office, now_min + 20).offers if one.start_min > now_min]
                if free:
                    at = self.chance.choice(free).start_min
                    self.check_in(sell(office, at, intent=f"r{self.number}"))

    def same_day(self) -> None:
        office, first = self.office, not_before(self.office)
        waiting = [one for one in queue.waiting(office.state) if one.kind == "walk_in"]
        free = offered(office, first).offers
        if not free:
            return
        found = sell(office, self.chance.choice(free).start_min, first, f"i{self.number}")
        assert isinstance(found, Sold)
        begins = MIDNIGHT_MS + found.start.start_min * MINUTE_MS
        for one in waiting:
            assert begins >= one.due_utc_ms, "nobody who waited is promised a later time than was sold"
        self.check_in(found)

    def check_in(self, found: Sold | Offers) -> None:
        if isinstance(found, Sold):
            self.office.issue(found.booking)

    def call(self, counter: int) -> None:
        office = self.office
        if self.current[counter]:
            office.append(f.Completed(ticket=self.current[counter], counter=counter, service=SERVICE, service_s=480))
            self.current[counter] = ""
        line = queue.waiting(office.state, (H,), counter)
        if not line:
            return
        first = line[0]
        if first.kind in ("reservation", "slot"):
            for other in line[1:]:
                if other.kind == "walk_in":
                    assert first.due_utc_ms <= other.due_utc_ms, "a promise went before an older one"
        else:
            earlier = [one for one in line if one.kind == "walk_in" and one.arrival < first.arrival]
            assert earlier == [], "walk-ins go as they came"
        called = f.Called(ticket=first.ticket_id, counter=counter, call=self.number, stage="reception", service=SERVICE)
        office.append(called)
        self.current[counter] = first.ticket_id
        self.busy_until[counter] = office.now_utc_ms + self.chance.randint(3, 15) * MINUTE_MS


@given(st.integers(0, 2**32))
@settings(max_examples=2_000 if DEPTH == "long" else examples(25), deadline=None)
def test_no_reservation_and_no_chosen_time_overtakes_a_walk_in(seed: int) -> None:
    floor = Floor(Random(seed))
    for _ in range(40):
        if floor.chance.random() < 0.5:
            floor.arrive()
        for counter in (7, 8):
            if floor.office.now_utc_ms >= floor.busy_until[counter]:
                floor.call(counter)
        floor.office.now_utc_ms += floor.chance.randint(1, 4) * MINUTE_MS
