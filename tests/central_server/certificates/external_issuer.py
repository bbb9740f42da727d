"""A city's own issuer as docs/certificate-issuer.md asks for it, over real HTTP on loopback: it does well, or as
told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from central_server.certificates import external as contract
from central_server.certificates.issuer import Made, NotHere, Order, Subject
from tests.central_server.certificates import house as h

TOKEN = "t" * 43
Change = Callable[[dict[str, Any]], dict[str, Any] | bytes | int]
"""Of a right answer: another one, other bytes, or a status alone."""


@dataclass
class Issuer:
    """`asked`: the addresses, in order. `made`: how often each issuance was made anew."""

    url: str = ""
    change: Change | None = None
    asked: list[str] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    _kept: dict[str, bytes] = field(default_factory=dict)

    def answer(self, path: str, body: bytes) -> dict[str, Any] | bytes | int:
        self.asked.append(path)
        if path == "/issuer/offers":
            return self._offers(msgspec.json.decode(body, type=contract.OffersQuestion))
        if path == "/issuer/documents":
            return self._document(msgspec.json.decode(body, type=contract.DocumentOrder))
        return 404

    def _offers(self, asked: contract.OffersQuestion) -> dict[str, Any]:
        found = h.simulator().offers(Subject(asked.authority, asked.serial, asked.resident), asked.at)
        reply = contract.OffersReply(resident=found.resident, offers=found.offers, closed=found.closed)
        return msgspec.to_builtins(reply)  # type: ignore[no-any-return]

    def _document(self, asked: contract.DocumentOrder) -> dict[str, Any]:
        subject = Subject(asked.authority, asked.serial, asked.resident)
        order = Order(subject, asked.wanted, asked.layout, asked.issuance, asked.number, 1, "o", 1, asked.at)
        if asked.issuance not in self._kept:
            made = h.simulator().make(order)
            if isinstance(made, NotHere):
                return {"result": "refused", "why": "not_here"}
            assert isinstance(made, Made)
            self.made[asked.issuance] = self.made.get(asked.issuance, 0) + 1
            self._kept[asked.issuance] = made.pdf
        pdf = self._kept[asked.issuance]
        reply = contract.DocumentReply(resident=asked.resident, issuance=asked.issuance, sha256=h.sha256(pdf), pdf=pdf)
        return msgspec.to_builtins(reply)  # type: ignore[no-any-return]


@contextmanager
def serving() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._say(401, b"")
                return
            found = issuer.answer(self.path, body)
            if issuer.change is not None and isinstance(found, dict):
                found = issuer.change(found)
            if isinstance(found, int):
                self._say(found, b"")
            else:
                self._say(200, found if isinstance(found, bytes) else msgspec.json.encode(found))

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}/issuer"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
        assert not thread.is_alive()
