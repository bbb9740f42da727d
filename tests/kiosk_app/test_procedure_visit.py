"""Who answers the questions at the real core: one number in the log with every service of the way, and two papers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, serve
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import stops_of
from tests.kiosk_app.house import MORNING, ROOT, House, machine_toml

FAMILY = ("no", "yes", "no", "yes", "yes", "no", "no", "yes")
WAY = ["H", "M", "R", "W", "W", "A"]


@pytest.fixture
async def family(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[House]:
    house = House(tmp_path, printer, MORNING)
    folder = str(ROOT / "config" / "procedures")
    house.settings = msgspec.structs.replace(house.settings, procedures_dir=folder)
    await house.open()
    yield house
    await house.close()


async def press(house: House, *controls: str) -> None:
    for control in controls:
        screen = house.core.lobby.state.screen_id
        house.core.press(api.Press(press_id=house.core.clock.new_id(), screen_id=screen, control=control))


async def to_list(house: House) -> None:
    await press(house, "find", "life:move-in", *(f"reply:{one}" for one in FAMILY))
    assert house.core.lobby.state.screen == "proc_list"


async def test_a_family_that_moves_in_has_one_number_for_six_services(family: House) -> None:
    await to_list(family)
    await press(family, "go_on", "go_on", "take_route")
    lobby = family.core.lobby
    await family.until(lambda: lobby.state.screen == "take")
    await family.until(lambda: lobby.state.finding is not None and lobby.state.finding.paper == "printed")
    (issued,) = family.core.book.state.day.tickets.values()
    assert [stop.group for stop in issued.stops] == WAY
    ticket, listed = family.printer.pieces
    assert "このあとの窓口" in "\n".join(ticket.lines) and "H-" in "\n".join(ticket.lines)
    assert "番号札ではありません" in "\n".join(listed.lines)
    # It waits where it begins, and a restart loses nothing of it.
    assert [one.stop.group for one in waiting(family.core.book.state)] == ["H"]
    await family.restart()
    (ticket_id,) = family.core.book.state.day.tickets
    assert [stop.group for stop in stops_of(family.core.book.state.day, ticket_id)] == WAY
    assert family.core.lobby.state.screen == "take"


async def test_the_list_alone_leaves_nothing_in_the_log(family: House) -> None:
    before = family.core.book.log.last_position
    await to_list(family)
    await press(family, "list_only")
    lobby = family.core.lobby
    await family.until(lambda: lobby.state.finding is not None and lobby.state.finding.paper == "printed")
    assert len(family.printer.pieces) == 1
    assert family.core.book.state.day.tickets == {}
    assert family.core.book.log.last_position == before


async def test_a_restart_in_the_middle_of_the_questions_comes_back_to_the_same_one(family: House) -> None:
    await press(family, "find", "life:birth", "reply:no")
    before = family.core.lobby.view().title
    await family.restart()
    assert family.core.lobby.view().title == before


def test_a_machine_with_malformed_questions_does_not_start(
    tmp_path: Path, printer: SimulatedPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "shared.toml").write_text("schema = 2\n")
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, printer.port, MORNING, 'procedures_dir = "procedures"'))
    assert serve.run(machine) == 2
    assert capsys.readouterr().err.startswith("shared.toml: schema: ")
    assert not (tmp_path / "data").exists()
