"""An office of several computers as a harness: real cores over TLS, one clock, cables that are cut, kills."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from offline_store.maintenance import export
from tests.many.computers import HERE, Computer, Office, Place, until, utc_ms

NINE = datetime(2026, 4, 6, 9)
WAY = ("ticket", "group:A", "service:resident-record-copy", "take")
_presses = itertools.count(1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    quick: dict[str, Any] = {"speed_dots_s": 100_000.0, "cut_s": 0.0}
    with SimulatedPrinter(**quick) as one, SimulatedPrinter(**quick) as two, (tmp_path / "log.txt").open("w") as log:
        printers = [Place(HERE, one.port), Place(HERE, two.port)]
        with Office(tmp_path, log, NINE, printers) as made:
            made.start()
            yield made


def press(machine: Computer, control: str) -> None:
    screen_id = machine.client.citizen_view().screen_id
    machine.client.press(api.Press(press_id=f"p{next(_presses)}", screen_id=screen_id, control=control))


def take_ticket(machine: Computer) -> str:
    for control in WAY:
        press(machine, control)
    if machine.client.citizen_view().dialog is not None:
        press(machine, "separate")
    until(lambda: machine.client.citizen_view().screen == "take", "the ticket can be taken")
    slip = machine.client.citizen_view().slip
    assert slip is not None
    press(machine, "end")
    return slip.number


def exported(computer: Computer) -> list[str]:
    """Every fact as a line, in the order of the log; also beside a running core."""
    out = io.BytesIO()
    export(computer.facts, out)
    return out.getvalue().decode().splitlines()


def facts(computer: Computer, kind: str) -> list[dict[str, Any]]:
    return [fact for fact in map(json.loads, exported(computer)) if fact["kind"] == kind]


def known(computer: Computer) -> set[str]:
    return {f"{fact['body']['letter']}-{fact['body']['number']:03d}" for fact in facts(computer, "TicketIssued")}


@pytest.mark.slow
def test_cut_off_killed_and_healed_the_computers_end_with_the_same_facts(office: Office) -> None:
    first, second = office.machines
    numbers = {take_ticket(first), take_ticket(second)}
    until(lambda: known(office.hub) == numbers, "both are known at the hub")

    # Only the hub's answers are lost: whether it heard of the ticket, the machine cannot know.
    office.cables["m2"].cut("down")
    one_way = take_ticket(second)
    office.cables["m2"].pull()
    until(lambda: second.client.health().hub == "away", "the machine knows that it is cut off")
    alone = take_ticket(second)
    assert second.kill() == -9
    later = utc_ms(NINE + timedelta(minutes=40))
    office.clock.jump(later)
    second.start()
    until(second.answers, "it is back")
    # It hears the time from nobody, and has it.
    assert [machine.client.citizen_view().time for machine in office.machines] == ["9:40", "9:40"]
    alone_again = take_ticket(second)
    assert office.hub.kill() == -9
    without_a_hub = take_ticket(first)
    office.hub.start()
    until(office.hub.answers, "the hub is back")
    assert not known(office.hub) & {alone, alone_again}

    office.cables["m2"].heal()
    office.until_linked()
    everybody = numbers | {one_way, alone, alone_again, without_a_hub}
    assert len(everybody) == 6
    for computer in office.computers:
        until(lambda computer=computer: known(computer) == everybody, f"all are known at {computer.code}")  # type: ignore[misc]
    office.until_equal()
    assert [computer.stop() for computer in office.computers] == [0, 0, 0]
    # Of who came after the jump: one at a computer that was down meanwhile, one at another.
    assert sum(fact["at_utc_ms"] >= later for fact in facts(office.hub, "TicketIssued")) == 2
    first_log, *others = (set(exported(computer)) for computer in office.computers)
    assert all(log == first_log for log in others)
