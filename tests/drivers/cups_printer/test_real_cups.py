"""The same promises where a spooler cannot be made to keep them: Debian's own cupsd, with paper that is a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from drivers.cups_printer.driver import CupsDocumentPrinter, QueueSettings
from drivers.cups_printer.protocol import Operation
from drivers.cups_printer.transport import HttpLine, Refused
from drivers.ports import DocumentOutcome, DocumentPaper
from tests.drivers.cups_printer.real_cups import RealCups, until
from tests.drivers.escpos_printer.documents import certificate, paper, pdf

pytestmark = pytest.mark.slow

DOCUMENT = paper(certificate())
QUEUES = {"a4": "abort-job", "again": "retry-job", "stops": "stop-printer"}


@pytest.fixture
def cups() -> Iterator[RealCups]:
    made = RealCups(QUEUES)
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def printer(cups: RealCups) -> Iterator[CupsDocumentPrinter]:
    made = CupsDocumentPrinter(cups.settings("a4"))
    yield made
    made.close()


class Watched:
    """A line that says what goes over it, before and after."""

    def __init__(self, settings: QueueSettings, before: dict[Operation, list[object]]) -> None:
        self._line = HttpLine(settings.host, settings.port, settings.socket_path)
        self._before = before

    @property
    def is_open(self) -> bool:
        return self._line.is_open

    def exchange(self, path: str, head: bytes, document: bytes, timeout_s: float) -> bytes | Refused:
        for act in self._before.get(Operation(int.from_bytes(head[2:4], "big")), []):
            assert callable(act)
            act()
        return self._line.exchange(path, head, document, timeout_s)

    def close(self) -> None:
        self._line.close()


class Printing:
    """`print_document` under way in a thread."""

    def __init__(self, printer: CupsDocumentPrinter, document: DocumentPaper = DOCUMENT, job: str = "job-1") -> None:
        self._outcomes: list[DocumentOutcome] = []
        self._thread = threading.Thread(target=lambda: self._outcomes.append(printer.print_document(document, job)))
        self._thread.start()

    def outcome(self) -> DocumentOutcome:
        self._thread.join()
        (outcome,) = self._outcomes
        return outcome


def begun(cups: RealCups, printer: CupsDocumentPrinter, queue: str = "a4") -> Printing:
    """A document of which the paper moves, and goes on moving."""
    (cups.paper(queue) / "wait").touch()
    printing = Printing(printer)
    until(lambda: list(cups.paper(queue).glob("part.*")), "the backend has the document")
    return printing


def test_the_bytes_on_paper_are_those_that_were_sent(cups: RealCups, printer: CupsDocumentPrinter) -> None:
    assert printer.preflight() == "ready"
    outcome = printer.print_document(DOCUMENT, "somebody")
    assert (outcome.verdict, outcome.cause) == ("maybe", None)
    assert cups.printed("a4") == [DOCUMENT.pdf]
    ((_, user, title, copies, options),) = cups.started("a4")
    assert (user, title, copies) == ("hitofuda", "hitofuda", "1")
    assert "sides=one-sided" in options and "somebody" not in options
    assert cups.spooled() == []


def test_a_unix_socket_serves_as_well(cups: RealCups) -> None:
    printer = CupsDocumentPrinter(replace(cups.settings("a4"), port=1, socket_path=str(cups.root / "cups.sock")))
    assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
    printer.close()
    assert cups.printed("a4") == [DOCUMENT.pdf]


def test_a_document_that_cups_would_keep_is_purged() -> None:
    cups = RealCups({"a4": "abort-job"}, preserve_files="Yes")
    try:
        cups.start()
        printer = CupsDocumentPrinter(cups.settings("a4"))
        assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
        printer.close()
        assert (cups.printed("a4"), cups.spooled()) == ([DOCUMENT.pdf], [])
    finally:
        cups.close()


@pytest.mark.parametrize(("queue", "policy"), [("again", "retry-job"), ("stops", "stop-printer")])
def test_the_command_that_the_refusal_names_mends_the_queue(cups: RealCups, queue: str, policy: str) -> None:
    printer = CupsDocumentPrinter(cups.settings(queue))
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause, cups.started(queue)) == ("not_issued", "queue_unsafe", [])
    (note,) = printer.identity().notes
    assert f"={policy}）" in note
    command = note.rsplit("：", 1)[1].split()
    cups.admin(*command)
    assert printer.print_document(DOCUMENT, "job-1").verdict == "maybe"
    assert (printer.identity().notes, len(cups.printed(queue))) == ((), 1)
    printer.close()


def test_a_queue_that_is_not_there(cups: RealCups) -> None:
    printer = CupsDocumentPrinter(cups.settings("nowhere"))
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause) == ("not_issued", "queue_missing")
    printer.close()


def test_a_stopped_printer_gets_no_job(cups: RealCups, printer: CupsDocumentPrinter) -> None:
    cups.admin("cupsdisable", "a4")
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause) == ("not_issued", "offline")
    cups.admin("cupsenable", "a4")
    assert printer.print_document(DOCUMENT, "job-2").verdict == "maybe"
    assert len(cups.started("a4")) == 1


def test_a_printer_that_stops_before_the_document_has_begun(cups: RealCups) -> None:
    stop: list[object] = [lambda: cups.admin("cupsdisable", "a4")]
    printer = CupsDocumentPrinter(
        cups.settings("a4"), lambda settings: Watched(settings, {Operation.SEND_DOCUMENT: stop})
    )
    outcome = printer.print_document(DOCUMENT, "job-1")
    printer.close()
    assert (outcome.verdict, outcome.cause) == ("not_issued", "offline")
    cups.admin("cupsenable", "a4")
    another = CupsDocumentPrinter(cups.settings("a4"))
    assert another.print_document(paper(pdf("0 0 9 9 re f")), "job-2").verdict == "maybe"
    another.close()
    assert [entry[0] for entry in cups.started("a4")] == ["2"], "the first one never came out"


def test_a_job_that_waits_behind_another_is_taken_back(cups: RealCups, printer: CupsDocumentPrinter) -> None:
    first = begun(cups, printer)
    second = CupsDocumentPrinter(replace(cups.settings("a4"), document_timeout_s=0.3))
    outcome = second.print_document(DOCUMENT, "job-2")
    second.close()
    assert (outcome.verdict, outcome.cause) == ("not_issued", "busy")
    (cups.paper("a4") / "wait").unlink()
    assert first.outcome().verdict == "maybe"
    assert [entry[0] for entry in cups.started("a4")] == ["1"]


def test_a_job_that_a_person_takes_back_in_the_middle_may_be_on_paper(
    cups: RealCups, printer: CupsDocumentPrinter
) -> None:
    printing = begun(cups, printer)
    cups.admin("cancel", "a4-1")
    assert printing.outcome().verdict == "maybe"


@pytest.mark.parametrize("code", [1, 4, 6], ids=["failed", "stop", "retry"])
def test_a_backend_that_fails_begins_once(cups: RealCups, printer: CupsDocumentPrinter, code: int) -> None:
    (cups.paper("a4") / "exit").write_text(str(code))
    outcome = printer.print_document(DOCUMENT, "job-1")
    assert (outcome.verdict, outcome.cause) == ("maybe", "offline")
    assert (len(cups.started("a4")), cups.spooled()) == (1, [])


def test_what_the_printer_says_becomes_a_status(cups: RealCups, printer: CupsDocumentPrinter) -> None:
    (cups.paper("a4") / "say").write_text("STATE: +media-jam-error\n")
    printing = begun(cups, printer)
    outcome = printing.outcome()
    assert (outcome.verdict, outcome.cause) == ("maybe", "jam")
    (cups.paper("a4") / "wait").unlink()
    (cups.paper("a4") / "say").write_text("STATE: -media-jam-error\nSTATE: +media-low-warning\n")
    assert printer.preflight() == "jam"
    assert printer.recover() == "near_end"
    assert printer.print_document(DOCUMENT, "job-2").verdict == "maybe"
    assert printer.preflight() == "near_end"


def test_a_killed_cups_that_comes_back_prints_nothing_again(cups: RealCups, printer: CupsDocumentPrinter) -> None:
    """Of itself it would: the document is emptied out of the spool before each start, as docs/document-printer.md has
    it."""
    printing = begun(cups, printer)
    cups.kill()
    cups.start()
    outcome = printing.outcome()
    assert outcome.verdict in ("maybe", "unknown")
    assert outcome.cause == "silent"
    (cups.paper("a4") / "wait").unlink()
    after = printer.print_document(paper(pdf("0 0 9 9 re f")), "job-2")
    assert after.verdict == "maybe"
    assert [entry[0] for entry in cups.started("a4")] == ["1", "2"]


def test_a_killed_cups_with_the_spool_of_before_is_stopped_in_its_second_try(
    cups: RealCups, printer: CupsDocumentPrinter
) -> None:
    printing = begun(cups, printer)
    cups.kill()
    cups.start(empties_spool=False)
    assert printing.outcome().verdict in ("maybe", "unknown")
    assert cups.spooled() == [], "taken back: it cannot begin a third time"


def test_a_cups_that_stays_away_is_unknown_and_what_it_kept_is_taken_back(cups: RealCups) -> None:
    printer = CupsDocumentPrinter(replace(cups.settings("a4"), settle_timeout_s=0.1))
    cups_stops: list[object] = [lambda: cups.admin("cupsdisable", "a4")]
    held = CupsDocumentPrinter(
        replace(cups.settings("a4"), settle_timeout_s=0.1),
        lambda settings: Watched(settings, {Operation.SEND_DOCUMENT: cups_stops, Operation.CANCEL_JOB: [cups.kill]}),
    )
    outcome = held.print_document(DOCUMENT, "job-1")
    held.close()
    assert (outcome.verdict, outcome.cause) == ("unknown", "offline")
    assert printer.preflight() == "silent"
    cups.start(empties_spool=False)
    after = CupsDocumentPrinter(cups.settings("a4"), left_over=True)
    assert after.preflight() == "offline"
    cups.admin("cupsenable", "a4")
    assert after.print_document(paper(pdf("0 0 9 9 re f")), "job-2").verdict == "maybe"
    assert [entry[0] for entry in cups.started("a4")] == ["2"]
    for each in (printer, after):
        each.close()


def test_two_documents_at_once_keep_their_own(cups: RealCups) -> None:
    documents = [paper(pdf(f"0 0 {size} {size} re f")) for size in range(1, 9)]
    printers = [CupsDocumentPrinter(cups.settings("a4")) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(
            threads.map(lambda at: printers[at % 2].print_document(documents[at], f"job-{at}"), range(len(documents)))
        )
    for printer in printers:
        printer.close()
    assert [(o.job, o.sha256, o.verdict) for o in outcomes] == [
        (f"job-{at}", document.sha256, "maybe") for at, document in enumerate(documents)
    ]
    assert sorted(cups.printed("a4")) == sorted(document.pdf for document in documents)
