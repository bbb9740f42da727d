"""The client against real sockets: deadlines hold, repeats are safe, streams outlive a restart."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk_app import api
from kiosk_app.client import Client, CoreAway, CoreRefused, OutcomeUnknown, UnreadableReply
from kiosk_app.event_stream import ALIVE, ServerEvent, encode

Answer = Callable[[socket.socket, bytes], None]

OK = b'{"ok":true,"message":"","token":"t","staff_code":"0001","role":"clerk"}'


def reply(body: bytes, status: bytes = b"200 OK") -> Answer:
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body))
    return lambda line, _: line.sendall(head + body)


def cut_reply(line: socket.socket, _: bytes) -> None:
    line.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"ok"')


def hang_up(line: socket.socket, _: bytes) -> None:
    line.close()


TRICKLES_S = 20.0


def trickle(line: socket.socket, _: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * round(TRICKLES_S / 0.02):
        try:
            line.sendall(bytes([byte]))
        except OSError:
            return
        time.sleep(0.02)


def stream(*parts: bytes, then_silent_s: float = 0.0) -> Answer:
    def answer(line: socket.socket, _: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for part in parts:
            line.sendall(part)
        time.sleep(then_silent_s)

    return answer


def read_request(line: socket.socket) -> bytes:
    with line.makefile("rb") as reader:
        head = b"".join(iter(reader.readline, b"\r\n"))
        length = re.search(rb"Content-Length: (\d+)", head)
        return head + b"\r\n" + reader.read(int(length[1]) if length else 0)


@contextmanager
def core(path: Path, answers: list[Answer]) -> Iterator[list[bytes]]:
    """A core of raw bytes that gives each connection the next answer, and keeps what it was asked."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            for answer in answers:
                line, _ = listener.accept()
                with line:
                    asked.append(read_request(line))
                    answer(line, asked[-1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield asked
        thread.join(10)
        assert not thread.is_alive(), "fewer requests than answers"


PRESS = api.Press(press_id="p1", screen_id="s1", control="take")
SIGN_IN = api.SignIn(staff_code="0001", pin="1234")


def test_a_press_with_a_lost_reply_is_repeated_with_the_same_id(tmp_path: Path) -> None:
    with core(tmp_path / "core", [hang_up, cut_reply, reply(OK)]) as asked:
        assert Client(f"unix:{tmp_path}/core").press(PRESS) == api.Reply(ok=True)
    assert len(asked) == 3
    assert all(b"POST /v1/citizen/press" in request for request in asked)


@pytest.mark.parametrize("answer", [hang_up, cut_reply])
def test_a_sign_in_with_a_lost_reply_is_never_repeated(tmp_path: Path, answer: Answer) -> None:
    with core(tmp_path / "core", [answer]) as asked, pytest.raises(OutcomeUnknown):
        Client(f"unix:{tmp_path}/core").sign_in(SIGN_IN)
    assert len(asked) == 1


def test_a_sign_in_keeps_its_token(tmp_path: Path) -> None:
    client = Client(f"unix:{tmp_path}/core")
    with core(tmp_path / "core", [reply(OK), reply(OK)]) as asked:
        client.sign_in(SIGN_IN)
        client.act(api.StaffAct(intent="i", verb="call_next", counter=3))
    assert b"Authorization: Bearer t\r\n" in asked[1]


def test_a_reply_that_trickles_does_not_stretch_the_deadline(tmp_path: Path) -> None:
    with core(tmp_path / "core", [trickle]):
        began = time.monotonic()
        with pytest.raises(CoreAway):
            Client(f"unix:{tmp_path}/core", timeout_s=0.3).get("/v1/health", api.Health)
        assert time.monotonic() - began < TRICKLES_S / 2


def test_no_core_is_said_within_the_deadline(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(CoreAway) as trouble:
        Client(f"unix:{tmp_path}/nobody", timeout_s=0.3).health()
    assert time.monotonic() - began < TRICKLES_S / 2
    assert "try again" in trouble.value.next_step


def test_a_refusal_carries_the_cores_own_sentence(tmp_path: Path) -> None:
    answer = reply('{"error":"番号がありません"}'.encode(), b"404 Not Found")
    with core(tmp_path / "core", [answer]), pytest.raises(CoreRefused, match="404: 番号がありません"):
        Client(f"unix:{tmp_path}/core").health()


@pytest.mark.parametrize("body", [b"<html>", b'{"machine":1}'])
def test_another_program_on_the_socket_is_named_as_such(tmp_path: Path, body: bytes) -> None:
    with core(tmp_path / "core", [reply(body)]), pytest.raises(UnreadableReply):
        Client(f"unix:{tmp_path}/core").health()


def test_events_go_on_after_a_restart_from_the_last_id(tmp_path: Path) -> None:
    first = stream(encode("view", "1:7", b"{}"), ALIVE, b"event: view\ndata: half")
    with core(tmp_path / "core", [first, hang_up, stream(encode("view", "1:8", b"[]"))]) as asked:
        events = Client(f"unix:{tmp_path}/core").events("/v1/display/events", zone="1F")
        assert [next(events), next(events)] == [ServerEvent("view", "1:7", b"{}"), ServerEvent("view", "1:8", b"[]")]
        events.close()
    assert asked[0].startswith(b"GET /v1/display/events?zone=1F ")
    assert b"Last-Event-ID" not in asked[0]
    assert b"Last-Event-ID: 1:7\r\n" in asked[2]


def test_a_silent_stream_is_taken_for_dead(tmp_path: Path) -> None:
    with core(tmp_path / "core", [stream(then_silent_s=1.0), stream(encode("view", "", b"1"))]):
        events = Client(f"unix:{tmp_path}/core").views("/v1/staff/events", int, longest_silence_s=0.1)
        assert next(events) == 1
        events.close()


@pytest.mark.slow
def test_a_stream_is_open_when_the_core_speaks_and_not_with_the_head_alone(tmp_path: Path) -> None:
    """What is told between the two would be missed by who believes to be listening."""
    opened: list[int] = []
    mute, speaking = stream(then_silent_s=1.0), stream(ALIVE, ALIVE, encode("view", "", b"1"), then_silent_s=0.5)
    with core(tmp_path / "core", [mute, speaking]) as asked:
        views = Client(f"unix:{tmp_path}/core").views(
            "/v1/voice/events", int, longest_silence_s=0.1, opened=lambda: opened.append(len(asked))
        )
        assert next(views) == 1
        views.close()
    assert opened == [2]


def test_a_stream_that_is_forbidden_is_not_asked_for_again(tmp_path: Path) -> None:
    with core(tmp_path / "core", [reply(b'{"error":"sign in"}', b"401 Unauthorized")]), pytest.raises(CoreRefused):
        next(Client(f"unix:{tmp_path}/core").events("/v1/staff/events"))


@pytest.mark.parametrize("address", ["", "unix:core", "https://127.0.0.1:80", "http://127.0.0.1", "http://h:1/v1"])
def test_a_wrong_address_is_said_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Client(address)


FIRST_USE = '''
import sys, threading, msgspec
from kiosk_app.client import Client

inside, other_begun = threading.Event(), threading.Event()

def looked_at():
    """Evaluated when msgspec looks at the type, half way through the one that holds it."""
    inside.set()
    other_begun.wait(1.0)
    return int

class Inner(msgspec.Struct):
    number: "looked_at()"

class Outer(msgspec.Struct):
    inner: Inner

def read():
    assert Client("unix:/core")._typed(b\'{"inner":{"number":1}}\', Outer).inner.number == 1

first = threading.Thread(target=read)
first.start()
inside.wait()
second = threading.Thread(target=read)
second.start()
second.join(0.3)
other_begun.set()
first.join()
second.join()
'''


def test_two_threads_may_read_a_type_for_the_first_time_at_once() -> None:
    """In a process of its own: msgspec would end it (spaces, seed 48)."""
    assert subprocess.run([sys.executable, "-c", FIRST_USE], timeout=60).returncode == 0
