"""A large office at its busiest: 64 counters, their consoles and 100 displays at one core, fresh and two years old.

The two cores are asked in turns, so that what disturbs this machine meets both. A console presses again as soon as it
is answered and follows every change on its screen; every act is durable before it is answered. Tickets are real as far
as the printer's answers, with paper that takes no time. What the clients use of the processors stands beside it,
because they share them with the core.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench import counters, display, large_office
from bench.consoles import Crowd, Lap
from bench.house import House, milliseconds, weight_mib
from bench.quick_printer import QuickPrinter
from bench.row import Row, percentile, row

Verb = Literal["issue", "call_next"]
VERBS: tuple[Verb, ...] = ("issue", "call_next")
NAMES = {"issue": "issue until the paper is out", "call_next": "call next"}
CLIENTS = (1, 4, 16, 64)
TURNS = 5
LAP_S = 0.5
"""A day has numbers for some 1,500 tickets of a service group, and a single client fills one group alone."""
CALLS = 60
STARTS = 3
SECONDS = 30.0
RATIO_MAX = 1.2
CORE_MIB = 90
"""With 64 consoles following, before the laps, which do in two minutes what an office does in weeks."""
TICKET_KIB = 8
"""What a ticket of today adds until the day closes, with all that was done about it; the years before are in it."""
BUDGETS: dict[tuple[int, Verb], tuple[float, float, float]] = {
    (1, "issue"): (30, 100, 25),
    (4, "issue"): (60, 200, 50),
    (16, "issue"): (200, 500, 60),
    (64, "issue"): (800, 1_500, 60),
    (1, "call_next"): (10, 50, 100),
    (4, "call_next"): (20, 80, 150),
    (16, "call_next"): (50, 150, 250),
    (64, "call_next"): (150, 400, 300),
}
"""p50 and p99 in milliseconds, acts a second. A ticket at a real printer takes a second and a counter minutes: with 64
clients all of it is far more than any office asks for."""
PROCESSOR_MS: dict[Verb, float] = {"issue": 10, "call_next": 1.5}
FRESH, OLD = 0, 1


@dataclass(frozen=True)
class Turn:
    """One lap with the processor time of the core in it."""

    lap: Lap
    core_s: float

    def spans_ms(self, verb: Verb) -> list[float]:
        return milliseconds(one.took_s for one in self.lap.answers if one.verb == verb)

    @property
    def core_ms(self) -> float:
        """Of the core's processor time, for one act with all that follows from it on the screens."""
        return 1000 * self.core_s / len(self.lap.answers)

    @property
    def acts_a_second(self) -> float:
        return len(self.lap.answers) / self.lap.seconds


Turns = dict[tuple[int, Verb], tuple[list[Turn], list[Turn]]]
"""By number of clients and verb: of the fresh office and of the old one, in the same order."""


def processor_s(pid: int) -> float:
    """User and system time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_turns(houses: Sequence[House], crowd: Crowd) -> Turns:
    """As many are called away as were issued, in the same lines, so that each lap begins with 150 who wait."""
    found: Turns = {}
    for count in CLIENTS:
        crowd.follow(count)
        for turn in range(TURNS):
            for core in (FRESH, OLD) if turn % 2 else (OLD, FRESH):
                for verb in VERBS:
                    one = lap(houses[core], crowd, core, count, verb)
                    found.setdefault((count, verb), ([], []))[core].append(one)
                crowd.call_away(core)
    crowd.follow(0)
    return found


def lap(house: House, crowd: Crowd, core: int, count: int, verb: Verb) -> Turn:
    assert house.core is not None
    before_s = processor_s(house.core.pid)
    found = (crowd.issue if verb == "issue" else crowd.call)(core, count, LAP_S)
    return Turn(found, processor_s(house.core.pid) - before_s)


# --- rows ------------------------------------------------------------------------------------------------------


def rows() -> list[Row]:
    with large_office.house(QuickPrinter()) as fresh, old_house() as old:
        houses = (fresh, old)
        found = [*_display_rows(houses)]
        with Crowd([house.socket for house in houses], large_office.consoles(fresh.office)) as crowd:
            found += _memory_rows(fresh, old, crowd)
            turns = in_turns(houses, crowd)
        found += [*_rows_of_acts(turns), *_ratio_rows(turns), *_rows_of_shares(turns), *_rows_of_the_old(old)]
    return [*found, *_rows_of_counters(counters.pressed(SECONDS))]


@contextmanager
def old_house() -> Iterator[House]:
    with large_office.house(QuickPrinter(), history=large_office.HISTORY) as old:
        if (facts := old.client.health().facts) < large_office.HISTORY:
            raise RuntimeError(f"{facts:,} facts, not {large_office.HISTORY:,}")
        yield old


def _display_rows(houses: Sequence[House]) -> Iterator[Row]:
    for house, what in zip(houses, ("", ", 1,000,000 facts"), strict=True):
        spans_ms = display.calls(house, CALLS)
        yield row(f"office: call on all of {display.DISPLAYS} displays{what}, p99", percentile(spans_ms, 99), "ms", 50)


def _rows_of_acts(turns: Turns) -> Iterator[Row]:
    for (count, verb), (fresh, _) in turns.items():
        what = f"office: {NAMES[verb]}, {count} client{'s' * (count > 1)}"
        spans_ms = [ms for turn in fresh for ms in turn.spans_ms(verb)]
        p50_ms, p99_ms, acts_a_second = BUDGETS[count, verb]
        yield row(f"{what}, p50", percentile(spans_ms, 50), "ms", p50_ms)
        yield row(f"{what}, p99", percentile(spans_ms, 99), "ms", p99_ms)
        found = statistics.median(turn.acts_a_second for turn in fresh)
        yield row(what, found, "acts/s", acts_a_second, more_is_better=True)


def _ratio_rows(turns: Turns) -> Iterator[Row]:
    """A million facts beside none: medians of what each turn gives."""
    for (count, verb), (fresh, old) in turns.items():
        what = f"office: {NAMES[verb]}, {count} client{'s' * (count > 1)}, 1,000,000 facts"
        slower = [
            percentile(b.spans_ms(verb), 50) / percentile(a.spans_ms(verb), 50) for a, b in zip(fresh, old, strict=True)
        ]
        fewer = [a.acts_a_second / b.acts_a_second for a, b in zip(fresh, old, strict=True)]
        yield row(f"{what}, p50", statistics.median(slower), "x", RATIO_MAX)
        yield row(f"{what}, time of an act", statistics.median(fewer), "x", RATIO_MAX)


def _rows_of_shares(turns: Turns) -> Iterator[Row]:
    """With 64 clients: what the core itself needs for one act, and what the clients take from it on this machine."""
    most = max(CLIENTS)
    for verb in VERBS:
        fresh, old = (turns[most, verb][core] for core in (FRESH, OLD))
        what = f"office: {NAMES[verb]}, {most} clients"
        spent_ms, then_ms = (statistics.median(turn.core_ms for turn in found) for found in (fresh, old))
        yield row(f"{what}, processor time of the core", spent_ms, "ms", PROCESSOR_MS[verb])
        yield row(f"{what}, 1,000,000 facts, processor time of the core", then_ms / spent_ms, "x", RATIO_MAX)
    laps = [turn for (count, _), found in turns.items() if count == most for turn in found[FRESH]]
    clients_s, core_s = sum(turn.lap.clients_s for turn in laps), sum(turn.core_s for turn in laps)
    share = 100 * clients_s / (clients_s + core_s)
    yield row(f"office: the {most} clients' share of the processor time", share, "%", 40)


def _memory_rows(fresh: House, old: House, crowd: Crowd) -> Iterator[Row]:
    assert fresh.core is not None and old.core is not None
    crowd.follow(max(CLIENTS))
    fresh_mib, old_mib = weight_mib(fresh.core.pid), weight_mib(old.core.pid)
    crowd.follow(0)
    yield row("office: core, memory (PSS)", fresh_mib, "MiB", CORE_MIB)
    more_kib = 1024 * (old_mib - fresh_mib) / large_office.SERVED_ON_A_LONG_DAY
    yield row("office: core, memory a ticket of today, 1,000,000 facts", more_kib, "KiB", TICKET_KIB)


def _rows_of_the_old(old: House) -> Iterator[Row]:
    starts_s = []
    for _ in range(STARTS):
        # Killed, not stopped: an ordered stop would leave a fresh snapshot behind.
        old.kill_core()
        starts_s.append(old.start_core())
    yield row(f"office: core start, 1,000,000 facts, slowest of {STARTS}", max(starts_s), "s", 1.0)


def _rows_of_counters(found: counters.Pressed) -> Iterator[Row]:
    for fault in (*found.not_once, *found.other_faults):
        sys.stderr.write(f"{fault}\n")
    many = f"office: {large_office.COUNTERS} counters at once for {SECONDS:.0f} s"
    yield row(f"{many}, not called exactly once", len(found.not_once), "tickets", 0)
    yield row(f"{many}, other untruths", len(found.other_faults), "cases", 0)
    yield row(f"{many}, called", len(found.calls), "tickets", 1_000, more_is_better=True)
