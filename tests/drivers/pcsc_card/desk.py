"""A reader in memory with the real driver at it, and what a test asks of both."""

from __future__ import annotations

import queue
from datetime import date
from typing import Any, Literal

from drivers.card_ports import AttributeCard, AuthenticationCard, Presence
from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings
from drivers.pcsc_card.simulator import kinds
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from drivers.pcsc_card.simulator.memory import READER, MemoryService
from drivers.pin_buffer import PinBuffer

TODAY = date(2026, 4, 6)
PATIENCE_S = 30.0
RIGHT, WRONG, TEXT = "1234", "0000", "5678"


def typed(text: str) -> PinBuffer:
    buffer = PinBuffer()
    assert all(buffer.press(character) for character in text)
    return buffer


def card(kind: kinds.Kind = "my_number", **more: Any) -> EmulatedCard:
    return kinds.make(kind, TODAY, **more)


class Desk:
    """Use as a context manager."""

    def __init__(self, *readers: str, exchange_s: float = 20.0) -> None:
        self.service = MemoryService(*readers)
        self.trace: list[str] = []
        self.reader = PcscCardReader(ReaderSettings(exchange_s=exchange_s), self.service, trace=self.trace.append)
        self.news: queue.Queue[Presence] = queue.Queue()
        self.reader.watch(self.news.put)
        self.news.get(timeout=PATIENCE_S)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()

    def place(self, placed: EmulatedCard | Literal["mute"], reader: str = READER) -> Presence:
        self.service.place(placed, reader)
        return self.next()

    def take(self, reader: str = READER) -> Presence:
        self.service.take(reader)
        return self.next()

    def next(self) -> Presence:
        return self.news.get(timeout=PATIENCE_S)

    def authenticate(self) -> AuthenticationCard:
        opened = self.reader.authenticate()
        assert hasattr(opened, "sign"), opened
        return opened  # type: ignore[return-value]

    def read_attributes(self) -> AttributeCard:
        opened = self.reader.read_attributes()
        assert hasattr(opened, "attributes"), opened
        return opened  # type: ignore[return-value]


def asks_for_number(journal: list[bytes]) -> list[str]:
    """Commands that would select or read file 0001 of the text application; written without the gate's code."""
    found, application, file = [], b"", -1
    for command in journal:
        header, body = command[:4], command[5:]
        if header[1:3] == b"\xa4\x04":
            application, file = body[: command[4]] if len(command) > 4 else b"", -1
        elif header[1:2] == b"\xa4":
            file = int.from_bytes(body[-2:] if len(body) <= 2 else body[:2], "big")
        elif header[1:2] in (b"\xb0", b"\xb1", b"\xb2", b"\xb3") and header[2] & 0x80:
            file = header[2] & 0x1F
        if application == kinds.TEXT and (file & 0x1F == 1 or header[1:2] in (b"\xb1", b"\xb2", b"\xb3")):
            found.append(command.hex(" "))
    return found
