"""A card from the inside: bytes in, bytes out, files, PINs that count and lock, and every trouble that can be armed.

Written from the published behaviour of cards, not from our driver: it knows files that the driver never asks for, so
that a test can see that it does not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

Continuation = Literal["none", "61", "6c"]
SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Removed(Exception):
    """The card is taken away now, when so many bytes of its answer have been heard."""

    def __init__(self, heard: bytes = b"") -> None:
        super().__init__()
        self.heard = heard


class Silent(Exception):
    """The card never answers."""


@dataclass(slots=True)
class File:
    """A transparent file; `opened_by` are the PIN files of which one must have been verified."""

    content: bytes
    opened_by: tuple[int, ...] = ()


@dataclass(slots=True)
class Pin:
    value: bytes
    tries: int
    most: int = 3


@dataclass(slots=True)
class Key:
    key: rsa.RSAPrivateKey
    opened_by: tuple[int, ...]


@dataclass(slots=True)
class Application:
    """By file id."""

    entries: dict[int, File | Pin | Key] = field(default_factory=dict)


@dataclass(slots=True)
class Switches:
    """How this card differs, and when it fails. Exchanges are counted from 1 since `arm` or the last placing."""

    select_clears: bool = False
    """Sources disagree on whether selecting an application closes its PINs (OpenSC against myna-card)."""
    reset_keeps_pin: bool = True
    hiccup_first: bool = False
    """6F00 to the first command after power-up."""
    filler: int = 32
    """So many FF after the contents of each file."""
    continuation: Continuation = "none"
    locked_status: int = 0x63C0
    """To the retry query of a locked PIN; some sources have 6984."""
    remove_at: int = 0
    cut_bytes: int = 0
    """Of the answer at which it is removed, so many are still heard."""
    silent_at: int = 0
    delay_s: float = 0.0
    """Of each answer; a real card takes about 12 ms."""
    mangle: Callable[[int, bytes, bytes], bytes] | None = None
    """(exchange, command, answer) -> what is heard instead."""


class EmulatedCard:
    """One card. `journal` holds every command that has reached it. Safe to use from any thread."""

    def __init__(self, atr: bytes, applications: dict[bytes, Application], switches: Switches | None = None) -> None:
        self.atr = atr
        self.applications = applications
        self.switches = switches or Switches()
        self.journal: list[bytes] = []
        self.powered = 0
        """How often."""
        self.lock = threading.RLock()
        self._exchange = 0
        self._application: Application | None = None
        self._aid = b""
        self._file: int | None = None
        self._open: set[tuple[bytes, int]] = set()
        self._rest = b""
        self._is_fresh = True

    # --- power

    def power_on(self) -> None:
        with self.lock:
            self.powered += 1
            self._restart()
            self._open.clear()

    def power_off(self) -> None:
        with self.lock:
            self._restart()
            self._open.clear()

    def reset(self) -> None:
        """Warm: without a loss of power."""
        with self.lock:
            self._restart()
            if not self.switches.reset_keeps_pin:
                self._open.clear()

    def _restart(self) -> None:
        self._application, self._aid, self._file, self._rest, self._is_fresh = None, b"", None, b"", True

    def arm(self) -> None:
        """Counts exchanges from here."""
        with self.lock:
            self._exchange = 0

    @property
    def is_open(self) -> bool:
        """Whether any PIN is open: it must not be when a person takes the card."""
        with self.lock:
            return bool(self._open)

    # --- commands

    def process(self, command: bytes) -> bytes:
        """Raises Removed or Silent when it is armed."""
        with self.lock:
            self._exchange += 1
            switches = self.switches
            self.journal.append(bytes(command))
            if switches.silent_at == self._exchange:
                raise Silent
            answer = self._answer(bytes(command))
            if switches.mangle is not None:
                answer = switches.mangle(self._exchange, bytes(command), answer)
            if switches.remove_at == self._exchange:
                raise Removed(answer[: switches.cut_bytes])
            return answer

    def _answer(self, command: bytes) -> bytes:
        is_first, self._is_fresh = self._is_fresh, False
        if self.switches.hiccup_first and is_first:
            return b"\x6f\x00"
        if len(command) < 4:
            return b"\x67\x00"
        cla, ins, p1, p2 = command[:4]
        rest, self._rest = self._rest, b""
        if (cla, ins) == (0x00, 0xC0):
            return self._give(rest, command[4] if len(command) > 4 else 0) if rest else b"\x69\x85"
        known = {0xA4: self._select, 0xB0: self._read, 0x20: self._verify}
        if cla == 0x00 and ins in known:
            return known[ins](p1, p2, command[4:])
        if (cla, ins) == (0x80, 0x2A):
            return self._sign(p1, p2, command[4:])
        return b"\x6e\x00" if cla not in (0x00, 0x80) else b"\x6d\x00"

    def _select(self, p1: int, p2: int, body: bytes) -> bytes:
        value = body[1 : 1 + body[0]] if body else b""
        if p1 == 0x04:
            if value not in self.applications:
                return b"\x6a\x82"
            self._application, self._aid, self._file = self.applications[value], value, None
            if self.switches.select_clears:
                self._open = {one for one in self._open if one[0] != value}
            return b"\x6f\x07\x84\x05" + value[:5] + b"\x90\x00" if p2 == 0x00 and value[:1] in b"12" else b"\x90\x00"
        if p1 == 0x00:
            # After an application, "select the master file" succeeds and does nothing (myna-card).
            return b"\x90\x00"
        if p1 != 0x02 or len(value) != 2:
            return b"\x6a\x86"
        file = int.from_bytes(value, "big")
        if self._application is None or file not in self._application.entries:
            return b"\x6a\x82"
        self._file = file
        return b"\x90\x00"

    def _read(self, p1: int, p2: int, body: bytes) -> bytes:
        if p1 & 0x80:
            self._file, offset = p1 & 0x1F, p2
        else:
            offset = p1 << 8 | p2
        file = self._entry()
        if not isinstance(file, File):
            return b"\x69\x86" if file is None else b"\x69\x81"
        if file.opened_by and not any((self._aid, pin) in self._open for pin in file.opened_by):
            return b"\x69\x82"
        content = file.content + b"\xff" * self.switches.filler
        if offset >= len(content):
            return b"\x6b\x00"
        wanted = (body[0] or 256) if body else 0
        data = content[offset : offset + wanted]
        if self.switches.continuation == "6c" and len(data) < wanted:
            return bytes((0x6C, len(data) & 0xFF))
        return self._give(data, 0) if self.switches.continuation != "61" else self._keep(data)

    def _keep(self, data: bytes) -> bytes:
        self._rest = data
        return bytes((0x61, len(data) & 0xFF))

    def _give(self, data: bytes, length: int) -> bytes:
        """In two halves where there is more than was asked for."""
        part = data[: length or 256]
        if len(part) < len(data):
            self._rest = data[len(part) :]
            return part + bytes((0x61, len(self._rest) & 0xFF))
        return part + b"\x90\x00"

    def _verify(self, p1: int, p2: int, body: bytes) -> bytes:
        if p1 != 0x00 or not p2 & 0x80:
            return b"\x6a\x86"
        if p2 & 0x1F:
            self._file = p2 & 0x1F
        pin = self._entry()
        if not isinstance(pin, Pin):
            return b"\x6a\x88" if pin is None else b"\x69\x81"
        if not body:
            return (0x63C0 + pin.tries if pin.tries else self.switches.locked_status).to_bytes(2, "big")
        if pin.tries == 0:
            return b"\x69\x84"
        assert self._file is not None
        if body[1:] == pin.value and body[0] == len(pin.value):
            pin.tries = pin.most
            self._open.add((self._aid, self._file))
            return b"\x90\x00"
        pin.tries -= 1
        self._open.discard((self._aid, self._file))
        return bytes((0x63, 0xC0 + pin.tries))

    def _sign(self, p1: int, p2: int, body: bytes) -> bytes:
        key = self._entry()
        if (p1, p2) != (0x00, 0x80):
            return b"\x6a\x86"
        if not isinstance(key, Key):
            return b"\x69\x86" if key is None else b"\x69\x81"
        if not any((self._aid, pin) in self._open for pin in key.opened_by):
            return b"\x69\x82"
        data = body[1 : 1 + body[0]] if body else b""
        if not 1 <= len(data) <= 245 or len(body) not in (len(data) + 1, len(data) + 2):
            return b"\x67\x00"
        signature = raw_signature(key.key, data)
        return self._keep(signature) if self.switches.continuation == "61" else signature + b"\x90\x00"

    def _entry(self) -> File | Pin | Key | None:
        if self._application is None or self._file is None:
            return None
        return self._application.entries.get(self._file)


def raw_signature(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    """PKCS#1 v1.5 padding over exactly these bytes, as the card does it."""
    if data.startswith(SHA256_DIGEST_INFO) and len(data) == len(SHA256_DIGEST_INFO) + 32:
        return key.sign(data[-32:], padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    numbers = key.private_numbers()
    size = key.key_size // 8
    padded = b"\x00\x01" + b"\xff" * (size - 3 - len(data)) + b"\x00" + data
    return pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
