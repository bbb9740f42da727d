"""Text to sound, offline, with the dictionary and voice inside pyopenjtalk-plus; and the chime, computed.

The library is imported on first use: it takes a second or two and most of this process's memory.
"""

from __future__ import annotations

import array
import contextlib
import functools
import io
import math
import sys
import wave
from typing import TYPE_CHECKING

from kiosk_app.voice.readings import Readings

if TYPE_CHECKING:
    from types import ModuleType

RATE_HZ = 48_000
BYTES_PER_SAMPLE = 2

_KNOWN_NOTES = ("Warning: ONNX Runtime is not installed.", "Please install ONNX Runtime")
_CHIME_HZ = (659.26, 523.25)
_CHIME_NOTE_S = 0.55
_SHORT_NOTE_S = 0.4
_CHIME_LEVEL = 0.35
_CLICK_HZ = 880.0
_CLICK_S = 0.05
_CLICK_LEVEL = 0.25


class Synthesiser:
    """Japanese: the library knows no other language (english.py does)."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def warm_up(self) -> None:
        """Pays for the library now, so that the first call is not late."""
        self.samples("えー")

    def samples(self, text: str) -> bytes:
        """16-bit little-endian mono at 48 kHz."""
        # Sudachi's disambiguation maps another dictionary (60 MB) and changes none of our sentences; 「何」 needs onnx.
        wave_form, rate_hz = _library().tts(
            self._readings.spoken(text), use_sudachi_kanji_yomi=False, predict_nani=False
        )
        if rate_hz != RATE_HZ:
            raise RuntimeError(f"the voice gives {rate_hz} Hz, expected {RATE_HZ}")
        limited: bytes = wave_form.clip(-32768, 32767).astype("<i2").tobytes()
        return limited

    def say(self, text: str) -> bytes:
        """A whole WAV file, for the earphone."""
        return wav(self.samples(text))

    def reading(self, text: str) -> str:
        """What would be said, in kana."""
        return str(
            _library().g2p(self._readings.spoken(text), kana=True, use_sudachi_kanji_yomi=False, predict_nani=False)
        )


@functools.cache
def _library() -> ModuleType:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        import pyopenjtalk
    # It prints on import that an optional model, which we do not use, is absent. Anything else goes on to the log.
    for line in heard.getvalue().splitlines():
        if not line.startswith(_KNOWN_NOTES):
            print(line, file=sys.stderr)
    return pyopenjtalk


@functools.cache
def chime(short: bool = False) -> bytes:
    """Two falling notes, each dying away; or the lower one alone, for a call right behind another."""
    length = int(RATE_HZ * (_SHORT_NOTE_S if short else _CHIME_NOTE_S))
    samples = array.array("h")
    for pitch_hz in _CHIME_HZ[1:] if short else _CHIME_HZ:
        for n in range(length):
            at_s = n / RATE_HZ
            # A short rise keeps the loudspeaker from clicking.
            level = _CHIME_LEVEL * min(1.0, at_s / 0.005) * math.exp(-at_s * 6) * min(1.0, (length - n) / 480)
            samples.append(round(32767 * level * math.sin(2 * math.pi * pitch_hz * at_s)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


@functools.cache
def click() -> bytes:
    """Of a key: short and soft, the same for every one."""
    samples = array.array("h")
    for n in range(int(RATE_HZ * _CLICK_S)):
        at_s = n / RATE_HZ
        level = _CLICK_LEVEL * min(1.0, at_s / 0.002) * math.exp(-at_s * 90)
        samples.append(round(32767 * level * math.sin(2 * math.pi * _CLICK_HZ * at_s)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def silence(duration_s: float) -> bytes:
    return bytes(int(RATE_HZ * duration_s) * BYTES_PER_SAMPLE)


def wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(BYTES_PER_SAMPLE)
        writer.setframerate(RATE_HZ)
        writer.writeframes(samples)
    return file.getvalue()


def duration_s(samples: bytes) -> float:
    return len(samples) / BYTES_PER_SAMPLE / RATE_HZ
