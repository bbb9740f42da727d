"""The kinds of cards that visitors lay at a reader, each made of synthetic people and test certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from drivers.pcsc_card.simulator import certificates
from drivers.pcsc_card.simulator.emulator import Application, EmulatedCard, File, Key, Pin, Switches
from drivers.pcsc_card.simulator.people import PEOPLE, Person

Kind = Literal[
    "my_number",
    "old_generation",
    "expired",
    "locked",
    "one_try",
    "attributes_locked",
    "no_signature",
    "no_authentication",
    "old_juki",
    "phone",
    "strange_token",
    "driving_licence",
    "residence_card",
    "payment",
    "transit",
    "unknown",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
JPKI = bytes.fromhex("D392F000260100000001")
TEXT = bytes.fromhex("D3921000310001010408")
SURFACE = bytes.fromhex("D3921000310001010402")
CONTACTLESS_ATR = bytes.fromhex("3B888001000005E0B381A1007F")
AUTHENTICATION_PIN, SIGNING_PIN, TEXT_PIN = b"1234", b"ABC123", b"5678"
AUTHENTICATION_TRIES, SIGNING_TRIES, TEXT_TRIES = 3, 5, 3


@dataclass(frozen=True, slots=True)
class Pins:
    authentication: bytes = AUTHENTICATION_PIN
    signing: bytes = SIGNING_PIN
    text: bytes = TEXT_PIN


LABELS = {
    "old_juki": "JPKIAPICCTOKEN",
    "phone": "JPKIAPGPSETOKEN",
    "strange_token": "SOMETHINGELSE",
}
OTHERS = {
    "driving_licence": bytes.fromhex("A0000002310100000000000000000000"),
    "residence_card": bytes.fromhex("D392F0004F0200000000000000000000"),
    "payment": b"2PAY.SYS.DDF01",
}


def make(
    kind: Kind,
    today: date,
    person: Person = PEOPLE["takasaki"],
    switches: Switches | None = None,
    pins: Pins = Pins(),
    serial: int = certificates.SERIAL,
) -> EmulatedCard:
    """A new card with all its tries, except where its kind says otherwise. `serial`: of its certificate for
    authentication, by which a register knows whose card it is."""
    if kind == "transit":
        return EmulatedCard(storage_atr(0x11), {}, switches)
    if kind in OTHERS:
        return EmulatedCard(CONTACTLESS_ATR, {OTHERS[kind]: Application({0x0001: File(b"\x11\x01\x00")})}, switches)
    if kind == "unknown":
        return EmulatedCard(CONTACTLESS_ATR, {}, switches)
    applications = {JPKI: _jpki(kind, today, person, pins, serial)}
    if kind not in ("old_juki", "phone"):
        applications |= {TEXT: _text(kind, person, pins), SURFACE: _surface(person, pins)}
    return EmulatedCard(CONTACTLESS_ATR, applications, switches)


def storage_atr(standard: int) -> bytes:
    """Made up by the reader for a card without ISO 7816, after PC/SC part 3; 0x11 is FeliCa."""
    body = bytes.fromhex("8F8001804F0CA000000306") + bytes((standard, 0x00, 0x3B, 0, 0, 0, 0))
    check = 0
    for byte in body:
        check ^= byte
    return b"\x3b" + body + bytes((check,))


def _jpki(kind: Kind, today: date, person: Person, pins: Pins, serial: int) -> Application:
    generation = 1 if kind == "old_generation" else 2
    authentication = certificates.authentication(person, today, generation, kind == "expired", serial)
    signing = certificates.signing(person, today)
    has_signature, has_authentication = kind != "no_signature", kind != "no_authentication"
    contents = bytes((0x8F if has_signature else 0x00, 0x8F if has_authentication else 0x00, 0x00))
    tries = {"locked": 0, "one_try": 1}.get(kind, AUTHENTICATION_TRIES)
    application = Application(
        {
            0x0002: File(_der(certificates.authority(2, today, "signing"))),
            0x0006: File(_token(LABELS.get(kind, "JPKIAPICCTOKEN2"))),
            0x0008: File(contents),
            0x000B: File(_der(certificates.authority(2, today))),
            0x0018: Pin(pins.authentication, tries, AUTHENTICATION_TRIES),
            0x001B: Pin(pins.signing, SIGNING_TRIES, SIGNING_TRIES),
        }
    )
    # A telephone asks for the PIN before it shows its certificate.
    needs_pin = (0x0018,) if kind == "phone" else ()
    application.entries[0x000A] = File(authentication.der if has_authentication else b"\xff" * 64, needs_pin)
    if has_authentication:
        application.entries[0x0017] = Key(authentication.key, (0x0018,))
    if has_signature:
        application.entries[0x0001] = File(signing.der, (0x001B,))
        application.entries[0x001A] = Key(signing.key, (0x001B,))
    return application


def _text(kind: Kind, person: Person, pins: Pins) -> Application:
    tries = 0 if kind == "attributes_locked" else TEXT_TRIES
    number_b = f"{person.birth:%y%m%d}20300000".encode()
    return Application(
        {
            0x0001: File(b"\xff\x10\x0c" + person.individual_number.encode() + b"\xff\xff", (0x0011, 0x0014)),
            0x0002: File(attributes(person), (0x0011, 0x0015)),
            0x0011: Pin(pins.text, tries, TEXT_TRIES),
            0x0014: Pin(person.individual_number.encode(), 10, 10),
            0x0015: Pin(number_b, 10, 10),
        }
    )


def _surface(person: Person, pins: Pins) -> Application:
    return Application(
        {0x0001: File(b"\xff\x10\x02\xdf\x11", (0x0011,)), 0x0013: Pin(person.individual_number.encode(), 10, 10)}
    )


def attributes(person: Person) -> bytes:
    """The text application's file 0002."""
    values = (
        (0xDF22, person.name.encode()),
        (0xDF23, person.address.encode()),
        (0xDF24, f"{person.birth:%Y%m%d}".encode()),
        (0xDF25, person.sex.encode()),
    )
    offset, offsets, body = 3 + 11, b"", b""
    for tag, value in values:
        offsets += (offset + len(body)).to_bytes(2, "big")
        body += _tlv(tag, value)
    return _tlv(0xFF20, _tlv(0xDF21, offsets) + body)


def _tlv(tag: int, value: bytes) -> bytes:
    if len(value) < 0x80:
        length = bytes((len(value),))
    elif len(value) < 0x100:
        length = bytes((0x81, len(value)))
    else:
        length = b"\x82" + len(value).to_bytes(2, "big")
    return tag.to_bytes(2, "big") + length + value


def _token(label: str) -> bytes:
    """160 bytes in the order of PKCS#11's CK_TOKEN_INFO."""
    return label.encode().ljust(32) + b"JPKI".ljust(32) + b"".ljust(96, b"\x00")


def _der(authority: certificates.Authority) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return authority.certificate.public_bytes(Encoding.DER)
