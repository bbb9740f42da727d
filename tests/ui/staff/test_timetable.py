"""From a day to its cells: each stands where its minutes are, is told apart without colour, and none is left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.api import SlotChange, SlotsPreviewAsked, SlotState, SlotsView
from kiosk_app.office import doubles
from kiosk_app.office.permissions import PLANNERS, READERS_OF_SLOTS
from kiosk_app.office.slots import LENGTH_MIN
from tests.ui.staff import slot_days
from tests.ui.staff.slot_days import Day
from ui.staff import slots, timetable
from ui.staff.timetable import Form, Window

DAYS: dict[str, Callable[[], Day]] = {
    "ordinary": slot_days.ordinary,
    "crowded": slot_days.crowded,
    "empty": slot_days.empty,
    "short": lambda: slot_days.crowded(12, LENGTH_MIN),
    "six": lambda: slot_days.crowded(12, 6),
    "long": lambda: slot_days.crowded(12, 30),
}


def test_who_may_look_and_who_may_plan_is_who_the_core_answers() -> None:
    assert set(slots.READERS) == READERS_OF_SLOTS
    assert set(slots.PLANNERS) == PLANNERS
    assert timetable.UNHEARD == doubles.UNHEARD


@cache
def known(name: str) -> SlotsView:
    return slot_days.view(DAYS[name]())


@pytest.mark.parametrize("name", DAYS)
@settings(max_examples=20)
@given(wish=st.none() | st.integers(0, 24 * 60))
def test_cells_of_a_lane_stand_in_order_within_the_strip_and_never_over_each_other(name: str, wish: int | None) -> None:
    view = known(name)
    window = timetable.window_of(view, wish)
    drawn = timetable.as_is(view, window, 0)
    for place in range(len(drawn.names)):
        spans = sorted((x, x + width) for lane, _, x, width, *_ in drawn.cells if lane == place)
        assert all(0 <= x < until <= 1.0001 for x, until in spans)
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))


def test_a_slot_is_where_its_minutes_are() -> None:
    view = slot_days.view(slot_days.ordinary())
    drawn = timetable.as_is(view, Window(13 * 60, 120), 0)
    cell = next(cell for cell in drawn.cells if cell.control == "slot:b1-790")
    assert (cell.place, cell.form, cell.two) == (0, "here", "13:10\n来庁")
    assert (round(cell.x * 120), round(cell.width * 120)) == (10, 10)
    assert cell.said == "予約枠1　13:10から10分　来庁済み　引っ越しの届（転入・転居・転出）　A-190"


@pytest.mark.parametrize("name", DAYS)
@given(minutes=st.none() | st.integers(0, 24 * 60), lane=st.integers(0, 11), x=st.floats(0, 1), y=st.floats(0, 0.999))
def test_a_touch_finds_the_slot_under_it_and_nothing_beside_it(
    name: str, minutes: int | None, lane: int, x: float, y: float
) -> None:
    view = known(name)
    cells = timetable.as_is(view, timetable.window_of(view, minutes), 0).cells
    there = [cell.control for cell in cells if cell.place == lane and cell.x <= x < cell.x + cell.width]
    assert timetable.touched(cells, lane, x, y) == (there[0] if there else "")
    for cell in cells:
        assert timetable.touched(cells, cell.place, cell.x + cell.width / 2, y) == cell.control


def test_a_touch_tells_what_is_from_what_would_be() -> None:
    day = slot_days.ordinary()
    view = slot_days.view(day)
    told = slot_days.preview(day, SlotsPreviewAsked(change=SlotChange(letter="A", length_min=7)))
    cells = timetable.compared(view, told, timetable.window_of(view, None, told), 0).cells
    upper = [cell for cell in cells if cell.half == timetable.ABOVE]
    lower = [cell for cell in cells if cell.half == timetable.BELOW]
    assert upper and lower
    for half, y in ((upper, 0.25), (lower, 0.75)):
        for cell in half:
            assert timetable.touched(half, cell.place, cell.x + cell.width / 2, y) == cell.control
            assert timetable.touched(half, cell.place, cell.x + cell.width / 2, 1 - y) == ""


@pytest.mark.parametrize("state", get_args(SlotState))
def test_every_state_has_its_form(state: SlotState) -> None:
    view = slot_days.view(slot_days.ordinary())
    slot = replace(view.lanes[0].slots[-1], state=state)
    assert (timetable.form_of(view, slot) is None) == (state == "past")


def test_who_is_late_doubled_outside_or_unheard_stands_out() -> None:
    view = slot_days.view(slot_days.ordinary())
    slot = next(s for s in view.lanes[0].slots if s.state == "booked")
    assert timetable.form_of(view, slot) == "booked"
    assert timetable.form_of(view, replace(slot, start_min=view.now_min - 1)) == "late"
    assert timetable.form_of(replace(view, today=False), replace(slot, start_min=0)) == "booked"
    assert timetable.form_of(view, replace(slot, doubled=True)) == "wrong"
    assert timetable.form_of(view, replace(slot, late_min=timetable.PRESSED_MIN)) == "pressed"
    assert timetable.form_of(view, replace(slot, late_min=timetable.PRESSED_MIN - 1)) == "booked"
    assert timetable.form_of(view, replace(slot, outside=True)) == "wrong"
    unheard = replace(slot, state="checked_in", booking=f"{doubles.UNHEARD}x")
    assert timetable.form_of(view, unheard) == "unheard"


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 250), st.sampled_from(list(timetable.WORDS)))
def test_words_never_need_more_room_than_there_is(hour: int, minute: int, room_px: int, form: Form) -> None:
    line, two, size = timetable.texts(f"{hour}:{minute:02d}", room_px, form, *timetable.WORDS[form])
    assert not line or timetable.wide(line, size) <= room_px
    assert all(timetable.wide(part, 14) <= room_px for part in two.split("\n"))


@given(st.integers(-3, 3), st.none() | st.integers(0, 24 * 60))
def test_moving_stays_within_the_day_and_comes_back(way: int, wish: int | None) -> None:
    view = known("ordinary")
    window = timetable.window_of(view, wish)
    assert window.from_min >= 8 * 60 and window.until_min <= 17 * 60
    then = timetable.window_of(view, timetable.moved(view, window, way))
    assert then.from_min >= 8 * 60 and then.until_min <= 17 * 60


def test_arrow_keys_go_through_all_bookings_by_time_and_stop_at_the_ends() -> None:
    view = slot_days.view(slot_days.ordinary())
    found = timetable.stepped(view, "", 1)
    assert found is not None and found[1] >= view.now_min
    key, starts = found[0], []
    for _ in range(60):
        step = timetable.stepped(view, key, 1)
        assert step is not None
        key = step[0]
        starts.append(step[1])
    assert starts == sorted(starts)
    assert timetable.stepped(view, key, 1) == timetable.in_order(view)[-1]
    assert timetable.stepped(slot_days.view(slot_days.empty()), "", 1) is None


def test_lanes_that_do_not_fit_come_on_the_next_page() -> None:
    view = slot_days.view(slot_days.crowded(30, 10))
    window = timetable.window_of(view, None)
    names = [name["name"] for first in (0, 12, 24) for name in timetable.as_is(view, window, first).names]
    assert names == [f"予約枠{n}" for n in range(1, 31)]
