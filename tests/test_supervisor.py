"""The stand-in for systemd: what dies or freezes is there again, what was closed stays closed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import supervisor
from scripts.supervisor import Service, Supervisor

ALIVE = """
import sys, time
from kiosk_app.service_manager import tell_alive
while True:
    tell_alive()
    time.sleep(0.05)
"""
ROOT = Path(__file__).parent.parent
WITHIN_S = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor, "FROZEN_AFTER_S", 2.0)
    made = Supervisor(tmp_path, tmp_path, {"PYTHONPATH": str(ROOT)}, lambda line: None)
    yield made
    made.stop()


def turn_until(watch: Supervisor, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline
        watch.turn(0.05)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gone(process_id: int) -> bool:
    """No longer there, or a corpse that nobody has fetched."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def alive(watch: Supervisor) -> Service:
    service = watch.start("face", sys.executable, "-P", "-c", ALIVE)
    turn_until(watch, lambda: service.heard_at is not None)
    return service


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_what_dies_or_freezes_is_started_again(watch: Supervisor, blow: signal.Signals) -> None:
    service = alive(watch)
    assert service.process is not None
    before = service.process.pid
    os.kill(before, blow)
    turn_until(watch, lambda: service.process is not None and service.process.pid != before)
    turn_until(watch, lambda: service.heard_at is not None)
    assert watch.running() == ["face"]


@pytest.mark.parametrize("code", [0, 2])
def test_what_was_closed_or_cannot_begin_stays_away(watch: Supervisor, code: int) -> None:
    service = watch.start("face", sys.executable, "-c", f"raise SystemExit({code})")
    turn_until(watch, lambda: service.ended == code)
    assert len(service.starts) == 1
    assert watch.running() == []


def test_what_cannot_live_is_given_up(watch: Supervisor) -> None:
    service = watch.start("face", sys.executable, "-c", "raise SystemExit(1)")
    turn_until(watch, lambda: service.ended == 1)
    assert len(service.starts) == supervisor.STARTS_MAX


def test_stop_leaves_nothing_behind(watch: Supervisor) -> None:
    service = alive(watch)
    watch.stop()
    assert service.process is not None
    assert service.process.poll() is not None


def test_ctrl_c_is_for_the_supervisor_alone(watch: Supervisor) -> None:
    service = alive(watch)
    assert service.process is not None
    assert os.getpgid(service.process.pid) != os.getpgid(0)


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    began = tmp_path / "began"
    child = f"import os, pathlib, time; pathlib.Path({str(began)!r}).write_text(str(os.getpid())); time.sleep(60)"
    program = f"""
import pathlib, sys
from scripts.supervisor import Supervisor
here = pathlib.Path({str(tmp_path)!r})
watch = Supervisor(here, here, {{}}, print)
watch.start("face", sys.executable, "-P", "-c", {child!r})
while True:
    watch.turn()
"""
    killed = subprocess.Popen(
        [sys.executable, "-P", "-c", program], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    until(lambda: began.exists() and bool(began.read_text()))
    killed.kill()
    killed.wait()
    until(lambda: gone(int(began.read_text())))


def test_what_cannot_begin_says_where_the_reason_is(tmp_path: Path) -> None:
    told: list[str] = []
    watch = Supervisor(tmp_path, tmp_path, {}, told.append)
    service = watch.start("core", sys.executable, "-c", "import sys; print('no such file'); sys.exit(2)")
    turn_until(watch, lambda: service.ended == 2)
    watch.stop()
    assert told == [f"core: cannot begin, the reason is in {tmp_path}/core.txt"]
    assert (tmp_path / "core.txt").read_text() == "no such file\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["core.txt"]
