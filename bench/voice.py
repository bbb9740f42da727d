"""Speech: can the real voice process make a busy hour's calls in a small part of the time that they last?

Calls come from a real core; the sound goes into WAV files, so that nothing is waited for but its making.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.house import House, milliseconds
from bench.office_day import tokens
from bench.row import Row, percentile, row
from kiosk_app import api
from kiosk_app.client import Client
from kiosk_app.voice import english
from kiosk_app.voice.check import SAMPLE
from kiosk_app.voice.phrases import english_sentence

CALLS = 40
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@contextmanager
def voice(core: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    command = (sys.executable, "-P", "-m", "kiosk_app.main", "voice", "--core", core, "--out", str(out))
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        until(process, "ready")
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], event: str, **fields: str) -> None:
    """The voice's log says so."""
    assert process.stderr is not None
    wanted = {"event": event, **fields}
    for line in process.stderr:
        if line.startswith("{") and wanted.items() <= json.loads(line).items():
            return
    raise RuntimeError(f"the voice ended before {wanted}")


def processor_s(process_id: int) -> float:
    """Of the process and of the programs that it has run."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / TICKS_A_SECOND


def sounds_s(folder: Path) -> float:
    total_s = 0.0
    for path in folder.glob("*.wav"):
        with wave.open(str(path)) as file:
            total_s += file.getnframes() / file.getframerate()
    return total_s


def spoken(house: House, count: int = CALLS) -> tuple[list[float], float]:
    """Milliseconds from each press to its sound, and processor time a second of sound."""
    clerks = {counter: Client(house.client.core, token=token) for counter, token in tokens(house.office).items()}
    spans_s: list[float] = []
    with tempfile.TemporaryDirectory() as folder, voice(house.client.core, Path(folder)) as process:
        before_s = processor_s(process.pid)
        for counter in itertools.cycle(clerks):
            if not clerks[counter].staff_view().next_number:
                continue
            pressed_s = time.monotonic()
            reply = clerks[counter].act(api.StaffAct(intent=str(uuid.uuid4()), verb="call_next", counter=counter))
            if not reply.ok:
                raise RuntimeError(reply.message)
            until(process, "said", saying="1")
            spans_s.append(time.monotonic() - pressed_s)
            until(process, "said", saying="2")
            if len(spans_s) == count:
                break
        return milliseconds(spans_s), (processor_s(process.pid) - before_s) / sounds_s(Path(folder))


def in_english(count: int = CALLS) -> list[float]:
    """Milliseconds for each sentence."""
    spans_s: list[float] = []
    for _ in range(count):
        begun_s = time.monotonic()
        _, trouble = english.samples(english_sentence(SAMPLE))
        spans_s.append(time.monotonic() - begun_s)
        if trouble:
            raise RuntimeError(trouble)
    return milliseconds(spans_s)


def rows() -> list[Row]:
    with House() as house:
        spans_ms, share = spoken(house)
    return [
        row("voice: press → its Japanese sound is made, p95", percentile(spans_ms, 95), "ms", 500),
        row("voice: processor time for a second of sound", share * 1000, "ms", 100),
        row("voice: a sentence in English, p95", percentile(in_english(), 95), "ms", 300),
    ]
