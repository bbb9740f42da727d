"""A call for staff is heard at every console, at once and again, until somebody accepts it. The player is a process."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QProcess

from kiosk_app.api import MoneySign
from tests.ui.staff.conftest import Face
from tests.ui.staff.money_day import REFUSED, at_the_counter
from tests.ui.staff.office_day import ALERTS, other
from ui.kit.console import bell


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a player in the place of aplay was given, one line a ring."""
    rings = tmp_path / "rings"
    rings.touch()
    player = tmp_path / "aplay"
    player.write_text(f"#!/bin/sh\nwc -c >> {rings}\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return rings


def rings(heard: Path) -> int:
    return len(heard.read_text().splitlines())


def test_a_new_call_rings_at_once_and_one_that_is_accepted_does_not(face: Face, heard: Path) -> None:
    face.sign_in(other(alerts=(replace(ALERTS[0], accepted_by="2044"),)))
    face.bot.wait(100)
    assert rings(heard) == 0
    face.core.publish(other(alerts=ALERTS[:1]))
    face.until(lambda: rings(heard) == 1)
    assert heard.read_text().split() == [str(len(bell.sound()))]
    face.core.publish(other(alerts=ALERTS[:1], time="10:44"))
    face.bot.wait(100)
    assert rings(heard) == 1, "the same call is no new one"
    face.core.publish(other(alerts=ALERTS))
    face.until(lambda: rings(heard) == 2)


def test_money_that_is_to_be_given_back_rings_as_a_call_does(face: Face, heard: Path) -> None:
    face.sign_in(at_the_counter())
    face.bot.wait(100)
    assert rings(heard) == 0
    face.core.publish(at_the_counter(money=MoneySign(refused=(REFUSED,))))
    face.until(lambda: rings(heard) == 1)


@pytest.mark.slow
def test_it_rings_again_until_somebody_accepts(face: Face, heard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "AGAIN_MS", 100)
    face.sign_in(other(alerts=ALERTS[:1]))
    face.until(lambda: rings(heard) >= 2)
    face.core.publish(other(alerts=(replace(ALERTS[0], accepted_by="2044"),)))
    face.until(lambda: face.console.state["alerts"] == [])
    bell_of_it = face.console.session()._bell
    assert bell_of_it is not None
    # What was struck before is still being played, and is heard.
    face.until(lambda: bell_of_it._player.state() == QProcess.ProcessState.NotRunning)
    so_far = rings(heard)
    face.bot.wait(1_300)
    assert rings(heard) == so_far


def test_a_console_without_a_player_shows_the_call_all_the_same(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    face.sign_in(other(alerts=ALERTS))
    face.bot.wait(100)
    assert len(face.console.state["alerts"]) == 2


def test_the_sound_is_short_and_neither_silent_nor_cut() -> None:
    with wave.open(io.BytesIO(bell.sound())) as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert 0.3 < len(samples) / bell.RATE_HZ < 1.0
    assert 10_000 < max(abs(s) for s in samples) < 32_000
