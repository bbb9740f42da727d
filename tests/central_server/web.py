"""A web server on loopback that answers, or misbehaves, as it is told: real bytes over a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[bytes, socket.socket], None]
"""Is given the body of the request, and writes whatever it likes."""


def says(body: bytes, status: str = "200 OK", more: str = "") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode()
    return lambda _, line: line.sendall(head + body)


def replies(make: Callable[[bytes], bytes]) -> Answer:
    return lambda request, line: says(make(request))(request, line)


def _request(line: socket.socket) -> bytes:
    head, _, body = b"", b"", b""
    while b"\r\n\r\n" not in head:
        piece = line.recv(65536)
        if not piece:
            return b""
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    length = next((int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0)
    while len(body) < length:
        body += line.recv(65536)
    return body


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a server that answers each connection so."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    try:
                        answer(_request(line), line)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/status"
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        assert not thread.is_alive()
