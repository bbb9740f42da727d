"""Whatever a receiver does, sending ends with one of three words, and nobody else ever hears of the event."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk_app.office.delivery import Event, Outcome, signature
from kiosk_app.webhook_files import Receiver
from kiosk_app.webhook_sender import Sender
from tests.kiosk_app.receiver import Manner, receiving

SECRET = b"0123456789abcdef0123456789abcdef"
EVENT = Event(id="e1", kind="counts.day", at_utc_ms=0, body='{"office":"小倉北区役所"}')
SHORT_S, LONG_S = 0.3, 60.0


def to(url: str, ca_file: str = "") -> Receiver:
    return Receiver("board", url, SECRET, ("counts.day",), ca_file)


def test_what_arrives_is_signed_and_named() -> None:
    with receiving("ok") as there:
        assert Sender(LONG_S).send(to(there.url), EVENT, 1_775_433_600) == "taken"
    (got,) = there.got
    assert got.body == EVENT.body.encode()
    assert got.headers["hitofuda-id"] == "e1" and got.headers["hitofuda-event"] == "counts.day"
    assert got.headers["hitofuda-timestamp"] == "1775433600"
    assert got.headers["hitofuda-signature"] == f"sha256={signature(SECRET, 1_775_433_600, got.body)}"
    assert SECRET.decode() not in str(got) and "0123456789abcdef" not in repr(to(there.url))


@pytest.mark.parametrize(
    ("manner", "outcome", "deadline_s"),
    [
        ("error", "failed", LONG_S),
        ("later", "failed", LONG_S),
        ("gone", "refused", LONG_S),
        ("cut", "failed", LONG_S),
        ("garbage", "failed", LONG_S),
        ("close", "failed", LONG_S),
        ("hang", "failed", SHORT_S),
        ("drip", "failed", SHORT_S),
        # What it says after its status is nobody's business: it has said that it took the event.
        ("cut_headers", "taken", LONG_S),
        ("drip_body", "taken", LONG_S),
    ],
)
def test_each_bad_manner_has_an_end(manner: Manner, outcome: Outcome, deadline_s: float) -> None:
    with receiving(manner) as there:
        assert Sender(deadline_s).send(to(there.url), EVENT, 0) == outcome
    # On a busy computer the short deadline may come before the request.
    assert len(there.got) == 1 or (deadline_s == SHORT_S and not there.got), "no retry that nobody decided"


def test_nobody_there_and_no_such_name_are_failures() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert Sender(LONG_S).send(to(f"http://127.0.0.1:{port}/"), EVENT, 0) == "failed"
    assert Sender(LONG_S).send(to("http://no.such.name.invalid/"), EVENT, 0) == "failed"


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving("ok") as elsewhere, receiving("redirect", elsewhere=elsewhere.url) as there:
        assert Sender(LONG_S).send(to(there.url), EVENT, 0) == "refused"
        # Nor does a proxy in the environment hear of it.
        monkeypatch.setenv("HTTP_PROXY", elsewhere.url)
        monkeypatch.setenv("http_proxy", elsewhere.url)
        assert Sender(LONG_S).send(to(there.url), EVENT, 0) == "refused"
    assert (len(there.got), elsewhere.got) == (2, [])


def test_a_core_that_ends_waits_for_nobody() -> None:
    sender, found = Sender(LONG_S), []
    with receiving("hang") as there:
        sending = threading.Thread(target=lambda: found.append(sender.send(to(there.url), EVENT, 0)))
        sending.start()
        while not there.got:
            assert sending.is_alive()
            time.sleep(0.01)
        sender.stop()
        sending.join(30)
        assert found == ["failed"]
        assert sender.send(to(there.url), EVENT, 0) == "failed"
    assert len(there.got) == 1


def test_tls_is_checked_against_the_offices_own_authority(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begin = datetime.datetime(2020, 1, 1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begin).not_valid_after(begin.replace(year=2090))
    made = made.add_extension(names, False).add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    ca_file, key_file = tmp_path / "ca.pem", tmp_path / "key.pem"
    ca_file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ca_file, key_file)
    with receiving("ok", tls=tls) as there:
        assert Sender(LONG_S).send(to(there.url), EVENT, 0) == "failed"
        assert there.got == []
        assert Sender(LONG_S).send(to(there.url, str(ca_file)), EVENT, 0) == "taken"
    with receiving("drip", tls=tls) as there:
        assert Sender(SHORT_S).send(to(there.url, str(ca_file)), EVENT, 0) == "failed"
