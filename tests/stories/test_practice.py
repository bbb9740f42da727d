"""The story of practice: what it left proves that nothing real was made, and that all of it is marked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.escpos_printer.commands import text_of
from tests.stories.player import ROOT

pytestmark = pytest.mark.slow
STORY_WITHIN_S = 240


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the story left."""
    out = tmp_path_factory.mktemp("story")
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", "practice", "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert played.returncode == 0, played.stdout + played.stderr + (out / "log.txt").read_text()
    return out


def test_the_whole_journey_was_looked_at(left: Path) -> None:
    seen = {file.stem.split("-")[2] for file in (left / "screens").glob("*-citizen-*.png")}
    own = {"practice_about", "practice_lesson"}
    real = {"card_place", "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "card_pin", "cert_card"}
    assert seen >= own | real | {"cert_confirm", "cert_pay", "cert_take"}


def test_the_facts_are_steps_and_the_call_for_help(left: Path) -> None:
    facts = [json.loads(line) for line in (left / "facts.jsonl").read_text().splitlines()]
    of_visitors = {fact["kind"] for fact in facts if fact["actor"] == "visitor"}
    assert of_visitors == {"PracticeStepped", "StaffCalled", "AlertCleared"}
    steps = [fact["body"] for fact in facts if fact["kind"] == "PracticeStepped"]
    ended = [(step["step"], step["ended"], step.get("language", "ja")) for step in steps if step.get("ended")]
    assert ended == [("done", "finished", "ja"), ("pin", "time", "en")]
    assert [fact["body"]["cause"] for fact in facts if fact["kind"] == "StaffCalled"] == ["practice"]


def test_the_paper_says_first_and_last_that_it_is_a_sample(left: Path) -> None:
    papers = sorted((left / "paper").glob("*.bin"))
    assert len(papers) == 2
    for paper in papers:
        text = text_of(paper.read_bytes()).decode("cp932", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert "使えません" in lines[0] and "使えません" in lines[-1]


def test_no_digit_that_was_typed_is_in_what_was_logged(left: Path) -> None:
    for name in ("log.txt", "facts.jsonl", "report.json"):
        text = (left / name).read_text()
        assert "pin:" not in text and '"1234"' not in text, name
