"""What a printer has counted: asked of those alone that know the question, and believed only where it is a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos_printer import counters
from drivers.escpos_printer.commands import split
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import PrinterCounters


def test_the_question_is_the_one_of_the_command_reference() -> None:
    assert counters.question(counters.CUTS) == bytes.fromhex("1d 67 32 00 b2 00")
    assert [token.kind for token in split(counters.question(counters.HOURS))] == ["command"]


def test_one_of_epsons_tells_what_it_has_counted_and_prints_on(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    printer.firmware.become("TM-T88V", process_ids=True)
    told = driver.counters()
    assert told == PrinterCounters(lines=41_250, cuts=1_830, hours=512)
    assert driver.print_ruler()
    assert len(printer.wait_for_pieces(1)) == 1
    assert driver.counters().cuts == 1_831
    assert printer.pieces[0].lines == (), "no letter of a question is on the paper"


def test_a_printer_of_another_maker_is_not_asked(printer: SimulatedPrinter, driver: EscPosTicketPrinter) -> None:
    assert driver.preflight() == "ready"
    assert driver.counters() == PrinterCounters()
    printer.faults.fail_repeatedly("paper_out")
    printer.firmware.become("TM-T88V", process_ids=True)
    assert driver.counters() == PrinterCounters()


def test_a_counter_that_a_printer_has_not_is_not_guessed(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    printer.firmware.become("TM-T20II", process_ids=True)
    del printer.firmware.counters[counters.HOURS]
    assert driver.counters() == PrinterCounters(lines=41_250, cuts=1_830)
    assert driver.preflight() == "ready"


@given(st.text(max_size=12), st.booleans())
def test_only_a_number_is_believed(text: str, answered: bool) -> None:
    told = counters.asked(lambda question: (text, False, answered))
    is_number = answered and text.isascii() and text.isdecimal() and len(text) <= counters.DIGITS_MAX
    assert told.cuts == (int(text) if is_number else None)


@pytest.mark.parametrize(
    ("model", "asked"), [("TM-m30III", True), ("tm-t88v ", True), ("SIMULATED", False), ("", False)]
)
def test_who_is_asked(model: str, asked: bool) -> None:
    assert counters.counts(model) is asked
