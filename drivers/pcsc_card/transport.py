"""PC/SC through pyscard's thin layer: pcscd's slots and the exclusive line to one card. The only file that knows it.

pyscard's own CardMonitor is not used: its thread dies for good when pcscd restarts (measured). Return codes are those
of pcsc-lite's pcsclite.h.
"""

from __future__ import annotations

import threading
import time
from typing import Literal

from smartcard import scard

from drivers.card_ports import (
    CardGone,
    CardInUse,
    CardNonsense,
    CardSilent,
    CardTrouble,
    ReaderLost,
    UnreadableCard,
    WrongCard,
)
from drivers.pcsc_card.line import LineLost, Slot

PLUG_AND_PLAY = r"\\?PnP?\Notification"
"""The name under which pcscd tells of readers that come and go."""
READERS_MAX = 16
"""pcscd itself knows no more."""
OVERRUN_S = 0.5
"""A wait that took so much longer than asked for may have left half a message in the line to pcscd: a new line then."""
RENEW_S = 10.0
"""No line for watching is used for longer, so that one whose messages fell out of step heals by itself."""
LOOK_AGAIN_S = 5.0
"""No single wait is longer, whatever the caller wants: news that was lost is found so."""

_GONE = {
    scard.SCARD_W_REMOVED_CARD,
    scard.SCARD_W_RESET_CARD,
    scard.SCARD_E_NO_SMARTCARD,
    scard.SCARD_E_NOT_TRANSACTED,
    scard.SCARD_W_UNPOWERED_CARD,
}
"""Taken out, or out and in again. E_NOT_TRANSACTED is what the first exchange after a removal meets (measured)."""
_AWAY = {
    scard.SCARD_E_NO_SERVICE,
    scard.SCARD_E_SERVICE_STOPPED,
    scard.SCARD_E_READER_UNAVAILABLE,
    scard.SCARD_E_UNKNOWN_READER,
    scard.SCARD_E_NO_READERS_AVAILABLE,
    scard.SCARD_E_INVALID_HANDLE,
    scard.SCARD_F_COMM_ERROR,
    scard.SCARD_F_INTERNAL_ERROR,
    scard.SCARD_E_CANCELLED,
}
_MUTE = {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNSUPPORTED_CARD, scard.SCARD_E_PROTO_MISMATCH}


def _trouble(code: int) -> CardTrouble:
    code &= 0xFFFFFFFF
    for codes, trouble in ((_GONE, CardGone()), (_AWAY, ReaderLost()), (_MUTE, WrongCard(UnreadableCard()))):
        if code in {one & 0xFFFFFFFF for one in codes}:
            return trouble
    if code == scard.SCARD_E_SHARING_VIOLATION & 0xFFFFFFFF:
        return CardInUse()
    if code == scard.SCARD_E_TIMEOUT & 0xFFFFFFFF:
        return CardSilent()
    return CardNonsense("pcsc", f"code {code:08X}")


class PcscService:
    """pcscd as a `CardService`. `reader_name` is a part of the reader's name; readers of SAMs are never looked at."""

    def __init__(self, reader_name: str = "") -> None:
        self._reader_name = reader_name
        self._context: int | None = None
        self._established_s = 0.0
        self._lock = threading.Lock()
        self._is_closed = False

    def slots(self, before: tuple[Slot, ...] | None, timeout_s: float) -> tuple[Slot, ...] | None:
        context = self._established()
        if context is None:
            return None
        found_names = self._names(context)
        if found_names is None:
            self._lose(context)
            return None
        names = [name for name in found_names if self._is_meant(name)][:READERS_MAX]
        known = {slot.name: slot for slot in before or ()}
        states = [(name, _state_of(known[name]) if name in known else 0) for name in names]
        # A new reader, or one less, is seen in the list itself; waiting is only for what is as before.
        wait = before is not None and set(names) == set(known)
        # Newer services compare the number of all readers.
        states.append((PLUG_AND_PLAY, len(found_names) << 16))
        wait_ms = int(1000 * min(timeout_s, LOOK_AGAIN_S)) if wait else 0
        began_s = time.monotonic()
        code, found = scard.SCardGetStatusChange(context, wait_ms, states)
        code &= 0xFFFFFFFF
        ended_s = time.monotonic()
        if ended_s - began_s > wait_ms / 1000 + OVERRUN_S or ended_s - self._established_s > RENEW_S:
            self._lose(context)
        if code == scard.SCARD_E_TIMEOUT & 0xFFFFFFFF:
            if wait:
                return before
        elif code == scard.SCARD_E_UNKNOWN_READER & 0xFFFFFFFF:
            # Just unplugged, or out of step: the list is read anew over a new line.
            self._lose(context)
            return before or ()
        elif code != scard.SCARD_S_SUCCESS:
            self._lose(context)
            return None
        return tuple(_slot(name, state, bytes(atr)) for name, state, atr in found if name != PLUG_AND_PLAY)

    def open(self, slot_name: str) -> PcscLine:
        return PcscLine(slot_name)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            if self._context is not None:
                scard.SCardCancel(self._context)

    def _established(self) -> int | None:
        with self._lock:
            if self._is_closed:
                return None
            if self._context is None:
                code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
                self._context = context if code == scard.SCARD_S_SUCCESS else None
                self._established_s = time.monotonic()
            return self._context

    def _lose(self, context: int) -> None:
        with self._lock:
            if self._context == context:
                self._context = None
                scard.SCardReleaseContext(context)

    def _names(self, context: int) -> list[str] | None:
        code, names = scard.SCardListReaders(context, [])
        if code & 0xFFFFFFFF == scard.SCARD_E_NO_READERS_AVAILABLE & 0xFFFFFFFF:
            return []
        if code != scard.SCARD_S_SUCCESS:
            return None
        return list(names)

    def _is_meant(self, name: str) -> bool:
        """Many contactless readers show a second one for a SAM inside, which holds a card for ever."""
        is_for_sam = " SAM" in name.upper() and " SAM" not in self._reader_name.upper()
        return self._reader_name in name and not is_for_sam


def _state_of(slot: Slot) -> int:
    there = {
        "none": scard.SCARD_STATE_EMPTY,
        "there": scard.SCARD_STATE_PRESENT,
        "mute": scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_MUTE,
    }
    return int(there[slot.card]) | slot.event << 16


def _slot(name: str, state: int, atr: bytes) -> Slot:
    event = state >> 16 & 0xFFFF
    if state & (scard.SCARD_STATE_EMPTY | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN):
        return Slot(name, "none", b"", event)
    if not state & scard.SCARD_STATE_PRESENT:
        return Slot(name, "none", b"", event)
    if state & scard.SCARD_STATE_MUTE or not atr:
        return Slot(name, "mute", b"", event)
    return Slot(name, "there", atr, event)


class PcscLine:
    """Exclusive, and without power afterwards: a verified PIN stays open for as long as a card has power."""

    def __init__(self, slot_name: str) -> None:
        """Connects at once. Raises LineLost."""
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if code != scard.SCARD_S_SUCCESS:
            raise LineLost(ReaderLost())
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, self._card, active = scard.SCardConnect(self._context, slot_name, scard.SCARD_SHARE_EXCLUSIVE, either)
        if code != scard.SCARD_S_SUCCESS:
            scard.SCardReleaseContext(self._context)
            raise LineLost(_trouble(code))
        self._header = scard.SCARD_PCI_T0 if active == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self.protocol: Literal["T=0", "T=1", "raw", "unknown"] = "T=0" if active == scard.SCARD_PROTOCOL_T0 else "T=1"
        _, _, _, _, atr = scard.SCardStatus(self._card)
        self.atr = bytes(atr)

    def transmit(self, command: bytearray) -> bytes:
        values = list(command)
        code, answer = scard.SCardTransmit(self._card, self._header, values)
        # The list held a PIN, perhaps.
        values[:] = [0] * len(values)
        if code != scard.SCARD_S_SUCCESS:
            raise LineLost(_trouble(code))
        if not answer:
            # pcscd calls it a success, but a card says two bytes at least: this one has just left (measured with vpcd).
            raise LineLost(CardGone())
        return bytes(answer)

    def power_off(self) -> None:
        # Codes are not looked at: a card that is gone has no power either.
        scard.SCardDisconnect(self._card, scard.SCARD_UNPOWER_CARD)
        scard.SCardReleaseContext(self._context)
