"""Slots: nothing is sold twice, no promise moves, and no owner needs the other to sell its own time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import slots
from kiosk_app.office.slots import Lane, Owner, Promise, Start, Stretch

NINE, NOON, FIVE = 9 * 60, 12 * 60, 17 * 60


def lane(number: int = 1, *stretches: tuple[int, int, int, Owner], after_min: int = 0) -> Lane:
    made = stretches or ((NINE, FIVE, 10, "office"),)
    return Lane(
        number=number,
        stretches=tuple(
            Stretch(start_min=a, until_min=b, length_min=length, after_min=after_min, owner=owner)
            for a, b, length, owner in made
        ),
    )


def sold(start: Start, booking: str) -> Promise:
    return Promise(
        booking=booking,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
    )


def times(starts: Sequence[Start]) -> list[str]:
    return [f"{one.start_min // 60}:{one.start_min % 60:02}" for one in starts]


def test_an_empty_hour_of_ten_minutes_has_six_starts() -> None:
    assert times(slots.free_starts([lane(1, (NINE, NINE + 60, 10, "office"))], [], "office", 0)) == [
        *("9:00", "9:10", "9:20", "9:30", "9:40", "9:50"),
    ]


def test_after_work_lies_between_two_visitors_and_is_not_told_to_them() -> None:
    found = slots.free_starts([lane(1, (NINE, NINE + 36, 10, "office"), after_min=2)], [], "office", 0)
    assert times(found) == ["9:00", "9:12", "9:24"]
    assert {one.length_min for one in found} == {10}


def test_ten_minutes_become_seven_around_what_was_promised() -> None:
    before = lane(1, (NINE, NINE + 60, 10, "office"))
    promise = Promise(booking="b", lane=1, start_min=NINE + 20, length_min=10)
    after = slots.with_length(before, [promise], NINE + 4, 7, "office")
    assert times(slots.free_starts([after], [promise], "office", NINE + 4)) == [
        *("9:10", "9:30", "9:37", "9:44", "9:51"),
    ]


def test_a_slot_of_the_present_grid_is_not_cut_short() -> None:
    assert slots.boundary(lane(), [], NINE + 1) == NINE + 10
    assert slots.boundary(lane(), [], NINE + 10) == NINE + 10
    promise = Promise(booking="b", lane=1, start_min=NINE + 10, length_min=25)
    assert slots.boundary(lane(), [promise], NINE + 11) == NINE + 35


def test_back_to_ten_withholds_starts_until_those_sold_at_seven_fit() -> None:
    seven = lane(1, (NINE, NINE + 60, 7, "office"))
    promises = [sold(one, str(n)) for n, one in enumerate(slots.free_starts([seven], [], "office", 0)[:3])]
    ten = slots.with_length(seven, promises, NINE - 30, 10, "office")
    assert [one.start_min for one in promises] == [NINE, NINE + 7, NINE + 14]
    # Three visits of ten minutes last until half past; 9:21 is not sold although nobody is promised it.
    assert times(slots.free_starts([ten], promises, "office", 0)) == ["9:30", "9:40", "9:50"]


def test_a_family_gets_slots_in_a_row() -> None:
    one = lane(1, (NINE, NINE + 60, 10, "office"))
    promise = Promise(booking="b", lane=1, start_min=NINE + 30, length_min=10)
    found = slots.free_starts([one], [promise], "office", 0, places=2)
    assert times(found) == ["9:00", "9:10", "9:40"]
    assert {start.length_min for start in found} == {20}
    assert slots.may_sell([one], [promise], "office", found[0])


def test_what_central_has_not_sold_falls_to_the_office() -> None:
    online = lane(1, (NINE, NOON, 10, "central"))
    promise = Promise(booking="b", lane=1, start_min=NINE + 55, length_min=10)
    after = slots.handed_over(online, [promise], 10 * 60)
    assert slots.free_starts([after], [promise], "office", 0)[0].start_min == NINE + 65
    assert slots.free_starts([after], [promise], "central", 0)[-1].until_min <= NINE + 55


def test_a_closed_part_sells_nothing_and_tells_who_is_hit() -> None:
    before = lane()
    promise = Promise(booking="hit", lane=1, start_min=14 * 60, length_min=10)
    after = slots.closed(before, 14 * 60, FIVE)
    assert slots.free_starts([after], [promise], "office", 0)[-1].until_min <= 14 * 60
    assert [one.booking for one in slots.behind([after], [promise], NINE)] == ["hit"]


def test_a_preview_says_what_staff_want_to_know() -> None:
    before = lane(1, (NINE, NINE + 70, 10, "office"))
    after = slots.with_length(before, [], NINE, 7, "office")
    shown = slots.preview([before], [after], [], NINE, "office")
    assert (shown.free_before, shown.free_after, shown.behind) == (7, 10, ())


def test_a_preview_names_whom_a_slower_pace_would_press() -> None:
    seven = lane(1, (NINE, NINE + 21, 7, "office"))
    promises = [sold(one, str(n)) for n, one in enumerate(slots.free_starts([seven], [], "office", 0))]
    shown = slots.preview([seven], [seven], promises, NINE, "office", pace_min=9)
    assert [(one.booking, one.late_min) for one in shown.behind] == [("1", 2), ("2", 4)]
    assert shown.load_after == pytest.approx(27 / 21)


@pytest.mark.parametrize(
    ("lanes", "said"),
    [
        ([lane(1), lane(1)], "each lane once"),
        ([lane(1, (NOON, NINE, 10, "office"))], "in order"),
        ([lane(1, (NINE, NOON, 10, "office"), (NINE + 60, FIVE, 10, "office"))], "in order"),
        ([lane(1, (NINE, NOON, 2, "office"))], "3 to 240 minutes"),
        ([lane(1, after_min=99)], "0 to 60"),
        ([lane(n) for n in range(1, 52)], "at most 50 lanes"),
    ],
)
def test_a_day_that_makes_no_sense_is_told(lanes: list[Lane], said: str) -> None:
    assert said in slots.fault(lanes)
    assert slots.fault([lane(1), lane(2)]) == ""


# --- whatever happens ------------------------------------------------------------------------------------------------

OWNERS: tuple[Owner, ...] = ("central", "office")
acts = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "sell", "sell two", "length", "lanes", "close", "hand over", "later"]),
        st.integers(0, 10_000),
        st.sampled_from(OWNERS),
    ),
    max_size=60,
)


@st.composite
def days(draw: st.DrawFn) -> list[Lane]:
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        cut = draw(st.integers(NINE + 30, FIVE - 30))
        owners = draw(st.sampled_from([("central", "office"), ("office", "central"), ("office", "office")]))
        lengths = draw(st.tuples(st.integers(5, 30), st.integers(5, 30)))
        pieces = [(NINE, cut, lengths[0], owners[0]), (cut, FIVE, lengths[1], owners[1])]
        made.append(lane(number, *pieces, after_min=draw(st.integers(0, 3))))  # type: ignore[arg-type]
    return made


class Seller:
    """One owner with its own knowledge: its lanes, and what it sold itself. It never hears of the other."""

    def __init__(self, owner: Owner, lanes: list[Lane]) -> None:
        self.owner, self.lanes = owner, list(lanes)
        self.promises: list[Promise] = []
        self.now_min = NINE - 60

    def do(self, what: str, number: int) -> None:
        chosen = number % len(self.lanes)
        one = self.lanes[chosen]
        match what:
            case "sell" | "sell two":
                places = 2 if what == "sell two" else 1
                free = slots.free_starts(self.lanes, self.promises, self.owner, self.now_min, places)
                if free:
                    start = free[number % len(free)]
                    assert slots.may_sell(self.lanes, self.promises, self.owner, start)
                    self.promises.append(sold(start, f"{self.owner}{len(self.promises)}"))
                    assert not slots.may_sell(self.lanes, self.promises, self.owner, start)
            case "length":
                self.lanes[chosen] = slots.with_length(one, self.promises, self.now_min, 3 + number % 40, self.owner)
            case "lanes":
                self.lanes.pop(chosen) if len(self.lanes) > 1 else None
            case "close":
                self.lanes[chosen] = slots.closed(one, NINE + number % 400, NINE + number % 400 + 45)
            case "later":
                self.now_min = min(FIVE, self.now_min + number % 90)
        assert slots.fault(self.lanes) == ""


@given(days(), acts)
def test_two_owners_who_never_talk_sell_no_minute_twice(lanes: list[Lane], acts: list[tuple[str, int, Owner]]) -> None:
    sellers = {owner: Seller(owner, lanes) for owner in OWNERS}
    for what, number, owner in acts:
        before = list(sellers[owner].promises)
        sellers[owner].do(what, number)
        assert sellers[owner].promises[: len(before)] == before
    assert slots.overlaps([*sellers["central"].promises, *sellers["office"].promises]) == []


@given(days(), acts, st.integers(NINE, FIVE))
def test_after_the_handing_over_the_office_sells_around_what_central_sold(
    lanes: list[Lane], acts: list[tuple[str, int, Owner]], at: int
) -> None:
    central = Seller("central", lanes)
    for what, number, _ in acts:
        central.do(what if what.startswith("sell") else "sell", number)
    promises = list(central.promises)
    office = [slots.handed_over(one, promises, at) for one in lanes]
    for start in slots.free_starts(office, promises, "office", 0):
        assert slots.overlaps([*promises, sold(start, "new")]) == []
    while free := slots.free_starts(office, promises, "office", 0):
        promises.append(sold(free[len(promises) % len(free)], f"o{len(promises)}"))
    assert slots.overlaps(promises) == []


@given(
    st.lists(st.integers(0, 500), max_size=30),
    st.integers(5, 12),
    st.integers(6, 30),
    st.lists(st.integers(0, 500), max_size=10),
)
def test_what_is_sold_after_a_change_makes_nobody_later(
    early: list[int], fast_min: int, slow_min: int, late: list[int]
) -> None:
    one = lane(1, (NINE, FIVE, fast_min, "office"))
    promises: list[Promise] = []
    for number in early:
        free = slots.free_starts([one], promises, "office", 0)
        promises.append(sold(free[number % len(free)], f"early{len(promises)}"))
    slow = slots.with_length(one, promises, 0, slow_min, "office")
    expected = {b.booking: b.late_min for b in slots.behind([slow], promises, 0, slow_min)}
    for number in late:
        free = slots.free_starts([slow], promises, "office", 0)
        if not free:
            break
        promises.append(sold(free[number % len(free)], f"late{len(promises)}"))
    found = {b.booking: b.late_min for b in slots.behind([slow], promises, 0, slow_min)}
    assert found == expected


@given(days(), st.integers(0, slots.DAY_MIN), st.integers(3, 60))
def test_a_change_and_back_again_is_what_was_before(lanes: list[Lane], now_min: int, length_min: int) -> None:
    one = lanes[0]
    first = one.stretches[0]
    changed = slots.with_length(one, [], NINE - 1, length_min, first.owner)
    other = {s.length_min for s in one.stretches if s.owner == first.owner}
    # Two stretches side by side may become one when a length in between fits both; then their grid is the first one's.
    apart = all(before.until_min < after.start_min for before, after in pairwise(one.stretches))
    if len(other) == 1 and apart:
        back = slots.with_length(changed, [], NINE - 1, first.length_min, first.owner)
        assert slots.free_starts([back], [], first.owner, now_min) == slots.free_starts([one], [], first.owner, now_min)
