"""Seeded days with reservations and sold times: nobody is called twice for one booking, no minute is sold twice, and
what was sold is somebody's ticket or is given back, whatever failed meanwhile.

A failure names its line: `BookedSchedule(SEED).run()` from tests.kiosk_app.replication.reservations plays it again.
"""

from __future__ import annotations

import pytest

from kiosk_app.office import doubles
from tests.depth import DEPTH
from tests.kiosk_app.replication.reservations import BookedSchedule

SEEDS = {"quick": 20, "plain": 100, "long": 20_000}[DEPTH]
SLICES = 2


@pytest.mark.timeout(3600 if DEPTH == "long" else 300)
@pytest.mark.parametrize("part", range(SLICES))
def test_whatever_fails_one_reservation_is_one_call_and_one_minute_one_promise(part: int) -> None:
    for seed in range(part, SEEDS, SLICES):
        BookedSchedule(seed).run()


@pytest.mark.slow
def test_the_schedules_do_what_they_are_for() -> None:
    """Two numbers for one booking, unheard codes, times sold, asked again, and given back."""
    played = [BookedSchedule(seed).run() for seed in range(60)]
    days = [one.hubs[0].book.state.day for one in played]
    assert sum(len(doubles.set_aside(day)) for day in days) > 3
    tickets = [ticket for day in days for ticket in day.tickets.values()]
    assert sum(ticket.booking.startswith(doubles.UNHEARD) for ticket in tickets) > 10
    assert sum(ticket.promise == "slot" for ticket in tickets) > 10
    assert sum(ticket.promise == "walk_in" and bool(ticket.booking) for ticket in tickets) > 3
    assert sum(len(bookings) > 1 for one in played for bookings in one.sold.values()) > 3
    cancelled = [one for game in played for slots in game.hubs[0].book.state.slots.values() for one in slots.values()]
    assert sum(len(slot.cancelled) for slot in cancelled) > 5
