"""A machine with two printers: the second takes over, no number is given twice, and staff hear which one stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import settings
from kiosk_app.office import facts as f
from kiosk_app.upkeep import ASK_PRINTER_AT_LEAST_EVERY_S, ASK_PRINTER_EVERY_S, pause_s
from tests.kiosk_app.house import MORNING, SERVICE, House


@pytest.fixture
def other() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as simulated:
        yield simulated


@pytest.fixture
async def pair(tmp_path: Path, printer: SimulatedPrinter, other: SimulatedPrinter) -> AsyncIterator[House]:
    house = House(tmp_path, printer, MORNING)
    second = settings.TcpPrinter(host="127.0.0.1", port=other.port, name="奥のプリンター", answer_s=2.0)
    house.settings = msgspec.structs.replace(house.settings, printer_2=second)
    await house.open()
    await house.until(lambda: all(device.status == "ready" for device in house.core.printer.devices))
    yield house
    await house.close()


def started(house: House) -> list[tuple[str, int]]:
    return [(fact.printer, fact.attempt) for fact in house.facts(f.PrintStarted) if isinstance(fact, f.PrintStarted)]


async def titles(house: House, token: str) -> list[str]:
    return [alert.title for alert in (await house.staff_view(token)).alerts]


async def test_the_second_takes_over_and_staff_hear_which_one_stands(pair: House, other: SimulatedPrinter) -> None:
    token = await pair.sign_in()
    pair.printer.faults.fail_repeatedly("paper_out")
    await pair.until(lambda: pair.core.printer.devices[0].status == "paper_out")
    assert pair.core.printer.status == "ready", "visitors are told of no trouble"
    assert await pair.take() == "A-001"
    assert started(pair) == [("printer_2", 1)]
    assert (len(pair.printer.pieces), len(other.wait_for_pieces(1))) == (0, 1)
    assert await titles(pair, token) == ["1号機　1台目のプリンター：用紙がありません"]
    pair.printer.faults.clear()
    await pair.until(lambda: pair.core.printer.devices[0].status == "ready")
    assert await titles(pair, token) == []
    assert await pair.take() == "A-002"
    assert started(pair)[-1] == ("printer", 1)


async def test_doubt_comes_before_the_same_number_on_the_other_printer(pair: House, other: SimulatedPrinter) -> None:
    pair.printer.faults.fail_after("cutter_error", 500, "dots")
    await pair.to_confirm()
    await pair.press("take")
    await pair.until(lambda: pair.screen.screen == "doubt")
    assert other.pieces == [], "what came out of the first printer is for eyes to tell"
    assert [fact.verdict for fact in pair.facts(f.PrintEnded) if isinstance(fact, f.PrintEnded)] == ["maybe"]
    await pair.press("no_paper")
    await pair.until(lambda: pair.screen.screen == "take")
    assert started(pair) == [("printer", 1), ("printer_2", 2)]
    (again,) = other.wait_for_pieces(1)
    assert "A-001" in again.lines and any("再発行" in line for line in again.lines)
    assert len(pair.facts(f.TicketIssued)) == 1


async def test_two_printers_that_cannot_print_give_no_number(pair: House, other: SimulatedPrinter) -> None:
    token = await pair.sign_in("2001")
    for printer in (pair.printer, other):
        printer.faults.fail_repeatedly("cover_open")
    reply = await pair.act(token, "issue", service=SERVICE)
    assert (reply.ok, reply.message) == (
        False,
        "プリンターのふたが開いています。閉めてから、もう一度押してください。",
    )
    assert pair.facts(f.TicketIssued) == []
    await pair.until(lambda: pair.core.printer.status == "cover_open")
    assert await titles(pair, token) == ["1号機　1台目のプリンター・奥のプリンター：プリンターのふたが開いています"]


async def test_staff_bring_a_printer_back_after_a_jam(house: House) -> None:
    token = await house.sign_in()
    house.printer.faults.fail_repeatedly("cutter_error")
    await house.until(lambda: house.core.printer.status == "cutter_error")
    (alert,) = (await house.staff_view(token)).alerts
    assert "「プリンターを復帰」" in alert.note
    reply = await house.act(token, "recover_printer")
    assert (reply.ok, reply.message) == (True, "プリンターが動きます。紙が出なかった番号は再発行してください。")
    await house.until(lambda: house.core.printer.status == "ready")
    assert house.printer.pieces == [] and house.facts(f.PrintEnded) == []
    trainee = await house.sign_in("2001", training=True)
    assert not (await house.act(trainee, "recover_printer")).ok


def test_a_printer_that_stays_away_is_asked_more_and_more_rarely_but_for_ever() -> None:
    pauses = [pause_s(in_vain) for in_vain in range(2000)]
    assert pauses[0] == ASK_PRINTER_EVERY_S and pauses[-1] == ASK_PRINTER_AT_LEAST_EVERY_S
    assert pauses == sorted(pauses)
