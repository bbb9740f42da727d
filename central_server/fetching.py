"""One request to a service of another house, within one deadline and one size: whatever it does, an answer or a reason.

A server that trickles, redirects, never ends or lies about its length gets no more of our time than one that is away.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

PIECE_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotFetched:
    why: str


class Fetcher(Protocol):
    def post(self, url: str, body: bytes, content_type: str) -> Fetched | NotFetched: ...

    def get(self, url: str) -> Fetched | NotFetched: ...


@dataclass(frozen=True)
class HttpFetcher:
    """Plain http or https, no redirects: the answers are signed, and a redirect is somebody else."""

    deadline_s: float = 5.0
    """For connection, request and answer together. How long a name is looked up is the resolver's own setting."""
    most_bytes: int = 4_000_000
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """That go with every request: a token."""
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """Whom an https service is believed to be; None: whoever the world's authorities say."""

    def post(self, url: str, body: bytes, content_type: str) -> Fetched | NotFetched:
        return self._fetch("POST", url, body, {"Content-Type": content_type})

    def get(self, url: str) -> Fetched | NotFetched:
        return self._fetch("GET", url, None, {})

    def _fetch(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Fetched | NotFetched:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url}: expected http://host/path or https://host/path")
        connection = self._connection(parts.scheme, parts.hostname, parts.port)
        watch = _Watch(connection, self.deadline_s)
        try:
            connection.connect()
            watch.line = connection.sock
            connection.request(
                method, f"{parts.path or '/'}?{parts.query}".rstrip("?"), body, {**headers, **dict(self.headers)}
            )
            found = self._read(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            # ValueError is what a line says that was shut while it was being read.
            late = isinstance(trouble, TimeoutError)
            found = NotFetched("no answer in time" if late else f"no answer: {type(trouble).__name__}")
        finally:
            watch.cancel()
            connection.close()
        # A line that we shut ourselves looks as if the answer had ended.
        return NotFetched("no answer in time") if watch.ended else found

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self.deadline_s, context=self.tls)
        return http.client.HTTPConnection(host, port, timeout=self.deadline_s)

    def _read(self, response: http.client.HTTPResponse) -> Fetched | NotFetched:
        if response.status != 200:
            return NotFetched(f"the service answers {response.status}")
        body = bytearray()
        while piece := response.read1(PIECE_BYTES):
            body += piece
            if len(body) > self.most_bytes:
                return NotFetched(f"more than {self.most_bytes} bytes")
        if response.length:
            return NotFetched("no answer: it was cut off")
        return Fetched(bytes(body))


class _Watch:
    """Shuts the line when time is up, so that whoever waits on it wakes: a timeout of its own begins anew each byte."""

    def __init__(self, connection: http.client.HTTPConnection, deadline_s: float) -> None:
        self.line: socket.socket | None = None
        """Kept by us: http.client forgets it where the answer ends with the line."""
        self.ended = False
        self._connection = connection
        self._timer = threading.Timer(deadline_s, self._end)
        self._timer.daemon = True
        self._timer.start()
        self.cancel = self._timer.cancel

    def _end(self) -> None:
        self.ended = True
        line = self.line or self._connection.sock
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
