"""Faults while the printer is only asked: they cost no ticket, and what is taken for a printer's best is its best.

Half a command that a bad line left in the printer is the danger: status questions are answered all the same, and the
next ticket is swallowed as the command's rest.
"""

from __future__ import annotations

import itertools

import pytest

from drivers.escpos_printer.driver import RECOGNISE_EVERY_S
from drivers.ports import PRINTS
from tests.drivers.escpos_printer.test_every_fault import CLASSES, LINES
from tests.drivers.escpos_printer.trial import FAULTS, Kind, Trial

HALF_A_PICTURE = b"\x1dv0\x00\x48\x00\xff\x00"
TOO_LATE_S = 3.0
"""So late `too_late_answers` come; they are over so long after the fault."""


def passing_fault(trial: Trial, fault: str, at_s: float, lasts_s: float) -> None:
    """Meets the next asking at `at_s` from now; returns when it is over."""
    printer = trial.printer
    begins_s = printer.now_s() + at_s
    printer.at(begins_s, lambda: FAULTS[fault](printer))
    printer.at(begins_s + lasts_s, trial.end_faults)
    said = trial.driver.preflight()
    trial.told.append(said)
    late_s = TOO_LATE_S if fault == "too_late_answers" else 0.0
    trial.wait(max(0.0, begins_s + lasts_s + late_s - printer.now_s()))
    if said not in PRINTS:
        assert trial.driver.preflight() == "ready", (trial.kind, trial.told)


def moments_of_asking(kind: Kind, quiet_s: float, *, is_new: bool = False) -> list[float]:
    """From the beginning of the asking."""
    trial = Trial(kind, is_new=is_new)
    trial.wait(quiet_s)
    start_s = trial.printer.now_s()
    trial.printer.moments.clear()
    assert trial.driver.preflight() == "ready"
    return [at_s - start_s for at_s in trial.printer.moments]


def faults_on(kind: Kind) -> list[str]:
    return [fault for fault in FAULTS if fault != "connection" or kind.over != "serial"]


@pytest.mark.slow
@pytest.mark.parametrize("quiet_s", [0.0, RECOGNISE_EVERY_S + 1])
@pytest.mark.parametrize("kind", [Kind(), Kind("serial", 3840.0, process_ids=False, clears=False)])
def test_a_fault_while_it_is_asked_costs_no_ticket(kind: Kind, quiet_s: float) -> None:
    whole = "issued" if kind.process_ids else "maybe"
    for fault, at_s, lasts_s in itertools.product(faults_on(kind), moments_of_asking(kind, quiet_s), (0.02, 1.2)):
        trial = Trial(kind, (), [fault, at_s, lasts_s])
        trial.wait(quiet_s)
        passing_fault(trial, fault, at_s, lasts_s)
        outcome = trial.first()
        assert outcome.verdict == whole, (trial.kind, trial.told)
        trial.finish(outcome)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
def test_a_fault_at_the_start_makes_no_lesser_printer(process_ids: bool, clears: bool) -> None:
    """One answer lost in the probe was enough: the visitor was asked about every ticket until the next restart."""
    for over, bytes_s in LINES:
        kind = Kind(over, bytes_s, process_ids, clears)
        moments = moments_of_asking(kind, 0.0, is_new=True)
        for fault, at_s, lasts_s in itertools.product(faults_on(kind), moments, (0.001, 0.02, 0.3)):
            if fault == "too_late_answers":
                continue  # later than a second is never, by decision 014
            trial = Trial(kind, (), [fault, at_s, lasts_s], is_new=True)
            passing_fault(trial, fault, at_s, lasts_s)
            found = trial.driver.identity()
            assert (found.process_ids, found.clears) == (process_ids, clears), (kind, trial.told, found)


@pytest.mark.parametrize("fault", ["half_answer", "silent"])
def test_one_lost_answer_at_the_start_makes_no_lesser_printer(fault: str) -> None:
    for at_s in moments_of_asking(Kind(), 0.0, is_new=True):
        trial = Trial(Kind(), (), [fault, at_s], is_new=True)
        passing_fault(trial, fault, at_s, 0.001)
        found = trial.driver.identity()
        assert found.process_ids and found.clears, (trial.told, found)


@pytest.mark.parametrize("kind", [Kind(over, bytes_s) for over, bytes_s in LINES])
def test_half_a_command_left_by_a_bad_line_swallows_no_ticket(kind: Kind) -> None:
    trial = Trial(kind)
    trial.printer.faults.fail_repeatedly("silent")
    assert trial.driver.preflight() == "silent"
    trial.printer.firmware.receive(HALF_A_PICTURE)
    trial.end_faults()
    assert trial.driver.preflight() == "ready"
    outcome = trial.first()
    assert outcome.verdict == "issued"
    trial.finish(outcome)


def test_a_printer_that_answers_in_real_time_only_is_not_ready() -> None:
    """Asked before a number is given: it costs a second, where the ticket would have waited its whole limit."""
    trial = Trial(Kind())
    trial.wait(RECOGNISE_EVERY_S + 1)
    trial.printer.firmware.receive(HALF_A_PICTURE)
    assert trial.driver.preflight() == "silent"
    assert trial.driver.preflight() == "ready"
    trial.finish(trial.first())


def test_noise_within_the_minute_costs_one_ticket_and_no_lie() -> None:
    """Nothing tells of it before the ticket's first mark is missing: its number was never sent then."""
    trial = Trial(Kind())
    trial.printer.firmware.receive(HALF_A_PICTURE)
    assert trial.driver.preflight() == "ready"
    outcome = trial.first()
    assert (outcome.verdict, outcome.cause) == ("not_issued", "silent")
    trial.finish(outcome)
