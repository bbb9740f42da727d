"""Seeded jobs with faults over real sockets and pseudo-terminals: threads, the kernel's buffers and partial writes.

Eight printers at once. Nothing here depends on how fast the computer is: what is said must agree with the paper, and
the driver waits long except for a printer that will not answer.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import PrintOutcome
from tests.drivers.escpos_printer.patience import PATIENCE_S, impatient, patient
from tests.drivers.escpos_printer.test_seeds import CONTENT
from tests.drivers.escpos_printer.trial import paper

TOLD = ("paper_out", "cover_open", "cutter_error", "head_hot", "offline", "near_end", "duplicate")
UNTOLD = ("hung", "silent", "unplugged", "half_answer", "garbled")
"""The printer says nothing of these, so the driver's own limits must end the wait."""
JOBS_PER_PRINTER = 25


class Desk:
    """One printer, its driver, and jobs one after the other."""

    def __init__(self, over: Literal["tcp", "pty"], process_ids: bool) -> None:
        self.printer = SimulatedPrinter(
            over=over, speed_dots_s=100_000.0, cut_s=0.0, process_ids=process_ids, clear_response=True
        )
        self.printer.start()
        serial = PrinterSettings(kind="serial", device=self.printer.device, flow="paced")
        self.settings = patient(self.printer.port)
        if over == "pty":
            self.settings = replace(self.settings, kind=serial.kind, device=serial.device, flow=serial.flow)
        # Answers that a fault has swallowed are asked for again, over and over, instead of waited for.
        self.asking = replace(self.settings, answer_timeout_s=1.0, clear_timeout_s=1.0, probe_timeout_s=1.0)
        self.driver = EscPosTicketPrinter(self.settings)
        self.faults = (*TOLD, *UNTOLD) if over == "pty" else (*TOLD, *UNTOLD, "connection")
        self.whole = "issued" if process_ids else "maybe"
        assert self.driver.preflight() == "ready"

    def job(self, seed: int) -> str:
        chance = random.Random(seed)
        fault, number = chance.choice(self.faults), f"A-{1000 + seed}"
        more = tuple(chance.sample(CONTENT, chance.randint(0, 2)))
        unit, at = chance.choice((("dots", chance.randint(0, 900)), ("bytes", chance.randint(0, 500))))
        self.printer.faults.fail_after(fault, at, unit)
        if fault in UNTOLD:
            self.driver.settings = impatient(self.settings)
        outcome = self.driver.print_ticket(paper(number, *more), number)
        self.printer.faults.clear()
        context = (seed, fault, unit, at, more, outcome)
        self.get_ready(context)
        papers = self.papers()
        assert sum(number in lines for lines, _ in papers) <= 1, context
        if outcome.verdict == "issued":
            assert [torn for lines, torn in papers if number in lines] == [False], (context, papers)
        else:
            assert outcome.cause is not None or self.whole == "maybe", context
            again = self.print_now(number, *more, reprint=True)
            assert again.verdict == self.whole, (context, again)
        assert outcome.verdict != "not_issued" or not any(number in lines for lines, _ in papers), (context, papers)
        assert outcome.verdict != "uncut" or any(number in lines for lines, _ in papers), (context, papers)
        after = self.papers()
        marked = [lines for lines, _ in after if number in lines and " 再発行 " in lines]
        assert len(marked) == (outcome.verdict != "issued"), (context, after)
        numbers = [[line for line in lines if re.fullmatch(r"A-1\d{3}", line)] for lines, _ in after]
        assert all(len(on_one) <= 1 for on_one in numbers), (context, after)
        return outcome.verdict

    def get_ready(self, context: object) -> None:
        self.driver.settings = self.asking
        deadline = time.monotonic() + PATIENCE_S
        while self.driver.preflight() != "ready":
            assert time.monotonic() < deadline, context
        self.driver.settings = self.settings

    def print_now(self, number: str, *more: object, reprint: bool = False) -> PrintOutcome:
        return self.driver.print_ticket(paper(number, *more, reprint=reprint), number)  # type: ignore[arg-type]

    def papers(self) -> list[tuple[tuple[str, ...], bool]]:
        with self.printer.firmware.changed:
            pieces = [(piece.lines, piece.torn) for piece in self.printer.pieces]
            return [*pieces, (self.printer.firmware.roll.lines, True)]

    def work(self, seeds: range) -> Counter[str]:
        try:
            return Counter(self.job(seed) for seed in seeds)
        finally:
            self.driver.close()
            self.printer.stop()


@pytest.mark.slow
def test_two_hundred_jobs_over_tcp_and_ptys() -> None:
    desks = [Desk(over, process_ids) for over in ("tcp", "pty") for process_ids in (True, True, True, False)]
    starts = range(0, len(desks) * JOBS_PER_PRINTER, JOBS_PER_PRINTER)
    with ThreadPoolExecutor(len(desks)) as pool:
        done = pool.map(lambda desk, start: desk.work(range(start, start + JOBS_PER_PRINTER)), desks, starts)
        told = sum(done, Counter[str]())
    assert told.total() == 200
    assert {"issued", "uncut", "maybe", "not_issued"} <= set(told), told
