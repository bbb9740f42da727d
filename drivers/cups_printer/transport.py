"""HTTP to CUPS over TCP or its unix socket: one line for a whole job, and one deadline for each whole exchange.

While the same line answers it is the same CUPS: a restart cannot go unnoticed between two questions. A lost line is
said once and never mended here.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from typing import Any

from drivers.cups_printer.protocol import MESSAGE_LIMIT_BYTES

DEFAULT_PORT = 631


class LineLost(OSError):
    """No answer, or none that is HTTP. `reached`: the other side may have taken something."""

    def __init__(self, reason: str, reached: bool = True) -> None:
        super().__init__(reason)
        self.reached = reached


@dataclass(frozen=True)
class Refused:
    """HTTP itself says no: 401 and 403 want a password that a machine does not have."""

    http_status: int


class HttpLine:
    """Opened by the first exchange. Never used by two threads."""

    def __init__(self, host: str, port: int = DEFAULT_PORT, socket_path: str = "") -> None:
        self._connection = _Connection(host, port, socket_path)

    def exchange(self, path: str, head: bytes, document: bytes, timeout_s: float) -> bytes | Refused:
        """Sends both as one message and returns the body of the answer. LineLost after `timeout_s` at the latest."""
        connection = self._connection
        connection.deadline_s = time.monotonic() + timeout_s
        is_open = connection.sock is not None
        try:
            if not is_open:
                connection.connect()
                is_open = True
            # Not joined: a document may have many megabytes.
            body = (head, document) if document else (head,)
            length = {"Content-Length": str(len(head) + len(document)), "Content-Type": "application/ipp"}
            connection.request("POST", path, body, length)
            answer = connection.getresponse()
            data = answer.read(MESSAGE_LIMIT_BYTES + 1)
            if answer.status != 200 or answer.will_close or not answer.isclosed():
                self.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise LineLost(str(error) or type(error).__name__, reached=is_open) from None
        return data if answer.status == 200 else Refused(answer.status)

    @property
    def is_open(self) -> bool:
        return self._connection.sock is not None

    def close(self) -> None:
        self._connection.close()


class _Connection(http.client.HTTPConnection):
    """Every wait of it ends at `deadline_s`, however slowly the other side drips."""

    def __init__(self, host: str, port: int, socket_path: str) -> None:
        super().__init__(host or "localhost", port)
        self.deadline_s = 0.0
        self._socket_path = socket_path

    def connect(self) -> None:
        if self._socket_path:
            line = socket.socket(socket.AF_UNIX)
            try:
                line.settimeout(self.left_s())
                line.connect(self._socket_path)
            except OSError:
                line.close()
                raise
        else:
            line = socket.create_connection((self.host, self.port), self.left_s())
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = _TimedSocket(line, self)

    def left_s(self) -> float:
        if (left := self.deadline_s - time.monotonic()) <= 0:
            raise TimeoutError("no answer in time")
        return left


class _TimedSocket(socket.socket):
    """A socket's own time-out begins anew with each byte that comes; this one's does not."""

    def __init__(self, line: socket.socket, connection: _Connection) -> None:
        super().__init__(line.family, line.type, line.proto, fileno=line.detach())
        self._connection = connection

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        self.settimeout(self._connection.left_s())
        super().sendall(data, flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(self._connection.left_s())
        return super().recv_into(buffer, nbytes, flags)
