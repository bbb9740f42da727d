"""One day's slots between a hub and central that may not hear of each other for long: no minute is sold twice."""

from __future__ import annotations

import copy
from collections import deque
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office import slot_days, slots
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slots import Lane, Owner, Stretch
from tests.kiosk_app.slot_house import fold_of_slots

DATE, NINE = "2026-04-06", 9 * 60
Fact = f.SlotsPlanned | f.PlanTaken | f.OnlineClosed | f.BookingMade | f.BookingCancelled


def plan(number: int, *owners: Owner, length_min: int = 10, lanes: int = 1) -> f.SlotsPlanned:
    """An hour for each owner, one after the other."""
    stretches = tuple(
        Stretch(start_min=NINE + 60 * n, until_min=NINE + 60 * n + 60, length_min=length_min, owner=owner)
        for n, owner in enumerate(owners)
    )
    made = tuple(Lane(number=n, stretches=stretches) for n in range(1, lanes + 1))
    return f.SlotsPlanned(letter="A", date=DATE, epoch=1, number=number, lanes=made)


def hours(day: SlotDay) -> list[int]:
    return sorted({(one.start_min - NINE) // 60 for one in slot_days.free_for_office(day, 0)})


def test_what_is_taken_from_central_is_sold_only_after_its_word() -> None:
    day = SlotDay()
    fold_of_slots(day, plan(1, "central", "office"))
    assert hours(day) == [1]
    fold_of_slots(day, plan(2, "office", "office"))
    assert hours(day) == [1]
    fold_of_slots(day, f.PlanTaken(letter="A", date=DATE, epoch=1, number=1))
    assert hours(day) == [1]
    fold_of_slots(day, f.PlanTaken(letter="A", date=DATE, epoch=1, number=2))
    assert hours(day) == [0, 1]


def test_what_is_given_to_central_is_not_sold_from_that_moment_on() -> None:
    day = SlotDay()
    fold_of_slots(day, plan(1, "office", "office"))
    fold_of_slots(day, plan(2, "central", "office"))
    assert hours(day) == [1]


def test_after_central_has_closed_everything_left_is_the_offices() -> None:
    day = SlotDay()
    fold_of_slots(day, plan(1, "central", "central"))
    assert hours(day) == []
    fold_of_slots(day, f.OnlineClosed(letter="A", date=DATE))
    assert hours(day) == [0, 1]


class World:
    """A hub and central, each with what it has heard; what they say arrives in order, some time."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.hub, self.central = SlotDay(), SlotDay()
        self.to_hub: deque[Fact] = deque()
        self.to_central: deque[Fact] = deque()
        self.all: list[Fact] = []
        self.sold = 0

    def hub_says(self, fact: Fact) -> None:
        self.all.append(fact)
        fold_of_slots(self.hub, fact)
        self.to_central.append(fact)

    def central_says(self, fact: Fact) -> None:
        self.all.append(fact)
        fold_of_slots(self.central, fact)
        self.to_hub.append(fact)

    def plan(self) -> None:
        owners = [self.chance.choice(("central", "office")) for _ in range(3)]
        length, lanes = self.chance.randint(5, 20), self.chance.randint(1, 2)
        self.hub_says(plan(self.hub.version[1] + 1, *owners, length_min=length, lanes=lanes))  # type: ignore[arg-type]

    def sell(self, at_hub: bool) -> None:
        if at_hub:
            free = slot_days.free_for_office(self.hub, 0, self.chance.choice((1, 1, 2)))
        elif self.central.closed or not self.central.taken[1]:
            return
        else:
            # Central sells by the plan that it has said it took.
            taken = next(one for one in self.central.plans if one.version == self.central.taken)
            free = slots.free_starts(taken.lanes, self.central.promises(), "central", 0)
        if not free:
            return
        start = self.chance.choice(free)
        self.sold += 1
        made = f.BookingMade(
            booking=f"b{self.sold}",
            letter="A",
            date=DATE,
            lane=start.lane,
            start_min=start.start_min,
            length_min=start.length_min,
            after_min=start.after_min,
            service="move-in",
            source="counter" if at_hub else "web",
        )
        (self.hub_says if at_hub else self.central_says)(made)

    def cancel(self, at_hub: bool) -> None:
        day = self.hub if at_hub else self.central
        source = "counter" if at_hub else "web"
        own = [b for b, one in day.bookings.items() if one.source == source and b not in day.cancelled]
        if own:
            gone = f.BookingCancelled(booking=self.chance.choice(own), letter="A", date=DATE, by="visitor")
            (self.hub_says if at_hub else self.central_says)(gone)

    def deliver(self) -> None:
        if self.chance.random() < 0.5 and self.to_hub:
            fold_of_slots(self.hub, self.to_hub.popleft())
        elif self.to_central:
            fact = self.to_central.popleft()
            fold_of_slots(self.central, fact)
            if isinstance(fact, f.SlotsPlanned) and not self.central.closed:
                self.central_says(f.PlanTaken(letter="A", date=DATE, epoch=fact.epoch, number=fact.number))

    def step(self) -> None:
        match self.chance.choice(("plan", "sell", "sell", "sell", "cancel", "deliver", "deliver", "deliver", "close")):
            case "plan":
                self.plan()
            case "sell":
                self.sell(self.chance.random() < 0.5)
            case "cancel":
                self.cancel(self.chance.random() < 0.5)
            case "deliver":
                self.deliver()
            case "close" if self.chance.random() < 0.1 and not self.central.closed:
                self.central_says(f.OnlineClosed(letter="A", date=DATE))

    def promised(self) -> list[slots.Promise]:
        everything = SlotDay()
        for fact in self.all:
            fold_of_slots(everything, fact)
        return everything.promises()


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_no_minute_is_sold_twice_however_long_the_two_cannot_talk(seed: int) -> None:
    world = World(Random(seed))
    world.plan()
    for _ in range(60):
        world.step()
        assert slots.overlaps(world.promised()) == []
    while world.to_hub or world.to_central:
        world.deliver()
    assert world.hub.bookings == world.central.bookings
    assert (world.hub.lanes, world.hub.closed) == (world.central.lanes, world.central.closed)


@given(st.integers(0, 2**32))
def test_the_order_in_which_facts_arrive_changes_nothing(seed: int) -> None:
    chance = Random(seed)
    world = World(chance)
    world.plan()
    for _ in range(40):
        world.step()
    first, second = SlotDay(), SlotDay()
    for fact in world.all:
        fold_of_slots(first, copy.copy(fact))
    for fact in chance.sample(world.all, len(world.all)):
        fold_of_slots(second, fact)
        fold_of_slots(second, fact)
    for day in (first, second):
        # Of a dict the order is not compared; what is encoded is sorted.
        assert day.bookings == first.bookings and day.cancelled == first.cancelled
        assert (day.plans, day.taken, day.closed) == (first.plans, first.taken, first.closed)
