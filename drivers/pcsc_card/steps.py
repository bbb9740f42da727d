"""What is done with a card, step by step, as scripts without input or output. The order is part of what they know:

the application is selected once and never again between a PIN and its use (cards differ in whether that closes it),
the tries are asked for before every PIN, and a PIN is sent once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.card_ports import (
    Attributes,
    CardNonsense,
    CardRefused,
    CardTrouble,
    Certificate,
    LastTryKept,
    MyNumberCard,
    NoCertificate,
    OtherCard,
    PinAccepted,
    PinLocked,
    PinMisshapen,
    PinOutcome,
    PinUnknown,
    PinWrong,
    Presence,
    Signature,
    TriesLeft,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card import apdu, tlv
from drivers.pcsc_card.apdu import OK, Script, StopScript
from drivers.pcsc_card.profile import (
    ATTRIBUTES_MAX_BYTES,
    CERTIFICATE_MAX_BYTES,
    CERTIFICATE_THERE,
    LABEL_BYTES,
    OTHER_APPLICATIONS,
    CardProfile,
    PinPolicy,
)
from drivers.pin_buffer import PinBuffer

STORAGE_CARD = bytes.fromhex("A000000306")
"""In the ATR that a contactless reader makes up for a card without ISO 7816 (PC/SC part 3)."""
FELICA = 0x11


@dataclass(frozen=True, slots=True)
class Token:
    """The label in the JPKI application says whose certificates these are."""

    label: str


def read_token(profile: CardProfile) -> Script[Token | None]:
    """None: this is no JPKI card, and it said so properly."""
    status = yield from apdu.select_status(apdu.select_application(profile.jpki_aid), "select", repeat_hiccup=True)
    if status == apdu.HICCUP:
        raise StopScript(WrongCard(UnreadableCard()))
    if status != OK:
        return None
    if not (yield from apdu.select(apdu.select_file(profile.token_ef), "select token")):
        return None
    raw = yield from apdu.read_exactly(0, LABEL_BYTES, "token")
    return Token("".join(chr(byte) for byte in raw if 0x20 <= byte < 0x7F).strip())


def identify(profile: CardProfile, atr: bytes) -> Script[Presence]:
    """What lies there. The ATR only helps to name a card that has already answered that it is none of ours."""
    token = yield from read_token(profile)
    if token is None:
        return (yield from name_other(atr))
    if token.label != profile.token_label:
        return OtherCard(dict(profile.other_labels).get(token.label, "unknown"))
    has_authentication = yield from _has_certificate(profile)
    return MyNumberCard(has_authentication, (yield from has_signature(profile)))


def name_other(atr: bytes) -> Script[Presence]:
    for other in OTHER_APPLICATIONS:
        command = apdu.select_application(other.aid, wants_answer=other.kind == "payment")
        if (yield from apdu.select_status(command, "select other")) == OK:
            return OtherCard(other.kind)
    at = atr.find(STORAGE_CARD)
    return OtherCard("transit" if at >= 0 and atr[at + 5 : at + 6] == bytes((FELICA,)) else "unknown")


def _has_certificate(profile: CardProfile) -> Script[bool]:
    if not (yield from apdu.select(apdu.select_file(profile.certificate_ef), "select certificate")):
        return False
    answer = yield from apdu.transceive(apdu.read_binary(0, 4), "certificate")
    return answer.status == OK and answer.data[:1] == b"\x30"


def has_signature(profile: CardProfile) -> Script[bool]:
    """True where the card does not tell: it is only for words on a screen."""
    if not (yield from apdu.select(apdu.select_file(profile.contents_ef), "select contents")):
        return True
    answer = yield from apdu.transceive(apdu.read_binary(0, 3), "contents")
    return answer.status != OK or not answer.data or answer.data[0] == CERTIFICATE_THERE


def open_jpki(profile: CardProfile) -> Script[None]:
    """StopScript(WrongCard) for anything but the card that this machine takes."""
    token = yield from read_token(profile)
    if token is None:
        raise StopScript(WrongCard(OtherCard("unknown")))
    if token.label != profile.token_label:
        raise StopScript(WrongCard(OtherCard(dict(profile.other_labels).get(token.label, "unknown"))))


def open_attributes(profile: CardProfile) -> Script[None]:
    """Makes sure of the kind of card first."""
    yield from open_jpki(profile)
    if not (yield from apdu.select(apdu.select_application(profile.text_aid), "select text")):
        raise StopScript(WrongCard(OtherCard("unknown")))


def selecting(file: int, at: str, then: Script[apdu.T]) -> Script[apdu.T]:
    yield from select_needed(file, at)
    return (yield from then)


def select_needed(file: int, at: str) -> Script[None]:
    """A file without which nothing can go on."""
    if not (yield from apdu.select(apdu.select_file(file), at)):
        raise StopScript(CardRefused(apdu.NOT_FOUND, at))


def tries(policy: PinPolicy, accepted: bool = False) -> Script[TriesLeft | PinLocked]:
    """With the PIN's file selected. `accepted`: this PIN is open; some cards then answer 9000 instead of a count."""
    answer = yield from apdu.once(apdu.retry_query(), "retry query")
    if answer.status in apdu.BLOCKED:
        return PinLocked()
    if answer.status == OK and accepted:
        return TriesLeft(policy.tries)
    if answer.status >> 4 != 0x63C:
        if answer.status in (OK, apdu.NO_COUNTER):
            raise StopScript(CardNonsense("retry query", "no count of tries"))
        raise StopScript(CardRefused(answer.status, "retry query"))
    left = answer.status & 0xF
    return TriesLeft(left) if left else PinLocked()


def verify(policy: PinPolicy, pin: PinBuffer, spend_last_try: bool, sending: Callable[[], None]) -> Script[PinOutcome]:
    """With the PIN's file selected. `sending` is called just before the PIN leaves: then no answer means unknown."""
    is_shaped = policy.shortest <= len(pin) <= policy.longest and (pin.is_digits() or not policy.digits_only)
    if not is_shaped:
        return PinMisshapen()
    left = yield from tries(policy)
    if isinstance(left, PinLocked):
        return left
    if left.tries == 1 and not spend_last_try:
        return LastTryKept()
    return (yield from _send_pin(policy, apdu.verify(pin), sending))


def _send_pin(policy: PinPolicy, command: bytearray, sending: Callable[[], None]) -> Script[PinOutcome]:
    try:
        sending()
        raw = yield command
    finally:
        command[:] = bytes(len(command))
    try:
        answer = apdu.parse(raw, "verify")
    except StopScript as stop:
        return PinUnknown(stop.trouble)
    if answer.status == OK:
        return PinAccepted()
    if answer.status in apdu.BLOCKED:
        return PinLocked()
    if answer.status >> 4 == 0x63C:
        left = answer.status & 0xF
        return PinWrong(left) if left else PinLocked()
    if answer.status == apdu.NO_COUNTER:
        now = yield from tries(policy)
        return PinWrong(now.tries) if isinstance(now, TriesLeft) else now
    return CardRefused(answer.status, "verify")


def certificate(profile: CardProfile) -> Script[Certificate | NoCertificate]:
    if not (yield from apdu.select(apdu.select_file(profile.certificate_ef), "select certificate")):
        return NoCertificate()
    start = yield from _start_of_file(4, "certificate")
    # A file that was never filled holds FF or 00.
    if not start or start[0] in (0xFF, 0x00):
        return NoCertificate()
    return Certificate((yield from _whole(start, tlv.der_total(start), CERTIFICATE_MAX_BYTES, "certificate")))


def sign(profile: CardProfile, digest: bytes) -> Script[Signature]:
    """With the key's file selected."""
    scheme = profile.scheme
    answer = yield from apdu.transceive(apdu.compute_signature(scheme, digest), "sign")
    if answer.status != OK:
        raise StopScript(CardRefused(answer.status, "sign"))
    if len(answer.data) != scheme.signature_bytes:
        raise StopScript(CardNonsense("sign", f"a signature of {len(answer.data)} bytes"))
    return Signature(answer.data, scheme.digest)


def attributes(profile: CardProfile) -> Script[Attributes]:
    yield from select_needed(profile.attributes_ef, "select attributes")
    start = yield from apdu.read_exactly(0, 7, "attributes")
    return tlv.parse_attributes(
        (yield from _whole(start, tlv.attributes_total(start), ATTRIBUTES_MAX_BYTES, "attributes"))
    )


def _start_of_file(length: int, at: str) -> Script[bytes]:
    answer = yield from apdu.transceive(apdu.read_binary(0, length), at)
    if answer.status in apdu.END_OF_FILE and len(answer.data) < length:
        return b""
    if answer.status not in (OK, *apdu.END_OF_FILE):
        raise StopScript(CardRefused(answer.status, at))
    return answer.data[:length]


def _whole(start: bytes, total: int, most: int, at: str) -> Script[bytes]:
    """The rest after `start`, as long as the value itself says; filler behind it is not read."""
    if total > most:
        raise StopScript(CardNonsense(at, "too long to be one"))
    if total <= len(start):
        return start[:total]
    return start + (yield from apdu.read_exactly(len(start), total - len(start), at))


def guarded(script: Script[apdu.T], at: str) -> Script[apdu.T | CardTrouble]:
    """The same, with every ending of an answer's as a value."""
    try:
        return (yield from script)
    except StopScript as stop:
        return stop.trouble
    except tlv.Malformed as fault:
        return CardNonsense(at, str(fault))
