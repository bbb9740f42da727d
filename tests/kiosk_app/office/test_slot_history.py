"""No history of changes and late news moves a promise or sells a minute twice."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import slot_days, slots
from tests.depth import DEPTH, examples
from tests.kiosk_app.office.slot_history import World
from tests.kiosk_app.slot_house import DATE


@given(st.integers(0, 2**32))
@settings(max_examples=3_000 if DEPTH == "long" else examples(60), deadline=None)
def test_whatever_staff_change_no_promise_moves_and_no_minute_is_sold_twice(seed: int) -> None:
    world = World(Random(seed))
    for _ in range(40):
        world.step()
        world.check()
    while world.to_hub or world.to_central:
        world.deliver()
    world.check()
    assert world.hub.day().bookings == world.central.bookings


@given(st.integers(0, 2**32))
@settings(max_examples=examples(30), deadline=None)
def test_what_is_sold_after_a_change_makes_nobody_later(seed: int) -> None:
    """At the pace that is planned then: whoever buys a start pushes no promise back."""
    world = World(Random(seed))
    for _ in range(15):
        world.step()
    day, now_min = world.hub.day(), world.hub.hub().now_min(DATE)
    lanes = slot_days.office_lanes(day)
    pace = max((one.pitch_min for lane in lanes for one in lane.stretches), default=10)
    before = {one.booking: one.late_min for one in slots.behind(lanes, day.promises(), now_min)}
    for start in slot_days.free_for_office(day, now_min)[::3]:
        bought = slots.Promise(
            booking="new", lane=start.lane, start_min=start.start_min, length_min=start.length_min,
            after_min=start.after_min,
        )  # fmt: skip
        after = {one.booking: one.late_min for one in slots.behind(lanes, [*day.promises(), bought], now_min)}
        assert after == before and pace
