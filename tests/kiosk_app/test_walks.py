"""Random people at every console and at the screen: nothing that they press is a bug, and the log tells it all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import folds
from kiosk_app.office.facts import decode
from kiosk_app.office.state import OfficeState, dump
from tests.depth import DEPTH
from tests.kiosk_app.house import MORNING, PINS, SERVICE, House, the_office

WALKS, STEPS = {"quick": (8, 25), "plain": (40, 60), "long": (150, 120)}[DEPTH]
NUMBERS = ("A-001", "a2", "A-003", "H-001", "A-999", "", "住民票")

acts = st.fixed_dictionaries(
    {
        "who": st.sampled_from(sorted(PINS)),
        "verb": st.sampled_from(get_args(api.StaffVerb)),
        "counter": st.sampled_from([3, 4, 7, 99, None]),
        "number": st.sampled_from(NUMBERS),
        "service": st.sampled_from([SERVICE, "move-in", "seal-certificate", "nothing", ""]),
        "reason": st.sampled_from(["", *api.CALL_REASONS, *api.PRIORITY_REASONS, *the_office().cancel_reasons]),
        "intent": st.one_of(st.none(), st.sampled_from(["same", "other"])),
    }
)
presses = st.fixed_dictionaries({"press": st.integers(0, 30)})
times = st.fixed_dictionaries({"seconds": st.sampled_from([1, 30, 70, 600, 6 * 3600, 24 * 3600])})
faults = st.fixed_dictionaries({"fault": st.sampled_from(["paper_out", "cover_open", "ready", "ready"])})
starts = st.just({"restart": True})
steps = st.lists(
    st.one_of(acts, acts, acts, presses, presses, presses, times, faults, starts), min_size=STEPS // 2, max_size=STEPS
)


@pytest.mark.timeout(600)
@given(steps)
@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_pressed_in_whatever_order_is_no_bug(
    printer: SimulatedPrinter, steps: list[dict[str, Any]]
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hitofuda-"))
    printer.faults.clear()
    printer.firmware.power_cut()
    try:
        asyncio.run(walk(House(folder, printer, MORNING), steps))
    finally:
        shutil.rmtree(folder)


async def walk(house: House, steps: list[dict[str, Any]]) -> None:
    await house.open()
    tokens: dict[str, str] = {}
    try:
        for step in steps:
            await one(house, tokens, step)
            assert house.core.bug is None, house.core.bug
        house.printer.faults.clear()
        await house.core.issuer.finish()
        check(house)
    finally:
        await house.close()


async def one(house: House, tokens: dict[str, str], step: dict[str, Any]) -> None:
    match step:
        case {"press": which}:
            offered = sorted(controls(house.screen))
            await house.press(offered[which % len(offered)] if offered else "nothing")
        case {"seconds": seconds}:
            await house.pass_s(seconds)
        case {"fault": fault}:
            house.printer.faults.clear()
            if fault != "ready":
                house.printer.faults.fail_repeatedly(fault)
        case {"restart": _}:
            await house.restart()
        case _:
            await act(house, tokens, dict(step))


async def act(house: House, tokens: dict[str, str], step: dict[str, Any]) -> None:
    who = step.pop("who")
    if not house.core.desk.knows(tokens.get(who, "")):
        tokens[who] = await house.sign_in(who)
    reply = await house.act(tokens[who], step.pop("verb"), intent=step.pop("intent") or "", **step)
    assert reply.ok or reply.message.endswith("。")
    if house.core.desk.knows(tokens[who]):
        await house.staff_view(tokens[who])


def check(house: House) -> None:
    """Every view can be read by its face, and the log alone gives the same office."""
    msgspec.json.decode(house.core.citizen_view(), type=api.CitizenView)
    for zone in house.core.zones:
        msgspec.json.decode(house.core.display_view(zone), type=api.DisplayView)
    state = OfficeState()
    for _, entry in house.core.book.log.read(0, 100_000):
        fact = decode(entry.kind, entry.body)
        folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    assert dump(state) == dump(house.core.book.state)
    called = [counter.current for counter in house.core.book.state.day.counters.values() if counter.current]
    assert len(called) == len(set(called))
