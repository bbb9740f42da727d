"""The tried-out office: from `scripts/run` to a citizen screen that can be touched, as somebody at a desk waits for it.

The real script with all its processes; only the windows are off screen. Everything is installed, and one start has
warmed the disk, so this is the second start. The last frame that the citizen's window draws is the screen to touch:
before it come an empty page and, when the core is slower, the page that says so.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from bench.office_day import ROOT
from bench.row import Row, row
from kiosk_app.client import Client, CoreTrouble

STARTS = 3
BUDGET_MS = 3_000
PATIENCE_S = 60.0
QUIET_S = 2.0
"""Nothing moves on the idle screen, so after this no further frame belongs to the start."""
FRAME = re.compile(r"^\s*([\d.]+) .*Frame rendered", re.MULTILINE)
ENVIRONMENT = {
    **os.environ,
    "DISPLAY": "none",
    "QT_QPA_PLATFORM": "offscreen",
    "QSG_RENDER_TIMING": "1",
    "QT_LOGGING_RULES": "qt.scenegraph.time.renderloop=true",
    # Of the clock that time.monotonic reads: the wall clock may be set while it is measured.
    "QT_MESSAGE_PATTERN": "%{time boot} %{message}",
}


def frames(said: Path) -> list[float]:
    """When the citizen's window was drawn, in seconds since this computer was started."""
    text = said.read_text(encoding="utf-8") if said.exists() else ""
    return [float(at) for at in FRAME.findall(text)]


def idle(core: str) -> bool:
    try:
        return Client(core).citizen_view().screen == "idle"
    except CoreTrouble:
        return False


def start_ms(folder: Path) -> tuple[float, float]:
    """Milliseconds to the first frame and to the screen that can be touched."""
    begun = time.monotonic()
    command = [str(ROOT / "scripts" / "run"), "--dir", str(folder), "--at", "2026-04-06 10:00"]
    office = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    drawn: list[float] = []
    try:
        while not (drawn and idle(f"unix:{folder}/run/core.sock") and time.monotonic() - drawn[-1] > QUIET_S):
            if office.poll() is not None or time.monotonic() - begun > PATIENCE_S:
                raise RuntimeError(f"no citizen screen: {office.poll()}, {len(drawn)} frames")
            time.sleep(0.1)
            drawn = frames(folder / "log" / "citizen.txt")
    finally:
        office.send_signal(signal.SIGINT)
        office.wait()
    return 1000 * (drawn[0] - begun), 1000 * (drawn[-1] - begun)


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="hitofuda-") as folder:
        start_ms(Path(folder))
        first, usable = zip(*(start_ms(Path(folder)) for _ in range(STARTS)), strict=True)
    return [
        row("try-out: scripts/run to the first frame, median", statistics.median(first), "ms", BUDGET_MS),
        row("try-out: scripts/run to a usable citizen screen, slowest", max(usable), "ms", BUDGET_MS),
    ]
