"""What a hub takes a bad line to central for: one that breaks is away, and only a wrong certificate is a stranger's."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app import hub_tls
from kiosk_app.central_line import _Carrier
from kiosk_app.sync import Ask
from kiosk_app.sync_messages import Wait

PATIENCE_S = 30.0


def asked(folder: Path, serve: Callable[[socket.socket], None]) -> str:
    """The failure of one request to a server that does this with the first line that comes."""
    hub_tls.make(folder / "ours", ["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                serve(line)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        carrier = _Carrier(f"https://127.0.0.1:{port}/v1/sync", "t" * 43, str(folder / "ours" / "ca.pem"))
        heard = carrier._carry(Ask(1, Wait("central", 0, ""), int(PATIENCE_S * 1000)))
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert heard.reply is None
    return heard.failure


def with_tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "hub.pem", folder / "hub.key")
    return context


@pytest.mark.parametrize("bytes_heard", [0, 100, 65_536])
def test_a_line_that_breaks_while_they_greet_is_away(tmp_path: Path, bytes_heard: int) -> None:
    assert asked(tmp_path, lambda line: line.recv(bytes_heard) and None) == "away"


def test_a_stranger_is_told_apart(tmp_path: Path) -> None:
    hub_tls.make(tmp_path / "theirs", ["127.0.0.1"])

    def serve(line: socket.socket) -> None:
        with pytest.raises(ssl.SSLError):
            with_tls(tmp_path / "theirs").wrap_socket(line, server_side=True)

    assert asked(tmp_path, serve) == "untrusted"
