"""A machine with two printers: the second takes over, no number is given twice, and staff hear which one stands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import PrinterStatus
from kiosk_app import settings
from kiosk_app.office import facts as f
from kiosk_app.upkeep import ASK_PRINTER_AT_LEAST_EVERY_S, ASK_PRINTER_EVERY_S, pause_s
from tests.kiosk_app.house import MORNING, PATIENCE_S, SERVICE, House


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


async def swap(house: House, printer: SimulatedPrinter, model: str) -> None:
    """Somebody plugs in another printer in the place of this one."""
    printer.switch_off()
    await house.until(lambda: "silent" in {device.status for device in house.core.printer.devices})
    printer.firmware.become(model, process_ids=True)
    printer.switch_on()


async def looked(house: House, status: PrinterStatus) -> None:
    """Asks as upkeep does, until the first printer is so."""
    first = house.core.printer.devices[0]
    deadline = time.monotonic() + PATIENCE_S
    while await first.preflight() != status or first.status != status:
        assert time.monotonic() < deadline, first.status
        await asyncio.sleep(0.001)


async def test_a_printer_of_another_model_gives_no_ticket_and_staff_read_which(house: House) -> None:
    token = await house.sign_in("2001")
    assert await house.take() == "A-001"
    await swap(house, house.printer, "OTHER")
    await looked(house, "other_model")
    (alert,) = (await house.staff_view(token)).alerts
    assert (alert.cause, alert.title) == ("other_model", "1号機　プリンターの機種が変わりました")
    assert alert.note == "技術員に機種の登録を頼んでください（SIMULATED → OTHER）"
    reply = await house.act(token, "issue", service=SERVICE)
    assert not reply.ok and "機種が変わった" in reply.message
    await house.pass_s(61)
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.screen.screen == "trouble")
    assert len(house.facts(f.TicketIssued)) == 1, "no number before a printer whose width is known"
    # Still so after the next start, although nobody has adopted a model: the first one is remembered.
    await house.restart()
    assert house.core.printer.status == "other_model"
    assert [a.cause for a in (await house.staff_view(await house.sign_in("2001"))).alerts] == ["other_model"]
    # The right one is back, and the visitor gets the ticket that was asked for.
    await swap(house, house.printer, "SIMULATED")
    await looked(house, "ready")
    await house.until(lambda: house.screen.screen == "take")
    assert (await house.staff_view(await house.sign_in("2001"))).alerts == ()


async def adopted(house: House, **table: object) -> None:
    """A technician's `hitofuda diag printer --adopt` between two runs of the core."""
    await house.close()
    changed = msgspec.structs.replace(house.settings.printer, **table)
    house.settings = msgspec.structs.replace(house.settings, printer=changed)
    await house.open()


async def test_a_model_that_was_adopted_at_this_width_is_never_asked_about_again(house: House) -> None:
    await swap(house, house.printer, "OTHER")
    await adopted(house, model="OTHER")
    assert house.core.printer.status == "ready"
    assert await house.take() == "A-001"
    # Both have printed at 512 dots: either may stand here from now on.
    for model in ("SIMULATED", "OTHER"):
        await swap(house, house.printer, model)
        await looked(house, "ready")
    known = [(fact.model, fact.width_dots) for fact in house.facts(f.PrinterRecognised)]  # type: ignore[attr-defined]
    assert known == [("SIMULATED", 512), ("OTHER", 512)]
    # At another width nothing but the adopted model is known.
    await adopted(house, width_dots=576)
    await swap(house, house.printer, "SIMULATED")
    await looked(house, "other_model")


async def test_a_width_that_a_technician_has_changed_is_for_the_printer_that_stands_there(house: House) -> None:
    await house.close()
    house.printer.firmware.become("OTHER", process_ids=True)
    await adopted(house, width_dots=576)
    assert house.core.printer.status == "ready", "a first start with this width: there is nothing to differ from"


async def test_the_second_takes_over_from_one_of_another_model(pair: House, other: SimulatedPrinter) -> None:
    token = await pair.sign_in()
    await swap(pair, pair.printer, "OTHER")
    await looked(pair, "other_model")
    assert await titles(pair, token) == [
        "1号機　1台目のプリンター：機種が変わりました（SIMULATED → OTHER）。技術員を呼んでください"
    ]
    assert await pair.take() == "A-001"
    assert started(pair) == [("printer_2", 1)]
    await swap(pair, pair.printer, "SIMULATED")
    await looked(pair, "ready")
    assert await titles(pair, token) == []


def test_a_printer_that_stays_away_is_asked_more_and_more_rarely_but_for_ever() -> None:
    pauses = [pause_s(in_vain) for in_vain in range(2000)]
    assert pauses[0] == ASK_PRINTER_EVERY_S and pauses[-1] == ASK_PRINTER_AT_LEAST_EVERY_S
    assert pauses == sorted(pauses)
