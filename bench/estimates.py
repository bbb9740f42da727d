"""Are the promises true? Whole synthetic days are played by the product's own rules, and each promise is held against
the call that came: the product's, two formulas that other systems use, and an oracle that knows the true mean rates."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.estimate_days import COUNTERS, DEFAULT_S, KINDS, MINUTE_MS, SERVICES, Kind, SyntheticOffice
from bench.row import Row, row
from kiosk_app.office import facts as f
from kiosk_app.office.estimates import Estimate, estimates
from kiosk_app.office.queue import waiting

OFFICES, DAYS = 3, 3
"""Of each class: so many offices, each over so many days after one that is not measured."""
LAST = 20
ERROR_OF_ORACLE = 1.15
HELD_AT_LEAST, HELD_AT_MOST = 0.80, 0.95
PROMISED_AT_LEAST = 0.97
NO_AVERAGE_MIN = 5.0
COST_MS = 5.0


@dataclass
class Told:
    """What everybody told one visitor, UTC milliseconds."""

    at_utc_ms: int
    closes_utc_ms: int
    ours: Estimate
    oracle_utc_ms: int
    fixed_utc_ms: float
    last_20_utc_ms: float


@dataclass
class Records:
    """Of one office; the estimators are asked in turn, at the same moment, with the same folds."""

    told: dict[str, Told] = field(default_factory=dict)
    cost_ms: list[float] = field(default_factory=list)

    def ask(self, office: SyntheticOffice, stop: f.Stop) -> int:
        state, now = office.state, office.now_utc_ms
        line = waiting(state)
        begun = time.perf_counter()
        ours = estimates(state, now, office.plan, COUNTERS, DEFAULT_S, line=line)[stop.group]
        self.cost_ms.append(1000 * (time.perf_counter() - begun))
        known = office.true_rates()
        oracle = estimates(state, now, office.plan, COUNTERS, DEFAULT_S, line=line, rates=known)[stop.group]
        serving = sum(one.state == "open" and stop.group in one.groups for one in state.day.counters.values())
        each_ms = MINUTE_MS * ours.waiting_ahead / max(1, serving)
        self.told[f"t{office.seq}"] = Told(
            at_utc_ms=now,
            closes_utc_ms=office.plan[stop.group].closes_utc_ms,
            ours=ours,
            oracle_utc_ms=oracle.due_utc_ms,
            fixed_utc_ms=now + each_ms * _fixed_min(stop.group),
            last_20_utc_ms=now + each_ms * _last_min(office, stop.group),
        )
        return ours.due_utc_ms


def _fixed_min(group: str) -> float:
    """The average that somebody typed in: as good as the catalogue can make it."""
    return sum(one.share * one.minutes for one in SERVICES.values() if one.group == group)


def _last_min(office: SyntheticOffice, group: str) -> float:
    completed_s = office.completed_s.get(group, [])[-LAST:]
    return statistics.mean(completed_s) / 60 if completed_s else NO_AVERAGE_MIN


@dataclass
class Figures:
    """Of one class of days; times are means, in minutes, and shares are of 1."""

    visitors: int
    wait_min: float
    error_min: float
    oracle_min: float
    fixed_min: float
    last_20_min: float
    late_min: float
    """By so much the calls come after their promise, early ones counted against late ones."""
    promised: float
    """Of those who were called before closing: whoever comes too late cannot be told a time."""
    held: float
    """Of the ranges that were told: the call came within."""
    early: float
    """Before the range began, which is what does harm."""
    width_min: float
    cost_ms: float


def measured(kind: Kind, offices: int = OFFICES, days: int = DAYS) -> Figures:
    """Every office has its own seed. Its first day only teaches the folds."""
    found: list[tuple[Told, int]] = []
    cost_ms: list[float] = []
    for seed in range(offices):
        records = Records()
        office = SyntheticOffice(random.Random(seed), records.ask)
        office.play(KINDS["ordinary"])
        records.told.clear()
        for _ in range(days):
            office.play(kind)
        found += [(told, office.called_utc_ms[ticket]) for ticket, told in records.told.items()]
        cost_ms += records.cost_ms
    return figures_of(found, cost_ms)


def figures_of(found: list[tuple[Told, int]], cost_ms: list[float]) -> Figures:
    """Of what each visitor was told, and when the first call came (UTC milliseconds)."""

    def mean_min(of: Callable[[Told, int], float]) -> float:
        return statistics.mean(of(told, called) for told, called in found) / MINUTE_MS

    ranges = [(told.ours, called) for told, called in found if told.ours.is_promised]
    in_time = [told for told, called in found if called < told.closes_utc_ms]
    return Figures(
        visitors=len(found),
        wait_min=mean_min(lambda told, called: called - told.at_utc_ms),
        error_min=mean_min(lambda told, called: abs(told.ours.due_utc_ms - called)),
        oracle_min=mean_min(lambda told, called: abs(told.oracle_utc_ms - called)),
        fixed_min=mean_min(lambda told, called: abs(told.fixed_utc_ms - called)),
        last_20_min=mean_min(lambda told, called: abs(told.last_20_utc_ms - called)),
        late_min=mean_min(lambda told, called: called - told.ours.due_utc_ms),
        promised=sum(told.ours.is_promised for told in in_time) / len(in_time),
        held=sum(told.from_utc_ms <= called <= told.to_utc_ms for told, called in ranges) / len(ranges),
        early=sum(called < told.from_utc_ms for told, called in ranges) / len(ranges),
        width_min=statistics.mean(told.to_utc_ms - told.from_utc_ms for told, _ in ranges) / MINUTE_MS,
        cost_ms=statistics.median(cost_ms),
    )


def budgets(name: str, one: Figures) -> list[Row]:
    """Of one class of days. Errors are given in minutes, beside the error that is the measure."""
    name = f"estimates: {name}"
    oracle_min = ERROR_OF_ORACLE * one.oracle_min
    return [
        row(f"{name}: error, {ERROR_OF_ORACLE} of the oracle's", one.error_min, "min", oracle_min),
        row(f"{name}: error, people / counters × fixed average", one.error_min, "min", one.fixed_min),
        row(f"{name}: error, mean of the last {LAST}", one.error_min, "min", one.last_20_min),
        row(f"{name}: the range holds", one.held, "of 1", HELD_AT_LEAST, more_is_better=True),
        row(f"{name}: the range holds, not by being wide", one.held, "of 1", HELD_AT_MOST),
        row(f"{name}: a range is told", one.promised, "of 1", PROMISED_AT_LEAST, more_is_better=True),
    ]


def rows() -> list[Row]:
    found: list[Row] = []
    cost_ms = []
    for name, kind in KINDS.items():
        figures = measured(kind)
        cost_ms.append(figures.cost_ms)
        found += budgets(name, figures)
    return [*found, row("estimates: all groups of an office at once", max(cost_ms), "ms", COST_MS)]
