"""Whom the hub trusts follows from the facts in any order: what was revoked stays revoked, also at a checkpoint."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Device
from kiosk_app.office.fold_devices import merged
from kiosk_app.office.folds import apply
from kiosk_app.office.history import page
from kiosk_app.office.state import OfficeState, dump

ENROLLED = f.DeviceEnrolled(device="d1", use="console", name="3番窓口", token_sha256="a" * 64)


def folded(*facts: tuple[str, int, f.Fact]) -> OfficeState:
    """Machine, time and fact; the hub opens the day."""
    state = OfficeState()
    apply(state, "m1", 1, 0, "core", f.DayOpened(date="2026-04-06", office="x"))
    for machine, at_utc_ms, fact in facts:
        apply(state, machine, state.positions.get(machine, 0) + 1, at_utc_ms, "9001", fact)
    return state


def test_a_device_is_known_until_it_is_revoked_and_both_stand_in_the_history() -> None:
    state = folded(("m1", 1_000, ENROLLED), ("m1", 2_000, f.DeviceRevoked(device="d1", reason="紛失・盗難")))
    device = state.devices["d1"]
    assert (device.name, device.use, device.enrolled_by, device.enrolled_utc_ms) == (
        "3番窓口",
        "console",
        "9001",
        1_000,
    )
    assert (device.revoked_utc_ms, device.revoked_by, device.revoked_reason) == (2_000, "9001", "紛失・盗難")
    rows = page(state).rows
    assert [(row.what, row.reason, row.staff_code) for row in rows] == [
        ("端末の取り消し", "3番窓口　紛失・盗難", "9001"),
        ("端末の登録", "3番窓口", "9001"),
    ]


def test_a_machine_of_machine_toml_can_be_revoked_under_its_code() -> None:
    state = folded(("m1", 2_000, f.DeviceRevoked(device="m2", reason="紛失・盗難")))
    assert state.devices["m2"].revoked_utc_ms and not state.devices["m2"].name
    assert page(state).rows[0].reason == "m2　紛失・盗難"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_hubs_in_any_order_give_the_same(order: tuple[int, ...]) -> None:
    told = [
        ("m1", 1_000, ENROLLED),
        ("m2", 3_000, f.DeviceRevoked(device="d1", reason="later")),
        ("m3", 2_000, f.DeviceRevoked(device="d1", reason="first")),
    ]
    states = {dump(folded(*told)), dump(folded(*(told[n] for n in order)))}
    assert len(states) == 1
    assert folded(*told).devices["d1"].revoked_reason == "first"


revocations = st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.sampled_from("xy")).map(
    lambda told: told if told[0] else (0, "", "")
)
known = st.dictionaries(
    st.sampled_from(("d1", "d2")),
    st.builds(
        lambda name, told: Device(name=name, revoked_utc_ms=told[0], revoked_by=told[1], revoked_reason=told[2]),
        st.sampled_from(("", "n")),
        revocations,
    ),
)


@given(known, known, known)
def test_what_two_knew_is_merged_alike_from_either_side(one: dict, other: dict, third: dict) -> None:
    assert merged(one, other) == merged(other, one)
    assert merged(merged(one, other), third) == merged(one, merged(other, third))
    assert merged(one, one) == one
