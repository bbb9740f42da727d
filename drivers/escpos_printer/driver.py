"""The ticket printer as the core sees it: asks before a number is given, prints once, and says what is on the paper.

It never sends a ticket twice. When the printer does not confirm one, its buffer is cleared first, so that nothing
comes out later, and the verdict is what the process-ids prove and no more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from drivers.escpos_printer import counters, protocol, status
from drivers.escpos_printer import job as one_job
from drivers.escpos_printer.document import encode_document
from drivers.escpos_printer.job import PAPER_HANDLED, Done, Heard, Job, Limits, Listen, Lost, NothingHeard, Send, Took
from drivers.escpos_printer.line import Line, OpenLine
from drivers.escpos_printer.qr import prints_qr
from drivers.escpos_printer.replies import BufferCleared, Information, ProcessId, QueuedStatus, RealTimeStatus
from drivers.escpos_printer.transport import LineLost, PrinterSettings, Transport, open_transport
from drivers.ports import (
    PRINTS,
    DocumentPaper,
    Models,
    PrinterCounters,
    PrinterIdentity,
    PrinterStatus,
    PrintOutcome,
    TicketPaper,
    Unprintable,
)

RECOGNISE_EVERY_S = 60.0
"""A printer that has answered by its name is taken for the same one for so long."""
OTHER_NAME_ANSWERS = 2
"""So many times, one after the other, must an unknown name be the same: some clones say one thing, then another."""
NAMES_ASKED_MAX = 4


class Making(NamedTuple):
    """What is known of the printer when something is made for it. `cut_before`: paper behind the head may carry part of
    what was given up."""

    marks: protocol.Marks
    width_dots: int
    dpi: int
    process_ids: bool
    cut_before: bool
    model: str


class EscPosTicketPrinter:
    """A `TicketPrinter`. One job at a time; the line stays open between tickets and is opened again when it is lost."""

    def __init__(
        self,
        settings: PrinterSettings,
        open_line: Callable[[PrinterSettings], Transport] = open_transport,
        *,
        left_over: bool = False,
        listen: Callable[[Transport, Callable[[bytes], None], Callable[[], None]], OpenLine] = Line,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`left_over`: an earlier process may have left part of a ticket on the paper behind the head."""
        self._listen = listen
        self._monotonic = monotonic
        self.settings = settings
        """May be replaced between two calls."""
        self._open_line = open_line
        self._lock = threading.RLock()
        self._line: OpenLine | None = None
        self._identity: PrinterIdentity | None = None
        self._clears = False
        self._changed: Callable[[PrinterStatus], None] = lambda status: None
        self._news_lock = threading.Lock()
        self._news = 0
        self._last: PrinterStatus = "unknown"
        """In the printer's own words: whether it belongs here, it cannot know."""
        self._first_model = ""
        self._attempts = 0
        self._recognised_on: OpenLine | None = None
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
                told = self._told(now)
                self._changed(told)
            return told

    def print_ticket(self, paper: TicketPaper, job: str) -> PrintOutcome:
        def make(at: Making) -> protocol.EncodedTicket:
            with_qr = prints_qr(at.model)
            return protocol.encode_ticket(
                paper, at.marks, at.width_dots, at.dpi, at.process_ids, at.cut_before, qr_by_printer=with_qr
            )

        outcome = self.print_made(job, make)
        assert isinstance(outcome, PrintOutcome), "a ticket is never unprintable"
        return outcome

    def print_document(self, paper: DocumentPaper, job: str) -> PrintOutcome | Unprintable:
        """Every page, as a ticket is printed: once, with process-ids, and taken back when its outcome is in doubt."""
        return self.print_made(
            job, lambda at: encode_document(paper, at.marks, at.width_dots, at.dpi, at.process_ids, at.cut_before)
        )

    def print_made(
        self, job: str, make: Callable[[Making], protocol.EncodedTicket | Unprintable]
    ) -> PrintOutcome | Unprintable:
        """`make` is called when the printer can print, and what it makes follows at once: between its end and the first
        byte nothing else happens."""
        started = self._monotonic()
        with self._lock:
            self._attempts += 1
            marks = protocol.marks_of(job, self._attempts)
            if refusal := self._refusal():
                return PrintOutcome("not_issued", refusal, finished_s=self._monotonic() - started)
            assert self._identity is not None and self._line is not None, "_refusal has opened it and probed"
            ids, model = self._identity.process_ids, self._identity.model
            made = make(Making(marks, self.settings.width_dots, self.settings.dpi, ids, self._remains, model))
            if isinstance(made, Unprintable):
                return made
            return self._print(self._line, Job(made, marks, ids, self._limits(), started))

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

    def print_ruler(self) -> bool:
        """No ticket, so nothing proves its paper; what was not taken whole is cleared before anything else is sent."""
        # Loaded only where another printer was put.
        from drivers.escpos_printer import ruler

        with self._lock:
            if self.preflight() not in (*PRINTS, "other_model") or self._line is None:
                return False
            page = ruler.page()
            try:
                is_whole = self._line.write(page, self.settings.ticket_timeout_s) == len(page)
            except LineLost:
                is_whole = False
            if not is_whole:
                self._in_doubt = True
                self._drop_line()
            return is_whole

    def accept(self) -> PrinterStatus:
        with self._lock:
            model = self.models().present
            if model and not self._is_known(model):
                known = (*self.settings.same_width_models, model)
                self.settings = replace(self.settings, same_width_models=known)
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

    def counters(self) -> PrinterCounters:
        with self._lock:
            if self.preflight() not in PRINTS or not counters.counts(self.identity().model):
                return PrinterCounters()
            try:
                line = self._ready_line()
                return counters.asked(lambda question: self._ask_what(line, question))
            except LineLost:
                self._drop_line()
                return PrinterCounters()

    def models(self) -> Models:
        known, identity = self.settings.model or self._first_model, self._identity
        return Models(known) if identity is None else Models(known, identity.model, identity.belongs)

    def close(self) -> None:
        with self._lock:
            self._drop_line()

    # --- one ticket

    def _refusal(self) -> PrinterStatus | None:
        """Why nothing may be sent now. A printer last known to be well is not asked again: the core just did."""
        has_good_line = self._line is not None and not self._line.lost
        is_known = self._identity is not None and self._identity.belongs
        if has_good_line and self._last in PRINTS and is_known and not self._in_doubt:
            return None
        now = self.preflight()
        if now in PRINTS and self._identity is None:
            return "unknown"
        return None if now in PRINTS else now

    def _limits(self) -> Limits:
        s = self.settings
        return Limits(s.ticket_timeout_s, s.answer_timeout_s, s.clear_timeout_s)

    def _print(self, line: OpenLine, job: Job) -> PrintOutcome:
        line.discard()
        # It stopped while the ticket was being encoded, and will not say so a second time.
        job = self._talk(line, replace(job, cause=None if self._last in PRINTS else self._last))
        self._in_doubt = self._in_doubt or job.is_in_doubt
        if job.silent:
            self._drop_line()
        return self._outcome(job)

    def _talk(self, line: OpenLine, job: Job) -> Job:
        """Do what the job decides until it is done."""
        job, command = one_job.begin(job, self._monotonic())
        while not isinstance(command, Done):
            left_s = max(0.0, command.until_s - self._monotonic())
            event: one_job.Event
            try:
                match command:
                    case Send(data):
                        event = Took(line.write(data, left_s))
                    case Listen():
                        reply = line.take(left_s)
                        event = NothingHeard() if reply is None else Heard(reply)
            except LineLost as error:
                event = Lost(error.may_have_taken)
            job, command = one_job.step(job, event, self._monotonic())
        return job

    def _clear(self, line: OpenLine) -> bool:
        """Throw away what the printer has not printed; only its own word makes that certain."""
        line.write_all(protocol.CLEAR_BUFFER, self.settings.answer_timeout_s)
        deadline = self._monotonic() + self.settings.clear_timeout_s
        while (left := deadline - self._monotonic()) > 0:
            if isinstance(line.take(left), BufferCleared):
                self._in_doubt = False
                return True
        return False

    def _outcome(self, job: Job) -> PrintOutcome:
        verdict = job.verdict
        if job.cause:
            self._note(job.cause)
        if job.accepted_bytes > 0:
            # What is still in the buffer, or was until it was cleared, is printed behind what a person tears off.
            may_go_on = job.is_in_doubt or job.went_on
            self._remains = not job.is_finished and (may_go_on or job.cause not in PAPER_HANDLED)
        return PrintOutcome(
            verdict,
            None if verdict == "issued" else job.cause,
            first_byte_s=job.first_byte_s,
            handed_over_s=job.handed_over_s,
            finished_s=self._monotonic() - job.started_s,
        )

    # --- the line

    def _ready_line(self) -> OpenLine:
        """An open line to a printer that holds nothing of an earlier ticket."""
        if self._line is not None and self._line.lost:
            self._drop_line()
        if self._line is None:
            self._line = self._listen(self._open_line(self.settings), self._automatic, self._ended)
            if not self._in_doubt:
                # After a bad line half a command may lie in the printer, and would swallow a ticket as its rest.
                self._line.write_all(protocol.CLEAR_BUFFER + protocol.ASB_ON, self.settings.answer_timeout_s)
        if self._in_doubt:
            # Asked twice, because half an answer from before can swallow the first one; clearing twice does no harm.
            if not self._clear(self._line) and self._clears and not self._clear(self._line):
                raise LineLost("does not confirm that its buffer is empty")
            self._in_doubt = False
            self._line.write_all(protocol.ASB_ON, self.settings.answer_timeout_s)
        return self._line

    def _drop_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ask_status(self, line: OpenLine) -> PrinterStatus:
        """DLE EOT 1 to 4. Fewer answers than questions is silence: a late one would be taken for another."""
        line.discard()
        line.write_all(protocol.ASK_STATUS, self.settings.answer_timeout_s)
        deadline = self._monotonic() + self.settings.answer_timeout_s
        values: list[int] = []
        while len(values) < 4 and (left := deadline - self._monotonic()) > 0:
            reply = line.take(left)
            if isinstance(reply, RealTimeStatus):
                values.append(reply.value)
        if len(values) < 4:
            raise LineLost("silent")
        return status.from_real_time(*values)

    def _recognise(self, line: OpenLine) -> None:
        """The whole probe for a printer that is not known or calls itself otherwise than before. Asked again on each
        new line and after a while, because a serial line does not notice that another printer was plugged in.
        """
        now_s = self._monotonic()
        is_fresh = self._recognised_on is line and now_s - self._recognised_s < RECOGNISE_EVERY_S
        # One that does not belong here is asked each time: the right one may be back at the end of the same cable.
        if is_fresh and self._identity is not None and self._identity.belongs:
            return
        if self._identity is not None:
            model, _, answered = self._ask_what(line, protocol.ASK_MODEL)
            _must_answer(answered)
            if model == self._identity.model:
                self._identity = replace(self._identity, belongs=self._is_known(model))
                self._recognised_on, self._recognised_s = line, now_s
                return
        if self._probe(line):
            self._recognised_on, self._recognised_s = line, now_s

    def _is_known(self, model: str) -> bool:
        """Without any known model the first one is taken: whoever installed the machine has set its width for it."""
        known = {self.settings.model or self._first_model, *self.settings.same_width_models} - {""}
        return not known or model in known

    def _asked_again(self, line: OpenLine, model: str) -> str | None:
        """Asks as often as it takes to believe an unknown name; a known one among the answers is believed at once.
        None: it says something else each time.
        """
        same = 1
        for _ in range(NAMES_ASKED_MAX - 1):
            if self._is_known(model) or same >= OTHER_NAME_ANSWERS:
                return model
            again, _, answered = self._ask_what(line, protocol.ASK_MODEL)
            if not answered:
                return None
            same = same + 1 if again == model else 1
            model = again
        return model if self._is_known(model) or same >= OTHER_NAME_ANSWERS else None

    def _ask_what(self, line: OpenLine, question: bytes) -> tuple[str, bool, bool]:
        """Model, process-ids, answered. GS r comes last: when it is answered, whatever is missing never comes."""
        line.discard()
        line.write_all(question + protocol.ASK_PAPER, self.settings.answer_timeout_s)
        deadline = self._monotonic() + self.settings.probe_timeout_s
        model, process_ids, answered = "", False, False
        while not answered and (left := deadline - self._monotonic()) > 0:
            match line.take(left):
                case Information(text):
                    model = text
                case ProcessId(protocol.PROBE):
                    process_ids = True
                case QueuedStatus():
                    answered = True
        return model, process_ids, answered

    def _probe(self, line: OpenLine) -> bool:
        """What this printer is and can do. False: it calls itself otherwise each time. LineLost: it does not say."""
        question = protocol.ASK_MODEL + protocol.report(protocol.PROBE)
        model, process_ids, answered = self._ask_what(line, question)
        if answered and not process_ids:
            # What it cannot do it is asked twice: one lost answer would make it a lesser printer for good.
            model, process_ids, answered = self._ask_what(line, question)
        _must_answer(answered)
        believed = self._asked_again(line, model)
        if believed is None and self._identity is not None:
            # Nothing is certain but that nobody has seen it changed: it stays what it was, and is asked again.
            return False
        model = model if believed is None else believed
        belongs = believed is None or self._is_known(model)
        if belongs and not self._first_model:
            self._first_model = model
        self._clears = self._clear(line) or self._clear(line)
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
        width_dots = self.settings.width_dots
        self._identity = PrinterIdentity(model, process_ids, width_dots, tuple(notes), self._clears, belongs)
        return True

    # --- status that the printer sends by itself; called from the reader's thread

    def _automatic(self, data: bytes) -> None:
        now = status.from_asb(data)
        with self._news_lock:
            self._news += 1
            is_new = now != self._last
            # On a new line it may be another printer: whether it is well is told when it has been asked who it is.
            may_be_another = now in PRINTS and self._recognised_on is not self._line
            self._note(now)
            if is_new and not may_be_another:
                self._changed(self._told(now))

    def _ended(self) -> None:
        with self._news_lock:
            self._news += 1
            self._note("silent")
            self._changed("silent")

    def _told(self, now: PrinterStatus) -> PrinterStatus:
        """Paper and jams first; then whether its width is known."""
        is_other = self._identity is not None and not self._identity.belongs
        return "other_model" if now in PRINTS and is_other else now

    def _note(self, now: PrinterStatus) -> None:
        self._last = now
        if now in PAPER_HANDLED and not self._in_doubt:
            self._remains = False


def _must_answer(answered: bool) -> None:
    if not answered:
        raise LineLost("answers to real-time commands only: it would not print either")
