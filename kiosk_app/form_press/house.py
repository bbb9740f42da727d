"""Starts the process that typesets a visit's forms, asks it, and ends it with the visit: its memory goes with it.

Blocking, for one thread at a time; every wait has a deadline. Nothing is written to a disk.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from kiosk_app.form_press.press import MESSAGE_MAX, Answer, Asked, Failed, Made, Make, Warm
from kiosk_app.office.forms_fill import Filled

START_S = 20.0
ANSWER_S = 25.0


class PressAway(Exception):
    """The process has ended, or does not answer. Carries nothing of the forms."""


class PressHouse:
    """One visit after the other: `open`, `make` as often as wanted, `close`."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder.resolve())
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        return self._process

    def open(self, templates: tuple[str, ...]) -> None:
        """A new process, warm when this returns. Raises PressAway."""
        with self._lock:
            self._close()
            ours, theirs = socket.socketpair()
            with theirs:
                command = [sys.executable, "-P", "-m", "kiosk_app.form_press.press"]
                # What a library says of a form's text goes nowhere.
                self._process = subprocess.Popen(
                    command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            self._line = ours
            found = self._ask(Warm(self._folder, templates), START_S)
            if isinstance(found, Failed):
                self._close()
                raise PressAway(found.kind)

    def make(self, filled: Filled, visit: str, public: bytes = b"", until_min: int = 0, until: str = "") -> Made:
        """Raises PressAway, also where the template does not take it."""
        return self._made(Make(self._folder, filled, visit, public, until_min, until))

    def look(self, filled: Filled, public: bytes = b"") -> Made | Failed:
        """For whoever checks templates: what they placed, or what is wrong with them."""
        with self._lock:
            return self._ask(Make(self._folder, filled, "-", public, look=True), ANSWER_S)

    def _made(self, asked: Make) -> Made:
        with self._lock:
            found = self._ask(asked, ANSWER_S)
        if isinstance(found, Failed):
            raise PressAway(found.kind)
        return found

    def close(self) -> None:
        """Not asked to end but ended: nothing in it is worth waiting for."""
        with self._lock:
            self._close()

    def end_now(self) -> None:
        """From any thread, also while a form is being made: whoever waits for it hears PressAway."""
        process = self._process
        if process is not None:
            process.kill()

    def _close(self) -> None:
        line, self._line = self._line, None
        process, self._process = self._process, None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.wait()

    def _ask(self, asked: Asked, within_s: float) -> Answer:
        if self._line is None:
            raise PressAway("not open")
        raw = msgspec.msgpack.encode(asked)
        try:
            self._line.settimeout(within_s)
            self._line.sendall(len(raw).to_bytes(4, "big") + raw)
            length = int.from_bytes(self._exactly(4), "big")
            if length > MESSAGE_MAX:
                raise PressAway("too much")
            answer: Answer = msgspec.msgpack.decode(self._exactly(length), type=Answer)
            return answer
        except OSError as error:
            with contextlib.suppress(OSError):
                self._close()
            raise PressAway(type(error).__name__) from None

    def _exactly(self, length: int) -> bytes:
        assert self._line is not None
        data = bytearray()
        while len(data) < length:
            part = self._line.recv(length - len(data))
            if not part:
                raise ConnectionError
            data += part
        return bytes(data)
