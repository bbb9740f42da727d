"""A printer that cannot print: no number is given, the screen says so, staff are rung, and it mends by itself."""

import asyncio
from collections.abc import Callable

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from kiosk_app.devices import PrinterDevice
from tests.faults.house import AGAIN, House, until

NUMBER = "A-001"
slow = pytest.mark.slow


def in_trouble(house: House, cause: str) -> None:
    """The screen, the bell and the log while a ticket cannot be printed."""
    staff = house.signed_in()
    view = house.sees("trouble")
    assert house.alerts(staff) == [cause]
    assert [control.state for control in view.bar if control.id == "staff"] == ["busy"]
    assert view.steps[0].state == "done", "the visitor is not told that staff know"


def comes_right(house: House) -> None:
    """Without a press and without a restart: the ticket comes, the bell is quiet."""
    slip = house.sees("take").slip
    assert slip is not None and slip.number == NUMBER
    until(lambda: house.alerts(house.signed_in()) == [], "the bell is quiet", house.said)
    assert [t["number"] for t in house.bodies("TicketIssued")] == [1]


@pytest.mark.parametrize(
    "cause", ["paper_out", "cover_open", *(pytest.param(c, marks=slow) for c in ("cutter_error", "head_hot", "silent"))]
)
@pytest.mark.slow
def test_trouble_before_a_ticket_allocates_no_number(house: House, cause: str) -> None:
    house.start()
    house.printer.faults.fail_repeatedly(cause)
    house.ask_for_ticket()
    in_trouble(house, cause)
    assert house.bodies("TicketIssued") == house.bodies("NumbersLeased") == []
    house.printer.faults.clear()
    comes_right(house)
    assert len(house.pieces(NUMBER)) == 1


@slow
def test_an_absent_printer_is_noticed_when_it_comes_back(house: House) -> None:
    house.printer.switch_off()
    house.start()
    until(lambda: house.client.health().printer == "silent", "the printer is missed", house.said)
    assert house.view().notice, "the first screen does not warn"
    house.ask_for_ticket()
    in_trouble(house, "silent")
    assert house.bodies("TicketIssued") == []
    house.printer.switch_on()
    comes_right(house)


@slow
def test_a_line_that_drops_is_opened_again(house: House) -> None:
    house.start()
    until(lambda: house.client.health().printer == "ready", "the printer is ready", house.said)
    house.printer.faults.drop()
    until(lambda: house.client.health().printer == "silent", "the lost line is noticed", house.said)
    until(lambda: house.client.health().printer == "ready", "the line is open again", house.said)
    assert house.take_ticket() == NUMBER


@pytest.mark.parametrize("dots", [pytest.param(dots, marks=slow) for dots in (30, 90, 200, 500, 900)])
@pytest.mark.parametrize("cause", ["paper_out", "cover_open"])
def test_trouble_in_mid_ticket_ends_in_one_whole_ticket(house: House, cause: str, dots: int) -> None:
    house.start()
    until(lambda: house.client.health().printer == "ready", "the printer is ready", house.said)
    house.printer.faults.fail_after(cause, dots, "dots")
    house.ask_for_ticket()
    view = house.sees("trouble", "doubt")
    (ended,) = house.bodies("PrintEnded")
    assert ended["cause"] == cause
    assert (ended["verdict"] == "not_issued") == (view.screen == "trouble")
    assert house.alerts(house.signed_in()) == [cause]
    if view.screen == "doubt":
        house.press("no_paper", view)
        house.sees("trouble")
    house.printer.faults.clear()
    comes_right(house)
    *spoilt, whole = house.pieces(NUMBER)
    assert not whole.torn and any(AGAIN in line for line in whole.lines)
    assert all(piece.torn for piece in spoilt)


@pytest.fixture
def connect(printer: SimulatedPrinter) -> Callable[[], PrinterDevice]:
    return lambda: PrinterDevice(EscPosTicketPrinter(PrinterSettings(port=printer.port)), "printer")


async def test_who_asks_at_once_gets_one_answer(
    printer: SimulatedPrinter, connect: Callable[[], PrinterDevice]
) -> None:
    device = connect()
    device.start(lambda status: None)
    await device.preflight()
    asked = printer.received.count(b"\x10\x04\x01")
    printer.faults.delay(0.1)
    first = asyncio.ensure_future(device.preflight())
    await asyncio.sleep(0)
    assert device.busy
    assert await device.preflight() == await first == "ready"
    assert printer.received.count(b"\x10\x04\x01") == asked + 1
    assert not device.busy
    await device.stop()
