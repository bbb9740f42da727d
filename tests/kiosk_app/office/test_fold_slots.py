"""Slots outlive their day's writing: the hub's and central's words fold alike in any order, and nothing is lost when
the days before are destroyed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import checkpoints, fold_slots
from kiosk_app.office import facts as f
from kiosk_app.office.folds import apply
from kiosk_app.office.slots import Lane, Stretch
from kiosk_app.office.state import OfficeState, dump
from tests.depth import examples
from tests.kiosk_app.office.scenario import Office, Record
from tests.kiosk_app.office.test_checkpoints import destroyed, folded_from, places

DATES = [f"2026-04-{day:02}" for day in range(6, 14)]


def plan(date: str, number: int, letter: str = "H", epoch: int = 1, by: str = "catalogue") -> f.SlotsPlanned:
    stretch = Stretch(start_min=540, until_min=600 + number, length_min=10, owner="central")
    return f.SlotsPlanned(
        letter=letter,
        date=date,
        epoch=epoch,
        number=number,
        lanes=(Lane(number=1, stretches=(stretch,)),),
        by=by,  # type: ignore[arg-type]
        intent=f"plan-{date}-{number}" if by == "staff" else "",
    )


def booked(booking: str, date: str, start_min: int = 540, source: str = "web", intent: str = "") -> f.BookingMade:
    return f.BookingMade(
        booking=booking,
        letter="H",
        date=date,
        lane=1,
        start_min=start_min,
        length_min=10,
        after_min=0,
        service="move-in",
        source=source,  # type: ignore[arg-type]
        intent=intent,
    )


def cancelled(booking: str, date: str, by: str = "visitor") -> f.BookingCancelled:
    return f.BookingCancelled(booking=booking, letter="H", date=date, by=by)  # type: ignore[arg-type]


class TwoChains:
    """What a hub and central might write over some days, each in its own order."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.office = Office()
        self.numbers: dict[str, int] = {}
        self.made: list[tuple[str, str]] = []
        self.roll("2026-04-06")

    def roll(self, date: str) -> None:
        office = self.office
        closed = [f.DayClosed(date=office.state.day.date)] if office.state.day.date else []
        opened = f.DayOpened(date=date, office="kokura-kita")
        checkpoint = checkpoints.taken(office.state, opened, "hub", "", office.now_utc_ms)
        office.append(*closed, opened, checkpoint, actor="core")

    def step(self) -> None:
        chance, date = self.chance, self.chance.choice(DATES)
        number, booking = self.numbers.get(date, 0) + 1, f"b{len(self.made)}"
        match chance.choice(("plan", "plan", "taken", "closed", "made", "made", "made", "cancel", "cancel", "missed")):
            case "plan":
                self.numbers[date] = number
                self.office.append(plan(date, number, by=chance.choice(("catalogue", "staff"))))
            case "taken":
                taken = f.PlanTaken(letter="H", date=date, epoch=1, number=chance.randint(1, number))
                self.office.append(taken, machine="central", actor="central")
            case "closed":
                self.office.append(f.OnlineClosed(letter="H", date=date), machine="central", actor="central")
            case "made":
                self.made.append((booking, date))
                if chance.random() < 0.5:
                    self.office.append(booked(booking, date), machine="central", actor="central")
                else:
                    self.office.append(booked(booking, date, source="counter", intent=f"i-{booking}"))
            case "cancel" if self.made:
                gone = chance.choice(self.made)
                if chance.random() < 0.5:
                    self.office.append(cancelled(*gone), machine="central", actor="central")
                else:
                    self.office.append(cancelled(*gone, by=chance.choice(("staff", "closure"))))
            case "missed" if self.made:
                key, when = chance.choice(self.made)
                self.office.append(f.BookingMissed(booking=key, letter="H", date=when, intent=f"m-{key}"))


def lived(seed: int) -> TwoChains:
    world = TwoChains(Random(seed))
    for date in DATES[1:4]:
        for _ in range(12):
            world.step()
            world.office.pass_min(5)
        world.office.pass_min(23 * 60)
        world.roll(date)
    for _ in range(6):
        world.step()
    return world


def folded(records: list[Record]) -> OfficeState:
    state = OfficeState()
    for record in records:
        apply(state, *record)
    return state


@given(st.integers(0, 2**32))
@settings(max_examples=examples(60), deadline=None)
def test_the_hub_and_central_may_be_heard_in_any_order(seed: int) -> None:
    office, chance = lived(seed).office, Random(seed)
    chains = {name: [one for one in office.log if one[0] == name] for name in ("hub", "central")}
    for _ in range(3):
        left = {name: list(chain) for name, chain in chains.items()}
        merged: list[Record] = []
        while any(left.values()):
            merged.append(left[chance.choice([name for name, chain in left.items() if chain])].pop(0))
        assert dump(folded(merged)) == dump(office.state)
    assert dump(folded([*office.log, *office.log])) == dump(office.state)


@given(st.integers(0, 2**32))
@settings(max_examples=examples(40), deadline=None)
def test_a_fold_that_begins_at_a_checkpoint_knows_every_promise(seed: int) -> None:
    office = lived(seed).office
    place = places(office.log)[Random(seed).randint(1, 3)]
    kept = destroyed(office, list(office.log), place)
    assert dump(folded_from(kept)) == dump(office.state)


@given(st.integers(0, 2**32))
@settings(max_examples=examples(40), deadline=None)
def test_what_central_says_after_a_checkpoint_joins_it_whatever_it_knew_already(seed: int) -> None:
    """A machine that begins at the hub's checkpoint and hears central's chain from its beginning again."""
    office = lived(seed).office
    found = places(office.log)[2]
    checkpoint = office.log[found + 1][4]
    assert isinstance(checkpoint, f.DayCheckpoint)
    state = OfficeState()
    for record in [one for one in office.log if one[0] == "central"]:
        apply(state, *record)
    for record in [one for one in office.log[found:] if one[0] == "hub"]:
        apply(state, *record)
        if record is office.log[found + 1]:
            checkpoints.begin(state, record[0], record[1], checkpoint)
    assert state.slots == office.state.slots


def test_days_that_are_over_are_forgotten_and_stay_so() -> None:
    world = lived(7)
    office = world.office
    assert office.state.day.date == DATES[3] and min(office.state.slots) >= DATES[3]
    office.append(booked("late", DATES[0]), machine="central")
    office.append(plan(DATES[1], 99))
    assert min(office.state.slots) >= DATES[3]


def test_a_machine_that_is_cut_off_forgets_with_its_own_day() -> None:
    office = Office().open_day()
    office.append(plan("2026-04-06", 1), plan("2026-04-07", 1))
    office.append(f.DayJoined(date="2026-04-07"), machine="kiosk")
    assert list(office.state.slots) == ["2026-04-07"]


@pytest.mark.parametrize(
    "fact",
    [
        f.Called(ticket="t", counter=1, call=1, stage="reception", service="seal"),
        f.CounterOpened(counter=1, groups=("A",)),
        f.DayOpened(date="2026-05-01", office="kokura-kita"),
        plan("2026-04-06", 7),
        f.BookingMissed(booking="b", letter="H", date="2026-04-06"),
        f.TicketIssued(
            ticket="t",
            intent="i",
            letter="A",
            number=1,
            stops=(),
            language="ja",
            machine_code="m1",
            due_utc_ms=1,
            estimate_from_utc_ms=1,
            estimate_to_utc_ms=1,
            waiting_ahead=0,
        ),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_central_says_nothing_of_the_office(fact: f.Fact) -> None:
    office = Office().open_day()
    apply(office.state, "central", 1, office.now_utc_ms, "central", f.OnlineClosed(letter="M", date="2026-04-06"))
    before = dump(office.state)
    apply(office.state, "central", 2, office.now_utc_ms, "central", fact)
    office.state.positions["central"] = 1
    assert dump(office.state) == before


@pytest.mark.parametrize("machine", ["hub", "kiosk", "m1"])
def test_nobody_else_speaks_for_central(machine: str) -> None:
    office = Office().open_day()
    office.append(plan("2026-04-06", 1))
    office.append(f.PlanTaken(letter="H", date="2026-04-06", epoch=1, number=1), machine=machine)
    office.append(f.OnlineClosed(letter="H", date="2026-04-06"), machine=machine)
    day = office.state.slots["2026-04-06"]["H"]
    assert day.taken == (0, 0) and not day.closed


def test_a_promise_of_a_hub_that_was_none_any_more_is_kept_and_its_plan_is_not() -> None:
    office = Office().open_day()
    office.append(f.HubTaken(machine_code="hub", epoch=1, cause="first", after={}))
    office.append(plan("2026-04-06", 1))
    taken = f.HubTaken(machine_code="m2", epoch=2, cause="forced", after={"hub": len(office.log)})
    office.append(taken, machine="m2")
    office.append(plan("2026-04-06", 2), booked("b1", "2026-04-06", source="counter"))
    office.append(plan("2026-04-06", 1, epoch=2), machine="m2")
    day = office.state.slots["2026-04-06"]["H"]
    assert day.version == (2, 1) and len(day.plans) == 2
    assert list(day.bookings) == ["b1"]


def test_who_changed_the_timetable_stands_in_the_history() -> None:
    office = Office().open_day()
    office.append(plan("2026-04-06", 1), plan("2026-04-06", 2, by="staff"))
    office.append(booked("b1", "2026-04-07", 790, "counter", "i1"), booked("b2", "2026-04-07"))
    told = [(one.kind, one.reason, one.staff_code) for one in office.state.day.actions if one.kind in NAMES]
    assert told == [("SlotsPlanned", "H", "2041"), ("BookingMade", "H 4月7日 13:10", "2041")]


NAMES = ("SlotsPlanned", "BookingMade", "BookingCancelled", "BookingMissed")


def test_a_checkpoint_shares_nothing_with_the_state_it_was_taken_of() -> None:
    world = lived(3)
    kept = fold_slots.to_come(world.office.state, DATES[3])
    before = dump(OfficeState(slots=kept))
    for _ in range(30):
        world.step()
    assert dump(OfficeState(slots=kept)) == before
