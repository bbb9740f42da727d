"""A queue of CUPS as a `DocumentPrinter`: the job is made first and the document sent after it, so that a job in doubt
has a number by which it is taken back.

No document is ever sent a second time. What CUPS itself may do a second time is refused beforehand where it can be
seen (the queue's error policy), and stopped where it shows (a job that goes back to waiting).
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from drivers.cups_printer import protocol, status
from drivers.cups_printer.protocol import Answer, Attribute, Group, GroupTag, Malformed, Operation, Tag
from drivers.cups_printer.transport import HttpLine, LineLost, Refused
from drivers.ports import (
    PRINTS,
    DocumentOutcome,
    DocumentPaper,
    DocumentPrinterIdentity,
    DocumentStatus,
    Unprintable,
)
from drivers.sheet_ports import Bound, PaperShape, Sheet, SheetOutcome

USER = "hitofuda"
JOB_NAME = "hitofuda"
"""Of every job: a spooler's list and its logs say nothing of who wanted what."""
DOCUMENT_LIMIT_BYTES = 32 << 20
_JOB_QUESTIONS = ("job-id", "job-uuid", "job-state", "job-state-reasons", "time-at-processing", "job-preserved")
_PRINTER_QUESTIONS = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-error-policy",
    "printer-type",
    "printer-make-and-model",
    "document-format-supported",
)
_NOT_OF_THE_PRINTER: frozenset[DocumentStatus] = frozenset({"silent", "unknown", "queue_missing", "queue_unsafe"})
_AS_RECEIVED = (
    Attribute("copies", Tag.INTEGER, (1,)),
    Attribute("sides", Tag.KEYWORD, ("one-sided",)),
    Attribute("media", Tag.KEYWORD, ("iso_a4_210x297mm",)),
    Attribute("print-scaling", Tag.KEYWORD, ("none",)),
    # Another page with the job's data on it, where the queue has one by default.
    Attribute("job-sheets", Tag.KEYWORD, ("none",)),
)


@dataclass(frozen=True)
class QueueSettings:
    """Which queue of which CUPS, from the machine's configuration."""

    queue: str
    host: str = "127.0.0.1"
    port: int = 631
    socket_path: str = ""
    """Instead of host and port, where it is not empty."""
    answer_timeout_s: float = 2.0
    send_timeout_s: float = 30.0
    """For the exchange that carries the document."""
    document_timeout_s: float = 120.0
    """From the call until a job that has not ended is taken back."""
    settle_timeout_s: float = 10.0
    """So long a job in doubt is taken back and asked about."""
    poll_s: float = 0.2


class Line(Protocol):
    """What the driver needs of `HttpLine`."""

    @property
    def is_open(self) -> bool: ...

    def exchange(self, path: str, head: bytes, document: bytes, timeout_s: float) -> bytes | Refused: ...

    def close(self) -> None: ...


class _NoAnswer(Exception):
    """Silence, or what is no answer to our question."""


@dataclass
class _Job:
    number: int
    uuid: str = ""
    unbroken: bool = True
    """The line that made the job has answered everything since."""
    last: Group = field(default_factory=lambda: Group(GroupTag.JOB, ()))
    cause: DocumentStatus | None = None
    is_gone: bool = False


class CupsDocumentPrinter:
    """One document at a time. Safe to use from any thread."""

    def __init__(
        self,
        settings: QueueSettings,
        open_line: Callable[[QueueSettings], Line] = lambda settings: _open(settings),
        *,
        left_over: bool = False,
    ) -> None:
        """`left_over`: an earlier process may have left a job in the queue, and nobody else prints under our name."""
        self.settings = settings
        self._line = open_line(settings)
        self._lock = threading.RLock()
        self._request_ids = itertools.count(1)
        self._identity: DocumentPrinterIdentity | None = None
        self._given_up: list[_Job] = []
        """Jobs of which CUPS has not said that they are over: they are taken back before another document is sent."""
        self._left_over = left_over
        self._reasons: frozenset[str] = frozenset()
        self._handled: frozenset[str] = frozenset()
        """Reasons that a person has dealt with. CUPS repeats what the last job met until the next one runs."""

    # --- port

    def preflight(self) -> DocumentStatus:
        with self._lock:
            # CUPS closes a line that was quiet for half a minute; that is not silence.
            self._line.close()
            try:
                if self._left_over:
                    self._given_up += self._left_behind()
                self._given_up = [job for job in self._given_up if not self._is_over(job)]
                now = self._ask_printer()
            except _NoAnswer:
                return "silent"
            if self._left_over and now in PRINTS:
                return "unknown"
            return "busy" if self._given_up and now in PRINTS else now

    def print_document(self, paper: DocumentPaper, job: str) -> DocumentOutcome:
        return self._print_if(paper, job, lambda: True)

    @property
    def shape(self) -> PaperShape:
        return PaperShape()

    def print_sheet(self, sheet: Sheet, bound: Bound) -> SheetOutcome:
        """The whole document under one verdict: a queue does not tell of one page."""
        misfits: list[str] = []

        def is_right() -> bool:
            misfits.append(sheet.misfit(bound()))
            return not misfits[-1]

        paper = DocumentPaper(sheet.pdf, sheet.binding.sha256)
        found = self._print_if(paper, sheet.binding.job, is_right)
        misfit = misfits[-1] if misfits else ""
        if found.refusal is not None and found.refusal.reason == "not_the_document":
            misfit = misfit or "the document is another"
        refusal = None if misfit else found.refusal
        times = found.first_byte_s, found.finished_s
        return SheetOutcome(sheet.binding, sheet.at, found.verdict, found.cause, misfit, refusal, *times)

    def _print_if(self, paper: DocumentPaper, job: str, is_right: Callable[[], bool]) -> DocumentOutcome:
        """`is_right` is asked when CUPS has a job for it, just before its first byte."""
        started_s = time.monotonic()
        with self._lock:
            if refusal := refusal_of(paper.pdf, paper.sha256):
                return DocumentOutcome(job, paper.sha256, "not_issued", refusal=refusal)
            now = self.preflight()
            made = self._create() if now in PRINTS else now
            if not isinstance(made, _Job):
                elapsed_s = time.monotonic() - started_s
                return DocumentOutcome(job, paper.sha256, "not_issued", made, finished_s=elapsed_s)
            return self._print(made, paper, job, started_s, is_right)

    def recover(self) -> DocumentStatus:
        with self._lock:
            if self.preflight() not in _NOT_OF_THE_PRINTER:
                self._handled = self._reasons
            return self.preflight()

    def identity(self) -> DocumentPrinterIdentity:
        with self._lock:
            if self._identity is None:
                self.preflight()
            return self._identity or DocumentPrinterIdentity()

    def close(self) -> None:
        with self._lock:
            self._line.close()

    # --- one document

    def _create(self) -> _Job | DocumentStatus:
        """A job, or why there is none. One that was made all the same has no document, prints nothing and is dropped
        by CUPS."""
        try:
            answer = self._ask(Operation.CREATE_JOB, (Attribute("job-name", Tag.NAME, (JOB_NAME,)),), _AS_RECEIVED)
            number = answer.group(GroupTag.JOB).number("job-id")
            if not answer.is_ok or number is None:
                return "unknown"
            job = _Job(number)
            self._look(job)
        except _NoAnswer:
            return "silent"
        uuid = job.last.first("job-uuid")
        job.uuid = uuid if isinstance(uuid, str) else ""
        return "unknown" if job.is_gone else job

    def _print(
        self, job: _Job, paper: DocumentPaper, name: str, started_s: float, is_right: Callable[[], bool]
    ) -> DocumentOutcome:
        pdf = paper.pdf
        refusal = refusal_of(pdf, paper.sha256)
        if refusal is None and not is_right():
            refusal = Unprintable("not_the_document")
        first_byte_s = time.monotonic() - started_s
        try:
            if refusal is None and self._send(job, pdf):
                self._follow(job, started_s + self.settings.document_timeout_s)
        except _NoAnswer:
            job.cause = "silent"
        if not self._has_ended(job):
            self._settle(job)
        verdict = "unknown" if job.is_gone else status.verdict_of(job.last, job.unbroken)
        if refusal is not None:
            # Not a byte of it was sent, whatever CUPS says of the empty job.
            verdict = "not_issued"
        self._purge(job)
        finished_s = time.monotonic() - started_s
        return DocumentOutcome(name, paper.sha256, verdict, job.cause, refusal, first_byte_s, finished_s)

    def _send(self, job: _Job, pdf: bytes) -> bool:
        """Whether CUPS has taken it. What it kept of one that it refused is asked when the job is taken back."""
        attributes = (
            Attribute("document-format", Tag.MIME_TYPE, ("application/pdf",)),
            Attribute("last-document", Tag.BOOLEAN, (True,)),
        )
        is_taken = self._ask_of(job, Operation.SEND_DOCUMENT, attributes, pdf).is_ok
        if not is_taken:
            job.cause = "unknown"
        return is_taken

    def _purge(self, job: _Job) -> None:
        """By default CUPS keeps a printed document for a day: it is made to forget it now."""
        if not self._has_ended(job) or job.last.first("job-preserved") is not True:
            return
        try:
            self._ask_of(job, Operation.CANCEL_JOB, (Attribute("purge-job", Tag.BOOLEAN, (True,)),))
        except _NoAnswer:
            return

    def _follow(self, job: _Job, deadline_s: float) -> None:
        """Until the job has ended, the printer has stopped, CUPS begins anew, or time is up."""
        begun_at: int | None = None
        while not self._look(job):
            state = job.last.number("job-state")
            if begun_at is not None and (state in status.WAITING or job.last.number("time-at-processing") != begun_at):
                # A backend may ask CUPS for another try, whatever the queue's error policy.
                job.cause = "offline"
                return
            begun_at = job.last.number("time-at-processing")
            now = self._ask_printer()
            if now not in PRINTS or state == status.STOPPED:
                job.cause = now if now not in PRINTS else "offline"
                return
            if time.monotonic() >= deadline_s:
                job.cause = "busy" if begun_at is None else "offline"
                return
            time.sleep(self.settings.poll_s)
        if job.last.number("job-state") != status.COMPLETED:
            now = self._ask_printer()
            job.cause = "offline" if now in PRINTS else now

    def _has_ended(self, job: _Job) -> bool:
        return job.is_gone or job.last.number("job-state") in status.FINAL

    def _settle(self, job: _Job) -> None:
        """Take it back, then ask what became of it, until CUPS says that it is over or time is up."""
        deadline_s = time.monotonic() + self.settings.settle_timeout_s
        while True:
            try:
                if self._is_over(job):
                    return
            except _NoAnswer:
                job.cause = job.cause or "silent"
            if time.monotonic() >= deadline_s:
                self._given_up.append(job)
                return
            time.sleep(self.settings.poll_s)

    def _is_over(self, job: _Job) -> bool:
        """Takes it back and asks. A job that is over cannot be taken back any more: its state says so."""
        # First whose job has this number now: CUPS that has lost its records counts from an older one.
        if self._look(job):
            return True
        self._ask_of(job, Operation.CANCEL_JOB, ())
        return self._look(job)

    def _look(self, job: _Job) -> bool:
        """Whether it has ended; what CUPS says of it is then in `last`."""
        questions = Attribute("requested-attributes", Tag.KEYWORD, _JOB_QUESTIONS)
        answer = self._ask_of(job, Operation.GET_JOB_ATTRIBUTES, (questions,))
        if answer.status in protocol.GONE:
            job.is_gone = True
            return True
        found = answer.group(GroupTag.JOB)
        if not answer.is_ok or found.number("job-state") is None:
            raise _NoAnswer
        if job.uuid and found.first("job-uuid") != job.uuid:
            job.is_gone = True
            return True
        job.last = found
        return found.number("job-state") in status.FINAL

    # --- questions

    def _left_behind(self) -> list[_Job]:
        """Jobs of ours that have not ended: their verdict is lost, so none of them may come out later."""
        questions = (
            Attribute("requested-attributes", Tag.KEYWORD, ("job-id", "job-uuid")),
            Attribute("which-jobs", Tag.KEYWORD, ("not-completed",)),
            Attribute("my-jobs", Tag.BOOLEAN, (True,)),
        )
        answer = self._ask(Operation.GET_JOBS, questions)
        if not answer.is_ok:
            return []
        self._left_over = False
        found = []
        for group in answer.groups:
            number, uuid = group.number("job-id"), group.first("job-uuid")
            if group.tag == GroupTag.JOB and number is not None:
                found.append(_Job(number, uuid if isinstance(uuid, str) else "", unbroken=False))
        return found

    def _ask_printer(self) -> DocumentStatus:
        questions = Attribute("requested-attributes", Tag.KEYWORD, _PRINTER_QUESTIONS)
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, (questions,))
        if answer.status in protocol.GONE:
            return "queue_missing"
        if not answer.is_ok:
            return "unknown"
        printer = answer.group(GroupTag.PRINTER)
        notes = status.faults_of(printer, self.settings.queue)
        model = printer.first("printer-make-and-model")
        self._identity = DocumentPrinterIdentity(model if isinstance(model, str) else "", notes)
        self._reasons = status.reasons_of(printer)
        # One that went away and came back is news.
        self._handled &= self._reasons
        return "queue_unsafe" if notes else status.printer_status(printer, self._handled)

    def _ask_of(
        self, job: _Job, operation: Operation, attributes: tuple[Attribute, ...], document: bytes = b""
    ) -> Answer:
        """Of a job that exists. Any silence, and any other line than before, ends the certainty of one CUPS."""
        job.unbroken = job.unbroken and self._line.is_open
        try:
            return self._ask(
                operation, (Attribute("job-id", Tag.INTEGER, (job.number,)), *attributes), document=document
            )
        except _NoAnswer:
            job.unbroken = False
            raise

    def _ask(
        self,
        operation: Operation,
        attributes: tuple[Attribute, ...],
        job_attributes: tuple[Attribute, ...] = (),
        document: bytes = b"",
    ) -> Answer:
        request_id = next(self._request_ids)
        # printer-uri, then job-id, then the user: the order that RFC 8011, 4.1.5 asks for.
        where = Attribute("printer-uri", Tag.URI, (f"ipp://localhost/printers/{self.settings.queue}",))
        who = Attribute("requesting-user-name", Tag.NAME, (USER,))
        ordered = sorted(attributes, key=lambda attribute: attribute.name != "job-id")
        first = ordered[:1] if ordered and ordered[0].name == "job-id" else []
        groups = [Group(GroupTag.OPERATION, (where, *first, who, *ordered[len(first) :]))]
        if job_attributes:
            groups.append(Group(GroupTag.JOB, job_attributes))
        head = protocol.encode_request(operation, request_id, groups)
        timeout_s = self.settings.send_timeout_s if document else self.settings.answer_timeout_s
        try:
            data = self._line.exchange(f"/printers/{self.settings.queue}", head, document, timeout_s)
        except LineLost:
            raise _NoAnswer from None
        if isinstance(data, Refused):
            return Answer(protocol.FORBIDDEN, request_id, ())
        answer = protocol.decode_answer(data)
        if isinstance(answer, Malformed) or answer.request_id != request_id:
            # What else comes on this line may be the answer to an older question.
            self._line.close()
            raise _NoAnswer
        return answer


def refusal_of(pdf: bytes, sha256: str) -> Unprintable | None:
    """Why these bytes are not put on paper; asked again just before the first of them."""
    if hashlib.sha256(pdf).hexdigest() != sha256:
        return Unprintable("not_the_document")
    if not pdf.startswith(b"%PDF-"):
        return Unprintable("unreadable")
    return Unprintable("too_long") if len(pdf) > DOCUMENT_LIMIT_BYTES else None


def _open(settings: QueueSettings) -> HttpLine:
    return HttpLine(settings.host, settings.port, settings.socket_path)
