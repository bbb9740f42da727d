"""Where the sound goes: the sound card through ALSA's own player, or files where there is none.

`aplay` keeps audio libraries and their crashes out of our process; a stuck sound card ends with its deadline.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Protocol

from kiosk_app.voice.synthesiser import duration_s, silence, wav

CARDS = Path("/proc/asound/cards")
PLAYER_GRACE_S = 5.0
PAUSE_BETWEEN_SAYINGS_S = 0.6


class Output(Protocol):
    def play(self, name: str, samples: bytes) -> str:
        """Returns when it has been heard; empty, or why it was not. The same name again is its second saying."""
        ...


class SoundCard:
    def __init__(self, device: str = "default") -> None:
        self._command = ["aplay", "--quiet", "--device", device, "--file-type", "wav", "-"]

    def play(self, name: str, samples: bytes) -> str:
        deadline_s = duration_s(samples) + PLAYER_GRACE_S
        try:
            done = subprocess.run(self._command, input=wav(samples), capture_output=True, timeout=deadline_s)
        except FileNotFoundError:
            return "aplay is not installed (package alsa-utils)"
        except subprocess.TimeoutExpired:
            return f"{name}: the sound card did not finish within {deadline_s:.0f} s"
        return "" if done.returncode == 0 else done.stderr.decode(errors="replace").strip() or "aplay failed"


class Files:
    """One file a call; a second saying is appended to its file, as it would be heard."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._last_name, self._last_samples = "", b""

    def play(self, name: str, samples: bytes) -> str:
        if name == self._last_name:
            samples = self._last_samples + silence(PAUSE_BETWEEN_SAYINGS_S) + samples
        self._last_name, self._last_samples = name, samples
        unfinished = self._directory / f".{name}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(wav(samples))
            os.replace(unfinished, self._directory / name)
        except OSError as trouble:
            return str(trouble)
        return ""


def sound_card_present(cards: Path = CARDS) -> bool:
    try:
        return any(line[:2].strip().isdigit() for line in cards.read_text().splitlines())
    except OSError:
        return False
