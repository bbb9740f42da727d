"""An office of several computers, played: a short morning in the suite, the busy one with 150 visitors behind --long.

What must be true is judged by the story itself (morning_truth.py); here stands what else the folder must hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.stories.crowd import crowd
from tests.stories.morning_truth import RULES
from tests.stories.player import ROOT, STORIES
from tests.stories.script import StoryError, read

WITHIN_S = 600
"""Half a minute and a minute and a half on two idle processors."""


def played(name: str, out: Path) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", name, "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=WITHIN_S)
    assert done.returncode == 0, done.stdout + done.stderr + (out / "log.txt").read_text()[-5_000:]
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def check(report: dict[str, Any], out: Path, faces: set[str]) -> None:
    """What is in the folder is what the report says."""
    assert report["untrue"] == ""
    assert [(one["what"], one["holds"]) for one in report["invariants"]] == [(rule.what, True) for rule in RULES]
    pictures = sorted((out / "screens").iterdir())
    assert report["screens"] == len(pictures)
    assert {file.stem.split("-", 2)[2] for file in pictures} == faces
    assert report["papers"] == len(list((out / "paper").rglob("*.bin"))) == report["printed"]
    exported = {file.stem: file.read_text().splitlines() for file in out.glob("facts-*.jsonl")}
    assert len(exported) == len(report["facts"]) == 3
    assert len({len(lines) for lines in exported.values()}) == 1
    for name in ("touch_to_first_byte_ms", "call_to_display_ms"):
        assert 0 < report["timings"][name]["p50"] <= report["timings"][name]["p99"]


@pytest.mark.slow
@pytest.mark.timeout(WITHIN_S)
def test_a_short_morning_with_a_cut_cable(tmp_path: Path) -> None:
    report = played("short_morning", tmp_path)
    check(report, tmp_path, {"citizen-m1", "citizen-m2", "staff-3", "staff-7", "display-1F"})
    assert (report["issued"], report["completed"], report["no-shows"]) == (20, 19, 1)


@pytest.mark.long
@pytest.mark.timeout(WITHIN_S)
def test_the_busy_morning_with_150_visitors(tmp_path: Path) -> None:
    report = played("busy_morning", tmp_path)
    consoles = {f"staff-{counter}" for counter in (3, 4, 7, 8, 11, 21)}
    check(report, tmp_path, {"citizen-m1", "citizen-m2", "display-1F", "display-2F"} | consoles)
    assert (report["issued"], report["completed"], report["no-shows"]) == (150, 144, 6)
    sounds = list((tmp_path / "sound").rglob("*.wav"))
    # What could not be said in time is left out: the display shows it.
    assert 0 < len(sounds) == report["spoken"] <= report["calls"]
    for sound in sounds:
        with wave.open(str(sound)) as spoken:
            assert 3 < spoken.getnframes() / spoken.getframerate() < 30


def test_a_story_says_which_office_it_plays_in(tmp_path: Path) -> None:
    floor = read(STORIES / "busy_morning.story").floor
    assert floor is not None
    assert (floor.machines, floor.counters) == (2, (3, 4, 7, 8, 11, 21))
    assert (floor.displays, floor.voices) == (("1F", "2F"), ("1F",))
    assert read(STORIES / "first_day.story").floor is None
    bad = tmp_path / "bad.story"
    for line in ("office machines", "office machines two counters 3", "office somewhere 3"):
        bad.write_text(f"start 2026-04-06 09:00\n{line}\nend issued 0\n")
        with pytest.raises(StoryError, match=r"bad\.story:2"):
            read(bad)


def test_a_crowd_is_the_seeds_and_as_large_and_unlucky_as_the_story_says() -> None:
    story = read(STORIES / "busy_morning.story")
    since, until = story.start.replace(hour=9, minute=0), story.start.replace(hour=10, minute=30)
    fates = {"held": 8, "two-stage": 14, "no-show": 6}
    made = [crowd(150, since, until, seed, 2, "AHMR", 6, fates) for seed in (6, 6, 7)]  # type: ignore[arg-type]
    assert made[0] == made[1] != made[2]
    for people in made:
        assert len(people) == 150 and sum(one.by_hand for one in people) == 6
        assert [one.at for one in people] == sorted(one.at for one in people)
        assert since <= people[0].at and people[-1].at <= until
        assert {one.machine for one in people} == {0, 1}
        assert {one.wish.letter for one in people} == set("AHMR")
        for fate, count in fates.items():
            assert sum(one.fate == fate for one in people) == count
        assert all(one.wish.letter == "A" for one in people if one.fate == "two-stage")
