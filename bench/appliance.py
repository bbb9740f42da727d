"""Life without a technician: from power to the first frame, what a machine uses while nobody comes, and that nothing
grows over twenty thousand visitors who look, turn back and sometimes take a number.

The faces are real processes off screen, the core is the product's own command. Growth is a straight line through what
was weighed, after the first visitors have filled what is filled once.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from pathlib import Path

from bench import office_day
from bench.faces import ENVIRONMENT, PYTHON
from bench.house import House
from bench.processors import spent_s
from bench.row import Row, row
from bench.touch import Visitor

STARTS = 5
START_S = 3.0
IDLE_S = 60.0
IDLE_PERCENT = 1.0
JOURNEYS = int(os.environ.get("HITOFUDA_BENCH_JOURNEYS", "20000"))
"""Fewer, to try this bench out."""
WARM_SHARE = 0.2
SAMPLES = 40
TICKET_EVERY = 200
GROWTH_MIB = 1.0
"""For each ten thousand visitors."""
FILES_MORE = 2
"""A line may be open at the moment of counting."""


def cold_start_s(house: House) -> float:
    """Core and face are started at once, as the target does; until the face's first frame and the core's readiness."""
    house.kill_core()
    command = (*PYTHON, "kiosk_app.main", "face", "citizen", "--core", house.client.core)
    begun = time.monotonic()
    face = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        house.start_core()
        assert face.stderr is not None
        for line in face.stderr:
            if line.startswith(b"qt.scenegraph.time.renderloop: Frame rendered"):
                return time.monotonic() - begun
        raise RuntimeError("the face ended without a frame")
    finally:
        face.kill()
        face.wait()


def idle_percent(house: House) -> float:
    """Of one processor: the core, a citizen's screen and a display together, while nobody comes."""
    assert house.core is not None
    quiet = {name: value for name, value in ENVIRONMENT.items() if not name.startswith(("QSG", "QT_LOGGING"))}
    faces = [
        subprocess.Popen(
            (*PYTHON, "kiosk_app.main", "face", kind, "--core", house.client.core),
            env=quiet,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for kind in ("citizen", "display")
    ]
    try:
        pids = (house.core.pid, *(face.pid for face in faces))
        # What a start leaves to do is done.
        time.sleep(10)
        before, begun = sum(spent_s(pid) for pid in pids), time.monotonic()
        time.sleep(IDLE_S)
        spent, took = sum(spent_s(pid) for pid in pids) - before, time.monotonic() - begun
        if any(face.poll() is not None for face in faces):
            raise RuntimeError("a face ended")
        return 100 * spent / took
    finally:
        for face in faces:
            face.kill()
            face.wait()


def walk(house: House) -> tuple[list[tuple[int, float]], list[int]]:
    """Visits and MiB of the core, then its open files, at as many moments."""
    assert house.core is not None
    visitor, pid = Visitor(house.client), house.core.pid
    weights: list[tuple[int, float]] = []
    files: list[int] = []
    start_utc_ms = int(office_day.NOW.timestamp() * 1000)
    for visit in range(1, JOURNEYS + 1):
        if visit % TICKET_EVERY == 0:
            visitor.pass_minute(start_utc_ms, visit // TICKET_EVERY)
            visitor.take_ticket(house.printer)
            house.printer.arrivals.clear()
            house.printer.pieces.clear()
        else:
            visitor.walk_to_confirm()
            for _ in range(3):
                house.client.press(visitor.press("back"))
        if visit % max(1, JOURNEYS // SAMPLES) == 0:
            weights.append((visit, resident_mib(pid)))
            files.append(len(os.listdir(f"/proc/{pid}/fd")))
    return weights, files


def resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def growth_mib(weights: list[tuple[int, float]]) -> float:
    """For each ten thousand visits; what the first fifth fills is filled once."""
    late = [one for one in weights if one[0] > JOURNEYS * WARM_SHARE]
    slope, _ = statistics.linear_regression([visit for visit, _ in late], [mib for _, mib in late])
    return max(0.0, slope * 10_000)


def rows() -> list[Row]:
    with House() as house:
        starts = [cold_start_s(house) for _ in range(STARTS)]
        idle = idle_percent(house)
    with House() as house:
        weights, files = walk(house)
    late = files[int(len(files) * WARM_SHARE) :]
    return [
        row(f"appliance: core and face, cold start to first frame, slowest of {STARTS}", max(starts), "s", START_S),
        row("appliance: core, screen and display while nobody comes", idle, "% of a processor", IDLE_PERCENT),
        row(
            f"appliance: core's memory, growth over {JOURNEYS:,} visits", growth_mib(weights), "MiB/10,000", GROWTH_MIB
        ),
        row("appliance: core's open files, more than before", max(late) - min(late), "files", FILES_MORE),
    ]
