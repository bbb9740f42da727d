"""Sixty-four counters press 次を呼ぶ at once, as fast as one core answers, until nobody waits any more.

A quarter of the presses is sent twice. Guides hand out tickets meanwhile, so that several counters want the same one.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

from bench import large_office
from bench.calls_truth import not_called_once
from bench.consoles import Crowd, Lap
from bench.quick_printer import QuickPrinter
from bench.rush_truth import Answer, judged
from offline_store.maintenance import export

WAITING = 600


@dataclass(frozen=True)
class Pressed:
    """What was answered, and what is wrong afterwards."""

    lap: Lap
    not_once: list[str]
    other_faults: list[str]
    """As after any rush: order, numbers, paper."""

    @property
    def calls(self) -> list[Answer]:
        """Of presses that called somebody, repeats apart."""
        called = [one for one in self.lap.answers if one.verb == "call_next" and one.ok and "呼びました" in one.message]
        return list({one.intent: one for one in called}.values())

    @property
    def in_vain(self) -> int:
        """Presses while nobody waited, or for whom a colleague was quicker."""
        return sum(1 for one in self.lap.answers if one.verb == "call_next" and not one.ok)


def pressed(seconds: float, seed: int = 0) -> Pressed:
    """For so long, and until the last line is empty."""
    printer = QuickPrinter()
    kept = io.BytesIO()
    with large_office.house(printer, waiting=WAITING) as house:
        consoles, guides = large_office.consoles(house.office), large_office.guides(house.office)
        with Crowd([house.socket], consoles, guides) as crowd:
            crowd.follow(len(consoles))
            lap = crowd.rush(0, seconds, seed)
            crowd.follow(0)
        # An ordered stop waits for the outcome of every ticket in the printer.
        house.stop_core()
        export(house.log_path, kept)
    facts = [json.loads(line) for line in kept.getvalue().splitlines()]
    return Pressed(lap, not_called_once(facts, lap.answers), judged(facts, lap.answers, printer.papers).faults)
