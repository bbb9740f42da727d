"""A server may do what it likes: we get an answer or a reason, in bounded time and room."""

from __future__ import annotations

import socket
from contextlib import suppress
from time import sleep

import pytest

from central_server.fetching import Fetched, HttpFetcher, NotFetched
from tests.central_server.web import Answer, says, serving

SHORT = HttpFetcher(deadline_s=0.4, most_bytes=1000)
PATIENT = HttpFetcher(deadline_s=30, most_bytes=1000)
"""Where the server says at once what is wrong, however busy this computer is."""


def _silent(_: bytes, line: socket.socket) -> None:
    with suppress(OSError):
        line.recv(1)


def _trickles(_: bytes, line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    for _n in range(900):
        line.sendall(b"x")
        sleep(0.02)


def _trickles_without_length(_: bytes, line: socket.socket) -> None:
    line.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    for _n in range(900):
        line.sendall(b"x")
        sleep(0.02)


def _trickles_its_head(_: bytes, line: socket.socket) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 900:
        line.sendall(bytes([letter]))
        sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [_silent, _trickles, _trickles_without_length, _trickles_its_head])
def test_who_does_not_end_gets_no_more_than_the_deadline(answer: Answer) -> None:
    with serving(answer) as url:
        assert SHORT.post(url, b"?", "application/ocsp-request") == NotFetched("no answer in time")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(b"x" * 1001), "more than 1000 bytes"),
        (says(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n"), "the service answers 302"),
        (says(b"", "500 Oh"), "the service answers 500"),
        (lambda _, line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "no answer"),
        (lambda _, line: line.sendall(b"SSH-2.0-x\r\n"), "no answer"),
        (lambda _, line: line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no answer"),
        (lambda _, line: line.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"), "no answer"),
        (lambda _, line: None, "no answer"),
    ],
)
def test_what_is_no_answer_is_a_reason(answer: Answer, why: str) -> None:
    with serving(answer) as url:
        for found in (PATIENT.get(url), PATIENT.post(url, b"?", "application/ocsp-request")):
            assert isinstance(found, NotFetched)
            assert found.why.startswith(why)


def test_an_answer_is_its_bytes() -> None:
    with serving(says(b"\x00\xffbytes")) as url:
        assert PATIENT.get(url) == Fetched(b"\x00\xffbytes")


def test_nobody_there_is_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    assert isinstance(SHORT.get(f"http://127.0.0.1:{port}/"), NotFetched)


def test_an_address_of_another_kind_is_a_mistake_of_the_settings() -> None:
    with pytest.raises(ValueError, match="expected http"):
        SHORT.get("ldap://127.0.0.1/")
