"""The schedules do what they are for, and a seed has the same troubles each time."""

from __future__ import annotations

from tests.spaces.plan import CLOCKS, HUB, KINDS, plan_of

TEN = [plan_of(seed) for seed in range(10)]


def test_a_seed_has_the_same_troubles_again() -> None:
    assert plan_of(7) == plan_of(7) != plan_of(8)


def test_ten_seeds_have_every_trouble() -> None:
    troubles = [trouble for plan in TEN for trouble in plan.troubles]
    assert {trouble.kind for trouble in troubles} == {*KINDS, "usurp"}
    assert {trouble.kind for trouble in troubles if trouble.whom == HUB} >= {"kill", "disk", "unplug"}
    clocks = [clock for plan in TEN for clock in plan.clocks.values()] + [trouble.clock_ms for trouble in troubles]
    assert set(clocks) == set(CLOCKS)
    assert {len(plan.machines) for plan in TEN} == {2, 3}
    assert {plan.hub_late_s > 0 for plan in TEN} == {True, False}
    assert {HUB in plan.printers for plan in TEN} == {plan.liar for plan in TEN} == {True, False}


def test_a_plan_can_be_read() -> None:
    plan = next(plan for plan in TEN if any(trouble.kind == "deaf" for trouble in plan.troubles))
    assert str(plan).startswith(f"seed {plan.seed}: hub m1, machines m2, m3")
    assert "hears nothing" in str(plan)
