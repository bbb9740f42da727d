"""Notices what is laid at the reader and taken away, and goes on whatever card service or reader do meanwhile.

A card counts as a new one when the service's counter of events has moved, so a quick exchange of two cards is seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers.card_ports import (
    CardGone,
    CardInUse,
    CardSilent,
    CardTrouble,
    NothingThere,
    Presence,
    ReaderAway,
    ReaderLost,
    ServiceAway,
    TwoCards,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.line import CardService, Slot
from drivers.pcsc_card.session import TROUBLES

LOOK_S = 1.0
"""The longest wait for news; everything is looked at anew then."""
SERVICE_RETRY_S = 0.25
IDENTIFY_RETRY_S = 0.3
PATIENCE = 3
"""So often is a card asked what it is before it is called unreadable. It is asked on, for it may be only held badly."""
SPIN_S = 0.02
"""A pause after news that were none, so that a service that reports too much costs no processor."""
END_S = 2.0


def look(slots: tuple[Slot, ...] | None) -> Presence | Slot:
    """What is certain without asking a card; else the slot with the one card to ask."""
    if slots is None:
        return ServiceAway()
    if not slots:
        return ReaderAway()
    cards = [slot for slot in slots if slot.card != "none"]
    if not cards:
        return NothingThere()
    if len(cards) > 1:
        return TwoCards()
    return UnreadableCard() if cards[0].card == "mute" else cards[0]


@dataclass(frozen=True, slots=True)
class Identified:
    """`again`: the answer may change although no card is moved."""

    presence: Presence
    again: bool = False


def settle(trouble: CardTrouble, attempt: int) -> Identified | None:
    """What trouble while a card was asked means. None: nothing is known yet, ask again."""
    if isinstance(trouble, WrongCard):
        return Identified(trouble.presence)
    if isinstance(trouble, CardSilent):
        # Each further question would leave one more thread waiting for the same card.
        return Identified(UnreadableCard())
    if isinstance(trouble, CardGone | CardInUse | ReaderLost):
        return Identified(UnreadableCard(), again=True) if attempt >= PATIENCE else None
    return Identified(UnreadableCard())


class PresenceWatch:
    """One thread that looks and calls listeners. `left` is called when a card that was there is not any more."""

    def __init__(
        self,
        service: CardService,
        identify: Callable[[Slot], Presence | CardTrouble],
        left: Callable[[], None],
    ) -> None:
        self._service = service
        self._identify = identify
        self._left = left
        self._listeners: list[Callable[[Presence], None]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._looked = threading.Event()
        self._bug: BaseException | None = None
        self._presence: Presence = ServiceAway()
        self._slot: Slot | None = None
        self._asked: Slot | None = None
        self._attempt = 0
        self._thread = threading.Thread(target=self._run, name="card presence", daemon=True)
        self._thread.start()

    @property
    def presence(self) -> Presence:
        """As last seen; waits for the first look. Raises when the thread that looks has ended by a bug."""
        self._looked.wait(END_S)
        if self._bug is not None:
            raise RuntimeError("nobody looks at the card reader any more") from self._bug
        return self._presence

    @property
    def slot(self) -> Slot | None:
        """Where the one card lies that has been identified."""
        return self._slot

    def watch(self, changed: Callable[[Presence], None]) -> None:
        self._looked.wait(END_S)
        with self._lock:
            self._listeners.append(changed)
            changed(self._presence)

    def close(self) -> None:
        self._closing.set()
        self._service.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(END_S)

    def _run(self) -> None:
        try:
            self._look_on()
        except BaseException as bug:
            # Whoever asks next must not take the last answer for today's.
            self._bug = bug
            self._looked.set()
            raise

    def _look_on(self) -> None:
        before: tuple[Slot, ...] | None = None
        while not self._closing.is_set():
            wait_s = IDENTIFY_RETRY_S if self._attempt else LOOK_S
            slots = self._service.slots(before, wait_s)
            if self._closing.is_set():
                return
            if slots == before and slots is not None and not self._attempt:
                self._closing.wait(SPIN_S)
                continue
            before = slots
            self._see(look(slots))
            if slots is None:
                self._closing.wait(SERVICE_RETRY_S)

    def _see(self, seen: Presence | Slot) -> None:
        if not isinstance(seen, Slot):
            self._forget()
            self._tell(seen, None)
            return
        if seen != self._asked:
            self._forget()
            self._asked, self._attempt = seen, 1
        elif not self._attempt:
            return
        found = self._identify(seen)
        settled = settle(found, self._attempt) if isinstance(found, TROUBLES) else Identified(found)
        self._attempt = self._attempt + 1 if settled is None or settled.again else 0
        if settled is not None:
            self._tell(settled.presence, seen)

    def _forget(self) -> None:
        if self._asked is not None:
            self._left()
        self._asked, self._attempt = None, 0
        with self._lock:
            self._slot = None

    def _tell(self, presence: Presence, slot: Slot | None) -> None:
        with self._lock:
            self._slot = slot
            is_news = presence != self._presence or slot is not None or not self._looked.is_set()
            self._presence = presence
            self._looked.set()
            if is_news:
                for changed in self._listeners:
                    changed(presence)
