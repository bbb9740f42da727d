"""Every fault at every moment of a ticket at which a piece of it crosses the line, the paper moves or an answer is on
its way; on printers that can prove more and less. Nothing here is drawn by lot: what is left out is named.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import pytest

from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.ports import PaperPart, QrCode, Rule, TicketLine
from tests.drivers.escpos_printer.trial import FAULTS, NUMBER, Kind, Trial, paper

pytestmark = pytest.mark.slow

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


def run_all(kind: Kind, lasts_s: float | None, more: tuple[PaperPart, ...] = ()) -> None:
    told = Counter(cases(kind, lasts_s, more))
    possible = {"issued", "uncut", "maybe", "not_issued"} if kind.process_ids else {"maybe", "unknown", "not_issued"}
    # One that passes may be over before it does every kind of harm.
    assert set(told) == possible or (lasts_s is not None and set(told) <= possible), told
    assert told["issued"] + told["maybe"] < told.total()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
@pytest.mark.parametrize(("over", "bytes_s"), LINES[:2])
def test_every_fault_at_every_moment(over: str, bytes_s: float, process_ids: bool, clears: bool) -> None:
    run_all(Kind(over, bytes_s, process_ids, clears), None)


@pytest.mark.slow
@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
@pytest.mark.parametrize(("over", "bytes_s"), LINES[2:])
def test_every_fault_on_the_other_lines(over: str, bytes_s: float, process_ids: bool, clears: bool) -> None:
    run_all(Kind(over, bytes_s, process_ids, clears), None)


@pytest.mark.slow
def test_every_passing_fault_and_the_next_ticket_at_once() -> None:
    """What went away comes back while the driver still listens, clears or asks."""
    for lasts_s in (0.03, 1.2):
        run_all(Kind(), lasts_s)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("process_ids", "clears"), CLASSES)
@pytest.mark.parametrize(("over", "bytes_s"), LINES)
def test_every_fault_on_a_ticket_with_pictures(over: str, bytes_s: float, process_ids: bool, clears: bool) -> None:
    for lasts_s in (None, 0.3):
        run_all(Kind(over, bytes_s, process_ids, clears), lasts_s, RICH)


def run_at_byte(kind: Kind, condition: str, byte: int) -> str:
    trial = Trial(kind, (), [condition, byte])
    trial.printer.faults.fail_after(condition, byte, "bytes")
    outcome = trial.first()
    trial.wait(5.0)
    trial.end_faults()
    trial.wait(5.0)
    trial.finish(outcome)
    return outcome.verdict


CONDITIONS = ("paper_out", "cutter_error", "hung", "power_off", "unplugged", "silent", "half_answer", "garbled")
"""As seen from a byte the others of `FAULTS` are one of these: they stop alike, or are told of alike."""


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", [Kind(), Kind("serial", 3840.0, process_ids=False), Kind("usb", 1e6)])
def test_every_fault_at_every_byte(kind: Kind) -> None:
    """The line stands at that byte: commands and characters are cut in two."""
    length = len(encode_ticket(paper(NUMBER), marks_of("one", 1), process_ids=kind.process_ids).data)
    told = Counter(run_at_byte(kind, *case) for case in itertools.product(CONDITIONS, range(1, length + 1)))
    assert {"not_issued", "maybe" if kind.process_ids else "unknown"} <= set(told)
