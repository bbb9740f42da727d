"""A receiver of webhooks for the tests: a real server on loopback that answers well, or in each bad way, as told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Manner = Literal[
    "ok", "error", "gone", "redirect", "hang", "drip", "drip_body", "cut", "cut_headers", "garbage", "close", "later"
]
ANSWERS: dict[Manner, bytes] = {
    "ok": b"HTTP/1.1 204 No Content\r\n\r\n",
    "error": b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
    "later": b"HTTP/1.1 429 Later\r\nContent-Length: 0\r\n\r\n",
    "gone": b"HTTP/1.1 404 Not Here\r\nContent-Length: 0\r\n\r\n",
    "cut": b"HTTP/1.1 20",
    "cut_headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "garbage": b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    "close": b"",
}
PAUSE_S = 0.01


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`manners` are used up one a request; the last one stays."""

    def __init__(self, *manners: Manner, tls: ssl.SSLContext | None = None, elsewhere: str = "") -> None:
        self.manners: list[Manner] = list(manners or ("ok",))
        self.got: list[Got] = []
        self.elsewhere = elsewhere
        self._tls = tls
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://localhost:{self.port}/hook"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(line,), daemon=True))
            self._threads[-1].start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            if self._tls is not None:
                line = self._tls.wrap_socket(line, server_side=True)
            with line:
                line.settimeout(10)
                got = _read(line)
                if got is None:
                    return
                manner = self.manners.pop(0) if len(self.manners) > 1 else self.manners[0]
                self.got.append(got)
                self._answer(line, manner)

    def _answer(self, line: socket.socket, manner: Manner) -> None:
        if manner == "redirect":
            line.sendall(f"HTTP/1.1 307 There\r\nLocation: {self.elsewhere}\r\nContent-Length: 0\r\n\r\n".encode())
        elif manner == "hang":
            self._ended.wait(60)
        elif manner in ("drip", "drip_body"):
            line.sendall(b"HTTP/1.1 200 OK\r\n" if manner == "drip" else b"HTTP/1.1 200 OK\r\n\r\n")
            # Until the other side has had enough.
            while not self._ended.is_set():
                line.sendall(b"x")
                time.sleep(PAUSE_S)
        else:
            line.sendall(ANSWERS[manner])


def _read(line: socket.socket) -> Got | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = line.recv(65536)
        if not piece:
            return None
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    headers = {}
    for one in head.decode().split("\r\n")[1:]:
        name, _, value = one.partition(": ")
        headers[name.lower()] = value
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    return Got(headers, body)


@contextlib.contextmanager
def receiving(*manners: Manner, tls: ssl.SSLContext | None = None, elsewhere: str = "") -> Iterator[Receiver]:
    receiver = Receiver(*manners, tls=tls, elsewhere=elsewhere)
    try:
        yield receiver
    finally:
        receiver.close()
