"""The kiosk's line to central, over real sockets: an answer, or the right word for why there is none."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from kiosk_app import certificate_messages as wire
from kiosk_app import hub_tls
from kiosk_app.certificate_line import CertificateLine, NoAnswer
from tests.central_server.web import Answer, says, serving

ASKED = wire.OffersAsked(session="s")


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tls")
    hub_tls.make(folder, ["127.0.0.1"])
    return str(folder / "ca.pem")


def trickles(request: bytes, line: socket.socket) -> None:
    """A byte now and then, and never the last one."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        line.sendall(b"x")
        threading.Event().wait(0.02)


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (says(wire.encode(wire.Refused(why="not_here"))), wire.Refused(why="not_here")),
        (says(b"", "401 Unauthorized"), NoAnswer("refused")),
        (says(b"", "503 Away"), NoAnswer("busy")),
        (says(b"", "429 Too Many"), NoAnswer("busy")),
        (says(b"", "422 No"), NoAnswer("garbled")),
        (says(b"", "302 Found", "Location: http://127.0.0.1:9/\r\n"), NoAnswer("garbled")),
        (says(b"\xc1 nonsense"), NoAnswer("garbled")),
        (lambda request, line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"), NoAnswer("away")),
        (lambda request, line: None, NoAnswer("away")),
    ],
)
def test_whatever_comes_is_an_answer_or_a_word(ca: str, answer: Answer, got: object) -> None:
    with serving(answer) as url:
        line = CertificateLine(url.removesuffix("/status"), "t", ca)
        assert line.ask(ASKED) == got
        line.close()


def test_the_request_says_who_asks_and_what(ca: str) -> None:
    heard: list[bytes] = []

    def answer(request: bytes, line: socket.socket) -> None:
        heard.append(request)
        says(wire.encode(wire.SessionClosed()))(request, line)

    with serving(answer) as url:
        line = CertificateLine(url.removesuffix("/status"), "t", ca)
        assert line.ask(wire.CloseAsked(session="s")) == wire.SessionClosed()
        line.close()
    assert [wire.decode_request("close", body) for body in heard] == [wire.CloseAsked(session="s")]


def silent(request: bytes, line: socket.socket) -> None:
    while line.recv(65_536):
        continue


@pytest.mark.parametrize("answer", [silent, trickles])
def test_an_answer_that_does_not_come_ends_in_time(ca: str, answer: Answer) -> None:
    with serving(answer) as url:
        line = CertificateLine(url.removesuffix("/status"), "t", ca)
        assert line.ask(ASKED, answer_s=0.2) == NoAnswer("away")
        line.close()


def test_nobody_is_there(ca: str) -> None:
    line = CertificateLine("https://127.0.0.1:9", "t", ca)
    assert line.ask(ASKED) == NoAnswer("away")
    line.close()


def test_another_authority_is_not_believed(ca: str, tmp_path: Path) -> None:
    hub_tls.make(tmp_path, ["127.0.0.1"])
    with tls(tmp_path) as port:
        line = CertificateLine(f"https://127.0.0.1:{port}", "t", ca)
        assert line.ask(ASKED) == NoAnswer("untrusted")
        line.close()


def tls(folder: Path):  # type: ignore[no-untyped-def]
    """A server with the certificate of this folder, which greets and says nothing."""
    import contextlib
    import ssl

    @contextlib.contextmanager
    def run():  # type: ignore[no-untyped-def]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "hub.pem", folder / "hub.key")
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        line, _ = listening.accept()
                        with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as safe:
                            safe.recv(100)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            yield listening.getsockname()[1]
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)

    return run()
