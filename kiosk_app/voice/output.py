"""Where the sound goes: the sound card through ALSA's own player, or files where there is none.

`aplay` keeps audio libraries and their crashes out of our process; a stuck sound card ends with its deadline.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk_app.voice.synthesiser import duration_s, silence, wav

CARDS = Path("/proc/asound/cards")
PLAYER_GRACE_S = 5.0
PAUSE_BETWEEN_SAYINGS_S = 0.6
FILES_KEPT_MAX = 500
"""Where nobody listens nobody tidies up either."""


def _always() -> bool:
    return True


class Output(Protocol):
    def play(self, name: str, samples: bytes, wanted: Callable[[], bool] = _always) -> str:
        """Returns when it has been heard or hushed; empty, or why it was not heard. Not begun where no longer `wanted`.

        The same name again is its second saying.
        """
        ...

    def hush(self) -> None:
        """Ends what is being played; from another thread."""
        ...


class SoundCard:
    def __init__(self, device: str = "default") -> None:
        self._command = ["aplay", "--quiet", "--device", device, "--file-type", "wav", "-"]
        self._starting = threading.Lock()
        self._player: subprocess.Popen[bytes] | None = None

    def play(self, name: str, samples: bytes, wanted: Callable[[], bool] = _always) -> str:
        deadline_s = duration_s(samples) + PLAYER_GRACE_S
        # Under the lock, so that whoever hushes either comes first and is asked, or finds the player.
        with self._starting:
            if not wanted():
                return ""
            try:
                player = subprocess.Popen(self._command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            except FileNotFoundError:
                return "aplay is not installed (package alsa-utils)"
            self._player = player
        with player:
            try:
                _, complaint = player.communicate(wav(samples), timeout=deadline_s)
            except subprocess.TimeoutExpired:
                player.kill()
                return f"{name}: the sound card did not finish within {deadline_s:.0f} s"
        if player.returncode in (0, -signal.SIGTERM):
            return ""
        return complaint.decode(errors="replace").strip() or "aplay failed"

    def hush(self) -> None:
        with self._starting:
            if self._player is not None and self._player.poll() is None:
                self._player.terminate()


class Files:
    """One file a call; a second saying is appended to its file, as it would be heard."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._last_name, self._last_samples = "", b""
        self._kept: deque[str] = deque()

    def play(self, name: str, samples: bytes, wanted: Callable[[], bool] = _always) -> str:
        if not wanted():
            return ""
        if name == self._last_name:
            samples = self._last_samples + silence(PAUSE_BETWEEN_SAYINGS_S) + samples
        else:
            self._kept.append(name)
        self._last_name, self._last_samples = name, samples
        unfinished = self._directory / f".{name}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(wav(samples))
            os.replace(unfinished, self._directory / name)
        except OSError as trouble:
            return str(trouble)
        while len(self._kept) > FILES_KEPT_MAX:
            with contextlib.suppress(OSError):
                (self._directory / self._kept.popleft()).unlink()
        return ""

    def hush(self) -> None:
        """A file is whole at once."""


def sound_card_present(cards: Path = CARDS) -> bool:
    try:
        return any(line[:2].strip().isdigit() for line in cards.read_text().splitlines())
    except OSError:
        return False
