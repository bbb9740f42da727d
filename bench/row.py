"""The one shape of a measured budget, so that every bench is read, compared and printed alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Row(TypedDict):
    """`ratio` 1 or less keeps the budget, whether more or less of the value is better."""

    name: str
    value: float
    unit: str
    budget: float
    ratio: float


def row(name: str, value: float, unit: str, budget: float, *, more_is_better: bool = False) -> Row:
    ratio = _ratio(value, budget, more_is_better)
    return {"name": name, "value": round(value, 3), "unit": unit, "budget": round(budget, 3), "ratio": round(ratio, 3)}


def _ratio(value: float, budget: float, more_is_better: bool) -> float:
    """A budget of 0 allows none: the ratio is 0, or more than 1. So is that of nothing where more is better."""
    if budget == 0:
        return 1 + value if value else 0.0
    if more_is_better:
        return budget / value if value else 1 + budget
    return value / budget


def percentile(values: Sequence[float], percent: int) -> float:
    """A value that was measured, never one between two: the smallest that `percent` % of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
