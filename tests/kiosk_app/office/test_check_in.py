"""A reservation is one number, whoever asks, however often; and nobody is sent away without being told what is next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import booking_code, check_in
from kiosk_app.office import facts as f
from kiosk_app.office.booking_code import Claim, encode
from kiosk_app.office.check_in import Booked, Known
from kiosk_app.office.doubles import UNHEARD, others_of, set_aside
from kiosk_app.office.queue import waiting
from kiosk_app.office.slot_days import Booked as Sold
from kiosk_app.office.slot_days import Cancelled, SlotDay
from tests.depth import examples
from tests.kiosk_app.house import ZONE, the_office
from tests.kiosk_app.office.scenario import Office

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TODAY = date(2026, 4, 6)
HALF_TEN = 10 * 60 + 30
MOVE = f.Stop(service="move-in", group="H", service_name="転入届", counters=(7,))


def code(start_min: int = HALF_TEN, lane: int = 1, day: date = TODAY, office: int = 1, key: bytes = KEY) -> str:
    return encode(key, Claim(office, day, "H", start_min, lane))


def sold(start_min: int = HALF_TEN, lane: int = 1, service: str = "move-in") -> Sold:
    return Sold(lane=lane, start_min=start_min, length_min=15, after_min=3, service=service, source="web")


class Floor:
    """An office with reservations, a machine in it, and a clock."""

    def __init__(self, now: str = "10:20") -> None:
        self.office = Office().open_day()
        self.slots = {"H": SlotDay(bookings={"b1": sold()})}
        hour, minute = now.split(":")
        self.local = datetime(2026, 4, 6, int(hour), int(minute), tzinfo=ZONE)
        self.given = 0

    def known(self, key: bytes | None = KEY, machine: str = "m1") -> Known:
        return Known(the_office(), self.office.state.day, self.slots, self.local, machine, key)

    def typed(self, text: str) -> check_in.Answer:
        return check_in.typed_code(self.known(), text)

    def give(self, booked: Booked, machine: str = "m1", verdict: f.Verdict | None = "issued") -> str:
        self.given += 1
        ticket = f"t{self.given}"
        issued = f.TicketIssued(
            ticket=ticket,
            intent=f"i{self.given}",
            letter="H",
            number=100 + self.given,
            stops=(MOVE,),
            language="ja",
            machine_code=machine,
            due_utc_ms=check_in.start_utc_ms(self.local, booked.start_min),
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
            promise="reservation",
            booking=booked.name,
            lane=booked.lane,
            start_min=booked.start_min,
            length_min=booked.length_min,
        )
        self.office.append(issued, machine=machine)
        if verdict is not None:
            self.office.append(f.PrintStarted(job=ticket, ticket=ticket, attempt=1, printer="p"), machine=machine)
            self.office.append(f.PrintEnded(job=ticket, ticket=ticket, verdict=verdict), machine=machine)
        return ticket

    def waits(self) -> list[str]:
        return [one.ticket_id for one in waiting(self.office.state)]


# --- what a code leads to ------------------------------------------------------------------------------------------


def test_a_code_in_time_checks_in_and_a_second_time_gets_the_same_number() -> None:
    floor = Floor()
    answer = floor.typed(booking_code.grouped(code()))
    assert (answer.what, answer.late) == ("ready", False)
    (booked,) = answer.booked
    assert (booked.booking, booked.service, booked.length_min) == ("b1", "move-in", 15)
    ticket = floor.give(booked)
    again = floor.typed(code())
    assert (again.what, again.ticket, again.number, again.again) == ("already", ticket, "H-101", True)
    assert not check_in.typed_code(floor.known(machine="m2"), code()).again, "its paper is another machine's to print"


def test_early_is_told_when_to_come_and_late_goes_on_as_a_walk_in() -> None:
    early = Floor("9:29").typed(code())
    assert (early.what, early.from_min) == ("early", 9 * 60 + 30)
    assert Floor("9:30").typed(code()).what == "ready"
    assert not Floor("10:40").typed(code()).late, "ten minutes are the grace of this group"
    late = Floor("10:41").typed(code())
    assert (late.what, late.late) == ("ready", True)


def test_wrong_office_other_day_cancelled_and_nonsense_are_told_apart() -> None:
    floor = Floor()
    elsewhere = floor.typed(code(office=7, key=OTHER_KEY))
    assert (elsewhere.what, elsewhere.office) == ("elsewhere", 7)
    tomorrow = floor.typed(code(day=TODAY + timedelta(days=1)))
    assert (tomorrow.what, tomorrow.date, tomorrow.start_min) == ("other_day", "2026-04-07", HALF_TEN)
    assert floor.typed(code(key=OTHER_KEY)).what == "wrong_code"
    assert check_in.typed_code(floor.known(key=None), code()).what == "wrong_code", "without a key nothing is believed"
    floor.slots["H"].cancelled["b1"] = Cancelled(by="visitor")
    assert floor.typed(code()).what == "cancelled"
    floor.slots["H"].bookings["b2"] = sold()
    assert floor.typed(code()).booked[0].booking == "b2", "the place was sold again"


def test_a_valid_code_that_nobody_has_heard_of_is_believed_and_settles_when_the_booking_comes() -> None:
    floor = Floor()
    answer = floor.typed(code(start_min=HALF_TEN + 18))
    assert answer.what == "ready"
    (booked,) = answer.booked
    assert (booked.booking, booked.service, booked.name) == ("", "", f"{UNHEARD}H-0648-01")
    ticket = floor.office.state.day.tickets[floor.give(booked)]
    assert check_in.confirmed_by(floor.slots, ticket) == ""
    assert floor.typed(code(start_min=HALF_TEN + 18)).what == "already"
    floor.slots["H"].bookings["b9"] = sold(start_min=HALF_TEN + 18)
    assert check_in.confirmed_by(floor.slots, ticket) == "b9"
    again = floor.typed(code(start_min=HALF_TEN + 18))
    assert (again.what, again.number) == ("already", "H-101"), "it is known by its name now and is still the same"


def test_a_qr_code_carries_the_code_or_an_address_with_it_or_it_is_a_ticket() -> None:
    floor = Floor()
    for text in (code(), f"  {code()}\r\n", f"https://yoyaku.example.jp/b?code={code()}&x=1"):
        assert check_in.scanned(floor.known(), text).what == "ready"
    ticket = floor.give(floor.typed(code()).booked[0])
    mine = check_in.scanned(floor.known(), the_office().status_url + ticket)
    assert (mine.what, mine.number) == ("my_ticket", "H-101")
    assert check_in.scanned(floor.known(), the_office().status_url + "old").number == ""
    for text in ("https://example.jp/", "", code() + code(), "WIFI:S:x;;"):
        assert check_in.scanned(floor.known(), text).what == "unreadable"


def test_digits_of_a_telephone_are_always_chosen_from_by_time_and_service() -> None:
    floor = Floor()
    floor.slots["H"].bookings["b0"] = sold(start_min=9 * 60, service="move-out")
    found = check_in.found_by_phone(floor.known(), ("b1", "gone", "b0"))
    assert (found.what, [one.booking for one in found.booked]) == ("choose", ["b0", "b1"])
    assert check_in.found_by_phone(floor.known(), ("b1",)).what == "choose", "also a single one: digits prove nobody"
    assert check_in.found_by_phone(floor.known(), ()).what == "wrong_phone"
    assert check_in.chosen(floor.known(), found.booked[0]).late


def test_whose_number_never_came_out_or_was_cancelled_may_check_in_again() -> None:
    floor = Floor()
    booked = floor.typed(code()).booked[0]
    first = floor.give(booked, verdict="not_issued")
    assert floor.typed(code()).again, "its paper may be tried again"
    floor.office.append(f.TicketVoided(ticket=first, reason="abandoned"))
    assert floor.typed(code()).what == "ready"
    second = floor.give(booked)
    assert floor.waits() == [second]
    floor.office.append(f.TicketCancelled(ticket=second, reason="x"))
    assert floor.typed(code()).what == "ready"


@settings(max_examples=examples(100), deadline=None)
@given(text=st.text(max_size=40) | st.from_regex(r"\A[0-9]{16}\Z") | st.integers(0, 10**16).map(str))
def test_whatever_is_typed_or_shown_has_an_answer(text: str) -> None:
    floor = Floor()
    for answer in (check_in.scanned(floor.known(), text), floor.typed(text)):
        assert answer.what in ("unreadable", "wrong_code", "elsewhere", "other_day", "my_ticket")


def test_tries_come_back_one_by_one() -> None:
    wrong = [n * 60_000 for n in range(check_in.TRIES_MAX)]
    now = wrong[-1]
    assert check_in.tries_left(wrong, now) == 0
    assert check_in.tries_left(wrong, check_in.TRIES_WITHIN_MS) == 1
    assert check_in.tries_left((), now) == check_in.TRIES_MAX


# --- two machines that are cut off from each other -----------------------------------------------------------------


def test_of_two_numbers_for_one_reservation_one_is_called_and_staff_find_the_other_beside_it() -> None:
    floor = Floor()
    booked = floor.typed(code()).booked[0]
    one = floor.give(booked, "m1")
    floor.office.pass_min(1)
    two = floor.give(Booked(letter="H", lane=1, start_min=HALF_TEN, length_min=0), "m2")
    assert floor.waits() == [one]
    assert others_of(floor.office.state.day, one) == (two,)
    assert floor.office.called(3) == one
    assert floor.office.called(3) == "", "nobody else waits, and the other number is the same visitor's"


def test_the_number_that_was_called_counts_although_the_other_turns_out_to_be_older() -> None:
    floor = Floor()
    booked = floor.typed(code()).booked[0]
    floor.office.pass_min(5)
    late = floor.give(booked, "m2")
    assert floor.office.called(3) == late
    floor.office.pass_min(-5)
    early = floor.give(booked, "m1")
    floor.office.pass_min(5)
    assert set_aside(floor.office.state.day) == {early: late}
    assert floor.waits() == []
    refused = floor.office.decide("call_number", counter=2, number="H-102")
    assert "H-101" in refused.message_ja, "who shows the other number is at a counter already"


def test_a_place_that_was_cancelled_and_sold_again_is_two_reservations() -> None:
    floor = Floor()
    floor.slots["H"].bookings["b2"] = sold()
    one, two = (
        floor.give(Booked(letter="H", lane=1, start_min=HALF_TEN, length_min=15, booking=name), machine)
        for name, machine in (("b1", "m1"), ("b2", "m2"))
    )
    three = floor.give(Booked(letter="H", lane=1, start_min=HALF_TEN, length_min=0), "m3")
    assert set(floor.waits()) == {one, two, three}, "nobody waits in vain for somebody else's sake"


@settings(max_examples=examples(60), deadline=None)
@given(order=st.permutations(range(6)), paper=st.sampled_from(("issued", "maybe", "unknown")))
def test_whichever_fact_comes_first_the_same_number_counts(order: list[int], paper: f.Verdict) -> None:
    from kiosk_app.office.folds import apply
    from kiosk_app.office.state import OfficeState, dump

    floor = Floor()
    booked = floor.typed(code()).booked[0]
    before = len(floor.office.log)
    for machine in ("m1", "m2"):
        floor.give(booked, machine, paper)
    chains: dict[str, list[tuple[str, int, int, str, f.Fact]]] = {"m1": [], "m2": []}
    for record in floor.office.log[before:]:
        chains[record[0]].append(record)
    state = OfficeState()
    for record in floor.office.log[:before]:
        apply(state, *record)
    for n in order:
        machine = ("m1", "m2")[n % 2]
        if chains[machine]:
            apply(state, *chains[machine].pop(0))
    for left in chains.values():
        for record in left:
            apply(state, *record)
    assert dump(state) == dump(floor.office.state)
