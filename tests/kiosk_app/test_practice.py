"""Training mode (研修モード): everything can be tried, and nothing of the real office moves by a byte."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from kiosk_app import practice
from kiosk_app.book import PracticeBook
from kiosk_app.clock import DrivenClock
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump, number_of
from tests.kiosk_app.house import MORNING, SERVICE, ZONE, House, OpenHouse, the_office


def practice_book(at: datetime = MORNING) -> PracticeBook:
    clock = DrivenClock(int(at.replace(tzinfo=ZONE).timestamp() * 1000))
    return practice.office_for(the_office(), PracticeBook(clock))[0]


async def test_a_trainee_does_everything_and_the_office_does_not_move(house: House) -> None:
    real = await house.take()
    clerk = await house.sign_in("1002")
    await house.act(clerk, "open_counter", counter=3)
    token = await house.sign_in("1001", training=True)

    def office() -> tuple[object, ...]:
        state = house.core.book.state
        return house.position, dump(state), len(house.printer.pieces), bytes(house.printer.received)

    before = office()
    with house.core.announcements.listening("") as voice:
        shown = house.core.display_view("")
        first = (await house.staff_view(token)).waiting
        assert {row.letter for row in first} == {g.letter for g in the_office().groups}
        assert (await house.act(token, "open_counter", counter=3)).ok
        for verb, fields in (
            ("call_next", {}),
            ("recall", {}),
            ("undo", {}),
            ("call_next", {}),
            ("hold", {}),
            ("resume", {"number": "A-001"}),
            ("call_next", {}),
            ("no_show", {}),
            ("call_next", {}),
            ("complete", {}),
            ("cancel", {"number": "H-001", "reason": "お帰りになった"}),
            ("grant_priority", {"number": "H-002", "reason": "体調がすぐれない方"}),
            ("change_service", {"number": "H-002", "service": SERVICE}),
        ):
            reply = await house.act(token, verb, counter=3, **fields)  # type: ignore[arg-type]
            assert reply.ok, (verb, reply.message)
        issued = await house.act(token, "issue", service=SERVICE)
        assert (issued.ok, issued.message) == (True, "A-003を発券しました。研修モードなので、紙は出ません。")
        again = await house.act(token, "reprint", number="A-003")
        assert (again.ok, again.message) == (True, "A-003を再発行しました。研修モードなので、紙は出ません。")
        assert voice.empty()
        assert house.core.display_view("") == shown
    assert office() == before
    assert (await house.act(token, "sign_out")).ok
    assert (await house.ask("GET", "/v1/staff/view", token=token)).status == 401
    assert office() == before
    view = await house.staff_view(clerk)
    assert [row.number for row in view.waiting] == [real]
    assert view.counter is not None
    assert (view.counter.number, view.counter.current) == (3, "")


async def test_training_ends_with_the_process(house: House) -> None:
    training, working = await house.sign_in("1001", training=True), await house.sign_in("1001")
    await house.restart()
    assert (await house.ask("GET", "/v1/staff/view", token=training)).status == 401
    assert (await house.ask("GET", "/v1/staff/view", token=working)).status == 200


async def test_two_trainees_do_not_meet(house: House) -> None:
    one, two = await house.sign_in("1001", training=True), await house.sign_in("1002", training=True)
    await house.act(one, "open_counter", counter=3)
    await house.act(one, "call_next", counter=3)
    view = await house.staff_view(two)
    assert view.counter is None
    assert {c.state for c in view.counters} == {"closed"}
    assert len(view.waiting) == practice.TICKETS


def test_the_oldest_has_waited_half_an_hour_and_every_number_is_its_own() -> None:
    book = practice_book()
    state = book.state
    issued = sorted(ticket.issued_utc_ms for ticket in state.day.tickets.values())
    waited_min = [(book.clock.now_utc_ms() - at) // 60_000 for at in issued]
    assert waited_min == list(range(36, 0, -3))
    numbers = [number_of(state.day, ticket) for ticket in state.day.tickets]
    assert len(set(numbers)) == practice.TICKETS


async def test_an_office_of_one_group_and_a_day_without_services_can_be_practised_too(open_house: OpenHouse) -> None:
    office = the_office()
    small = replace(
        office,
        groups=office.groups[:1],
        services=tuple(s for s in office.services if s.group == office.groups[0].letter),
        counters=tuple(c for c in office.counters if c.groups == (office.groups[0].letter,)),
    )
    clock = DrivenClock(int(MORNING.replace(tzinfo=ZONE).timestamp() * 1000))
    book, _ = practice.office_for(small, PracticeBook(clock))
    assert len(book.state.day.live) == practice.TICKETS
    empty, issuer = practice.office_for(replace(small, services=()), PracticeBook(clock))
    assert empty.state.day.tickets == {}
    assert issuer.find("anything") is None


async def test_practised_numbers_never_meet_even_after_many(house: House) -> None:
    token = await house.sign_in("2001", training=True)
    said = [(await house.act(token, "issue", service=SERVICE)).message for _ in range(30)]
    assert len(set(said)) == 30
    assert house.facts(f.TicketIssued) == []
