"""A rush: sixteen clients at once issue, call and serve as fast as one core answers, in an office that is already full.

Peers print one number twice here, or call one ticket to two counters. The paper takes no time, so that the software is
what is measured; at a real printer the paper of one ticket alone takes a second.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

from bench.house import House
from bench.office_day import tokens
from bench.quick_printer import QuickPrinter
from bench.row import Row, percentile, row
from bench.rush_clients import answers
from bench.rush_truth import Answer, Truth, judged
from offline_store.maintenance import export

SECONDS = 30.0


@dataclass(frozen=True)
class Rush:
    """What was answered, and what is true afterwards."""

    answers: list[Answer]
    truth: Truth
    seconds: float

    def spans_ms(self, verb: str) -> list[float]:
        """Of presses that did something, repeats apart."""
        return [1000 * one.took_s for one in self.answers if one.verb == verb and one.ok and not one.again]

    @property
    def acts_a_second(self) -> float:
        """What was done; neither refusals nor repeats are counted."""
        return len({one.intent for one in self.answers if one.ok}) / self.seconds


def rushed(seconds: float = SECONDS, seed: int = 0) -> Rush:
    """A rush with 150 waiting, every counter busy, all consoles and displays connected."""
    printer = QuickPrinter()
    with House(printer=printer) as house:
        everybody = house.listeners()
        everybody.start()
        answered = answers(house.client.core, tokens(house.office), seconds, seed)
        everybody.stop()
        # An ordered stop waits for the outcome of every ticket in the printer.
        house.stop_core()
        kept = io.BytesIO()
        export(house.log_path, kept)
    facts = [json.loads(line) for line in kept.getvalue().splitlines()]
    return Rush(answered, judged(facts, answered, printer.papers), seconds)


def rows() -> list[Row]:
    rush = rushed()
    truth, issue_ms, call_ms = rush.truth, rush.spans_ms("issue"), rush.spans_ms("call_next")
    repeated, twice = len(truth.repeated_numbers), len(truth.called_twice)
    for fault in truth.faults:
        sys.stderr.write(f"{fault}\n")
    return [
        row("rush: repeated numbers", repeated, "tickets", 0),
        row("rush: called twice", twice, "tickets", 0),
        row("rush: other untruths", len(truth.faults) - repeated - twice, "cases", 0),
        row("rush: done by 16 clients at once", rush.acts_a_second, "acts/s", 80, more_is_better=True),
        row("rush: call next, p50", percentile(call_ms, 50), "ms", 100),
        row("rush: call next, p99", percentile(call_ms, 99), "ms", 300),
        row("rush: issue until the paper is out, p50", percentile(issue_ms, 50), "ms", 300),
        row("rush: issue until the paper is out, p99", percentile(issue_ms, 99), "ms", 800),
    ]
