"""The driver against a printer that fails at any place: what it says must agree with what is on the paper."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos_printer import protocol
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings, Transport, open_transport
from drivers.ports import PrinterStatus, PrintOutcome, TicketPaper, TicketPrinter
from tests.depth import examples
from tests.drivers.escpos_printer.patience import PATIENCE_S, impatient, patient

Ticket = Callable[..., TicketPaper]


def test_a_ticket_is_issued_when_the_printer_says_that_it_is_cut(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    port: TicketPrinter = driver
    assert port.preflight() == "ready"
    outcome = port.print_ticket(make_ticket(), "one")
    assert outcome.verdict == "issued"
    assert 0 < outcome.first_byte_s <= outcome.handed_over_s <= outcome.finished_s
    (piece,) = printer.wait_for_pieces(1)
    assert "A-105" in piece.lines
    assert port.identity().process_ids


@pytest.mark.parametrize("status", ["near_end", "paper_out", "cover_open", "cutter_error", "head_hot", "offline"])
def test_preflight_names_the_trouble(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket, status: PrinterStatus
) -> None:
    printer.faults.fail_repeatedly(status)
    assert driver.preflight() == status
    if status != "near_end":
        outcome = driver.print_ticket(make_ticket(), "one")
        assert (outcome.verdict, outcome.cause) == ("not_issued", status)
        assert printer.lines_on_paper() == []
    printer.faults.clear()
    assert driver.preflight() == "ready"
    assert driver.print_ticket(make_ticket(), "two").verdict == "issued"


def test_trouble_while_a_ticket_is_encoded_sends_nothing_and_waits_for_nothing(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printer says so once. Heard before the first byte, it must not be thrown away with older answers."""
    heard = threading.Event()
    encode = protocol.encode_ticket

    def encode_slowly(*arguments: Any, **more: Any) -> protocol.EncodedTicket:
        printer.faults.fail_repeatedly("cover_open")
        assert heard.wait(PATIENCE_S)
        return encode(*arguments, **more)

    assert driver.preflight() == "ready"
    driver.watch(lambda status: heard.set())
    monkeypatch.setattr(protocol, "encode_ticket", encode_slowly)
    outcome = driver.print_ticket(make_ticket(), "one")
    assert (outcome.verdict, outcome.cause) == ("not_issued", "cover_open")
    assert outcome.finished_s < PATIENCE_S / 2


def test_a_silent_printer_is_silent_and_comes_back(printer: SimulatedPrinter, driver: EscPosTicketPrinter) -> None:
    printer.faults.fail_repeatedly("silent")
    driver.settings = impatient(driver.settings)
    assert driver.preflight() == "silent"
    printer.faults.clear()
    driver.settings = patient(printer.port)
    assert driver.preflight() == "ready"


def test_an_absent_printer_is_silent(make_ticket: Ticket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    driver = EscPosTicketPrinter(PrinterSettings(port=port))
    assert driver.preflight() == "silent"
    assert driver.print_ticket(make_ticket(), "one").verdict == "not_issued"
    assert not driver.identity().process_ids
    driver.close()


def test_a_late_answer_is_not_taken_for_another(printer: SimulatedPrinter, driver: EscPosTicketPrinter) -> None:
    assert driver.preflight() == "ready"
    printer.faults.delay(0.7)
    printer.faults.fail_repeatedly("near_end")
    driver.settings = impatient(driver.settings)
    assert driver.preflight() == "silent"
    printer.faults.delay(0.0)
    driver.settings = patient(printer.port)
    assert driver.preflight() == "near_end"


def test_watch_hears_of_paper_running_out_and_of_the_line_going(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    heard: list[PrinterStatus] = []
    driver.preflight()
    driver.watch(heard.append)
    expected: list[PrinterStatus] = []
    changes: list[tuple[Callable[[], None], PrinterStatus]] = [
        (lambda: printer.faults.fail_repeatedly("paper_out"), "paper_out"),
        (printer.faults.clear, "ready"),
        (printer.faults.drop, "silent"),
    ]
    for change, status in changes:
        change()
        expected.append(status)
        deadline = time.monotonic() + PATIENCE_S
        while heard != expected and time.monotonic() < deadline:
            time.sleep(0.005)
        assert heard == expected


def test_the_next_ticket_prints_after_the_printer_was_switched_off(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter, make_ticket: Ticket
) -> None:
    assert driver.print_ticket(make_ticket("A-105"), "one").verdict == "issued"
    printer.switch_off()
    assert driver.preflight() == "silent"
    assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "not_issued"
    printer.switch_on()
    assert driver.print_ticket(make_ticket("A-107"), "three").verdict == "issued"
    assert [line for line in printer.lines_on_paper() if line.startswith("A-")] == ["A-105", "A-107"]


@pytest.mark.slow
def test_closing_right_after_a_ticket_loses_none(make_ticket: Ticket) -> None:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as printer:
        for count in range(1, 21):
            driver = EscPosTicketPrinter(patient(printer.port))
            assert driver.print_ticket(make_ticket(), f"job {count}").verdict == "issued"
            driver.close()
            assert len(printer.wait_for_pieces(count)) == count


class Interjecting:
    """A line on which the answer to an earlier clear-buffer comes when a ticket has begun."""

    def __init__(self, line: Transport) -> None:
        self._line = line
        self._late = b""

    def write(self, data: bytes, timeout_s: float) -> int:
        if protocol.INITIALISE in data:
            self._late = b"\x37\x25\x00"
        return self._line.write(data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        late, self._late = self._late, b""
        return late or self._line.read(timeout_s)

    def close(self, timeout_s: float = 1.0) -> None:
        self._line.close(timeout_s)


def test_a_late_answer_to_an_earlier_clearing_proves_nothing_of_this_ticket(
    printer: SimulatedPrinter, make_ticket: Ticket
) -> None:
    driver = EscPosTicketPrinter(patient(printer.port), lambda settings: Interjecting(open_transport(settings)))
    assert driver.preflight() == "ready"
    # After the mark before the number, which is never printed without an answer to it.
    printer.faults.fail_after("silent", 100, "dots")
    driver.settings = impatient(driver.settings)
    outcome = driver.print_ticket(make_ticket("A-105"), "one")
    driver.close()
    (piece,) = printer.wait_for_pieces(1)
    assert "A-105" in piece.lines
    assert outcome.verdict == "maybe"


@pytest.fixture
def plain() -> Iterator[tuple[SimulatedPrinter, EscPosTicketPrinter]]:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0, process_ids=False, clear_response=False) as printer:
        # Short only where this printer never answers: when it is asked to clear its buffer.
        driver = EscPosTicketPrinter(replace(patient(printer.port), clear_timeout_s=0.2))
        yield printer, driver
        driver.close()


def test_a_printer_without_process_ids_never_proves_more_than_it_can(
    plain: tuple[SimulatedPrinter, EscPosTicketPrinter], make_ticket: Ticket
) -> None:
    printer, driver = plain
    assert not driver.identity().process_ids
    assert len(driver.identity().notes) == 2
    assert driver.print_ticket(make_ticket(), "one").verdict == "maybe"
    printer.faults.fail_after("paper_out", 200, "dots")
    assert driver.print_ticket(make_ticket("A-106"), "two").verdict == "unknown"
    printer.faults.clear()
    assert driver.print_ticket(make_ticket("A-107"), "three").verdict == "maybe"


FAULTS = [
    ("paper_out", "dots"),
    ("cover_open", "dots"),
    ("head_hot", "dots"),
    ("offline", "dots"),
    ("hung", "bytes"),
    ("silent", "bytes"),
    ("connection", "bytes"),
    ("paper_out", "bytes"),
    ("cutter_error", "dots"),
]


def run_with_fault(make_ticket: Ticket, condition: str, unit: str, at: int, delay_s: float = 0.0) -> PrintOutcome:
    """One ticket with one fault, then the fault goes and the next ticket is printed; checks both against the paper."""
    with SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as printer:
        driver = EscPosTicketPrinter(patient(printer.port))
        try:
            assert driver.preflight() == "ready"
            driver.identity()
            printer.faults.delay(delay_s)
            printer.faults.fail_after(condition, at, unit)
            if condition == "silent":
                # The only fault that the printer does not tell of: the driver's own limits end the wait.
                driver.settings = impatient(driver.settings)
            outcome = driver.print_ticket(make_ticket("A-105"), "one")
            driver.settings = patient(printer.port)
            printer.faults.clear()
            after = driver.print_ticket(make_ticket("A-106"), "two")
            papers = [*(piece.lines for piece in printer.pieces), printer.firmware.roll.lines]
            is_on_paper = any("A-105" in lines for lines in papers)
            whole = [piece for piece in printer.pieces if not piece.torn and "A-105" in piece.lines]
            assert (len(whole) == 1) if outcome.verdict == "issued" else len(whole) <= 1
            assert outcome.verdict != "not_issued" or not is_on_paper
            assert outcome.verdict != "uncut" or is_on_paper
            assert outcome.verdict == "issued" or outcome.cause is not None
            assert after.verdict == "issued"
            assert sum("A-106" in lines for lines in papers) == 1
            assert not any("A-105" in lines and "A-106" in lines for lines in papers), "two numbers on one paper"
            return outcome
        finally:
            driver.close()


@settings(max_examples=examples(15), derandomize=True)
@given(st.sampled_from(FAULTS), st.integers(0, 1600))
@pytest.mark.slow
def test_a_fault_anywhere_gives_an_honest_verdict(make_ticket: Ticket, fault: tuple[str, str], at: int) -> None:
    run_with_fault(make_ticket, *fault, at)


@pytest.mark.slow
@settings(max_examples=120)
@given(st.sampled_from(FAULTS), st.integers(0, 2000), st.sampled_from([0.0, 0.0, 0.01]))
def test_many_faults_anywhere_give_honest_verdicts(
    make_ticket: Ticket, fault: tuple[str, str], at: int, delay_s: float
) -> None:
    run_with_fault(make_ticket, *fault, at, delay_s)


@pytest.mark.parametrize(
    ("at", "verdict"), [(5, "not_issued"), (90, "maybe"), (400, "maybe"), (1180, "uncut"), (5000, "issued")]
)
def test_paper_running_out_in_the_middle(make_ticket: Ticket, at: int, verdict: str) -> None:
    assert run_with_fault(make_ticket, "paper_out", "dots", at).verdict == verdict


def test_another_model_prints_its_ruler_and_belongs_here_once_a_person_has_said_so(
    printer: SimulatedPrinter, driver: EscPosTicketPrinter
) -> None:
    assert driver.preflight() == "ready"
    printer.switch_off()
    assert driver.preflight() == "silent"
    printer.firmware.become("TM-NEW", process_ids=True)
    printer.switch_on()
    assert driver.preflight() == "other_model"
    assert driver.print_ruler()
    assert len(printer.wait_for_pieces(1)) == 1
    assert driver.preflight() == "other_model", "the paper alone says nothing"
    assert driver.accept() == "ready"
    assert driver.models().belongs and driver.models().present == "TM-NEW"


def test_a_printer_that_cannot_print_prints_no_ruler(printer: SimulatedPrinter, driver: EscPosTicketPrinter) -> None:
    printer.faults.fail_repeatedly("paper_out")
    assert not driver.print_ruler()
    printer.faults.clear()
    assert driver.print_ruler()
    assert len(printer.wait_for_pieces(1)) == 1
