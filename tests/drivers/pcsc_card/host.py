"""A process of its own with the real driver in it, because libpcsclite reads its daemon's place once a process.

Started as root it becomes an unprivileged user before it opens anything. Told over its standard input what to do; every
answer is the driver's own value. Not imported by tests: see `pcscd_house.Host`.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).parents[3]))

from drivers import card_ports
from drivers.pcsc_card import deadline, driver, transport
from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings
from drivers.pin_buffer import PinBuffer

UNPRIVILEGED = 65534
_ = (card_ports, deadline, driver, transport)


def typed(text: str) -> PinBuffer:
    buffer = PinBuffer()
    for character in text:
        assert buffer.press(character)
    return buffer


class Commands:
    def __init__(self, settings: ReaderSettings) -> None:
        self.seen: queue.Queue[tuple[float, card_ports.Presence]] = queue.Queue()
        self.trace: list[str] = []
        self.reader = PcscCardReader(settings, trace=self.trace.append)
        self.reader.watch(lambda presence: self.seen.put((time.monotonic(), presence)))
        self.card: Any = None

    def user(self) -> int:
        return os.geteuid()

    def presence(self) -> card_ports.Presence:
        return self.reader.presence()

    def news(self, timeout_s: float) -> tuple[float, card_ports.Presence] | None:
        try:
            return self.seen.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def open(self, what: str) -> object:
        opened = getattr(self.reader, what)()
        self.card = opened if hasattr(opened, "tries") and hasattr(opened, "verify") else None
        return "open" if self.card is not None else opened

    def verify(self, pin: str, spend_last_try: bool = False) -> object:
        return self.card.verify(typed(pin), spend_last_try=spend_last_try)

    def do(self, what: str, *arguments: object) -> object:
        return getattr(self.card, what)(*arguments)

    def details(self) -> object:
        return self.reader.details()

    def take_names(self) -> int:
        """Reads the attributes and drops them here: how many characters they had."""
        found = self.card.attributes()
        return len(found.name) + len(found.address)

    def threads(self) -> list[str]:
        return [thread.name for thread in threading.enumerate()]

    def traced(self) -> list[str]:
        return self.trace


def receive(stream: BinaryIO) -> Any:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return pickle.loads(stream.read(struct.unpack(">I", head)[0]))


def send(stream: BinaryIO, value: object) -> None:
    raw = pickle.dumps(value)
    stream.write(struct.pack(">I", len(raw)) + raw)
    stream.flush()


def main() -> None:
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(UNPRIVILEGED)
        os.setuid(UNPRIVILEGED)
    commands = Commands(receive(questions))
    send(answers, ("ready",))
    while (asked := receive(questions)) is not None:
        name, arguments = asked
        send(answers, (getattr(commands, name)(*arguments),))
    commands.reader.close()


if __name__ == "__main__":
    main()
