"""A printer that was away for an hour prints the next ticket, on every kind of line, without a restart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import TicketPaper
from tests.drivers.escpos_printer.test_every_fault import CLASSES, LINES
from tests.drivers.escpos_printer.trial import NEXT_NUMBER, NUMBER, Kind, Trial, paper

pytestmark = pytest.mark.slow

HOUR_S = 3600.0
ASKED_EVERY_S = 10.0


@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
@pytest.mark.parametrize("away", ["unplugged", "power_off"])
@pytest.mark.parametrize(("over", "bytes_s"), LINES)
def test_an_hour_away_on_virtual_time(over: str, bytes_s: float, away: str, process_ids: bool, clears: bool) -> None:
    trial = Trial(Kind(over, bytes_s, process_ids, clears))
    assert trial.first().verdict == ("issued" if process_ids else "maybe")
    back_s = trial.printer.now_s() + HOUR_S
    trial.printer.faults.fail_repeatedly(away)
    said = set()
    while trial.printer.now_s() < back_s:
        said.add(trial.driver.preflight())
        trial.wait(ASKED_EVERY_S)
    assert said == {"silent"}
    refused = trial.driver.print_ticket(paper("A-199"), "in vain")
    assert (refused.verdict, refused.cause) == ("not_issued", "silent")
    trial.end_faults()
    # At once, before anything has noticed that it is back.
    printed = trial.driver.print_ticket(paper(NEXT_NUMBER), "two")
    assert printed.verdict == ("issued" if process_ids else "maybe"), printed
    trial.wait(5.0)
    numbers = [line for lines in trial.printer.lines_on_paper() for line in lines if line.startswith("A-")]
    assert numbers == [NUMBER, NEXT_NUMBER]


class Adapter:
    """A serial adapter by the name that udev gives it: the name goes and comes back with another device."""

    def __init__(self, name: Path) -> None:
        self.name = name

    def plug_in(self, printer: SimulatedPrinter) -> None:
        self.name.symlink_to(printer.device)

    def pull_out(self, printer: SimulatedPrinter) -> None:
        self.name.unlink()
        printer.stop()


@pytest.mark.parametrize("kind", ["serial", "file"])
def test_a_device_that_is_gone_and_comes_back(
    make_ticket: Callable[..., TicketPaper], tmp_path: Path, kind: str
) -> None:
    adapter = Adapter(tmp_path / "printer")
    settings = PrinterSettings(kind="serial" if kind == "serial" else "file", device=str(adapter.name), flow="paced")
    driver = EscPosTicketPrinter(settings)
    assert driver.preflight() == "silent"
    papers = []
    for number in ("A-105", "A-106"):
        printer = SimulatedPrinter(over="pty", speed_dots_s=200_000.0)
        printer.start()
        adapter.plug_in(printer)
        assert driver.print_ticket(make_ticket(number), number).verdict == "issued"
        papers += [line for line in printer.lines_on_paper() if line.startswith("A-")]
        adapter.pull_out(printer)
        assert {driver.preflight() for _ in range(360)} == {"silent"}
        assert driver.print_ticket(make_ticket("A-199"), "in vain").verdict == "not_issued"
    driver.close()
    assert papers == ["A-105", "A-106"]
