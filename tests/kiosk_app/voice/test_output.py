"""The sound card's player: one at a time, silenced at once, and never begun for what is already old."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kiosk_app.voice import output
from kiosk_app.voice.output import Files, SoundCard
from kiosk_app.voice.synthesiser import silence

PLAYS_S = 30
"""The player of `slow_player`."""


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_hush_ends_what_is_being_played_and_it_counts_as_heard(slow_player: Path) -> None:
    card, troubles = SoundCard("earphone"), list[str]()
    playing = threading.Thread(target=lambda: troubles.append(card.play("001.wav", silence(30))))
    playing.start()
    wait_for(slow_player)
    begun = time.monotonic()
    card.hush()
    playing.join(60)
    assert troubles == [""]
    assert time.monotonic() - begun < PLAYS_S / 2, "it was not waited for"
    assert slow_player.read_text() == "earphone\n"
    card.hush()


def test_what_is_no_longer_wanted_is_not_begun(slow_player: Path, tmp_path: Path) -> None:
    assert SoundCard().play("001.wav", silence(1), lambda: False) == ""
    assert not slow_player.exists()
    assert Files(tmp_path / "sound").play("001.wav", silence(1), lambda: False) == ""
    assert not (tmp_path / "sound").exists()


def test_a_player_that_does_not_end_is_ended(slow_player: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "PLAYER_GRACE_S", 0.2)
    begun = time.monotonic()
    assert "did not finish" in SoundCard().play("001.wav", silence(0.1))
    assert time.monotonic() - begun < PLAYS_S / 2


def test_without_a_player_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert SoundCard().play("001.wav", silence(0.1)) == "aplay is not installed (package alsa-utils)"


def test_files_are_kept_up_to_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "FILES_KEPT_MAX", 3)
    files = Files(tmp_path / "sound")
    for number in range(5):
        assert files.play(f"{number}.wav", silence(0.01)) == ""
        assert files.play(f"{number}.wav", silence(0.01)) == ""
    assert sorted(path.name for path in (tmp_path / "sound").iterdir()) == ["2.wav", "3.wav", "4.wav"]
