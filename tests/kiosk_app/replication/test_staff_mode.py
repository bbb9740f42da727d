"""What staff do at a ticket machine comes to the hub: a number in place of another, a cancellation that is asked."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app import hub_link
from kiosk_app.api import Role
from kiosk_app.issuing import Allocated, Wish
from kiosk_app.office import asked, authorship
from kiosk_app.office import facts as f
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import OfficeState, dump, number_of, visit_of
from tests.kiosk_app.office.scenario import DESK, SERVICES
from tests.kiosk_app.replication.machines import at_once
from tests.kiosk_app.replication.test_days import linked
from tests.kiosk_app.replication.test_link import Pair

REASONS = ("お帰りになった",)


def taken(pair: Pair, count: int) -> list[str]:
    tickets = []
    for n in range(count):
        pair.now.utc_ms += 61_000
        tickets.append(pair.machine.issue("residence", f"i{n}"))
        pair.machine.print_ends(tickets[-1], "issued")
    return tickets


def instead(pair: Pair, old: str, service: str = "seal") -> str:
    pair.now.utc_ms += 61_000
    stop = SERVICES[service]
    wish = Wish(intent=f"x{old}", stop=stop, letter=stop.group, language="ja", by_staff=True, instead_of=old)
    made = at_once(pair.machine.issuer.allocate(wish, "1001"))
    assert isinstance(made, Allocated) and made.fresh
    pair.machine.print_ends(made.ticket, "issued")
    return made.ticket


def line(state: OfficeState) -> list[str]:
    return [number_of(state.day, one.ticket_id) for one in waiting(state)]


def heal(pair: Pair) -> None:
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()


def answer(pair: Pair, role: Role | None = "clerk") -> None:
    found = asked.answers(pair.hub.book.state, DESK, REASONS, lambda code: role, pair.now.utc_ms)
    for actor, facts in found:
        pair.hub.book.commit(actor, facts)


def test_a_number_in_the_place_of_another_is_taken_from_a_machine_that_was_cut_off() -> None:
    pair = linked()
    tickets = taken(pair, 3)
    new = instead(pair, tickets[1])
    here = line(pair.machine.book.state)
    assert here == [number_of(pair.machine.book.state.day, key) for key in (tickets[0], new, tickets[2])]
    heal(pair)
    assert line(pair.hub.book.state) == here
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)


def test_one_that_the_hub_called_meanwhile_is_void_there_and_the_visitor_waits_with_the_new_number() -> None:
    """Nobody knew better at the machine: the visitor stood there and not at the counter."""
    pair = linked()
    (ticket,) = taken(pair, 1)
    heal(pair)
    pair.hub.act("open_counter", "o", counter=1)
    pair.hub.act("call_next", "c", counter=1)
    new = instead(pair, ticket)
    heal(pair)
    day = pair.hub.book.state.day
    assert day.tickets[ticket].voided and line(pair.hub.book.state) == [number_of(day, new)]
    pair.hub.act("no_show", "n", counter=1)
    heal(pair)
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)


def test_no_machine_comes_before_others_with_a_time_that_none_of_its_numbers_has() -> None:
    pair = linked()
    tickets = taken(pair, 2)
    heal(pair)
    state = pair.hub.book.state
    day = state.day
    instead(pair, tickets[1])
    issued = next(
        fact
        for e in pair.machine.log.iterate_machine("m2")
        if isinstance(fact := f.decode(e.kind, e.body), f.TicketIssued) and fact.replaces
    )
    for changes, cause in (
        ({}, ""),
        ({"arrival_utc_ms": 1}, "not_its_ticket"),
        ({"replaces": number_of(day, tickets[0])}, "not_its_ticket"),
        ({"replaces": "A-900"}, ""),
    ):
        fault = authorship.first_fault(state, "m2", [("m2", 99, replace(issued, **changes))], day.date)  # type: ignore[arg-type]
        assert (fault.cause if fault else "") == cause, changes
    theirs = replace(issued, machine_code="m3", number=740)
    other = [("m3", 1, f.DayJoined(date=day.date)), ("m3", 2, theirs)]
    fault = authorship.first_fault(state, "m3", other, day.date)
    assert fault is not None and fault.cause == "not_its_ticket"


def test_a_cancellation_is_asked_and_the_hubs_word_comes_back() -> None:
    pair = linked()
    first, second = taken(pair, 2)
    heal(pair)
    for ticket in (first, second):
        wish = f.CancellationAsked(ticket=ticket, reason=REASONS[0], staff_code="1001", intent=f"c{ticket}")
        pair.machine.book.commit("1001", [wish])
    pair.hub.act("open_counter", "o", counter=1)
    pair.hub.act("call_next", "c", counter=1)
    heal(pair)
    assert len(pair.hub.book.state.day.cancellations) == 2
    answer(pair)
    answer(pair)
    heal(pair)
    day = pair.machine.book.state.day
    assert (visit_of(day, first).status, visit_of(day, second).status) == ("called", "cancelled")
    assert day.cancellations == {}
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)
    kinds = [e.kind for e in pair.hub.log.iterate_machine("m1")]
    assert (kinds.count("CancellationRefused"), kinds.count("TicketCancelled")) == (1, 1)


def test_a_wish_goes_with_its_day() -> None:
    pair = linked()
    (ticket,) = taken(pair, 1)
    pair.machine.book.commit("1001", [f.CancellationAsked(ticket=ticket, reason="x", staff_code="1001", intent="c")])
    pair.now.utc_ms += 24 * 3_600_000
    pair.hub.tick()
    pair.until_quiet()
    heal(pair)
    assert pair.hub.book.state.day.cancellations == {}
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)
