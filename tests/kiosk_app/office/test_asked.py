"""Who leaves gives their number back by telephone: the hub cancels it and frees its time, unless a person must help."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk_app.office import asked
from kiosk_app.office import facts as f
from kiosk_app.office.asked import BY_VISITOR, VISITORS_MAX, WITHIN_MS
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import visit_of
from tests.kiosk_app.slot_house import DATE, SlotOffice

H = "H"
NOBODY: Any = None
"""What a counter's rule needs; a visitor's does not."""


class Office(SlotOffice):
    def leave(self, ticket: str, intent: str = "phone-1") -> None:
        self.append(f.GiveBackAsked(ticket=ticket, intent=intent), machine="central", actor="visitor")

    def answer(self) -> list[tuple[str, tuple[f.Fact, ...]]]:
        found = asked.answers(self.state, NOBODY, (), lambda code: None, self.now_utc_ms)
        for actor, facts in found:
            self.append(*facts, actor=actor)
        return found

    def walk_in(self, number: int = 1) -> str:
        ticket = f"walk-in-{number}"
        issued = f.TicketIssued(
            ticket=ticket,
            intent=f"issue-{ticket}",
            letter=H,
            number=600 + number,
            stops=(f.Stop(service="move-in", group=H, service_name="転入", counters=(7,)),),
            language="ja",
            machine_code="m1",
            due_utc_ms=self.now_utc_ms,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
        )
        started = f.PrintStarted(job=f"j{number}", ticket=ticket, attempt=1, printer="p")
        self.append(issued, started, f.PrintEnded(job=f"j{number}", ticket=ticket, verdict="issued"))
        return ticket

    def call(self, ticket: str) -> None:
        self.append(f.CounterOpened(counter=7, groups=(H,)))
        self.append(f.Called(ticket=ticket, counter=7, call=1, stage="reception", service="move-in"))


def kinds(found: list[tuple[str, tuple[f.Fact, ...]]]) -> list[tuple[str, list[str]]]:
    return [(actor, [type(fact).__name__ for fact in facts]) for actor, facts in found]


def test_a_walk_in_who_leaves_is_called_no_more() -> None:
    office = Office(at="9:00")
    ticket = office.walk_in()
    office.leave(ticket)
    ((actor, (fact,)),) = office.answer()
    assert fact == f.TicketCancelled(ticket=ticket, reason=BY_VISITOR, intent="phone-1.cancelled")
    assert actor == "visitor" and visit_of(office.state.day, ticket).status == "cancelled"
    assert waiting(office.state) == [] and office.state.day.cancellations == {}
    assert [(one.kind, one.staff_code, one.reason) for one in office.state.day.actions] == [
        ("TicketCancelled", "visitor", BY_VISITOR)
    ]
    assert office.answer() == []


def test_with_a_reservation_its_time_is_free_again() -> None:
    office = Office(at="9:00")
    booking = office.promise("9:10")
    before = office.day().promises()
    ticket = office.issue(booking)
    office.leave(ticket)
    ((_, facts),) = office.answer()
    assert facts[1:] == (f.BookingCancelled(booking=booking, letter=H, date=DATE, by="visitor", reason=BY_VISITOR),)
    assert [one.booking for one in before] == [booking] and office.day().promises() == []


def test_a_reservation_of_which_another_number_is_held_stays() -> None:
    """Two machines that were cut off from each other gave two numbers."""
    office = Office(at="9:00")
    booking = office.promise("9:10")
    ticket, _ = office.issue(booking), office.issue(booking, ticket="other")
    office.leave(ticket)
    assert kinds(office.answer()) == [("visitor", ["TicketCancelled"])]
    assert [one.booking for one in office.day().promises()] == [booking]


@pytest.mark.parametrize("state", ["called", "over", "cancelled", "papers"])
def test_who_is_at_a_counter_or_through_is_refused(state: str) -> None:
    office = Office(at="9:00")
    ticket = office.walk_in()
    office.call(ticket)
    if state == "over":
        office.append(f.Completed(ticket=ticket, counter=7, service="move-in", service_s=300))
    elif state == "cancelled":
        office.append(f.TicketCancelled(ticket=ticket, reason="理由", counter=7))
    elif state == "papers":
        office.append(f.ReadyForHandover(ticket=ticket, counter=7))
    before = visit_of(office.state.day, ticket)
    office.leave(ticket)
    assert kinds(office.answer()) == [("core", ["CancellationRefused"])]
    assert visit_of(office.state.day, ticket) == before and office.state.day.cancellations == {}


@pytest.mark.parametrize("how", ["held", "missed"])
def test_who_was_put_aside_or_did_not_come_may_leave(how: str) -> None:
    office = Office(at="9:00")
    ticket = office.walk_in()
    office.call(ticket)
    office.append(f.Held(ticket=ticket, counter=7) if how == "held" else f.NoShow(ticket=ticket, counter=7))
    office.leave(ticket)
    assert kinds(office.answer()) == [("visitor", ["TicketCancelled"])]


def test_a_number_of_another_day_or_of_nobody_is_nothing_to_answer() -> None:
    office = Office(at="9:00")
    office.leave("of-yesterday")
    assert office.answer() == []
    ticket = office.walk_in()
    office.append(f.DayClosed(date=DATE))
    office.leave(ticket)
    assert office.answer() == [], "the office is closed"


def test_nobody_empties_the_line_at_once() -> None:
    """A central that was taken over knows every ticket."""
    office = Office(at="9:00")
    tickets = [office.walk_in(number) for number in range(VISITORS_MAX + 5)]
    for ticket in tickets:
        office.leave(ticket, f"i-{ticket}")
    answered = kinds(office.answer())
    assert answered.count(("visitor", ["TicketCancelled"])) == VISITORS_MAX
    assert answered.count(("core", ["CancellationRefused"])) == 5 and len(waiting(office.state)) == 5
    left = waiting(office.state)[0].ticket_id
    office.leave(left, "again")
    assert kinds(office.answer()) == [("core", ["CancellationRefused"])]
    office.now_utc_ms += WITHIN_MS + 1
    office.leave(left, "later")
    assert kinds(office.answer()) == [("visitor", ["TicketCancelled"])]
