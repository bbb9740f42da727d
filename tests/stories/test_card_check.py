"""The story of card checks under a real pcscd: what it left proves what the README says of cards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest

from tests.stories.house import CARD_PIN
from tests.stories.player import ROOT

pytestmark = pytest.mark.slow
STORY_WITHIN_S = 110


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the story left."""
    out = tmp_path_factory.mktemp("story")
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", "card_check", "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert played.returncode == 0, played.stdout + played.stderr + (out / "log.txt").read_text()
    return out


def facts(left: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (left / "facts.jsonl").read_text().splitlines()]


def test_every_screen_of_a_card_check_was_looked_at(left: Path) -> None:
    seen = {file.stem.split("-")[2] for file in (left / "screens").glob("*-citizen-*.png")}
    names = {"card_about", "card_place", "card_pin", "card_last", "card_result", "card_take"}
    assert seen >= names | {"idle", "confirm", "take"}


def test_the_facts_say_what_came_of_each_check_and_nothing_else(left: Path) -> None:
    checked = [fact["body"] for fact in facts(left) if fact["kind"] == "CardChecked"]
    assert checked == [{"result": result} for result in ("works", "works", "locked", "expired", "works")]
    kinds = [fact["kind"] for fact in facts(left)]
    # Somebody walked away without the card: called once, and over when it was taken.
    assert (kinds.count("StaffCalled"), kinds.count("AlertCleared")) == (1, 1)


def test_the_chime_was_heard_each_time_a_card_was_to_be_taken(left: Path) -> None:
    chimes = sorted((left / "sound").glob("chime-*.wav"))
    assert len(chimes) >= 5
    for chime in chimes:
        with wave.open(str(chime)) as file:
            samples = array("h", file.readframes(file.getnframes()))
            assert file.getnframes() / file.getframerate() > 0.5
        assert max(map(abs, samples)) > 5_000


def test_no_pin_stands_in_what_was_logged_kept_or_printed(left: Path) -> None:
    for name in ("log.txt", "facts.jsonl", "report.json"):
        text = (left / name).read_text()
        assert "pin:" not in text, name
        assert f'"{CARD_PIN}"' not in text and f"={CARD_PIN}" not in text, name
    for paper in (left / "paper").glob("*.bin"):
        assert CARD_PIN.encode() not in paper.read_bytes()
