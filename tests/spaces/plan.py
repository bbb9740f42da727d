"""What goes wrong in one schedule, when and for how long: everything follows from the seed, and can be read.

Only the faults do: visitors, clerks and packets take the time that they take, so a seed plays the same troubles again
and not the same history.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tests.spaces.switch import CUT, Way

HUB, LIAR = "m1", "m8"
SPAN_S = 4.0
"""So long do things go wrong."""
HOUR_MS = 3_600_000
SINCE_1970_MS = -56 * 365 * 24 * HOUR_MS
CLOCKS: dict[int, str] = {
    0: "right",
    HOUR_MS: "an hour ahead",
    -HOUR_MS: "an hour behind",
    SINCE_1970_MS: "in 1970",
}
Kind = Literal["unplug", "cut", "deaf", "mute", "rough", "slow", "kill", "disk", "revoke"]
KINDS: tuple[Kind, ...] = ("unplug", "cut", "deaf", "mute", "rough", "slow", "kill", "disk", "revoke")
WORDS: dict[Kind, str] = {
    "unplug": "is unplugged",
    "cut": "is cut off in silence",
    "deaf": "hears nothing",
    "mute": "is not heard",
    "rough": "loses, repeats and reorders packets",
    "slow": "is slow, some packets come seconds late",
    "kill": "is killed",
    "disk": "has a full disk",
    "revoke": "is revoked, until the end",
}
# A forced change of the hub, with both alive, belongs here as a kind of its own as soon as the product has one.


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong. `clock_ms`: how wrong the clock is when a killed core starts again."""

    at_s: float
    for_s: float
    kind: Kind
    whom: str
    clock_ms: int = 0

    def __str__(self) -> str:
        clock = f", back with its clock {CLOCKS[self.clock_ms]}" if self.clock_ms else ""
        return f"{self.at_s:.1f} s for {self.for_s:.1f} s: {self.whom} {WORDS[self.kind]}{clock}"


@dataclass(frozen=True)
class Plan:
    """`printers`: machines at which visitors take tickets. `clocks`: how wrong they are at the first start."""

    seed: int
    machines: tuple[str, ...]
    printers: tuple[str, ...]
    clocks: dict[str, int]
    troubles: tuple[Trouble, ...]
    liar: bool
    hub_late_s: float
    """So much later than the machines does the hub start."""

    @property
    def codes(self) -> tuple[str, ...]:
        return (HUB, *self.machines)

    def __str__(self) -> str:
        wrong = [f"{code}'s clock is {CLOCKS[clock]}" for code, clock in self.clocks.items() if clock]
        head = (
            f"seed {self.seed}: hub {HUB}, machines {', '.join(self.machines)}, printers at {', '.join(self.printers)}"
        )
        lies = ["somebody lies to the hub with the token of another machine"] if self.liar else []
        late = [f"the hub starts {self.hub_late_s:.1f} s after the machines"] if self.hub_late_s else []
        return "\n  ".join([head, *wrong, *late, *lies, *map(str, self.troubles)])


def plan_of(seed: int) -> Plan:
    draw = random.Random(seed)
    machines = tuple(f"m{number + 2}" for number in range(draw.choice((2, 2, 3))))
    printers = (HUB, *machines) if seed % 2 else machines
    # The hub's clock is the office's: a technician sees to it. Its own doubts are tested elsewhere.
    clocks = {code: draw.choice((0, *CLOCKS)) for code in machines}
    # Ten seeds in a row have every kind.
    kinds: list[Kind] = [
        KINDS[seed % len(KINDS)],
        *(draw.choice((*KINDS, "kill", "kill")) for _ in range(draw.randint(3, 6))),
    ]
    troubles: list[Trouble] = []
    for kind in kinds:
        # Of several machines one is revoked at most: an office without any shows nothing.
        if kind == "revoke" and any(one.kind == "revoke" for one in troubles):
            kind = "kill"
        anybody = (HUB, HUB, *machines) if kind == "kill" else (HUB, *machines)
        whom = draw.choice(anybody if kind in ("kill", "disk", "unplug") else machines)
        clock = 0 if whom == HUB or kind != "kill" else draw.choice(tuple(CLOCKS))
        troubles.append(Trouble(draw.uniform(0.3, SPAN_S - 1.0), draw.uniform(0.2, 2.0), kind, whom, clock))
    late_s = draw.choice((0.0, 0.0, draw.uniform(0.3, 1.2)))
    in_order = tuple(sorted(troubles, key=lambda one: one.at_s))
    return Plan(seed, machines, printers, clocks, in_order, seed % 3 == 0, late_s)


def ways(trouble: Trouble) -> dict[tuple[str, str], Way]:
    """By direction, what the cables between a machine and the hub do while this lasts."""
    there, back = (trouble.whom, HUB), (HUB, trouble.whom)
    rough = Way(loss=0.15, twice=0.1, delay_ms=(1.0, 60.0))
    slow = Way(delay_ms=(80.0, 250.0), late=0.1, late_ms=2_500.0)
    match trouble.kind:
        case "cut":
            return {there: CUT, back: CUT}
        case "mute":
            return {there: CUT}
        case "deaf":
            return {back: CUT}
        case "rough":
            return {there: rough, back: rough}
        case "slow":
            return {there: slow, back: slow}
        case _:
            return {}
