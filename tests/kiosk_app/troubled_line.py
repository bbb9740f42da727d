"""A relay between a kiosk and the real central server, on which the line breaks, answers get lost and what comes is
altered, when a test says so. It speaks TLS with an authority of its own, as central does.
"""

from __future__ import annotations

import contextlib
import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from kiosk_app import certificate_messages as wire
from kiosk_app import hub_tls
from scripts.central import Trial

Change = Callable[[wire.Reply], wire.Reply]
ASK_S = 60.0


@dataclass
class TroubledLine:
    """`url` and `ca_file` are what a kiosk is told. `asked`: each operation that came in; `documents`: what went
    through."""

    url: str = ""
    ca_file: str = ""
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    documents: list[wire.Document] = field(default_factory=list)
    outcomes: list[wire.OutcomeAsked] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)
    """Of an operation: how many of the next answers are lost, although central has done it."""
    changed: dict[str, Change] = field(default_factory=dict)
    held: dict[str, threading.Event] = field(default_factory=dict)
    """Answers wait for it."""


@contextlib.contextmanager
def troubled_line(central: Trial, folder: Path) -> Iterator[TroubledLine]:
    folder.mkdir()
    hub_tls.make(folder, ["127.0.0.1"])
    line = TroubledLine(ca_file=str(folder / "ca.pem"))
    server = _server(central, line)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "hub.pem", folder / "hub.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    line.url = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield line
    finally:
        for held in line.held.values():
            held.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def _server(central: Trial, line: TroubledLine) -> ThreadingHTTPServer:
    there = urlsplit(central.url)
    trust = central.trust()

    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            operation = self.path.rpartition("/")[2]
            body = self.rfile.read(int(self.headers["content-length"]))
            line.asked.append(operation)
            if line.is_down:
                self.close_connection = True
                return
            status, answer = self._carried(body)
            if operation == "outcome" and status == 200:
                asked = wire.decode_request("outcome", body)
                assert isinstance(asked, wire.OutcomeAsked)
                line.outcomes.append(asked)
            if status == 200:
                answer = self._as_told(operation, answer)
            if line.lost.get(operation, 0) > 0:
                line.lost[operation] -= 1
                self.close_connection = True
                return
            if (held := line.held.get(operation)) is not None:
                held.wait(ASK_S)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            line.answered.append(operation)

        def _carried(self, body: bytes) -> tuple[int, bytes]:
            with contextlib.closing(
                http.client.HTTPSConnection(there.hostname or "", there.port, timeout=ASK_S, context=trust)
            ) as onward:
                names = ("authorization", "content-type")
                onward.request("POST", self.path, body, {name: self.headers[name] for name in names})
                response = onward.getresponse()
                return response.status, response.read()

        def _as_told(self, operation: str, answer: bytes) -> bytes:
            reply = wire.decode_reply(answer)
            if (change := line.changed.get(operation)) is not None:
                reply = change(reply)
            if isinstance(reply, wire.Prepared):
                line.documents += reply.documents
            return wire.encode(reply)

        def log_message(self, *arguments: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A line that the kiosk has let go."""

    return Quiet(("127.0.0.1", 0), Relay)
