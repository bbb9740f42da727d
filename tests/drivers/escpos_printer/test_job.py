"""The verdict of one ticket, by what was heard and how much was sent; and that the number waits for its mark."""

from dataclasses import replace

import pytest

from drivers.escpos_printer.job import Done, Heard, Job, Limits, Listen, Lost, NothingHeard, Send, Took, begin, step
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.replies import BufferCleared, ProcessId
from drivers.ports import NumberMark, TicketLine, TicketPaper

MARKS = marks_of("job", 1)
TICKET = encode_ticket(TicketPaper((TicketLine("区役所"), NumberMark(), TicketLine("A-105", 8))), MARKS)
JOB = Job(TICKET, MARKS, True, Limits(8.0, 0.5, 1.0), 0.0)


@pytest.mark.parametrize(
    ("seen", "is_number_sent", "cleared", "verdict"),
    [
        ("NPC", True, False, "issued"),
        ("C", True, True, "issued"),
        ("NP", True, True, "uncut"),
        ("N", True, True, "maybe"),
        ("N", False, False, "not_issued"),
        ("", False, False, "not_issued"),
        ("", True, True, "maybe"),
    ],
)
def test_the_verdict_is_what_is_proven(seen: str, is_number_sent: bool, cleared: bool, verdict: str) -> None:
    by_letter = {"N": MARKS.number, "P": MARKS.printed, "C": MARKS.cut}
    accepted = JOB.number_end + is_number_sent
    heard = frozenset(by_letter[letter] for letter in seen)
    assert replace(JOB, accepted_bytes=accepted, seen=heard, cleared=cleared).verdict == verdict


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
    job, command = step(job, Heard(ProcessId(MARKS.cut)), 1.0)
    assert isinstance(command, Done) and job.verdict == "issued"
