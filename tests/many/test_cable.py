"""The cable of the tests: what it carries arrives whole and in order, and nothing passes where it is cut."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.many.cable import Cable

PATIENCE_S = 20.0
A_WHILE_S = 0.3
"""In which something would have arrived."""


class Echo:
    """Says back what it hears, and keeps it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard = bytearray()
        self._grown = threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(line,), daemon=True).start()

    def _echo(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            while data := line.recv(65_536):
                with self._grown:
                    self.heard += data
                    self._grown.notify_all()
                line.sendall(data)

    def hears(self, count: int, patience_s: float = PATIENCE_S) -> bool:
        with self._grown:
            return self._grown.wait_for(lambda: len(self.heard) >= count, patience_s)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.close()


@pytest.fixture
def cable(echo: Echo) -> Iterator[Cable]:
    with Cable("127.0.0.1", echo.port) as made:
        yield made


@contextlib.contextmanager
def line_through(cable: Cable) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", cable.port), PATIENCE_S) as line:
        yield line


def received(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (piece := line.recv(65_536)):
        data += piece
    return data


def silent(line: socket.socket) -> bool:
    line.settimeout(A_WHILE_S)
    try:
        return not line.recv(1)
    except TimeoutError:
        return True
    finally:
        line.settimeout(PATIENCE_S)


def test_everything_arrives_whole_and_in_order_both_ways(cable: Cable, echo: Echo) -> None:
    sent = random.Random(1).randbytes(3_000_000)
    with line_through(cable) as line:
        threading.Thread(target=line.sendall, args=(sent,), daemon=True).start()
        assert received(line, len(sent)) == sent
    assert echo.heard == sent


def test_an_end_is_heard_at_the_other_end(cable: Cable) -> None:
    with line_through(cable) as line:
        line.sendall(b"last words")
        line.shutdown(socket.SHUT_WR)
        assert received(line, 100) == b"last words"
        assert line.recv(1) == b""


def test_while_it_is_cut_nothing_passes_and_afterwards_what_waited_does(cable: Cable, echo: Echo) -> None:
    with line_through(cable) as line:
        line.sendall(b"before ")
        assert received(line, 7) == b"before "
        cable.cut()
        line.sendall(b"meanwhile ")
        assert silent(line) and not echo.hears(8, A_WHILE_S)
        cable.heal()
        assert received(line, 10) == b"meanwhile "
    assert echo.heard == b"before meanwhile "


def test_cut_one_way_the_question_arrives_and_the_answer_does_not(cable: Cable, echo: Echo) -> None:
    with line_through(cable) as line:
        line.sendall(b"1")
        assert received(line, 1) == b"1"
        cable.cut("down")
        line.sendall(b"2")
        assert echo.hears(2) and silent(line)
        cable.heal()
        assert received(line, 1) == b"2"
        cable.cut("up")
        line.sendall(b"3")
        assert not echo.hears(3, A_WHILE_S)
        cable.heal()
        assert received(line, 1) == b"3"


def test_who_connects_while_it_is_cut_waits(cable: Cable, echo: Echo) -> None:
    cable.cut("down")
    with line_through(cable) as line:
        line.sendall(b"hello")
        assert silent(line) and not echo.heard
        cable.heal()
        assert received(line, 5) == b"hello"


def test_who_gives_up_while_it_is_cut_is_gone_afterwards(cable: Cable, echo: Echo) -> None:
    with line_through(cable) as line:
        line.sendall(b"1")
        assert received(line, 1) == b"1"
        cable.cut()
    cable.heal()
    with line_through(cable) as other:
        other.sendall(b"2")
        assert received(other, 1) == b"2"


def test_pulled_out_both_ends_hear_of_it_at_once_and_nobody_gets_in(cable: Cable, echo: Echo) -> None:
    with line_through(cable) as line:
        line.sendall(b"1")
        assert received(line, 1) == b"1"
        cable.pull()
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""
    with line_through(cable) as refused, contextlib.suppress(OSError):
        refused.sendall(b"2")
        assert refused.recv(1) == b""
    cable.heal()
    with line_through(cable) as line:
        line.sendall(b"3")
        assert received(line, 1) == b"3"
    assert echo.heard == b"13"


def test_nobody_there_is_an_end_at_once(echo: Echo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with Cable("127.0.0.1", port) as cable, line_through(cable) as line, contextlib.suppress(ConnectionResetError):
        assert line.recv(1) == b""


def test_a_slow_cable_keeps_the_order(cable: Cable, echo: Echo) -> None:
    cable.slow(0.05)
    with line_through(cable) as line:
        for number in range(20):
            line.sendall(bytes([number]))
        assert received(line, 20) == bytes(range(20))


def test_what_is_said_through_it_is_told_to_who_taps_it(echo: Echo) -> None:
    told: list[tuple[bytes, float]] = []
    tapped = Cable("127.0.0.1", echo.port, tapped=lambda data, at_s: told.append((data, at_s)))
    with tapped as cable, line_through(cable) as line:
        line.sendall(b"ask")
        assert received(line, 3) == b"ask"
    assert b"".join(data for data, _ in told) == b"ask"


def test_a_closed_cable_has_let_go_of_everything(cable: Cable, echo: Echo) -> None:
    with line_through(cable) as line:
        line.sendall(b"1")
        assert received(line, 1) == b"1"
        cable.close()
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", cable.port), 1.0)
