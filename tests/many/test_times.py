"""A time of today bought at a machine of a real hub: also where its answer is lost, and not at all while cut off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from tests.many.computers import HERE, Computer, Office, Place, until
from tests.many.test_computers import facts

NINE = datetime(2026, 4, 6, 9)
_presses = itertools.count(1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with (
        SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as printer,
        (tmp_path / "log.txt").open("w") as log,
        Office(tmp_path, log, NINE, [Place(HERE, printer.port)]) as made,
    ):
        made.start()
        yield made


def view(machine: Computer) -> api.CitizenView:
    return machine.client.citizen_view()


def press(machine: Computer, control: str) -> None:
    shown = view(machine)
    machine.client.press(api.Press(press_id=f"t{next(_presses)}", screen_id=shown.screen_id, control=control))


def to_times(machine: Computer) -> None:
    for control in ("ticket", "group:H", "service:move-in"):
        press(machine, control)
    until(lambda: "times" in [one.id for one in view(machine).actions], "times are offered")
    press(machine, "times")
    start = next(one for hour in view(machine).hours for one in hour.starts if one.state == "open")
    press(machine, start.id)


def bookings(computer: Computer, kind: str = "BookingMade") -> list[dict[str, Any]]:
    return [one["body"] for one in facts(computer, kind)]


@pytest.mark.slow
def test_a_time_is_bought_once_also_when_the_answer_is_lost_and_not_at_all_while_cut_off(office: Office) -> None:
    (machine,) = office.machines
    to_times(machine)
    press(machine, "take_time")
    until(lambda: view(machine).screen == "take", "the ticket can be taken")
    slip = view(machine).slip
    assert slip is not None and slip.slot and slip.return_by
    press(machine, "end")
    (first,) = bookings(office.hub)
    assert first["source"] == "machine"

    # The hub hears the question, and its answer never comes.
    to_times(machine)
    office.cables["m1"].cut("down")
    press(machine, "take_time")
    until(lambda: len(bookings(office.hub)) == 2, "the hub has sold it")
    assert view(machine).screen == "printing"
    office.cables["m1"].heal()
    until(lambda: view(machine).screen == "take", "the same is told once more")
    press(machine, "end")
    sold = bookings(office.hub)
    assert len(sold) == 2
    tickets = [one["body"] for one in facts(machine, "TicketIssued")]
    assert [one["booking"] for one in tickets] == [one["booking"] for one in sold]
    assert {one["promise"] for one in tickets} == {"slot"}

    office.cables["m1"].pull()
    until(lambda: machine.client.health().hub == "away", "the machine knows that it is cut off")
    for control in ("ticket", "group:H", "service:move-in"):
        press(machine, control)
    assert [one.id for one in view(machine).actions] == ["take"], "a time would be promised by nobody"
