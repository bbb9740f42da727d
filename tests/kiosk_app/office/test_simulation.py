"""The queue played forward: by the office's rules, with figures that a pencil would give too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.simulation import Booked, Leg, Person, Seat, Turn, turns

MIN = 60_000


def people(group: str, *busy_min: int, key_min: int = 0, place: int = 0) -> list[Person]:
    return [Person(key_min * MIN, place + n, group, busy * MIN, True) for n, busy in enumerate(busy_min)]


def seat(number: int, groups: str, free_min: int = 0, rest_min: tuple[int, int] | None = None) -> Seat:
    rest = (rest_min[0] * MIN, rest_min[1] * MIN) if rest_min is not None else None
    return Seat(free_min * MIN, number, tuple(groups), rest)


def turn_min(found: dict[str, Turn], group: str = "A") -> float:
    return found[group].utc_ms / MIN


def test_each_counter_takes_the_next_as_soon_as_it_is_free() -> None:
    found = turns("A", {"A": people("A", 5, 9, 3, 2)}, [seat(1, "A"), seat(2, "A", free_min=4)])
    # Counter 1: 0-5, 5-8, 8-10. Counter 2: 4-13.
    assert found == {"A": Turn(10 * MIN, 4)}


def test_a_group_that_no_counter_serves_has_no_turn() -> None:
    assert turns("AH", {"H": people("H", 5)}, [seat(1, "A")]) == {"A": Turn(0, 0)}


def test_at_a_shared_counter_an_older_promise_of_another_line_goes_first_and_a_later_one_does_not() -> None:
    older = people("H", 10, key_min=-1)
    assert turn_min(turns("A", {"H": older}, [seat(1, "AH")])) == 10
    later = people("H", 10, key_min=7)
    assert turn_min(turns("A", {"H": later}, [seat(1, "AH")])) == 0


def test_in_ones_own_line_everybody_who_came_before_goes_first_whatever_was_promised() -> None:
    assert turn_min(turns("A", {"A": people("A", 5, key_min=90)}, [seat(1, "A")])) == 5


def test_a_reservation_that_is_here_early_does_not_go_before_a_walk_in_of_now() -> None:
    early = Person(20 * MIN, 0, "A", 5 * MIN, first_come=False)
    assert turn_min(turns("A", {"A": [early]}, [seat(1, "A")])) == 0


def test_a_sold_slot_goes_before_whoever_would_be_called_after_its_start() -> None:
    line, slot = {"A": people("A", 5, 5, 5)}, Booked("A", 1, 12 * MIN, 22 * MIN)
    assert turn_min(turns("A", line, [seat(1, "A")])) == 15
    # 0-5, 5-10, 10-15, and then the visitor of the slot until 25.
    assert turn_min(turns("A", line, [seat(1, "A")], [slot])) == 25
    assert turn_min(turns("A", {"A": people("A", 5)}, [seat(1, "A")], [slot])) == 5, "called before the slot begins"


def test_slots_of_several_lanes_come_at_once_and_those_of_another_group_take_no_counter_of_this_one() -> None:
    slots = [Booked("A", lane, 0, 10 * MIN) for lane in (1, 2)]
    assert turn_min(turns("A", {}, [seat(1, "A"), seat(2, "A")], slots)) == 10
    assert turn_min(turns("A", {}, [seat(1, "A"), seat(2, "A")], slots[:1])) == 0
    assert turn_min(turns("A", {}, [seat(1, "A")], [Booked("H", 1, 0, 10 * MIN)])) == 0


def test_a_counter_begins_no_call_in_its_rest_and_ends_the_one_that_it_has() -> None:
    line = {"A": people("A", 8, 8, 8)}
    # 0-8, 8-16 although the rest begins at 10, then from its end 40-48.
    assert turn_min(turns("A", line, [seat(1, "A", rest_min=(10, 40))])) == 48


def test_a_visitor_with_a_second_service_comes_back_in_the_line_of_that() -> None:
    there = Person(-1, 0, "A", 5 * MIN, True, (Leg(0, "H", 7 * MIN, -1),))
    line = {"A": [there], "H": people("H", 10, place=1)}
    # At 5 the visitor joins H, where somebody is served until 10.
    assert turn_min(turns("H", line, [seat(1, "A"), seat(2, "H")]), "H") == 17


def test_papers_that_become_ready_are_handed_over_before_whoever_is_promised_later() -> None:
    there = Person(0, 0, "A", 5 * MIN, True, (Leg(10 * MIN, "A", 3 * MIN, None),))
    line = {"A": [there, *people("A", 5, 5, place=1)]}
    # 0-5, 5-10, 10-15; ready at 15, so handed over until 18.
    assert turn_min(turns("A", line, [seat(1, "A")])) == 18
    assert turn_min(turns("A", {}, [seat(1, "A")], coming=[(0, Leg(0, "A", 3 * MIN, None))])) == 3


def test_an_idle_counter_takes_whoever_joins_later() -> None:
    slots = [Booked("A", 1, 10 * MIN, 15 * MIN), Booked("A", 1, 30 * MIN, 35 * MIN)]
    line = {"H": [Person(-1, 0, "H", 40 * MIN, True)]}
    found = turns("AH", line, [seat(1, "A"), seat(2, "H")], slots)
    assert found == {"A": Turn(0, 0), "H": Turn(40 * MIN, 1)}


busy = st.lists(st.integers(1, 30), max_size=12)
free = st.lists(st.integers(0, 30), min_size=1, max_size=5)


@given(busy, free, st.integers(0, 30))
def test_one_more_counter_of_the_same_kind_never_lengthens(minutes: list[int], at: list[int], more: int) -> None:
    """Of the same kind alone: between counters of different kinds it can, in the queue as in here."""
    line = {"A": people("A", *minutes)}
    seats = [seat(n, "A", free_min=minute) for n, minute in enumerate(at)]
    before = turns("A", line, seats)["A"]
    assert turns("A", line, [*seats, seat(99, "A", free_min=more)])["A"].utc_ms <= before.utc_ms
    assert turns("A", line, seats)["A"] == before


kinds = st.sampled_from(["A", "H", "AH", "M", "HM"])


@given(
    st.lists(st.tuples(st.sampled_from("AHM"), st.integers(1, 30)), max_size=15),
    st.lists(st.tuples(kinds, st.integers(0, 30)), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from("AHM"), st.integers(0, 60), st.integers(1, 20)), max_size=4),
)
def test_whoever_joins_next_with_the_promise_that_was_told_is_never_called_before(
    joins: list[tuple[str, int]], counters: list[tuple[str, int]], sold: list[tuple[str, int, int]]
) -> None:
    """More people ahead never shorten the wait: each is promised what the simulation said, as the product does."""
    seats = [seat(n, groups, free_min=at) for n, (groups, at) in enumerate(counters)]
    slots = [Booked(group, n, at * MIN, (at + takes) * MIN) for n, (group, at, takes) in enumerate(sold)]
    line: dict[str, list[Person]] = {}
    for place, (group, minutes) in enumerate(joins):
        told = turns(group, line, seats, slots).get(group)
        if told is None:
            continue
        person = Person(told.utc_ms, place, group, minutes * MIN, True)
        line[group] = [*line.get(group, []), person]
        after = turns(group, line, seats, slots)[group]
        assert after.utc_ms >= told.utc_ms
        assert turns("AHM", line, seats, slots)[group] == after, "asked together or alone"
