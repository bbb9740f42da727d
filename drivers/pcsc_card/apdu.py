"""The commands of ISO 7816-4 that this driver knows, and how answers are read. No input, no output, no state.

A script is a generator: it yields commands and is sent answers, so it can be tested byte by byte without a card.
Sources of the exact bytes: OpenSC card-jpki.c, jpki/myna, myna-card; JICSAP 2.0 for the retry query.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from drivers.card_ports import CardNonsense, CardRefused, CardTrouble
from drivers.pcsc_card.profile import SignatureScheme
from drivers.pin_buffer import PinBuffer

T = TypeVar("T")
Script = Generator[bytearray, bytes, T]
"""Yields one command, is sent the answer with its status word; StopScript ends it early."""

CHUNK_BYTES = 256
"""The most that one short READ BINARY can bring; longer ones do not pass every reader."""
CONTINUATIONS_MAX = 16
"""So often may a card say 61xx for one command. 16 times 256 bytes is more than any file that is read here."""
OK = 0x9000
END_OF_FILE = (0x6282, 0x6B00)
NOT_FOUND = 0x6A82
BLOCKED = (0x6983, 0x6984)
HICCUP = 0x6F00
"""What one surveyed card answers to its first command after power-up (myna-card); the first SELECT is then repeated."""
NO_COUNTER = 0x6300


class StopScript(Exception):
    """Inside scripts only: the card's answer ends them. Carries the value that the caller gets."""

    def __init__(self, trouble: CardTrouble) -> None:
        super().__init__()
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` without the status word."""

    data: bytes
    status: int


def select_application(aid: bytes, wants_answer: bool = False) -> bytearray:
    if wants_answer:
        return bytearray((0x00, 0xA4, 0x04, 0x00, len(aid), *aid, 0x00))
    return bytearray((0x00, 0xA4, 0x04, 0x0C, len(aid), *aid))


def select_file(file_id: int) -> bytearray:
    return bytearray((0x00, 0xA4, 0x02, 0x0C, 0x02, file_id >> 8, file_id & 0xFF))


def retry_query() -> bytearray:
    """Case 1, without Lc: costs no try."""
    return bytearray((0x00, 0x20, 0x00, 0x80))


def verify(pin: PinBuffer) -> bytearray:
    """Who sends this overwrites it."""
    command = bytearray(5 + len(pin))
    command[:5] = (0x00, 0x20, 0x00, 0x80, len(pin))
    pin.copy_into(command, 5)
    return command


def read_binary(offset: int, length: int) -> bytearray:
    """`offset` below 32768, `length` 1 to 256."""
    return bytearray((0x00, 0xB0, offset >> 8, offset & 0xFF, length & 0xFF))


def compute_signature(scheme: SignatureScheme, digest: bytes) -> bytearray:
    data = scheme.digest_info_prefix + digest
    return bytearray((0x80, 0x2A, 0x00, 0x80, len(data), *data, 0x00))


def get_response(length: int) -> bytearray:
    return bytearray((0x00, 0xC0, 0x00, 0x00, length & 0xFF))


def parse(raw: bytes, at: str) -> Answer:
    """StopScript for an answer without a status word (6xxx or 9xxx), or with more than a short command can bring.

    A card that is pulled may leave half an answer behind, whose last bytes are then no status word.
    """
    if len(raw) < 2:
        raise StopScript(CardNonsense(at, f"an answer of {len(raw)} bytes"))
    if len(raw) > CHUNK_BYTES + 2:
        raise StopScript(CardNonsense(at, f"an answer of {len(raw)} bytes"))
    if raw[-2] >> 4 not in (0x6, 0x9):
        raise StopScript(CardNonsense(at, "an answer without a status word"))
    return Answer(raw[:-2], raw[-2] << 8 | raw[-1])


def once(command: bytearray, at: str) -> Script[Answer]:
    """Sends it exactly once: for what must never be repeated."""
    return parse((yield command), at)


def transceive(command: bytearray, at: str) -> Script[Answer]:
    """Follows 61xx (the rest waits) and 6Cxx (the same again with this length). Never for a PIN."""
    answer = parse((yield command), at)
    if answer.status >> 8 == 0x6C:
        # Only commands that end in Le are given here; the card did nothing yet.
        again = bytearray(command)
        again[-1] = answer.status & 0xFF
        answer = parse((yield again), at)
    data = answer.data
    for _ in range(CONTINUATIONS_MAX):
        if answer.status >> 8 != 0x61:
            return Answer(data, answer.status)
        answer = parse((yield get_response(answer.status & 0xFF)), at)
        data += answer.data
    raise StopScript(CardNonsense(at, "an answer without an end"))


def select(command: bytearray, at: str, repeat_hiccup: bool = False) -> Script[bool]:
    """Whether it is there. StopScript when the card refuses for another reason."""
    status = yield from select_status(command, at, repeat_hiccup)
    if status == OK:
        return True
    if status == NOT_FOUND:
        return False
    raise StopScript(CardRefused(status, at))


def select_status(command: bytearray, at: str, repeat_hiccup: bool = False) -> Script[int]:
    """The status word alone. A card may answer 61xx although nothing was asked for: it is selected then."""
    for attempt in range(2):
        answer = parse((yield bytearray(command)), at)
        if answer.status != HICCUP or not repeat_hiccup or attempt == 1:
            break
    return OK if answer.status >> 8 == 0x61 else answer.status


def read_exactly(offset: int, length: int, at: str) -> Script[bytes]:
    """So many bytes of the current file, in chunks. StopScript when the card gives fewer, more or none."""
    data = b""
    while len(data) < length:
        wanted = min(CHUNK_BYTES, length - len(data))
        answer = yield from transceive(read_binary(offset + len(data), wanted), at)
        if answer.status not in (OK, *END_OF_FILE):
            raise StopScript(CardRefused(answer.status, at))
        if not answer.data:
            raise StopScript(CardNonsense(at, "ends too early"))
        if len(answer.data) > wanted:
            raise StopScript(CardNonsense(at, "more than was asked for"))
        data += answer.data
    return data


def run_out(script: Script[T], answers: list[bytes]) -> T | CardTrouble:
    """For tests: plays a script against fixed answers; an empty answer when they have run out."""
    rest = iter(answers)
    try:
        next(script)
        while True:
            script.send(next(rest, b""))
    except StopIteration as end:
        value: T = end.value
        return value
    except StopScript as stop:
        return stop.trouble
