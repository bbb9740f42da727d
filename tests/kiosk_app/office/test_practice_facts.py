"""Steps of practice come from each machine's own chain: the hub shows the last one, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from kiosk_app import practising
from kiosk_app.office import facts as f
from kiosk_app.office.authorship import first_fault
from kiosk_app.office.facts_practice import Ended, Step
from kiosk_app.office.folds import apply
from kiosk_app.office.state import OfficeState

TODAY = "2026-04-06"
NINE_MS = 1_775_433_600_000
ZONE = ZoneInfo("Asia/Tokyo")


def stepped(machine: str, step: Step, ended: Ended = "") -> f.PracticeStepped:
    return f.PracticeStepped(machine_code=machine, step=step, ended=ended, language="vi")


def office() -> OfficeState:
    state = OfficeState()
    apply(state, "m1", 1, NINE_MS, "core", f.DayOpened(date=TODAY, office="kokura-kita"))
    for machine in ("m2", "m3"):
        apply(state, machine, 1, NINE_MS, "core", f.DayJoined(date=TODAY))
    return state


def shown(state: OfficeState, now_ms: int = NINE_MS) -> list[tuple[str, str]]:
    return [(row.machine, row.step) for row in practising.rows_of(state, now_ms, ZONE, str.upper)]


@pytest.mark.parametrize("order", list(permutations(("m2", "m3"))))
def test_two_machines_in_any_order(order: tuple[str, ...]) -> None:
    state = office()
    for machine in order:
        apply(state, machine, 2, NINE_MS, "visitor", stepped(machine, "card"))
        apply(state, machine, 3, NINE_MS, "visitor", stepped(machine, "pin" if machine == "m2" else "pay"))
    assert shown(state) == [("M2", "暗証番号"), ("M3", "支払い")]
    apply(state, "m2", 4, NINE_MS, "visitor", stepped("m2", "pin", "left"))
    assert shown(state) == [("M3", "支払い")]


def test_a_machine_that_was_switched_off_in_the_middle_is_not_shown_for_ever() -> None:
    state = office()
    apply(state, "m2", 2, NINE_MS, "visitor", stepped("m2", "card"))
    assert shown(state, NINE_MS + practising.SHOWN_MS - 1) == [("M2", "カードを置く")]
    assert shown(state, NINE_MS + practising.SHOWN_MS) == []


def test_another_day_begins_without_them() -> None:
    state = office()
    apply(state, "m2", 2, NINE_MS, "visitor", stepped("m2", "card"))
    apply(state, "m1", 2, NINE_MS + 86_400_000, "core", f.DayOpened(date="2026-04-07", office="kokura-kita"))
    assert shown(state, NINE_MS) == []


def test_no_machine_speaks_in_the_name_of_another() -> None:
    fault = first_fault(office(), "m2", [("m2", 2, stepped("m3", "card"))], TODAY, True)
    assert fault is not None and fault.cause == "not_its_name"
    assert first_fault(office(), "m2", [("m2", 2, stepped("m2", "card"))], TODAY, True) is None
