"""Every fault at every moment of a ticket at which a piece of it crosses the line, the paper moves or an answer is on
its way; on printers that can prove more and less. Nothing here is drawn by lot: what is left out is named.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest

from drivers.escpos_printer.virtual import VirtualPrinter
from drivers.ports import PRINTS, PaperPart, QrCode, Rule, TicketLine
from tests.drivers.escpos_printer.trial import Kind, Trial

Act = Callable[[VirtualPrinter], None]


def lasting(condition: str) -> Act:
    return lambda printer: printer.faults.fail_repeatedly(condition)


def become_slow(printer: VirtualPrinter) -> None:
    printer.bytes_s = 60.0


FAULTS: dict[str, Act] = {
    **{
        condition: lasting(condition)
        for condition in (
            *("paper_out", "cover_open", "cutter_error", "head_hot", "offline", "hung", "near_end"),
            *("power_off", "unplugged", "silent", "garbled", "duplicate", "connection"),
        )
    },
    "half_answer": lambda printer: printer.faults.fail_next("half_answer"),
    "half_answers": lasting("half_answer"),
    "late_answers": lambda printer: printer.faults.delay(0.4),
    "too_late_answers": lambda printer: printer.faults.delay(3.0),
    "slow_line": become_slow,
}
LINES = (("tcp", 1e7), ("serial", 3840.0), ("serial", 11520.0), ("usb", 1e6))
CLASSES = [(True, True), (True, False), (False, True), (False, False)]
"""Process-ids, answers to clear-buffer."""
RICH: tuple[PaperPart, ...] = (
    TicketLine("请等候叫号，谢谢", 2, language="zh"),
    Rule(),
    QrCode("https://example.jp/t/7Kq2mX9bLw"),
    TicketLine("待ち状況"),
)


@lru_cache
def moments(kind: Kind, more: tuple[PaperPart, ...]) -> tuple[float, ...]:
    """At which something happens while a ticket is printed without trouble; the last lies just after its end."""
    trial = Trial(kind, more)
    trial.printer.moments.clear()
    assert trial.first().verdict == ("issued" if kind.process_ids else "maybe")
    return (*trial.printer.moments, trial.printer.now_s() + 0.001)


def run(kind: Kind, fault: str, at_s: float, lasts_s: float | None, more: tuple[PaperPart, ...] = ()) -> str:
    """`lasts_s`: None for a fault that stays until a person has seen what came of the ticket."""
    trial = Trial(kind, more, [fault, at_s, lasts_s])
    printer = trial.printer
    printer.at(at_s, lambda: FAULTS[fault](printer))
    if lasts_s is not None:
        printer.at(at_s + lasts_s, lambda: trial.end_faults())
    outcome = trial.first()
    if lasts_s is None:
        trial.wait(5.0)
        trial.end_faults()
        trial.wait(5.0)
    else:
        # The next ticket follows at once: a fault that begins when this one is done must not be its own.
        trial.wait(max(0.0, at_s + lasts_s - printer.now_s()))
    trial.finish(outcome)
    return outcome.verdict


def cases(kind: Kind, lasts_s: float | None, more: tuple[PaperPart, ...] = ()) -> Iterator[str]:
    for fault, at_s in itertools.product(FAULTS, moments(kind, more)):
        if fault != "connection" or kind.over != "serial":
            yield run(kind, fault, at_s, lasts_s, more)


@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
def test_every_fault_at_every_moment(process_ids: bool, clears: bool) -> None:
    told: Counter[str] = Counter()
    for over, bytes_s in LINES:
        told.update(cases(Kind(over, bytes_s, process_ids, clears), None))
    assert set(told) == (
        {"issued", "uncut", "maybe", "not_issued"} if process_ids else {"maybe", "unknown", "not_issued"}
    )


def asked(kind: Kind, fault: str, at_s: float, lasts_s: float, quiet_s: float) -> None:
    """A fault while the printer is asked, over again before the ticket: no ticket is lost to it."""
    trial = Trial(kind, (), [fault, at_s, lasts_s, quiet_s])
    printer = trial.printer
    trial.wait(quiet_s)
    begins_s = printer.now_s() + at_s
    printer.at(begins_s, lambda: FAULTS[fault](printer))
    printer.at(begins_s + lasts_s, lambda: trial.end_faults())
    said = trial.driver.preflight()
    trial.wait(max(0.0, begins_s + lasts_s - printer.now_s()))
    trial.told.append(said)
    if said not in PRINTS:
        assert trial.driver.preflight() == "ready", (kind, trial.told)
    trial.finish(trial.first(), is_undisturbed=True)


def moments_of_asking(kind: Kind, quiet_s: float) -> list[float]:
    trial = Trial(kind)
    trial.wait(quiet_s)
    start_s = trial.printer.now_s()
    trial.printer.moments.clear()
    assert trial.driver.preflight() == "ready"
    return [at_s - start_s for at_s in trial.printer.moments]
