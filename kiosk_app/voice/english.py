"""English, for tickets taken in English: Flite, a program of its own, with its voice "slt" (docs/decisions/022).

It may be absent, fail or hang: then Japanese alone is spoken; the log and `hitofuda diag voice` say so.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

from kiosk_app.voice.levels import at_volume, three_times_the_rate
from kiosk_app.voice.synthesiser import RATE_HZ

PROGRAM, VOICE = "flite", "slt"
FLITE_RATE_HZ = 16_000
LEVEL_PERCENT = 83
"""Where it speaks, slt is 1.6 dB louder than the Japanese voice (measured)."""
ANSWER_S = 5.0
"""A call takes a tenth of a second; whatever takes longer than this holds up the next call."""
MISSING = (
    "英語の音声プログラム flite がありません。英語の番号札も日本語だけでお呼びします。次の手順: apt-get install flite"
)


def missing() -> str:
    """Empty, or what a technician should do."""
    return "" if shutil.which(PROGRAM) else MISSING


def samples(text: str) -> tuple[bytes, str]:
    """16-bit little-endian mono at 48 kHz, and why there are none."""
    command = (PROGRAM, "-voice", VOICE, "-t", text, "-o", "/dev/stdout")
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWER_S)
    except FileNotFoundError:
        return b"", MISSING
    except OSError as trouble:
        return b"", f"flite: {trouble.strerror}"
    except subprocess.TimeoutExpired:
        return b"", f"flite: no answer within {ANSWER_S:.0f} s"
    try:
        with wave.open(io.BytesIO(done.stdout)) as file:
            shape = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        said = done.stderr.decode(errors="replace").strip()
        return b"", f"flite: no sound, code {done.returncode}: {said[:200]}"
    if shape != (FLITE_RATE_HZ, 1, 2):
        return b"", f"flite: expected 16 bit mono at {FLITE_RATE_HZ} Hz, got {shape}"
    assert FLITE_RATE_HZ * 3 == RATE_HZ
    return at_volume(three_times_the_rate(raw), LEVEL_PERCENT), ""
