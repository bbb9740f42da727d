"""Readers and their card service in memory: the same emulator as under pcscd, for thousands of cards a test."""

from __future__ import annotations

import threading
import time
from typing import Literal

from drivers.card_ports import CardGone, CardInUse, ReaderLost, UnreadableCard, WrongCard
from drivers.pcsc_card.line import LineLost, Slot
from drivers.pcsc_card.simulator.emulator import EmulatedCard, Removed, Silent

READER = "Simulated Reader 00 00"


class MemoryService:
    """A `CardService` whose readers and cards a test moves."""

    def __init__(self, *readers: str) -> None:
        self._changed = threading.Condition()
        self._cards: dict[str, EmulatedCard | Literal["mute"] | None] = {name: None for name in readers or (READER,)}
        self._events: dict[str, int] = {}
        self._in_use: dict[str, MemoryLine] = {}
        self._is_running = True
        self._is_closed = False

    # --- moved by the test

    def place(self, card: EmulatedCard | Literal["mute"], reader: str = READER) -> None:
        with self._changed:
            self._put(reader, card)

    def take(self, reader: str = READER) -> None:
        with self._changed:
            self._put(reader, None)

    def unplug(self, reader: str = READER) -> None:
        with self._changed:
            self._put(reader, None)
            del self._cards[reader]

    def plug(self, reader: str = READER) -> None:
        with self._changed:
            self._cards[reader] = None
            self._changed.notify_all()

    def stop(self) -> None:
        """As when pcscd is killed: every line is lost."""
        with self._changed:
            self._is_running = False
            self._in_use.clear()
            self._changed.notify_all()

    def start(self) -> None:
        with self._changed:
            self._is_running = True
            self._changed.notify_all()

    def _put(self, reader: str, card: EmulatedCard | Literal["mute"] | None) -> None:
        self._cards[reader] = card
        self._events[reader] = self._events.get(reader, 0) + 1
        if isinstance(card, EmulatedCard):
            card.power_off()
        self._changed.notify_all()

    # --- CardService

    def slots(self, before: tuple[Slot, ...] | None, timeout_s: float) -> tuple[Slot, ...] | None:
        until_s = time.monotonic() + timeout_s
        with self._changed:
            while True:
                now = self._slots()
                left_s = until_s - time.monotonic()
                if before is None or now != before or left_s <= 0 or self._is_closed:
                    return now
                self._changed.wait(left_s)

    def _slots(self) -> tuple[Slot, ...] | None:
        if not self._is_running:
            return None
        return tuple(self._slot(name, card) for name, card in self._cards.items())

    def _slot(self, name: str, card: EmulatedCard | Literal["mute"] | None) -> Slot:
        event = self._events.get(name, 0)
        if isinstance(card, EmulatedCard):
            return Slot(name, "there", card.atr, event)
        return Slot(name, "none" if card is None else "mute", b"", event)

    def open(self, slot_name: str) -> MemoryLine:
        with self._changed:
            if not self._is_running or slot_name not in self._cards:
                raise LineLost(ReaderLost())
            card = self._cards[slot_name]
            if card is None:
                raise LineLost(CardGone())
            if not isinstance(card, EmulatedCard):
                raise LineLost(WrongCard(UnreadableCard()))
            if slot_name in self._in_use:
                raise LineLost(CardInUse())
            card.power_on()
            self._in_use[slot_name] = line = MemoryLine(self, slot_name, card, self._events.get(slot_name, 0))
            return line

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    # --- for the line

    def is_there(self, line: MemoryLine) -> bool:
        """LineLost when the service or the reader has gone."""
        with self._changed:
            if not self._is_running or line.slot_name not in self._cards:
                raise LineLost(ReaderLost())
            return self._events.get(line.slot_name, 0) == line.event and self._in_use.get(line.slot_name) is line

    def let_go(self, line: MemoryLine) -> None:
        with self._changed:
            if self._in_use.get(line.slot_name) is line:
                del self._in_use[line.slot_name]

    def wait_until_taken(self, line: MemoryLine) -> None:
        """A silent card is waited for until somebody takes it, as under PC/SC."""
        with self._changed:
            while self._is_running and self._events.get(line.slot_name, 0) == line.event and not self._is_closed:
                self._changed.wait(1.0)


class MemoryLine:
    """A `Line` to one emulated card."""

    def __init__(self, service: MemoryService, slot_name: str, card: EmulatedCard, event: int) -> None:
        self.slot_name = slot_name
        self.event = event
        self.atr = card.atr
        self.protocol: Literal["T=0", "T=1", "raw", "unknown"] = "T=1"
        self._service = service
        self._card = card

    def transmit(self, command: bytearray) -> bytes:
        if not self._service.is_there(self):
            raise LineLost(CardGone())
        try:
            answer = self._card.process(bytes(command))
        except Removed:
            self._service.take(self.slot_name)
            raise LineLost(CardGone()) from None
        except Silent:
            self._service.wait_until_taken(self)
            raise LineLost(CardGone()) from None
        if self._card.switches.delay_s:
            time.sleep(self._card.switches.delay_s)
        return answer

    def power_off(self) -> None:
        self._card.power_off()
        self._service.let_go(self)
