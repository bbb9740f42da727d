"""The ticket printer as the core sees it: asks before a number is given, prints once, and says what is on the paper.

It never sends a ticket twice. When the printer does not confirm one, its buffer is cleared first, so that nothing
comes out later, and the verdict is what the process-ids prove and no more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from drivers.escpos_printer import protocol, status
from drivers.escpos_printer.document import encode_document
from drivers.escpos_printer.line import Line
from drivers.escpos_printer.replies import (
    AutomaticStatus,
    BufferCleared,
    Information,
    ProcessId,
    QueuedStatus,
    RealTimeStatus,
)
from drivers.escpos_printer.transport import LineLost, PrinterSettings, Transport, open_transport
from drivers.ports import (
    PRINTS,
    DocumentPaper,
    PrinterIdentity,
    PrinterStatus,
    PrintOutcome,
    TicketPaper,
    Unprintable,
    Verdict,
)

CHUNK_BYTES = 1024
WINDOW_BYTES = 3072
"""So much may be on its way unreported: less than the smallest receive buffer (4 kB), so that a real-time command
always gets through, and no line needs flow control."""
WRITE_SLICE_S = 0.05
"""While the printer's buffer is full we look for its status this often."""
RECOGNISE_EVERY_S = 60.0
"""A printer that has answered by its name is taken for the same one for so long."""
_PAPER_HANDLED: frozenset[PrinterStatus] = frozenset({"paper_out", "cover_open"})


class _Job:
    """What is known so far of the one ticket being printed."""

    def __init__(
        self, ticket: protocol.EncodedTicket, marks: protocol.Marks, process_ids: bool, started: float
    ) -> None:
        self.data = ticket.data
        self.marks = marks
        self.process_ids = process_ids
        self.started = started
        self.accepted_bytes = 0
        self.seen: set[bytes] = set()
        self.cleared = False
        """In answer to our own question after the last byte: what comes unasked belongs to an earlier one."""
        self.cause: PrinterStatus | None = None
        self.first_byte_s = 0.0
        self.handed_over_s = 0.0
        self._open_stops = list(ticket.stops)
        self._reported_bytes = 0

    @property
    def is_processed(self) -> bool:
        return not self._open_stops

    @property
    def is_finished(self) -> bool:
        return self.marks.cut in self.seen if self.process_ids else self.is_processed

    def next_bytes(self) -> bytes:
        end = min(self.accepted_bytes + CHUNK_BYTES, self._reported_bytes + WINDOW_BYTES)
        return self.data[self.accepted_bytes : max(self.accepted_bytes, end)]

    def hear(self, reply: object) -> None:
        match reply:
            case ProcessId(process_id) if self.process_ids:
                self.seen.add(process_id)
                reached = [at for at, (_, stop_id) in enumerate(self._open_stops) if stop_id == process_id]
                self._reach(reached[0] + 1 if reached else 0)
            case QueuedStatus() if not self.process_ids:
                self._reach(1)
            case AutomaticStatus(data):
                now = status.from_asb(data)
                if now not in PRINTS:
                    self.cause = now

    def _reach(self, stops: int) -> None:
        for end, _ in self._open_stops[:stops]:
            self._reported_bytes = end
        del self._open_stops[:stops]


class EscPosTicketPrinter:
    """A `TicketPrinter`. One job at a time; the line stays open between tickets and is opened again when it is lost."""

    def __init__(
        self,
        settings: PrinterSettings,
        open_line: Callable[[PrinterSettings], Transport] = open_transport,
        *,
        left_over: bool = False,
    ) -> None:
        """`left_over`: an earlier process may have left part of a ticket on the paper behind the head."""
        self.settings = settings
        """May be replaced between two calls."""
        self._open_line = open_line
        self._lock = threading.RLock()
        self._line: Line | None = None
        self._identity: PrinterIdentity | None = None
        self._clears = False
        self._changed: Callable[[PrinterStatus], None] = lambda status: None
        self._news_lock = threading.Lock()
        self._news = 0
        self._last: PrinterStatus = "unknown"
        self._attempts = 0
        self._recognised_on: Line | None = None
        self._recognised_s = 0.0
        self._in_doubt = True
        """The printer may still hold bytes of a ticket that was given up, by us or by a process that was killed."""
        self._remains = left_over
        """The paper behind the head may carry part of a ticket that was given up."""

    # --- port

    def preflight(self) -> PrinterStatus:
        with self._lock:
            news_before = self._news
            now: PrinterStatus
            try:
                line = self._ready_line()
                now = self._ask_status(line)
                if now in PRINTS:
                    self._recognise(line)
            except LineLost:
                now = "silent"
            if now == "silent":
                self._drop_line()
            with self._news_lock:
                if now != "silent" and self._news != news_before:
                    # What the printer said by itself meanwhile is newer than its answer.
                    now = self._last
                self._note(now)
                self._changed(now)
            return now

    def print_ticket(self, paper: TicketPaper, job: str) -> PrintOutcome:
        started = time.monotonic()
        with self._lock:
            self._attempts += 1
            marks = protocol.marks_of(job, self._attempts)
            if refusal := self._refusal():
                return PrintOutcome("not_issued", refusal, finished_s=time.monotonic() - started)
            assert self._identity is not None, "_refusal has probed"
            ids = self._identity.process_ids
            ticket = protocol.encode_ticket(
                paper, marks, self.settings.width_dots, self.settings.dpi, ids, cut_before=self._remains
            )
            return self._print(_Job(ticket, marks, ids, started))

    def print_document(self, paper: DocumentPaper, job: str) -> PrintOutcome | Unprintable:
        """Every page, as a ticket is printed: once, with process-ids, and taken back when its outcome is in doubt."""
        started = time.monotonic()
        with self._lock:
            self._attempts += 1
            marks = protocol.marks_of(job, self._attempts)
            if refusal := self._refusal():
                return PrintOutcome("not_issued", refusal, finished_s=time.monotonic() - started)
            assert self._identity is not None, "_refusal has probed"
            ids = self._identity.process_ids
            width_dots, dpi = self.settings.width_dots, self.settings.dpi
            ticket = encode_document(paper, marks, width_dots, dpi, ids, cut_before=self._remains)
            return ticket if isinstance(ticket, Unprintable) else self._print(_Job(ticket, marks, ids, started))

    def recover(self) -> PrinterStatus:
        """What a jammed ticket's verdict was, it stays: its buffer was cleared then, and is cleared again now."""
        with self._lock:
            try:
                line = self._ready_line()
                if self._ask_status(line) == "cutter_error":
                    line.write_all(protocol.RECOVER, self.settings.answer_timeout_s)
                    # The printer forgot that it shall report by itself, if it was switched off meanwhile.
                    line.write_all(protocol.ASB_ON, self.settings.answer_timeout_s)
            except LineLost:
                self._drop_line()
            return self.preflight()

    def watch(self, changed: Callable[[PrinterStatus], None]) -> None:
        self._changed = changed

    def identity(self) -> PrinterIdentity:
        with self._lock:
            if self._identity is None:
                self.preflight()
            return self._identity or PrinterIdentity(
                width_dots=self.settings.width_dots, notes=("not known yet: the printer does not answer",)
            )

    def close(self) -> None:
        with self._lock:
            self._drop_line()

    # --- one ticket

    def _refusal(self) -> PrinterStatus | None:
        """Why nothing may be sent now. A printer last known to be well is not asked again: the core just did."""
        has_good_line = self._line is not None and not self._line.lost
        if has_good_line and self._last in PRINTS and self._identity is not None and not self._in_doubt:
            return None
        now = self.preflight()
        if now in PRINTS and self._identity is None:
            return "unknown"
        return None if now in PRINTS else now

    def _print(self, job: _Job) -> PrintOutcome:
        line = self._line
        assert line is not None, "_refusal opened it"
        line.discard()
        if self._last not in PRINTS:
            # It stopped while the ticket was being encoded, and will not say so a second time.
            job.cause = self._last
        try:
            self._hand_over(line, job)
            if not job.is_finished and job.accepted_bytes:
                self._in_doubt = True
                self._clear(line, job)
                job.cause = job.cause or self._ask_status(line)
        except LineLost as error:
            job.accepted_bytes += error.may_have_taken
            job.cause = job.cause or "silent"
            self._in_doubt = self._in_doubt or (job.accepted_bytes > 0 and not job.is_finished)
            self._drop_line()
        return self._outcome(job)

    def _hand_over(self, line: Line, job: _Job) -> None:
        """Write and listen until the ticket is cut, the printer stops, or time is up."""
        deadline = job.started + self.settings.ticket_timeout_s
        while not job.is_finished and job.cause is None and (left := deadline - time.monotonic()) > 0:
            if rest := job.next_bytes():
                job.accepted_bytes += line.write(rest, min(left, WRITE_SLICE_S))
                elapsed_s = time.monotonic() - job.started
                job.first_byte_s = job.first_byte_s or (elapsed_s if job.accepted_bytes else 0.0)
                if job.accepted_bytes == len(job.data):
                    job.handed_over_s = elapsed_s
            while reply := line.take(0.0 if job.next_bytes() else min(left, WRITE_SLICE_S)):
                job.hear(reply)
                if job.is_finished:
                    return

    def _clear(self, line: Line, job: _Job | None) -> bool:
        """Throw away what the printer has not printed; only its own word makes that certain."""
        # The answer has no id, so what came before we asked is heard first: it says nothing of this ticket's rest.
        while job is not None and (reply := line.take(0.0)):
            job.hear(reply)
        line.write_all(protocol.CLEAR_BUFFER, self.settings.answer_timeout_s)
        deadline = time.monotonic() + self.settings.clear_timeout_s
        while (left := deadline - time.monotonic()) > 0:
            reply = line.take(left)
            if job is not None:
                job.hear(reply)
            if isinstance(reply, BufferCleared):
                self._in_doubt = False
                if job is not None:
                    job.cleared = True
                return True
        return False

    def _outcome(self, job: _Job) -> PrintOutcome:
        verdict = self._verdict(job)
        self._remains = verdict != "issued" and job.accepted_bytes > 0 and job.cause not in _PAPER_HANDLED
        if job.cause:
            self._note(job.cause)
        return PrintOutcome(
            verdict,
            None if verdict == "issued" else job.cause,
            first_byte_s=job.first_byte_s,
            handed_over_s=job.handed_over_s,
            finished_s=time.monotonic() - job.started,
        )

    def _verdict(self, job: _Job) -> Verdict:
        verdict = protocol.judge(job.marks, job.seen, job.accepted_bytes, job.cleared and job.process_ids)
        # Without process-ids GS r tells that the ticket was processed; whether it is on paper the visitor must say.
        return "maybe" if verdict == "unknown" and not job.process_ids and job.is_processed else verdict

    # --- the line

    def _ready_line(self) -> Line:
        """An open line to a printer that holds nothing of an earlier ticket."""
        if self._line is not None and self._line.lost:
            self._drop_line()
        if self._line is None:
            self._line = Line(self._open_line(self.settings), self._automatic, self._ended)
            if not self._in_doubt:
                self._line.write_all(protocol.ASB_ON, self.settings.answer_timeout_s)
        if self._in_doubt:
            if not self._clear(self._line, None) and self._clears:
                raise LineLost("does not confirm that its buffer is empty")
            self._in_doubt = False
            self._line.write_all(protocol.ASB_ON, self.settings.answer_timeout_s)
        return self._line

    def _drop_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ask_status(self, line: Line) -> PrinterStatus:
        """DLE EOT 1 to 4. Fewer answers than questions is silence: a late one would be taken for another."""
        line.discard()
        line.write_all(protocol.ASK_STATUS, self.settings.answer_timeout_s)
        deadline = time.monotonic() + self.settings.answer_timeout_s
        values: list[int] = []
        while len(values) < 4 and (left := deadline - time.monotonic()) > 0:
            reply = line.take(left)
            if isinstance(reply, RealTimeStatus):
                values.append(reply.value)
        if len(values) < 4:
            raise LineLost("silent")
        return status.from_real_time(*values)

    def _recognise(self, line: Line) -> None:
        """The whole probe for a printer that is not known or calls itself otherwise than before. Asked again on each
        new line and after a while, because a serial line does not notice that another printer was plugged in.
        """
        now_s = time.monotonic()
        if self._recognised_on is line and now_s - self._recognised_s < RECOGNISE_EVERY_S:
            return
        if self._identity is not None:
            model, _, answered = self._ask_what(line, protocol.ASK_MODEL)
            if not answered or model == self._identity.model:
                self._recognised_on, self._recognised_s = line, now_s
                return
        if self._probe(line):
            self._recognised_on, self._recognised_s = line, now_s

    def _ask_what(self, line: Line, question: bytes) -> tuple[str, bool, bool]:
        """Model, process-ids, answered. GS r comes last: when it is answered, whatever is missing never comes."""
        line.discard()
        line.write_all(question + protocol.ASK_PAPER, self.settings.answer_timeout_s)
        deadline = time.monotonic() + self.settings.probe_timeout_s
        model, process_ids, answered = "", False, False
        while not answered and (left := deadline - time.monotonic()) > 0:
            match line.take(left):
                case Information(text):
                    model = text
                case ProcessId(protocol.PROBE):
                    process_ids = True
                case QueuedStatus():
                    answered = True
        return model, process_ids, answered

    def _probe(self, line: Line) -> bool:
        """What this printer is and can do."""
        model, process_ids, answered = self._ask_what(line, protocol.ASK_MODEL + protocol.report(protocol.PROBE))
        if not answered:
            return False
        self._clears = self._clear(line, None)
        notes: list[str] = []
        if self._identity is not None:
            notes.append(
                f"another printer than before: {self._identity.model or 'nameless'}, now {model or 'nameless'}"
            )
        if self.settings.model and model != self.settings.model:
            notes.append(f"not the model that was adopted here: {self.settings.model}")
        if not process_ids:
            notes.append("no process-ids: staff or the visitor must confirm the paper")
        if not self._clears:
            notes.append("no answer to clear-buffer: a stopped ticket stays unknown")
        self._identity = PrinterIdentity(model, process_ids, self.settings.width_dots, tuple(notes), self._clears)
        return True

    # --- status that the printer sends by itself; called from the reader's thread

    def _automatic(self, data: bytes) -> None:
        now = status.from_asb(data)
        with self._news_lock:
            self._news += 1
            is_new = now != self._last
            self._note(now)
            if is_new:
                self._changed(now)

    def _ended(self) -> None:
        with self._news_lock:
            self._news += 1
            self._note("silent")
            self._changed("silent")

    def _note(self, now: PrinterStatus) -> None:
        self._last = now
        if now in _PAPER_HANDLED:
            # Whoever loads paper or opens the cover takes away what was sticking out.
            self._remains = False
