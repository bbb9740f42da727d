"""Whatever a spooler does: no second paper, no "issued", and "not issued" only where nothing came out.

Only where an answer never comes are time-outs short; a busy computer then makes a verdict vaguer, never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from drivers.cups_printer import driver as driver_module
from drivers.cups_printer import status
from drivers.cups_printer.driver import CupsDocumentPrinter, QueueSettings
from drivers.cups_printer.protocol import Operation
from drivers.cups_printer.simulator import SimulatedQueue
from drivers.cups_printer.transport import HttpLine, Refused
from drivers.ports import DocumentOutcome, DocumentPaper, Unprintable
from drivers.sheet_ports import Binding, Sheet
from tests.drivers.escpos_printer.documents import certificate, paper

PATIENCE_S = 20.0
CONDITIONS = (
    "silent", "drip", "half_answer", "wrong_request_id", "forgotten", "http_error", "not_http", "error_status",
    "no_ipp", "closes", "taken_then_silent", "renumbered",
)  # fmt: skip
DOCUMENT = paper(certificate())


@pytest.fixture
def queue() -> Iterator[SimulatedQueue]:
    with SimulatedQueue() as simulated:
        yield simulated


def patient(queue: SimulatedQueue) -> QueueSettings:
    return QueueSettings(
        "a4",
        port=queue.port,
        answer_timeout_s=PATIENCE_S,
        send_timeout_s=PATIENCE_S,
        document_timeout_s=PATIENCE_S,
        settle_timeout_s=PATIENCE_S,
        poll_s=0.01,
    )


def impatient(queue: SimulatedQueue) -> QueueSettings:
    return replace(
        patient(queue), answer_timeout_s=0.1, send_timeout_s=0.1, document_timeout_s=0.3, settle_timeout_s=0.15
    )


@pytest.fixture
def printer(queue: SimulatedQueue) -> Iterator[CupsDocumentPrinter]:
    made = CupsDocumentPrinter(patient(queue))
    yield made
    made.close()


class HookedLine:
    """Does something just before an operation is sent, and may say how long its answer is waited for."""

    def __init__(self, settings: QueueSettings, before: Callable[[Operation], float | None]) -> None:
        self._line = HttpLine(settings.host, settings.port)
        self._before = before

    @property
    def is_open(self) -> bool:
        return self._line.is_open

    def exchange(self, path: str, head: bytes, document: bytes, timeout_s: float) -> bytes | Refused:
        shorter_s = self._before(Operation(int.from_bytes(head[2:4], "big")))
        return self._line.exchange(path, head, document, shorter_s or timeout_s)

    def close(self) -> None:
        self._line.close()


def is_honest(outcome: DocumentOutcome, queue: SimulatedQueue, before: int = 0) -> bool:
    came_out = len(queue.paper) - before
    assert (outcome.job, outcome.sha256) == ("job-1", DOCUMENT.sha256)
    assert came_out <= 1
    assert all(job.state == status.PENDING for job in queue.others)
    assert outcome.verdict in ("maybe", "not_issued", "unknown")
    return outcome.verdict != "not_issued" or came_out == 0


def test_a_document_that_went_well_is_still_only_maybe(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    assert printer.preflight() == "ready"
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause) == ("maybe", None)
    assert queue.paper == [DOCUMENT.pdf]
    assert printer.identity().model == "Simulated"
    assert not printer.identity().proves_paper


def test_a_job_says_nothing_of_anybody(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    printer.print_document(DOCUMENT, "a-job-of-somebody")
    assert {(job.name, job.user) for job in queue.jobs.values()} == {("hitofuda", "hitofuda")}


def test_a_queue_that_prints_again_by_itself_is_refused(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    queue.error_policy = "retry-job"
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause, queue.jobs) == ("not_issued", "queue_unsafe", {})
    (note,) = printer.identity().notes
    assert "lpadmin -p a4 -o printer-error-policy=abort-job" in note


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (DocumentPaper(DOCUMENT.pdf + b" ", DOCUMENT.sha256), "not_the_document"),
        (paper(b"\x1b@ no pdf"), "unreadable"),
        (paper(b"%PDF-" + bytes(driver_module.DOCUMENT_LIMIT_BYTES)), "too_long"),
    ],
)
def test_what_is_not_the_document_is_refused_before_anything_is_asked(
    printer: CupsDocumentPrinter, queue: SimulatedQueue, document: DocumentPaper, reason: str
) -> None:
    outcome = printer.print_document(document, "job-1")
    assert (outcome.verdict, outcome.refusal) == ("not_issued", Unprintable(reason))
    assert queue.asked == []


def test_a_document_that_changes_after_the_job_was_made_is_not_sent(queue: SimulatedQueue) -> None:
    document = paper(certificate())

    def change(operation: Operation) -> None:
        if operation is Operation.CREATE_JOB:
            object.__setattr__(document, "pdf", certificate() + b"% another")

    printer = CupsDocumentPrinter(patient(queue), lambda settings: HookedLine(settings, change))
    outcome = printer.print_document(document, "job-1")
    printer.close()
    assert (outcome.verdict, outcome.refusal) == ("not_issued", Unprintable("not_the_document"))
    assert queue.paper == [] and Operation.SEND_DOCUMENT not in queue.asked
    assert queue.jobs[1].state == 7


def test_a_sheet_that_is_not_bound_is_not_sent(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    binding = Binding("s1", "j1", "r1", DOCUMENT.sha256)
    sheet = Sheet(binding, 0, 1, DOCUMENT.pdf)
    for bound in (None, replace(binding, resident="r2")):
        outcome = printer.print_sheet(sheet, lambda bound=bound: bound)  # type: ignore[misc]
        assert (outcome.verdict, bool(outcome.misfit), outcome.refusal) == ("not_issued", True, None)
    other = printer.print_sheet(replace(sheet, pdf=DOCUMENT.pdf + b" "), lambda: binding)
    assert (other.verdict, other.misfit) == ("not_issued", "the document is another")
    assert queue.paper == [] and Operation.SEND_DOCUMENT not in queue.asked
    assert (printer.shape.by_page, printer.print_sheet(sheet, lambda: binding).verdict) == (False, "maybe")
    assert queue.paper == [DOCUMENT.pdf]


def test_a_job_that_never_begins_is_taken_back_and_was_not_issued(queue: SimulatedQueue) -> None:
    queue.faults.fail_repeatedly("hold")
    printer = CupsDocumentPrinter(replace(patient(queue), document_timeout_s=0.1))
    outcome = printer.print_document(DOCUMENT, "job-1")
    printer.close()
    assert (outcome.verdict, outcome.cause, queue.paper) == ("not_issued", "busy", [])


def test_a_job_that_never_ends_is_taken_back_and_may_be_on_paper(queue: SimulatedQueue) -> None:
    queue.faults.fail_repeatedly("stuck")
    printer = CupsDocumentPrinter(replace(patient(queue), document_timeout_s=0.1))
    outcome = printer.print_document(DOCUMENT, "job-1")
    printer.close()
    assert (outcome.verdict, outcome.cause, queue.jobs[1].state) == ("maybe", "offline", 7)


def test_a_broken_off_job_may_be_on_paper(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    queue.faults.fail_next("broken")
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause) == ("maybe", "offline")


def test_paper_runs_out_and_a_person_loads_it(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    """CUPS goes on saying what the last job met until another one runs."""
    queue.reasons = ("media-empty-error",)
    assert printer.print_document(DOCUMENT, "job-1").cause == "paper_out"
    assert printer.preflight() == "paper_out" and queue.paper == []
    assert printer.recover() == "near_end"
    assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
    queue.reasons = ("none",)
    assert printer.preflight() == "ready"
    queue.reasons = ("media-empty-error",)
    assert printer.preflight() == "paper_out"


def test_what_is_said_while_it_cannot_be_helped_is_not_forgiven(
    printer: CupsDocumentPrinter, queue: SimulatedQueue
) -> None:
    queue.error_policy = "stop-printer"
    queue.reasons = ("media-jam",)
    assert printer.recover() == "queue_unsafe"
    queue.error_policy = "abort-job"
    assert printer.preflight() == "jam"


def test_a_kept_document_is_purged(printer: CupsDocumentPrinter, queue: SimulatedQueue) -> None:
    queue.keeps_documents = True
    assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
    assert not queue.jobs[1].preserved


def test_a_job_left_behind_is_taken_back_before_the_next_is_made(queue: SimulatedQueue) -> None:
    settings = replace(patient(queue), document_timeout_s=0.05, settle_timeout_s=0.0)

    def fall_silent(operation: Operation) -> float | None:
        if operation is Operation.CANCEL_JOB and queue.faults.active("stuck"):
            queue.faults.clear()
            queue.faults.fail_repeatedly("silent")
        return 0.1 if queue.faults.active("silent") else None

    printer = CupsDocumentPrinter(settings, lambda settings: HookedLine(settings, fall_silent))
    queue.faults.fail_repeatedly("stuck")
    assert printer.print_document(DOCUMENT, "job-1").verdict == "unknown"
    assert printer.preflight() == "silent"
    assert printer.print_document(DOCUMENT, "job-1").verdict == "not_issued"
    assert (queue.jobs[1].state, len(queue.jobs)) == (5, 1)
    queue.faults.clear()
    assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
    assert (queue.jobs[1].state, queue.jobs[2].state) == (7, 9)
    printer.close()


def test_what_an_earlier_process_left_in_the_queue_never_comes_out(queue: SimulatedQueue) -> None:
    queue.faults.fail_repeatedly("hold")
    queue.faults.fail_repeatedly("silent:cancel_job")
    stopped = CupsDocumentPrinter(impatient(queue))
    assert stopped.print_document(DOCUMENT, "job-1").verdict == "unknown"
    stopped.close()
    queue.faults.clear()
    beside = CupsDocumentPrinter(patient(queue))
    assert (beside.preflight(), queue.jobs[1].state) == ("ready", status.PENDING)
    beside.close()
    queue.faults.fail_next("error_status:get_jobs")
    after = CupsDocumentPrinter(patient(queue), left_over=True)
    assert (after.preflight(), queue.jobs[1].state) == ("unknown", status.PENDING)
    assert (after.preflight(), queue.jobs[1].state, queue.paper) == ("ready", status.CANCELED, [])
    after.close()


@pytest.mark.slow
@pytest.mark.parametrize("operation", list(Operation), ids=lambda operation: operation.name.lower())
@pytest.mark.parametrize("condition", CONDITIONS)
def test_one_bad_answer(queue: SimulatedQueue, condition: str, operation: Operation) -> None:
    printer = CupsDocumentPrinter(impatient(queue), left_over=True)
    queue.faults.fail_next(f"{condition}:{operation.name.lower()}")
    assert is_honest(printer.print_document(DOCUMENT, "job-1"), queue)
    queue.faults.clear()
    printer.settings = patient(queue)
    before = len(queue.paper)
    after = printer.print_document(DOCUMENT, "job-1")
    assert (after.verdict, after.cause, len(queue.paper)) == ("maybe", None, before + 1)
    assert len(queue.paper) <= 2
    printer.close()


@pytest.mark.slow
@pytest.mark.parametrize("during", ["", "stuck", "hold"])
@pytest.mark.parametrize("operation", list(Operation), ids=lambda operation: operation.name.lower())
@pytest.mark.parametrize("condition", CONDITIONS)
def test_bad_answers_from_the_document_on(
    queue: SimulatedQueue, condition: str, operation: Operation, during: str
) -> None:
    """It goes wrong when the document is sent, and stays so until the driver has given up."""

    def go_wrong(sent: Operation) -> None:
        if sent is Operation.SEND_DOCUMENT:
            queue.faults.fail_repeatedly(f"{condition}:{operation.name.lower()}")

    printer = CupsDocumentPrinter(impatient(queue), lambda settings: HookedLine(settings, go_wrong))
    if during:
        queue.faults.fail_repeatedly(during)
    assert is_honest(printer.print_document(DOCUMENT, "job-1"), queue)
    queue.faults.clear()
    printer.settings = patient(queue)
    assert printer.preflight() == "ready"
    printer.close()
    assert all(job.state in status.FINAL for job in queue.jobs.values() if job.document is not None)
