"""Hands one event to a receiver, within one deadline, whatever the receiver does: refuse, hang, drip, redirect.

The answer's body is not read and no redirect is followed: the signature was meant for this receiver alone.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from kiosk_app.office.delivery import Event, Outcome, signature
from kiosk_app.webhook_files import Receiver

DEADLINE_S = 10.0
CONNECT_S = 3.0
"""A core that ends waits so long at most for a receiver that does not even take the line."""
LATER = (408, 425, 429)
"""Answers of 4xx that say: not now."""


class Sender:
    """Used in one thread; `stop` comes from another."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._watch: _Watch | None = None
        self._stopped = False

    def send(self, receiver: Receiver, event: Event, timestamp_s: int) -> Outcome:
        """Never raises for what a receiver or a network can do. How long a name is looked up is the resolver's own."""
        body = event.body.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Hitofuda",
            "Hitofuda-Id": event.id,
            "Hitofuda-Event": event.kind,
            "Hitofuda-Timestamp": str(timestamp_s),
            "Hitofuda-Signature": f"sha256={signature(receiver.secret, timestamp_s, body)}",
        }
        if self._stopped:
            return "failed"
        watch = self._watch = _here.watch = _Watch(self._deadline_s)
        try:
            with requests.Session() as session:
                # No proxy and no password that happen to stand in the environment.
                session.trust_env = False
                session.mount("http://", _Adapter())
                session.mount("https://", _Adapter())
                with session.post(
                    receiver.url,
                    data=body,
                    headers=headers,
                    timeout=(min(CONNECT_S, self._deadline_s), self._deadline_s),
                    allow_redirects=False,
                    stream=True,
                    verify=receiver.ca_file or True,
                ) as answer:
                    # A line that we shut ourselves looks as if the headers had ended.
                    return "failed" if watch.ended else _outcome(answer.status_code)
        except (requests.RequestException, HTTPError, OSError, ValueError):
            # ValueError is what a line says that was shut while it was being read.
            return "failed"
        finally:
            watch.cancel()

    def stop(self) -> None:
        """Whoever is being waited for is left: the event stays in its queue."""
        self._stopped = True
        if self._watch is not None:
            self._watch.end()


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return "taken"
    return "failed" if status >= 500 or status in LATER else "refused"


class _Watch:
    """Shuts the line when time is up: a timeout of the line itself begins anew with each byte."""

    def __init__(self, deadline_s: float) -> None:
        self._line: socket.socket | None = None
        self.ended = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(deadline_s, self.end)
        self._timer.daemon = True
        self._timer.start()
        self.cancel = self._timer.cancel

    def take(self, line: socket.socket | None) -> None:
        with self._lock:
            self._line = line
            if self.ended:
                self._shut()

    def end(self) -> None:
        with self._lock:
            self.ended = True
            self._shut()

    def _shut(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class _Here(threading.local):
    watch: _Watch | None = None


_here = _Here()


class _Line(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        if _here.watch is not None:
            _here.watch.take(self.sock)


class _TlsLine(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        if _here.watch is not None:
            _here.watch.take(self.sock)


class _Lines(HTTPConnectionPool):
    ConnectionCls = _Line


class _TlsLines(HTTPSConnectionPool):
    ConnectionCls = _TlsLine


class _Adapter(HTTPAdapter):
    """Without retries of its own: those are decided, and counted, elsewhere."""

    def init_poolmanager(self, *arguments: Any, **names: Any) -> None:
        super().init_poolmanager(*arguments, **names)
        self.poolmanager.pool_classes_by_scheme = {"http": _Lines, "https": _TlsLines}
