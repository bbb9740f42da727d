"""What comes after trouble: a jam that a person cleared, a printer that was away, another printer in its place."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.escpos_printer import driver as driver_module
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import Models, PrinterStatus, TicketPaper
from tests.drivers.escpos_printer.patience import PATIENCE_S

pytestmark = pytest.mark.slow

Ticket = Callable[..., TicketPaper]


def numbers_on_paper(printer: SimulatedPrinter) -> list[str]:
    return [line for line in printer.lines_on_paper() if line.startswith("A-")]


def test_recovery_after_a_jam_prints_nothing_and_changes_no_verdict(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    driver.preflight()
    printer.faults.fail_next("cutter_error")
    jammed = driver.print_ticket(make_ticket("A-105"), "one")
    assert (jammed.verdict, jammed.cause) == ("uncut", "cutter_error")
    before = numbers_on_paper(printer)
    assert b"\x10\x05" not in printer.received, "nobody has looked at the jam yet"
    assert driver.recover() == "ready"
    assert b"\x10\x05\x02" in printer.received and b"\x10\x05\x01" not in printer.received
    assert numbers_on_paper(printer) == before
    assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "issued"
    spoilt, whole = printer.wait_for_pieces(2)
    assert "A-105" in spoilt.lines and "A-106" in whole.lines and "A-105" not in whole.lines


def test_recovery_of_a_printer_that_is_well_or_away_does_nothing(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    assert driver.recover() == "ready"
    printer.faults.fail_repeatedly("cover_open")
    assert driver.recover() == "cover_open"
    assert b"\x10\x05" not in printer.received
    printer.faults.clear()
    printer.switch_off()
    assert driver.recover() == "silent"


def test_a_printer_that_was_unplugged_for_an_hour_prints_the_next_ticket(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    assert driver.print_ticket(make_ticket("A-105"), "one").verdict == "issued"
    printer.switch_off()
    # As often as the core asks within the hour, one question after the other.
    assert {driver.preflight() for _ in range(360)} == {"silent"}
    printer.switch_on()
    assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "issued"
    assert numbers_on_paper(printer) == ["A-105", "A-106"]


def test_another_printer_in_its_place_is_found_out_before_the_next_ticket(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.settings = replace(driver.settings, model="SIMULATED")
    assert driver.preflight() == "ready"
    assert driver.identity().process_ids and driver.identity().notes == ()
    # On the same line, as a serial cable is moved over: nothing tells the driver.
    printer.firmware.become("OTHER", process_ids=False)
    assert driver.preflight() == "ready"
    assert driver.identity().model == "SIMULATED", "asked again only after a while"
    monkeypatch.setattr(driver_module, "RECOGNISE_EVERY_S", 0.0)
    assert driver.preflight() == "other_model"
    refused = driver.print_ticket(make_ticket(), "none")
    assert (refused.verdict, refused.cause) == ("not_issued", "other_model")
    assert numbers_on_paper(printer) == [], "its width is not known"
    now = driver.identity()
    assert (now.model, now.process_ids) == ("OTHER", False)
    assert "another printer than before: SIMULATED, now OTHER" in now.notes
    assert "not the model that was adopted here: SIMULATED" in now.notes
    # Adopted now. It would never answer to a process-id: without the new probe the verdict were unknown.
    driver.settings = replace(driver.settings, model="OTHER")
    assert driver.print_ticket(make_ticket(), "one").verdict == "maybe"


def test_a_printer_that_comes_back_over_a_new_line_is_recognised(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    driver.preflight()
    printer.switch_off()
    driver.preflight()
    printer.firmware.become("OTHER", process_ids=True)
    printer.switch_on()
    driver.preflight()
    assert driver.identity().model == "OTHER"


def swap(printer: SimulatedPrinter, driver: EscPosTicketPrinter, model: str) -> PrinterStatus:
    """Pulls the plug, puts another printer there, and asks it."""
    printer.switch_off()
    driver.preflight()
    printer.firmware.become(model, process_ids=True)
    printer.switch_on()
    return driver.preflight()


@pytest.mark.parametrize("adopted", ["SIMULATED", ""])
def test_another_model_is_not_printed_on_until_the_right_one_is_back(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket, adopted: str
) -> None:
    """With or without a model in the settings: then the first that answers is the one that stands here."""
    driver.settings = replace(driver.settings, model=adopted)
    assert driver.preflight() == "ready"
    for model in ("OTHER", ""):
        assert swap(printer, driver, model) == "other_model"
        assert driver.models() == Models("SIMULATED", model, belongs=False)
        outcome = driver.print_ticket(make_ticket(), "one")
        assert (outcome.verdict, outcome.cause) == ("not_issued", "other_model")
    assert printer.lines_on_paper() == []
    # Its own news must not make it well, and paper comes first.
    told: list[PrinterStatus] = []
    driver.watch(told.append)
    printer.faults.fail_repeatedly("paper_out")
    assert driver.preflight() == "paper_out"
    printer.faults.clear()
    assert driver.preflight() == "other_model"
    assert "ready" not in told and {"paper_out", "other_model"} <= set(told)
    # At the end of the same cable, where nothing tells of a change.
    printer.firmware.become("SIMULATED", process_ids=True)
    assert driver.preflight() == "ready"
    assert driver.print_ticket(make_ticket(), "two").verdict == "issued"


def test_a_model_that_has_printed_here_at_this_width_is_printed_on(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    driver.settings = replace(driver.settings, model="SIMULATED", same_width_models=("OLDER",))
    driver.preflight()
    assert swap(printer, driver, "OLDER") == "ready"
    assert driver.print_ticket(make_ticket(), "one").verdict == "issued"
    assert swap(printer, driver, "OTHER") == "other_model"


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (("", "SIMULATED"), "ready"),
        (("NOISE", "SIMULATED"), "ready"),
        (("NOISE", "", "NOISE", "", "NOISE", ""), "ready"),
        (("OTHER",) * 3, "other_model"),
        (("NOISE", "", "OTHER", "OTHER"), "other_model"),
    ],
)
def test_a_name_is_believed_when_it_was_the_same_twice(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, answers: tuple[str, ...], status: PrinterStatus
) -> None:
    driver.settings = replace(driver.settings, model="SIMULATED")
    driver.preflight()
    printer.switch_off()
    driver.preflight()
    printer.firmware.say_once(*answers)
    printer.switch_on()
    assert driver.preflight() == status
    assert driver.preflight() == "ready", "it says its own name again"


def test_status_is_sent_by_itself_again_after_a_ticket_has_reset_the_printer(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    """ESC @ switches the automatic status off: without GS a after it a ticket waits its whole limit for the paper."""
    driver.preflight()
    printer.faults.fail_after("paper_out", 300, "dots")
    outcome = driver.print_ticket(make_ticket(), "one")
    assert outcome.cause == "paper_out"
    assert outcome.finished_s < PATIENCE_S / 2
