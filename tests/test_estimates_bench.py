"""A short version of `bench/estimates.py`: its verdicts on one office of each class, and that they can fail."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from bench import estimates
from bench.estimate_days import KINDS, SyntheticOffice
from bench.row import Row
from kiosk_app.office.estimates import Estimate


def over(rows: list[Row]) -> list[str]:
    return [one["name"].split(": ", 2)[2] for one in rows if one["ratio"] > 1]


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_budget_is_kept_on_one_day_of_each_class(name: str) -> None:
    figures = estimates.measured(KINDS[name], offices=2, days=1)
    assert figures.visitors > 400
    assert over(estimates.budgets(name, figures)) == []


def test_a_day_is_the_same_again_and_everybody_who_waits_is_called() -> None:
    days = []
    for _ in range(2):
        records = estimates.Records()
        office = SyntheticOffice(random.Random(5), records.ask)
        office.play(KINDS["opening in mid-morning"])
        assert records.told.keys() == office.called_utc_ms.keys()
        days.append((office.called_utc_ms, [told.ours for told in records.told.values()]))
    assert days[0] == days[1]


MINUTE_MS = estimates.MINUTE_MS
Change = Callable[[estimates.Told], estimates.Told]


def over_when(change: Change) -> list[str]:
    """What is over when each of a hundred promises, which are right as they are, is changed like this."""
    now, found = 1_000 * MINUTE_MS, []
    for which in range(100):
        called = now + 20 * MINUTE_MS + (which % 10) * 30_000
        late = 10 * MINUTE_MS if which % 10 == 0 else 0
        ours = Estimate(
            due_utc_ms=called + MINUTE_MS,
            from_utc_ms=called - 2 * MINUTE_MS + late,
            to_utc_ms=called + 4 * MINUTE_MS + late,
            waiting_ahead=5,
        )
        told = estimates.Told(now, now * 2, ours, called - MINUTE_MS, called + 3 * MINUTE_MS, called - 3 * MINUTE_MS)
        found.append((change(told), called))
    return over(estimates.budgets("x", estimates.figures_of(found, [1.0])))


def moved(**minutes: int) -> Change:
    def change(told: estimates.Told) -> estimates.Told:
        fields = {name: getattr(told.ours, name) + by * MINUTE_MS for name, by in minutes.items()}
        return dataclasses.replace(told, ours=replace(told.ours, **fields))

    return change


def half_withheld(told: estimates.Told) -> estimates.Told:
    if told.ours.due_utc_ms % MINUTE_MS:
        return told
    return dataclasses.replace(told, ours=replace(told.ours, from_utc_ms=0, to_utc_ms=0))


def test_the_verdicts_are_those_of_the_records() -> None:
    assert over_when(moved()) == []
    assert over_when(moved(due_utc_ms=1)) == ["error, 1.15 of the oracle's"]
    assert len(over_when(moved(due_utc_ms=5))) == 3
    assert over_when(moved(from_utc_ms=10, to_utc_ms=20)) == ["the range holds"]
    assert over_when(moved(from_utc_ms=-20)) == ["the range holds, not by being wide"]
    assert "a range is told" in over_when(half_withheld)
