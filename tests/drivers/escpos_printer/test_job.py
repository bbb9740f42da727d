"""The verdict of one ticket, by what was heard and how much was sent; and that the number waits for its mark."""

from dataclasses import replace
from typing import get_args

import pytest

from drivers.escpos_printer.job import (
    Done,
    Heard,
    Job,
    Limits,
    Listen,
    Lost,
    NothingHeard,
    Phase,
    Send,
    Took,
    begin,
    step,
)
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.replies import BufferCleared, ProcessId, QueuedStatus
from drivers.ports import NumberMark, TicketLine, TicketPaper

MARKS = marks_of("job", 1)
PAPER = TicketPaper((TicketLine("区役所"), NumberMark(), TicketLine("A-105", 8)))
TICKET = encode_ticket(PAPER, MARKS)
BY_LETTER = {"N": MARKS.number, "A": MARKS.numbered, "P": MARKS.printed, "C": MARKS.cut}
JOB = Job(TICKET, MARKS, True, Limits(8.0, 0.5, 1.0), 0.0)


@pytest.mark.parametrize(
    ("seen", "is_number_sent", "cleared", "verdict"),
    [
        ("NAPC", True, False, "issued"),
        ("NAP", True, True, "uncut"),
        ("NA", True, True, "maybe"),
        ("N", True, True, "maybe"),
        ("N", False, False, "not_issued"),
        ("", False, False, "not_issued"),
        ("", True, True, "maybe"),
        # With a gap the line lost something: the report, or what was to be printed before it.
        ("NPC", True, False, "maybe"),
        ("NP", True, True, "maybe"),
        ("NAC", True, False, "maybe"),
        ("C", True, True, "maybe"),
    ],
)
def test_the_verdict_is_what_is_proven(seen: str, is_number_sent: bool, cleared: bool, verdict: str) -> None:
    job = replace(JOB, accepted_bytes=len(TICKET.data) if is_number_sent else JOB.number_end, phase="hearing the rest")
    for letter in seen:
        job, _ = step(job, Heard(ProcessId(BY_LETTER[letter])), 1.0)
    assert replace(job, cleared=cleared).verdict == verdict
    assert job.phase != "done" or (job.cause is None) == (verdict == "issued")


@pytest.mark.parametrize("clears", [False, True])
@pytest.mark.parametrize(
    ("reports", "is_number_sent", "verdict"),
    [(4, True, "maybe"), (3, True, "unknown"), (1, True, "unknown"), (0, True, "unknown"), (1, False, "not_issued")],
)
def test_what_is_proven_without_process_ids(clears: bool, reports: int, is_number_sent: bool, verdict: str) -> None:
    """By GS r; that its buffer was cleared proves nothing of the ticket."""
    ticket = encode_ticket(PAPER, MARKS, process_ids=False)
    job = Job(ticket, MARKS, False, Limits(8.0, 0.5, 1.0), 0.0, phase="hearing the rest")
    job = replace(job, accepted_bytes=len(ticket.data) if is_number_sent else job.number_end)
    for _ in range(reports):
        job, _ = step(job, Heard(QueuedStatus(0)), 1.0)
    assert replace(job, cleared=clears).verdict == verdict


def test_an_answer_to_a_clearing_counts_only_after_our_own() -> None:
    """In every phase but that one it belongs to an earlier question."""
    for phase in get_args(Phase):
        job = replace(JOB, accepted_bytes=len(TICKET.data), phase=phase, until_s=8.0)
        job, _ = step(job, Heard(BufferCleared()), 1.0)
        assert job.cleared == (phase == "clearing"), phase
        assert job.is_in_doubt != job.cleared


def test_the_number_is_not_sent_before_its_mark_was_heard() -> None:
    job, command = begin(JOB, 0.0)
    assert isinstance(command, Send) and b"A-105" not in command.data
    job, command = step(job, Took(len(command.data)), 0.0)
    assert isinstance(command, Listen) and command.until_s == 8.0
    job, command = step(job, Heard(BufferCleared()), 0.1)
    assert isinstance(command, Listen) and not job.cleared, "of an earlier clearing"
    job, command = step(job, Heard(ProcessId(MARKS.number)), 0.2)
    assert isinstance(command, Listen) and b"A-105" in job.next_bytes()


def test_a_long_document_uses_its_ids_again() -> None:
    """Its stops are told apart by their order, and a late answer is not taken for a stop that was not sent yet."""
    long = encode_ticket(TicketPaper((NumberMark(), *(TicketLine("区役所の一行") for _ in range(4000)))), MARKS)
    ids = [stop for _, stop in long.stops]
    assert len(set(ids)) < len(ids)
    job, command = begin(replace(JOB, ticket=long), 0.0)
    reported = 0
    while not isinstance(command, Done):
        match command:
            case Send(data):
                job, command = step(job, Took(len(data)), 0.1)
            case Listen(until_s) if until_s <= 0.1:
                job, command = step(job, NothingHeard(), 0.1)
            case Listen():
                end, stop = long.stops[reported]
                assert end <= job.accepted_bytes, "it waits for an answer that it cannot get"
                reported += 1
                job, _ = step(job, Heard(ProcessId(stop)), 0.1)
                job, command = step(job, Heard(ProcessId(stop)), 0.1)
    assert job.verdict == "issued" and reported == len(ids)


def test_what_was_said_before_the_line_was_lost_is_heard() -> None:
    job = replace(JOB, accepted_bytes=len(TICKET.data))
    job, command = step(job, Lost(), 1.0)
    assert isinstance(command, Listen)
    for _, stop in TICKET.stops:
        job, command = step(job, Heard(ProcessId(stop)), 1.0)
    assert isinstance(command, Done) and job.verdict == "issued"
