"""A private pcscd with two virtual readers and the real driver beside it in a process of its own: both unprivileged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from drivers.card_ports import Presence
from drivers.pcsc_card.driver import ReaderSettings
from drivers.pcsc_card.simulator import kinds
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, PrivatePcscd
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from drivers.pcsc_card.simulator.virtual import VirtualCard
from tests.drivers.pcsc_card import host

TODAY = date(2026, 4, 6)
PATIENCE_S = 30.0
"""For events that come at once on an idle computer."""
NOTICED_S = 5.0
"""vpcd asks for a card about every 0.4 s."""
SLOT_0, SLOT_1 = "Hitofuda VPCD 00 00", "Hitofuda VPCD 00 01"


class Host:
    """The driver in its process. Each method of `host.Commands` may be called here."""

    def __init__(self, environment: dict[str, str], settings: ReaderSettings) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", host.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        self._tell(settings)
        assert self._hear() == "ready"

    def ask(self, name: str, *arguments: object) -> Any:
        self._tell((name, arguments))
        return self._hear()

    def presence_becomes(self, *wanted: Presence | type) -> Presence:
        """The first news that is one of these; waits for it."""
        until_s = time.monotonic() + PATIENCE_S
        seen: list[Presence] = []
        while time.monotonic() < until_s:
            news = self.ask("news", 1.0)
            if news is not None:
                seen.append(news[1])
                if any(news[1] == one or (isinstance(one, type) and isinstance(news[1], one)) for one in wanted):
                    return seen[-1]
        raise AssertionError(f"expected {wanted}, saw {seen}")

    @property
    def process_id(self) -> int:
        return self._process.pid

    def end(self) -> bytes:
        """What it wrote to its standard error: nothing, unless it has a bug. Empty when it has been ended before."""
        if self._process.returncode is not None:
            return b""
        assert self._process.stdin is not None and self._process.stderr is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            written = self._process.stderr.read()
            self._process.stderr.close()
            assert self._process.stdout is not None
            self._process.stdout.close()
        return written

    def _tell(self, value: object) -> None:
        assert self._process.stdin is not None
        host.send(self._process.stdin, value)

    def _hear(self) -> Any:
        assert self._process.stdout is not None and self._process.stderr is not None
        heard = host.receive(self._process.stdout)
        if heard is None:
            raise AssertionError(self._process.stderr.read().decode())
        (answer,) = heard
        return answer


class PcscdHouse:
    """Use as a context manager. Cards are moved by `place` and `take`."""

    def __init__(self, settings: ReaderSettings | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
        if os.geteuid() == 0:
            os.chown(self.folder, UNPRIVILEGED, UNPRIVILEGED)
        self._settings = settings or ReaderSettings()
        self.pcscd = PrivatePcscd(self.folder)
        self._placed: dict[int, VirtualCard] = {}

    def __enter__(self) -> PcscdHouse:
        self.pcscd.start()
        self.host = Host(self.pcscd.environment, self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            written = self.host.end()
            assert written == b"", written.decode()
        finally:
            for slot in list(self._placed):
                self.take(slot)
            self.pcscd.stop()
            shutil.rmtree(self.folder)

    def place(self, card: EmulatedCard, slot: int = 0) -> VirtualCard:
        self.take(slot)
        self._placed[slot] = placed = VirtualCard(card, self.pcscd.port + slot)
        placed.place()
        return placed

    def place_after_a_pull(self, card: EmulatedCard) -> None:
        """As `place`. After a card that was pulled in the middle of an answer no news came once in some 400 times.
        Where the virtual reader has asked the new card nothing, pcscd can know nothing of it, and a hand lays it down
        once more; where it has, the driver must tell."""
        if not self.place(card).noticed.wait(NOTICED_S):
            self.place(card)

    def take(self, slot: int = 0) -> None:
        placed = self._placed.pop(slot, None)
        if placed is not None:
            placed.take()


def wait_for(what: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def card(kind: kinds.Kind = "my_number", **more: Any) -> EmulatedCard:
    return kinds.make(kind, TODAY, **more)
