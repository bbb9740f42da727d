"""A queue of CUPS made of software, for the troubles that a real one cannot be made to have: it answers by
half, late, never, to another question, or that it knows nothing.

Each fault is the name of a condition, or condition:operation for one operation only (`silent:send_document`).
Where there is none it does what Debian's CUPS 2.4 was measured to do.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from drivers.cups_printer import protocol, status
from drivers.cups_printer.protocol import Attribute, Group, GroupTag, Operation, OutOfBand, Tag
from drivers.faults import Faults

STEP_S = 0.02
"""Of a fault that drips."""
NOT_FOUND = 0x0406
NOT_POSSIBLE = 0x0404
SERVER_ERROR = 0x0500


@dataclass
class SimulatedJob:
    number: int
    uuid: str
    name: str = ""
    user: str = ""
    state: int = status.HELD
    begun: bool = False
    document: bytes | None = None
    preserved: bool = False


class _Restarted(Exception):
    """The line goes with the records."""


class SimulatedQueue:
    """`with SimulatedQueue() as queue:` listens on `queue.port`.

    Conditions: silent, drip, half_answer, wrong_request_id, http_error, not_http, error_status, no_ipp,
    closes (the line, after each answer); taken_then_silent (acts, and does not answer); hold and stuck (the job waits,
    or prints for ever); broken (the job is aborted); forgotten and renumbered (started again without its
    records: there is no such job, or it is somebody else's, one of `others`).
    """

    def __init__(self, queue: str = "a4") -> None:
        self.queue = queue
        self.faults = Faults()
        self.jobs: dict[int, SimulatedJob] = {}
        self.others: list[SimulatedJob] = []
        """Jobs of somebody else, which nobody may touch."""
        self.paper: list[bytes] = []
        """Documents whose printing began."""
        self.asked: list[Operation] = []
        self.error_policy = "abort-job"
        self.reasons: tuple[str, ...] = ("none",)
        self.printer_state = 3
        self.keeps_documents = False
        self._created = 0
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.simulated = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> SimulatedQueue:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fails(self, condition: str, operation: Operation) -> bool:
        # Both are asked: a `fail_next` of either is used up by the one that it meets.
        return self.faults.take(f"{condition}:{operation.name.lower()}") or self.faults.take(condition)

    # --- what a queue does

    def answer(self, operation: Operation, request: Group, document: bytes) -> tuple[int, tuple[Group, ...]]:
        with self.lock:
            if self.fails("error_status", operation):
                return SERVER_ERROR, ()
            if operation is Operation.GET_PRINTER_ATTRIBUTES:
                return 0, (self._printer(),)
            if operation is Operation.CREATE_JOB:
                self._created += 1
                job = SimulatedJob(self._created, f"urn:uuid:{self._created:08d}")
                job.user = "".join(request.texts("requesting-user-name"))
                job.name = "".join(request.texts("job-name"))
                self.jobs[job.number] = job
                return 0, (self._job(job),)
            if operation is Operation.GET_JOBS:
                return 0, tuple(self._job(job) for job in self.jobs.values() if job.state not in status.FINAL)
            number = request.number("job-id") or 0
            if number in self.jobs and self.jobs[number] not in self.others:
                self._restart(operation, number)
            found = self.jobs.get(number)
            if found is None:
                return NOT_FOUND, ()
            return self._act(operation, found, request, document)

    def _restart(self, operation: Operation, number: int) -> None:
        """A CUPS that was started again with older records, or none."""
        if self.fails("forgotten", operation):
            del self.jobs[number]
            raise _Restarted
        if self.fails("renumbered", operation):
            self.others.append(SimulatedJob(number, "urn:uuid:another", state=status.PENDING))
            self.jobs[number] = self.others[-1]
            raise _Restarted

    def _act(
        self, operation: Operation, job: SimulatedJob, request: Group, document: bytes
    ) -> tuple[int, tuple[Group, ...]]:
        if operation is Operation.SEND_DOCUMENT:
            job.document = document
            job.preserved = True
            self._start(job)
        elif operation is Operation.CANCEL_JOB:
            if request.first("purge-job") is True:
                job.preserved = False
            elif job.state in status.FINAL:
                return NOT_POSSIBLE, ()
            else:
                self._end(job, status.CANCELED)
        return 0, (self._job(job),)

    def _start(self, job: SimulatedJob) -> None:
        if self.faults.active("hold"):
            job.state = status.PENDING
            return
        job.begun = True
        self.paper.append(job.document or b"")
        if self.faults.active("stuck"):
            job.state = status.PROCESSING
        else:
            self._end(job, status.ABORTED if self.faults.take("broken") else status.COMPLETED)

    def _end(self, job: SimulatedJob, state: int) -> None:
        job.state = state
        job.preserved = self.keeps_documents and job.document is not None

    def _printer(self) -> Group:
        return Group(
            GroupTag.PRINTER,
            (
                Attribute("printer-state", Tag.ENUM, (self.printer_state,)),
                Attribute("printer-state-reasons", Tag.KEYWORD, self.reasons),
                Attribute("printer-is-accepting-jobs", Tag.BOOLEAN, (True,)),
                Attribute("printer-error-policy", Tag.NAME, (self.error_policy,)),
                Attribute("printer-type", Tag.ENUM, (0x1004,)),
                Attribute("printer-make-and-model", Tag.TEXT, ("Simulated",)),
                Attribute("document-format-supported", Tag.MIME_TYPE, ("application/octet-stream", "application/pdf")),
            ),
        )

    def _job(self, job: SimulatedJob) -> Group:
        at = 1_700_000_000 + job.number if job.begun else OutOfBand.NO_VALUE
        return Group(
            GroupTag.JOB,
            (
                Attribute("job-id", Tag.INTEGER, (job.number,)),
                Attribute("job-uuid", Tag.URI, (job.uuid,)),
                Attribute("job-state", Tag.ENUM, (job.state,)),
                Attribute("job-state-reasons", Tag.KEYWORD, ("none",)),
                Attribute("time-at-processing", Tag.INTEGER, (at,)),
                Attribute("job-preserved", Tag.BOOLEAN, (job.preserved,)),
            ),
        )


class _Server(ThreadingHTTPServer):
    simulated: SimulatedQueue
    # A handler may be in the middle of a silence.
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        queue = cast(_Server, self.server).simulated
        data = self.rfile.read(int(self.headers["Content-Length"]))
        # A request has the form of an answer, with the operation in the place of the status.
        request = protocol.decode_answer(data)
        assert isinstance(request, protocol.Answer)
        operation = Operation(request.status)
        document = data[_length_of_head(data) :]
        queue.asked.append(operation)
        if queue.fails("silent", operation):
            self._stay_silent(queue)
            return
        if self.path != f"/printers/{queue.queue}":
            answer: tuple[int, tuple[Group, ...]] = (NOT_FOUND, ())
        else:
            try:
                answer = queue.answer(operation, request.group(GroupTag.OPERATION), document)
            except _Restarted:
                self.close_connection = True
                return
        code, groups = answer
        if queue.fails("taken_then_silent", operation):
            self._stay_silent(queue)
            return
        request_id = request.request_id + (1 if queue.fails("wrong_request_id", operation) else 0)
        body = protocol.encode_request(cast(Operation, code), request_id, groups or (Group(GroupTag.OPERATION, ()),))
        self._reply(queue, operation, body)

    def _stay_silent(self, queue: SimulatedQueue) -> None:
        queue.stopping.wait()
        self.close_connection = True

    def _reply(self, queue: SimulatedQueue, operation: Operation, body: bytes) -> None:
        if queue.fails("not_http", operation):
            self.wfile.write(b"\x00\x01half a line without an end")
            self.close_connection = True
            return
        if queue.fails("no_ipp", operation):
            body = b"<html>"
        self.send_response(401 if queue.fails("http_error", operation) else 200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(body)))
        if queue.fails("closes", operation):
            self.send_header("Connection", "close")
        self.end_headers()
        if queue.fails("half_answer", operation):
            body = body[: len(body) // 2]
            self.close_connection = True
        if queue.fails("drip", operation):
            for byte in body:
                if queue.stopping.wait(STEP_S):
                    return
                self.wfile.write(bytes((byte,)))
        else:
            self.wfile.write(body)


def _length_of_head(data: bytes) -> int:
    """The attributes end where the shortest beginning is whole: a document may hold any byte."""
    at = protocol.HEAD_BYTES
    while data[at] != GroupTag.END:
        if data[at] < 0x10:
            at += 1
            continue
        at += 3 + int.from_bytes(data[at + 1 : at + 3], "big")
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    return at + 1
