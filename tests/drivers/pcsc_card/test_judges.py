"""Programs that share no code with us look at the same card through the same pcscd: OpenSC's own driver, and OpenSSL.

What they see must be what our driver sees: the kind of card, the tries and their end, a certificate, a signature.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.card_ports import (
    Certificate,
    LastTryKept,
    MyNumberCard,
    NothingThere,
    PinAccepted,
    PinLocked,
    PinWrong,
    TriesLeft,
)
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED
from drivers.pcsc_card.simulator.emulator import Switches
from tests.drivers.pcsc_card.pcscd_house import SLOT_0, PcscdHouse, card

pytestmark = pytest.mark.slow
TOOL_S = 60


@pytest.fixture(scope="module")
def shared() -> Iterator[PcscdHouse]:
    with PcscdHouse() as house:
        yield house


@pytest.fixture
def house(shared: PcscdHouse) -> Iterator[PcscdHouse]:
    yield shared
    shared.take()
    if shared.host.ask("presence") != NothingThere():
        shared.host.presence_becomes(NothingThere())


def tool(house: PcscdHouse, *command: str) -> subprocess.CompletedProcess[str]:
    """As the unprivileged user, with the settings that Debian ships."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    environment = {**os.environ, **house.pcscd.environment, "HOME": str(house.folder), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command,
        cwd=house.folder,
        env=environment,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
        timeout=TOOL_S,
        check=False,
    )


def tries_told(house: PcscdHouse) -> list[int]:
    """Of the authentication PIN and the signing PIN, as OpenSC counts them."""
    return [
        int(found) for found in re.findall(r"Tries left\s*: (\d+)", tool(house, "pkcs15-tool", "--list-pins").stdout)
    ]


def test_the_card_is_what_opensc_calls_jpki(house: PcscdHouse) -> None:
    house.place(card())
    house.host.presence_becomes(MyNumberCard)
    assert SLOT_0 in tool(house, "opensc-tool", "--list-readers").stdout
    assert tool(house, "opensc-tool", "-n").stdout.strip() == "jpki"


@pytest.mark.parametrize(
    "switches", [Switches(), Switches(select_clears=True, continuation="6c")], ids=["plain", "other"]
)
def test_the_certificate_is_the_same_byte_by_byte(house: PcscdHouse, switches: Switches) -> None:
    house.place(card(switches=switches))
    house.host.presence_becomes(MyNumberCard)
    house.host.ask("open", "authenticate")
    ours = house.host.ask("do", "certificate")
    house.host.ask("do", "end")
    assert isinstance(ours, Certificate)
    theirs = tool(house, "pkcs15-tool", "--read-certificate", "01").stdout
    assert x509.load_pem_x509_certificate(theirs.encode()).public_bytes(Encoding.DER) == ours.der


def test_tries_count_down_and_lock_for_both_alike(house: PcscdHouse) -> None:
    house.place(card())
    house.host.presence_becomes(MyNumberCard)
    assert tries_told(house) == [3, 5]
    house.host.ask("open", "authenticate")
    assert house.host.ask("verify", "0000") == PinWrong(2)
    house.host.ask("do", "end")
    assert tries_told(house) == [2, 5]
    wrong = tool(house, "pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "9999")
    assert wrong.returncode != 0
    house.host.ask("open", "authenticate")
    assert house.host.ask("do", "tries") == TriesLeft(1)
    assert house.host.ask("verify", "1234") == LastTryKept()
    assert house.host.ask("verify", "1234", True) == PinAccepted()
    house.host.ask("do", "end")
    assert tries_told(house) == [3, 5], "a right PIN fills the counter for both"
    house.host.ask("open", "authenticate")
    outcomes = [house.host.ask("verify", "0000", True) for _ in range(3)]
    house.host.ask("do", "end")
    assert outcomes == [PinWrong(2), PinWrong(1), PinLocked()]
    assert tries_told(house) == [0, 5]
    assert tool(house, "pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "1234").returncode != 0


def test_a_session_of_ours_is_ours_alone(house: PcscdHouse) -> None:
    house.place(card())
    house.host.presence_becomes(MyNumberCard)
    house.host.ask("open", "authenticate")
    assert house.host.ask("verify", "1234") == PinAccepted()
    assert "jpki" not in tool(house, "opensc-tool", "-n").stdout
    house.host.ask("do", "end")
    assert tool(house, "opensc-tool", "-n").stdout.strip() == "jpki"


def test_openssl_accepts_what_either_signed(house: PcscdHouse) -> None:
    house.place(card())
    house.host.presence_becomes(MyNumberCard)
    message = b"a verifier's nonce"
    house.host.ask("open", "authenticate")
    certificate = house.host.ask("do", "certificate")
    assert house.host.ask("verify", "1234") == PinAccepted()
    ours = house.host.ask("do", "sign", message).signature
    house.host.ask("do", "end")
    folder = house.folder
    written = {
        "message": message,
        "ours": ours,
        "key.pem": x509.load_der_x509_certificate(certificate.der)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    for name, data in written.items():
        (folder / name).write_bytes(data)
    digested = tool(house, "openssl", "dgst", "-sha256", "-binary", "-out", "digest", "message")
    assert digested.returncode == 0, digested.stderr
    signing = ("-s", "-k", "01", "--pkcs1", "--sha-256", "-R", "-p", "1234", "-i", "digest", "-o", "theirs")
    signed = tool(house, "pkcs15-crypt", *signing)
    assert signed.returncode == 0, signed.stderr
    for name in ("ours", "theirs"):
        verified = tool(house, "openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", name, "message")
        assert verified.stdout.strip() == "Verified OK", name
    assert (folder / "theirs").read_bytes() == ours, "PKCS#1 v1.5 has one signature for one message"
    (folder / "message").write_bytes(b"another nonce")
    refused = tool(house, "openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "ours", "message")
    assert "Verified OK" not in refused.stdout


def test_the_signing_certificate_is_closed_to_both(house: PcscdHouse) -> None:
    """Without its PIN the card refuses it, as a real one does (OpenSC issue 3169); our driver never asks."""
    laid = card()
    house.place(laid)
    house.host.presence_becomes(MyNumberCard)
    journal = [bytes(command) for command in laid.journal]
    assert not [command for command in journal if command[1:3] == b"\xa4\x02" and command[5:7] == b"\x00\x01"]
    assert "BEGIN" not in tool(house, "pkcs15-tool", "--read-certificate", "02").stdout


def test_other_cards_are_not_jpki_to_opensc_either(house: PcscdHouse) -> None:
    house.place(card("unknown"))
    house.host.presence_becomes(object)
    assert tool(house, "opensc-tool", "-n").stdout.strip() != "jpki"
