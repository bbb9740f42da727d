"""Rings while somebody is called and nobody has accepted it. The words on the screen say the same, so a console without
a sound card only lacks the sound.

ALSA's own player does it: Qt's sound is not among the parts that we install, and a stuck sound card stays outside.
"""

from __future__ import annotations

import array
import functools
import io
import math
import sys
import wave
from collections.abc import Set

from PySide6.QtCore import QElapsedTimer, QObject, QProcess

AGAIN_MS = 10_000
"""Often enough to be noticed by whoever comes back, seldom enough to serve a visitor meanwhile."""
RATE_HZ = 16_000
NOTE_S = 0.18
NOTES_HZ = (880.0, 1108.7, 880.0)


class Bell:
    """`hear` it with each news and each second; `close` it before its owner goes."""

    def __init__(self, owner: QObject) -> None:
        self._known: Set[str] = frozenset()
        self._struck = QElapsedTimer()
        self._player = QProcess(owner)
        self._player.setProgram("aplay")
        self._player.setArguments(["--quiet", "--file-type", "wav", "-"])

    def hear(self, ringing: Set[str]) -> None:
        """At once for a new call, then again and again until each is accepted."""
        fresh, self._known = ringing - self._known, ringing
        if ringing and (fresh or self._struck.elapsed() >= AGAIN_MS):
            self._strike()

    def close(self) -> None:
        self._player.kill()
        self._player.waitForFinished(1_000)

    def _strike(self) -> None:
        self._struck.start()
        if self._player.state() == QProcess.ProcessState.NotRunning:
            self._player.start()
            self._player.write(sound())
            self._player.closeWriteChannel()


@functools.cache
def sound() -> bytes:
    """Three short notes as a WAV file."""
    samples, length = array.array("h"), int(RATE_HZ * NOTE_S)
    for pitch_hz in NOTES_HZ:
        for n in range(length):
            # Each note rises and falls softly, so that the loudspeaker does not click.
            level = 0.5 * math.sin(math.pi * n / length)
            samples.append(round(32767 * level * math.sin(2 * math.pi * pitch_hz * n / RATE_HZ)))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
