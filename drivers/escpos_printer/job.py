"""One ticket's talk with its printer, decided without a line and without a clock: what to send next, how long to
listen, and in the end what is on the paper.

The number's bytes are held back until the printer has said that it got to the number. A ticket whose number mark was
never heard has no number on paper then, whatever became of the printer's answers (decision 016).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from drivers.escpos_printer import protocol, status
from drivers.escpos_printer.replies import (
    AutomaticStatus,
    BufferCleared,
    ProcessId,
    QueuedStatus,
    RealTimeStatus,
    Reply,
)
from drivers.ports import PRINTS, PrinterStatus, Verdict

CHUNK_BYTES = 1024
WINDOW_BYTES = 3072
"""So much may be on its way unreported: less than the smallest receive buffer (4 kB), so that a real-time command
always gets through, and no line needs flow control."""
WRITE_SLICE_S = 0.05
"""While the printer's buffer is full we look for its status this often."""
PAPER_HANDLED: frozenset[PrinterStatus] = frozenset({"paper_out", "cover_open"})
"""Whoever loads paper or opens the cover takes away what was sticking out."""
QUESTIONS = 4
"""DLE EOT 1 to 4."""


@dataclass(frozen=True)
class Limits:
    """How long, in seconds: for the whole ticket from its start, for one answer, for the answer to clear-buffer."""

    ticket_s: float
    answer_s: float
    clear_s: float


# --- events


@dataclass(frozen=True)
class Took:
    """The line took so many bytes of a `Send`; fewer than all when its time ran out."""

    count: int


@dataclass(frozen=True)
class Heard:
    reply: Reply


@dataclass(frozen=True)
class NothingHeard:
    """The time of a `Listen` ran out."""


@dataclass(frozen=True)
class Lost:
    """The line is gone. `may_have_taken`: the `Send` that met its end may have been taken in part."""

    may_have_taken: bool = False


Event = Took | Heard | NothingHeard | Lost


# --- commands: one at a time, each answered by one event


@dataclass(frozen=True)
class Send:
    data: bytes
    until_s: float


@dataclass(frozen=True)
class Listen:
    """For one answer; a time that is past asks for what has come already."""

    until_s: float


@dataclass(frozen=True)
class Done:
    """`Job.verdict` and the rest of the state say what came of it."""


Command = Send | Listen | Done

Phase = Literal["handing over", "hearing the rest", "clearing", "asking", "line lost", "done"]


@dataclass(frozen=True)
class Job:
    """What is known so far of the one ticket being printed."""

    ticket: protocol.EncodedTicket
    marks: protocol.Marks
    process_ids: bool
    limits: Limits
    started_s: float
    cause: PrinterStatus | None = None
    phase: Phase = "handing over"
    accepted_bytes: int = 0
    reached_stops: int = 0
    seen: frozenset[bytes] = frozenset()
    has_gap: bool = False
    """A later stop was reported than the next one: the line lost either that answer or what was to be printed."""
    cleared: bool = False
    """In answer to our own question after the last byte: what comes unasked belongs to an earlier one."""
    went_on: bool = False
    """Paper was handled and it printed on before its buffer was cleared: behind what was torn off stands more."""
    silent: bool = False
    """It did not answer when it was asked what is the matter."""
    first_byte_s: float = 0.0
    """Since the start, as `handed_over_s`."""
    handed_over_s: float = 0.0
    until_s: float = 0.0
    """Of the phase."""
    answers: tuple[int, ...] = ()

    @property
    def number_end(self) -> int:
        """Everything before this is printed without the number."""
        return next(end for end, stop in self.ticket.stops if stop == self.marks.number)

    @property
    def reported_bytes(self) -> int:
        return self.ticket.stops[self.reached_stops - 1][0] if self.reached_stops else 0

    @property
    def is_processed(self) -> bool:
        return self.reached_stops == len(self.ticket.stops)

    @property
    def is_finished(self) -> bool:
        return self.marks.cut in self.seen if self.process_ids else self.is_processed

    @property
    def is_in_doubt(self) -> bool:
        """The printer may still hold bytes of it."""
        return self.accepted_bytes > 0 and not self.is_finished and not self.cleared

    @property
    def verdict(self) -> Verdict:
        return judge(self)

    def next_bytes(self) -> bytes:
        end = min(self.accepted_bytes + CHUNK_BYTES, self.reported_bytes + WINDOW_BYTES)
        if self.reported_bytes < self.number_end:
            end = min(end, self.number_end)
        return self.ticket.data[self.accepted_bytes : max(self.accepted_bytes, end)]


def judge(job: Job) -> Verdict:
    """What is proven. Answers may be lost, so one that is missing proves nothing; bytes that were never sent do.

    A report that is missing before one that was heard is different: a serial line that was away for a moment has lost
    either the report or the number before it.

    Without process-ids GS r tells that the ticket was processed; whether it is on paper the visitor must say.
    """
    if job.marks.cut in job.seen and not job.has_gap:
        # It went on behind paper that a person had handled: the number may be on a piece that was torn off.
        return "maybe" if job.cause in PAPER_HANDLED else "issued"
    if job.marks.printed in job.seen and not job.has_gap:
        return "uncut"
    if job.accepted_bytes <= job.number_end:
        return "not_issued"
    return "maybe" if job.process_ids or job.is_processed else "unknown"


def begin(job: Job, now_s: float) -> tuple[Job, Command]:
    """`job.cause`: it stopped while the ticket was being encoded, and will not say so a second time."""
    return _next(replace(job, until_s=job.started_s + job.limits.ticket_s), now_s)


def step(job: Job, event: Event, now_s: float) -> tuple[Job, Command]:
    match event:
        case Lost():
            return _lost(job, event, now_s)
        case Took(count):
            return _took(job, count, now_s)
        case Heard(reply):
            return _next(_hear(job, reply), now_s, heard=True)
        case NothingHeard():
            return _nothing_more(job, now_s)


def _next(job: Job, now_s: float, *, heard: bool = False) -> tuple[Job, Command]:
    if job.is_finished:
        # With a gap it is not well: of part of the ticket it was silent.
        return replace(job, phase="done", cause=job.cause or ("silent" if job.has_gap else None)), Done()
    if job.phase == "asking" and job.cause is not None:
        return replace(job, phase="done"), Done()
    if job.phase == "clearing" and job.cleared:
        return _ask(job, now_s)
    if job.phase != "handing over":
        return job, Listen(now_s if job.phase in ("hearing the rest", "line lost") else job.until_s)
    if job.cause is not None or now_s >= job.until_s:
        return _give_up(job, now_s)
    rest = job.next_bytes()
    if rest and not heard:
        return job, Send(rest, min(job.until_s, now_s + WRITE_SLICE_S))
    # What has come is heard to its end before more is sent.
    return job, Listen(now_s if rest else job.until_s)


def _give_up(job: Job, now_s: float) -> tuple[Job, Command]:
    if job.accepted_bytes == 0:
        return replace(job, phase="done", silent=job.cause is None, cause=job.cause or "silent"), Done()
    # The answer to clear-buffer has no id, so what came before we asked is heard first: it says nothing of this rest.
    return replace(job, phase="hearing the rest"), Listen(now_s)


def _took(job: Job, count: int, now_s: float) -> tuple[Job, Command]:
    if job.phase == "handing over":
        accepted = job.accepted_bytes + count
        elapsed_s = now_s - job.started_s
        job = replace(
            job,
            accepted_bytes=accepted,
            first_byte_s=elapsed_s if accepted and not job.accepted_bytes else job.first_byte_s,
            handed_over_s=elapsed_s if accepted == len(job.ticket.data) else 0.0,
        )
        return job, Listen(now_s if job.next_bytes() else job.until_s)
    wanted = len(protocol.CLEAR_BUFFER if job.phase == "clearing" else protocol.ASK_STATUS)
    if count < wanted:
        # A printer that does not take a few bytes in time is as good as gone.
        return replace(job, phase="done", silent=True, cause=job.cause or "silent"), Done()
    wait_s = job.limits.clear_s if job.phase == "clearing" else job.limits.answer_s
    job = replace(job, until_s=now_s + wait_s)
    return job, Listen(job.until_s)


def _hear(job: Job, reply: Reply) -> Job:
    match reply:
        case ProcessId(process_id) if job.process_ids:
            reached = _reached(job, process_id)
            has_gap = job.has_gap or reached > job.reached_stops + 1
            return replace(job, seen=job.seen | {process_id}, reached_stops=reached, has_gap=has_gap)
        case QueuedStatus() if not job.process_ids:
            sent = sum(end <= job.accepted_bytes for end, _ in job.ticket.stops)
            return replace(job, reached_stops=min(job.reached_stops + 1, sent))
        case AutomaticStatus(data) if (now := status.from_asb(data)) not in PRINTS:
            return replace(job, cause=now)
        case AutomaticStatus() if job.cause in PAPER_HANDLED and not job.cleared:
            return replace(job, went_on=True)
        case BufferCleared() if job.phase == "clearing":
            return replace(job, cleared=True)
        case RealTimeStatus(value) if job.phase == "asking":
            answers = (*job.answers, value)
            if len(answers) < QUESTIONS:
                return replace(job, answers=answers)
            now = status.from_real_time(*answers)
            # It is well and yet has not confirmed the ticket: of this ticket it is silent.
            return replace(job, cause="silent" if now in PRINTS else now)
    return job


def _reached(job: Job, process_id: bytes) -> int:
    """A long document uses its ids again: the next one that has been sent is meant, and none that is still to come."""
    for at in range(job.reached_stops, len(job.ticket.stops)):
        end, stop = job.ticket.stops[at]
        if stop == process_id and end <= job.accepted_bytes:
            return at + 1
    return job.reached_stops


def _nothing_more(job: Job, now_s: float) -> tuple[Job, Command]:
    match job.phase:
        case "hearing the rest":
            return replace(job, phase="clearing"), Send(protocol.CLEAR_BUFFER, now_s + job.limits.answer_s)
        case "clearing" if now_s >= job.until_s:
            return _ask(job, now_s)
        case "asking" if now_s >= job.until_s:
            return replace(job, phase="done", silent=True, cause="silent"), Done()
        case "line lost":
            return replace(job, phase="done"), Done()
    return _next(job, now_s)


def _ask(job: Job, now_s: float) -> tuple[Job, Command]:
    if job.cause is not None:
        return replace(job, phase="done"), Done()
    return replace(job, phase="asking"), Send(protocol.ASK_STATUS, now_s + job.limits.answer_s)


def _lost(job: Job, event: Lost, now_s: float) -> tuple[Job, Command]:
    if job.phase == "line lost":
        return replace(job, phase="done"), Done()
    may_hold = event.may_have_taken and job.phase == "handing over" and bool(job.next_bytes())
    job = replace(
        job,
        phase="line lost",
        accepted_bytes=job.accepted_bytes + may_hold,
        silent=True,
        cause=job.cause or "silent",
    )
    # What the printer had said before may still lie here unheard, the cut among it.
    return job, Listen(now_s)
