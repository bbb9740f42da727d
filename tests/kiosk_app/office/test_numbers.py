"""No number twice for a letter on one day: over machines, lost logs and cut cables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.folds import apply
from kiosk_app.office.numbers import (
    HUB_BANDS,
    Allocated,
    NoNumberLeft,
    allocate,
    leases_due,
    may_print,
    own_numbers,
)
from kiosk_app.office.state import OfficeState

steps = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from("A"), st.sampled_from(["issue"] * 3 + ["cut_off", "lost"])),
    max_size=120,
)


class Machines:
    """A hub and ticket machines whose logs may be lost: a machine then starts with an empty state."""

    def __init__(self) -> None:
        self.hub = OfficeState()
        self.own: dict[int, OfficeState] = {}
        self.incarnation: dict[int, int] = {}
        self.seq = 0
        self.printed: list[tuple[str, int]] = []

    def put(self, fact: f.Fact, *states: OfficeState) -> None:
        self.seq += 1
        for state in states:
            apply(state, "any", self.seq, 0, "", fact)

    def lose_the_log(self, machine: int) -> None:
        """The hub gives the leases back, and cannot know what was printed from them while it was out of reach."""
        self.own[machine] = OfficeState()
        for letter, leases in self.hub.day.leases.items():
            for lease in leases:
                fact = f.NumbersLeased(
                    machine_code=lease.machine_code, letter=letter, first=lease.first, last=lease.last
                )
                self.put(fact, self.own[machine])

    def issue(self, machine: int, letter: str, cut_off: bool) -> None:
        state = self.own.setdefault(machine, OfficeState())
        incarnation = self.incarnation.get(machine, 0)
        code = f"{machine}号機"
        if not cut_off and incarnation == 0:
            asked = allocate(self.hub, code, letter)
            for lease in asked.facts if isinstance(asked, Allocated) else ():
                self.put(lease, self.hub, state)
        answer = allocate(state, code, letter, incarnation, cut_off=True)
        if isinstance(answer, NoNumberLeft):
            return
        assert not 901 <= answer.number <= 999
        self.printed.append((letter, answer.number))
        stop = f.Stop(service="s", group=letter, service_name="s", counters=(1,))
        fact = f.TicketIssued(
            ticket=f"t{self.seq}",
            intent=f"i{self.seq}",
            letter=letter,
            number=answer.number,
            stops=(stop,),
            language="ja",
            machine_code=code,
            due_utc_ms=0,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
        )
        self.put(fact, *([state] if cut_off else [state, self.hub]))


@given(steps)
def test_no_number_is_printed_twice(plan: list[tuple[int, str, str]]) -> None:
    machines = Machines()
    for machine, letter, what in plan:
        if what == "lost":
            machines.lose_the_log(machine)
            machines.incarnation[machine] = machines.incarnation.get(machine, 0) + 1
        machines.issue(machine, letter, cut_off=what == "cut_off")
    assert len(set(machines.printed)) == len(machines.printed)


def test_the_bands_of_machines_never_meet() -> None:
    bands = [set(own_numbers(machine, incarnation)) for machine in range(1, 12) for incarnation in range(8)]
    bands += [set(band) for band in HUB_BANDS] + [set(range(901, 1000))]
    assert sum(len(band) for band in bands) == len(set().union(*bands))


def test_a_full_zone_goes_to_four_digits_and_then_says_so() -> None:
    machines = Machines()
    while len(machines.printed) < 5000:
        before = len(machines.printed)
        machines.issue(1, "A", cut_off=False)
        if len(machines.printed) == before:
            break
    numbers = [number for _, number in machines.printed]
    assert numbers[:699] == list(range(1, 700))
    assert numbers[699] == 1001
    assert numbers == list(dict.fromkeys(numbers))
    assert isinstance(allocate(machines.own[1], "1号機", "A", 0, cut_off=True), NoNumberLeft)


def test_machine_one_after_a_lost_log_uses_its_spare_band() -> None:
    answer = allocate(OfficeState(), "1号機", "A", incarnation=1)
    assert isinstance(answer, Allocated)
    assert (answer.number, answer.facts) == (800, ())


def test_the_hub_grants_blocks_that_do_not_meet_and_more_only_when_few_are_left() -> None:
    machines = Machines()
    due = leases_due(machines.hub, ("m2", "m3"), ("A", "H"))
    assert [(g.machine_code, g.letter, g.first, g.last) for g in due] == [
        ("m2", "A", 1, 9),
        ("m3", "A", 10, 19),
        ("m2", "H", 1, 9),
        ("m3", "H", 10, 19),
    ]
    machines.put(f.DayOpened(date="2026-04-06", office="o"), machines.hub)
    machines.put(due[0], machines.hub)
    machines.put(due[1], machines.hub)
    assert leases_due(machines.hub, ("m2", "m3"), ("A",)) == ()
    machines.hub.day.used["A"] = {1, 2, 3, 4}
    assert leases_due(machines.hub, ("m2", "m3"), ("A",)) == ()
    machines.hub.day.used["A"].add(5)
    (more,) = leases_due(machines.hub, ("m2", "m3"), ("A",))
    assert (more.machine_code, more.first, more.last) == ("m2", 20, 29)


def test_a_number_may_be_of_its_blocks_and_bands_and_of_no_others() -> None:
    machines = Machines()
    machines.put(f.NumbersLeased(machine_code="m2", letter="A", first=10, last=19), machines.hub)
    mine = [number for number in range(1, 10_000) if may_print(machines.hub, "m2", "A", number)]
    assert {10, 19, 720, 739, 820, 2200 + 800} <= set(mine)
    assert not {9, 20, 719, 740, 901, 999} & set(mine)
    assert not may_print(machines.hub, "m2", "H", 10)


def test_whoever_does_not_know_the_day_uses_no_block_of_the_day_before() -> None:
    machines = Machines()
    machines.put(f.NumbersLeased(machine_code="m2", letter="A", first=10, last=19), machines.hub)
    answer = allocate(machines.hub, "m2", "A", cut_off=True, undated=True)
    assert isinstance(answer, Allocated)
    assert answer.number == 720
