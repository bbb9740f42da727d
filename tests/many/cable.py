"""A cable between two computers that can be cut, also one way, healed and made slow: a relay of bytes on loopback.

What runs through it (TLS, HTTP) goes through untouched. While a direction is cut its bytes wait, as TCP would send them
again after the cut: nothing is lost, nothing arrives, and not even an end of the connection is heard.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Literal

PIECE_BYTES = 65_536
WAITING_BYTES_MAX = 256 * 1024
"""Of one direction of one connection; who sends more is made to wait."""
CONNECT_S = 5.0
LOOK_S = 0.2
"""At the longest between two looks, so that a change of the cable is never missed."""
Direction = Literal["up", "down"]
"""From who connects to who listens; and back."""


class _Flow:
    """One direction of one connection."""

    def __init__(self, direction: Direction, source: socket.socket, sink: socket.socket) -> None:
        self.direction, self.source, self.sink = direction, source, sink
        self.waiting: deque[tuple[float, bytes]] = deque()
        """When it is due at the other end; an empty piece is the end."""
        self.bytes = 0
        self.ended = False
        self.done = False


class _Connection:
    def __init__(self, near: socket.socket) -> None:
        self.near = near
        self.far: socket.socket | None = None
        self.flows: tuple[_Flow, ...] = ()

    def close(self) -> None:
        self.near.close()
        if self.far is not None:
            self.far.close()


class Cable:
    """`with Cable("127.0.0.1", 8470) as cable:` who connects to `cable.port` reaches that place.

    `tapped` hears each piece from who connected, and when (seconds of CLOCK_MONOTONIC), in the cable's thread.
    """

    def __init__(
        self, host: str, port: int, *, listen: str = "127.0.0.1", tapped: Callable[[bytes, float], None] | None = None
    ) -> None:
        self._there = (host, port)
        self._tapped = tapped
        self._listener = socket.create_server((listen, 0), backlog=64)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._cut: set[Direction] = set()
        self._delay_s = 0.0
        self._broken = False
        self._connections: list[_Connection] = []
        self._changed = threading.Condition()
        self._changes = self._seen = 0
        self._stopping = False
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._carry, name=f"cable to {port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Cable:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # --- what is done to it --------------------------------------------------------------------------------------

    def cut(self, *directions: Direction) -> None:
        """Nothing arrives any more, in these directions or in both. Connections stay open and silent."""
        self._change(lambda: self._cut.update(directions or ("up", "down")))

    def pull(self) -> None:
        """As `cut`, and both ends hear of it at once: open connections break and no new one is made until it heals."""

        def pulled() -> None:
            self._cut.update(("up", "down"))
            self._broken = True

        self._change(pulled)

    def heal(self) -> None:
        """Both directions. What waited goes on."""

        def healed() -> None:
            self._cut.clear()
            self._broken = False

        self._change(healed)

    def slow(self, delay_s: float) -> None:
        """Everything that is read from now on arrives so much later."""
        self._change(lambda: setattr(self, "_delay_s", delay_s))

    @property
    def whole(self) -> bool:
        return not self._cut

    @property
    def connections(self) -> int:
        """Open at this moment."""
        return len(self._connections)

    def close(self) -> None:
        self._change(lambda: setattr(self, "_stopping", True))
        self._thread.join()
        self._bell.close()
        self._ear.close()

    def _change(self, what: Callable[[], object]) -> None:
        """Comes back when the thread has seen it: from then on it is so."""
        with self._changed:
            what()
            self._changes += 1
            wanted = self._changes
            with contextlib.suppress(OSError):
                self._bell.send(b"!")
            self._changed.wait_for(lambda: self._seen >= wanted or not self._thread.is_alive(), CONNECT_S + LOOK_S)

    # --- the thread ----------------------------------------------------------------------------------------------

    def _carry(self) -> None:
        while True:
            with self._changed:
                cut, broken, stopping, changes = frozenset(self._cut), self._broken, self._stopping, self._changes
            if stopping or broken:
                self._let_go()
            if changes > self._seen:
                with self._changed:
                    self._seen = changes
                    self._changed.notify_all()
            if stopping:
                break
            if not cut:
                self._connect_who_waits()
            now_s = time.monotonic()
            for connection in list(self._connections):
                self._move(connection, cut, now_s)
            self._wait(cut, broken)
        self._listener.close()
        self._selector.close()

    def _let_go(self) -> None:
        for connection in self._connections:
            for end in (connection.near, connection.far):
                if end is not None:
                    # At once, with what is under way lost, as when a computer goes away.
                    with contextlib.suppress(OSError):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            connection.close()
        self._connections.clear()

    def _connect_who_waits(self) -> None:
        for connection in [one for one in self._connections if one.far is None]:
            try:
                far = socket.create_connection(self._there, CONNECT_S)
            except OSError:
                self._drop(connection)
                continue
            for end in (connection.near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            far.setblocking(False)
            connection.far = far
            connection.flows = (_Flow("up", connection.near, far), _Flow("down", far, connection.near))

    def _drop(self, connection: _Connection) -> None:
        connection.close()
        self._connections.remove(connection)

    def _move(self, connection: _Connection, cut: frozenset[Direction], now_s: float) -> None:
        try:
            for flow in connection.flows:
                if flow.direction not in cut:
                    self._read(flow, now_s)
                    self._write(flow, now_s)
        except OSError:
            self._drop(connection)
            return
        if connection.flows and all(flow.done for flow in connection.flows):
            self._drop(connection)

    def _read(self, flow: _Flow, now_s: float) -> None:
        while not flow.ended and flow.bytes < WAITING_BYTES_MAX:
            try:
                piece = flow.source.recv(PIECE_BYTES)
            except BlockingIOError:
                return
            if self._tapped is not None and piece and flow.direction == "up":
                self._tapped(piece, time.monotonic())
            flow.waiting.append((now_s + self._delay_s, piece))
            flow.bytes += len(piece)
            flow.ended = not piece

    def _write(self, flow: _Flow, now_s: float) -> None:
        while flow.waiting and flow.waiting[0][0] <= now_s:
            due_s, piece = flow.waiting.popleft()
            if not piece:
                flow.sink.shutdown(socket.SHUT_WR)
                flow.done = True
                return
            try:
                sent = flow.sink.send(piece)
            except BlockingIOError:
                sent = 0
            flow.bytes -= sent
            if sent < len(piece):
                flow.waiting.appendleft((due_s, piece[sent:]))
                return

    def _wait(self, cut: frozenset[Direction], broken: bool) -> None:
        wanted: dict[socket.socket, int] = {self._ear: selectors.EVENT_READ, self._listener: selectors.EVENT_READ}
        now_s, timeout_s = time.monotonic(), LOOK_S
        for connection in self._connections:
            for flow in connection.flows:
                if flow.direction in cut:
                    continue
                if not flow.ended and flow.bytes < WAITING_BYTES_MAX:
                    wanted[flow.source] = wanted.get(flow.source, 0) | selectors.EVENT_READ
                if flow.waiting and (due_s := flow.waiting[0][0]) > now_s:
                    timeout_s = min(timeout_s, due_s - now_s)
                elif flow.waiting:
                    wanted[flow.sink] = wanted.get(flow.sink, 0) | selectors.EVENT_WRITE
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
        for end, events in wanted.items():
            self._selector.register(end, events)
        ready = {key.fileobj for key, _ in self._selector.select(timeout_s)}
        if self._ear in ready:
            with contextlib.suppress(BlockingIOError):
                self._ear.recv(PIECE_BYTES)
        if self._listener in ready:
            self._accept(broken)

    def _accept(self, broken: bool) -> None:
        try:
            near, _ = self._listener.accept()
        except OSError:
            return
        if broken:
            near.close()
            return
        near.setblocking(False)
        self._connections.append(_Connection(near))
