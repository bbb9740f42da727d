"""The story of a technician's morning: its traces prove that faults are found, told on paper, and gone when mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.escpos_printer.commands import text_of
from tests.stories.player import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long]
STORY_WITHIN_S = 110


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the story left."""
    out = tmp_path_factory.mktemp("story")
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", "technician_morning", "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert played.returncode == 0, played.stdout + played.stderr + (out / "log.txt").read_text()
    return out


def test_every_screen_was_looked_at(left: Path) -> None:
    seen = {file.stem.split("-")[2] for file in (left / "screens").glob("*-citizen-*.png")}
    assert seen >= {"closed", "staff_pad", "tech_list", "tech_device", "tech_touch", "tech_keys", "tech_colour"}
    assert (left / "screens" / "support-citizen.png").stat().st_size > 5_000


def test_the_slip_names_both_faults_and_what_to_do(left: Path) -> None:
    slip, trial, last = sorted((left / "paper").glob("*.bin"))
    text = text_of(slip.read_bytes()).decode("cp932", "replace")
    for words in ("診断票", "タッチ：ありません", "USB", "温度：85", "通気口"):
        assert words in text, text
    assert "試し刷り" in text_of(trial.read_bytes()).decode("cp932", "replace")
    told = text_of(last.read_bytes()).decode("cp932", "replace")
    assert "×要対応0" in told
    for words in ("人が試した結果", "○ カード読取機：", "○ 画面：", "○ 音声："):
        assert words in told, told


def test_what_was_found_and_tried_are_facts(left: Path) -> None:
    facts = [json.loads(line) for line in (left / "facts.jsonl").read_text().splitlines()]
    told = [fact["body"]["grades"] for fact in facts if fact["kind"] == "Diagnosed"]
    touched = [one["touch"] for one in told if "touch" in one]
    assert touched == ["bad", "good"]
    tried = {check: grade for one in told for check, grade in one.items() if check.endswith("_tried")}
    assert tried == dict.fromkeys(
        ("card_reader_tried", "touch_tried", "keys_tried", "screen_tried", "sound_tried"), "good"
    )
    by_hand = {fact["actor"] for fact in facts if any(c.endswith("_tried") for c in fact["body"].get("grades", ()))}
    assert by_hand == {"9001"}


def test_no_digit_that_was_typed_is_in_what_was_logged(left: Path) -> None:
    for name in ("log.txt", "facts.jsonl", "report.json"):
        assert "5791" not in (left / name).read_text(), name
