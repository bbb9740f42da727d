"""The lines that reach the hub over the network: how many, how slow and how often, before a word of them is believed.

Whoever says nothing, half a word, garbage or too much is cut off; the loop, which also serves the touch at the ticket
machine, never waits for any of them. Limits have names; what a request may be is said in hub_server.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kiosk_app.allowance import Allowance
from kiosk_app.replication import MESSAGE_BYTES_MAX

HEAD_BYTES_MAX = 16 * 1024
"""Of one request without its body."""


@dataclass(frozen=True)
class Limits:
    """`lines`: in all. `unknown`: that have not said yet who they are; the oldest gives way to the next one.
    `of_a_device`: a face has a stream and a few requests at a time."""

    lines: int = 800
    unknown: int = 64
    of_a_device: int = 16
    handshakes_per_s: float = 200.0
    handshakes_at_once: float = 400.0
    """A hundred displays and sixty consoles come back together when the hub has been away."""
    handshake_s: float = 5.0
    head_s: float = 10.0
    """From a new line, or from an answer, to the whole head of the next request."""
    linger_s: float = 2.0
    """After an answer to a stranger, so that he can read it."""
    drain_bytes: int = 64 * 1024
    """What a stranger may still send after his answer; a known device may end what it has begun."""


class Line:
    """One connection. `device` is empty until it has shown whose it is."""

    def __init__(self, lines: Lines, accepted: socket.socket) -> None:
        self._lines, self._socket = lines, accepted
        self.device = ""
        self.protocol: _Protocol | None = None
        self.opening: asyncio.Task[None] | None = None
        self._left_bytes: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._wait(lines.limits.head_s)

    def asked(self) -> None:
        """A whole head has come: from now on its answer has limits of its own."""
        self._left_bytes = None
        self._stop_waiting()

    def is_of(self, device: str) -> bool:
        """False when that device has too many lines."""
        return device == self.device or self._lines.know(self, device)

    def answered(self) -> None:
        limits = self._lines.limits
        self._left_bytes = 2 * MESSAGE_BYTES_MAX if self.device else limits.drain_bytes
        self._wait(limits.head_s if self.device else limits.linger_s)

    def takes(self, count: int) -> bool:
        if self._left_bytes is not None:
            self._left_bytes -= count
            if self._left_bytes < 0:
                self.cut()
                return False
        return True

    def cut(self) -> None:
        self._stop_waiting()
        if self.protocol is not None and self.protocol.transport is not None:
            self.protocol.transport.abort()
        elif self.opening is not None:
            self.opening.cancel()

    def lost(self) -> None:
        self._stop_waiting()
        self._lines.forget(self)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.cut)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Lines:
    """All of them. `of_device` counts those of each device, for whoever shows it."""

    def __init__(
        self,
        server: uvicorn.Server,
        context: ssl.SSLContext | None,
        of_device: Counter[str],
        give_up: Callable[[BaseException], None],
        limits: Limits | None = None,
    ) -> None:
        self._give_up = give_up
        self.limits = limits or Limits()
        self._config, self._state, self.context = server.config, server.server_state, context
        self._of_device = of_device
        self._known: set[Line] = set()
        self._unknown: dict[Line, None] = {}
        """In the order of their coming."""
        self._allowance = Allowance(self.limits.handshakes_per_s, self.limits.handshakes_at_once)

    @property
    def unknown(self) -> int:
        return len(self._unknown)

    @property
    def open(self) -> int:
        return len(self._unknown) + len(self._known)

    async def accept_forever(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        listening.setblocking(False)
        while True:
            if not self._allowance.take(loop.time()):
                # Who comes meanwhile waits in the kernel.
                await asyncio.sleep(self._allowance.wait_s())
                continue
            try:
                accepted, _ = await loop.sock_accept(listening)
            except OSError:
                # No file descriptor is free, or the other side has gone again.
                await asyncio.sleep(0.1)
                continue
            self._admit(accepted)

    def cut_unknown(self) -> None:
        for line in list(self._unknown):
            line.cut()

    def _admit(self, accepted: socket.socket) -> None:
        full = self.open >= self.limits.lines
        if self._unknown and (full or self.unknown >= self.limits.unknown):
            oldest = next(iter(self._unknown))
            del self._unknown[oldest]
            oldest.cut()
        elif full:
            accepted.close()
            return
        line = Line(self, accepted)
        self._unknown[line] = None
        line.opening = asyncio.get_running_loop().create_task(self._open(line, accepted))
        line.opening.add_done_callback(lambda opening: self._opened(line, accepted, opening))

    async def _open(self, line: Line, accepted: socket.socket) -> None:
        def protocol() -> _Protocol:
            return _Protocol(self._config, self._state, line)

        loop = asyncio.get_running_loop()
        timeouts = {"ssl_handshake_timeout": self.limits.handshake_s, "ssl_shutdown_timeout": self.limits.linger_s}
        # What is sent at once is small: an answer must not wait for the acknowledgement of the one before.
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context is None:
            await loop.connect_accepted_socket(protocol, accepted)
        else:
            await loop.connect_accepted_socket(protocol, accepted, ssl=self.context, **timeouts)

    def _opened(self, line: Line, accepted: socket.socket, opening: asyncio.Task[None]) -> None:
        """Garbage, silence, or somebody who gave up: not ours to explain. One may be cut off before it has begun."""
        error = None if opening.cancelled() else opening.exception()
        if opening.cancelled() or error is not None:
            accepted.close()
            line.lost()
        if error is not None and not isinstance(error, OSError):
            self._give_up(error)

    def know(self, line: Line, device: str) -> bool:
        if self._of_device[device] >= self.limits.of_a_device:
            return False
        self._of_device[device] += 1
        if line.device:
            self._of_device[line.device] -= 1
        self._unknown.pop(line, None)
        self._known.add(line)
        line.device = device
        return True

    def forget(self, line: Line) -> None:
        self._unknown.pop(line, None)
        if line in self._known:
            self._known.discard(line)
            self._of_device[line.device] -= 1


class _Protocol(H11Protocol):
    """uvicorn's own, with what it does not limit."""

    def __init__(self, config: uvicorn.Config, state: ServerState, line: Line) -> None:
        super().__init__(config, state, app_state={"line": line})
        self._line = line
        line.protocol = self

    def data_received(self, data: bytes) -> None:
        if self._line.takes(len(data)):
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._line.lost()


class DoorServer(uvicorn.Server):
    """`context` None: in clear, for this computer alone. `give_up` hears of a bug."""

    def __init__(
        self,
        config: uvicorn.Config,
        context: ssl.SSLContext | None,
        of_device: Counter[str],
        give_up: Callable[[BaseException], None],
        limits: Limits | None = None,
    ) -> None:
        config.http, config.ws = "h11", "none"
        config.h11_max_incomplete_event_size = HEAD_BYTES_MAX
        config.limit_concurrency = None
        super().__init__(config)
        logging.getLogger("uvicorn.error").addFilter(_NO_CHATTER)
        self.lines = Lines(self, context, of_device, give_up, limits)
        self._give_up = give_up
        self._accepting: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The core ends first."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        assert sockets is not None
        self._accepting = asyncio.get_running_loop().create_task(self.lines.accept_forever(sockets[0]))
        self._accepting.add_done_callback(self._ended)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
        self.lines.cut_unknown()
        await super().shutdown(sockets)

    def _ended(self, accepting: asyncio.Task[None]) -> None:
        if not accepting.cancelled() and (error := accepting.exception()) is not None:
            self._give_up(error)


def context_of(cert_file: str, key_file: str) -> ssl.SSLContext:
    """TLS 1.3 alone: both ends are ours. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(cert_file, key_file)
    return context


class _NoChatter(logging.Filter):
    """Garbage of strangers is no news: it must not fill the journal."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        return "Invalid HTTP request" not in said and "pgrade" not in said and "WebSocket" not in said


_NO_CHATTER = _NoChatter()
