"""A family that does not know what it needs answers questions, and goes its way with one number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.player import ROOT

pytestmark = pytest.mark.long
STORY_WITHIN_S = 110


def played(story: str, out: Path) -> list[dict[str, object]]:
    """The facts that it left."""
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", story, "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert done.returncode == 0, done.stdout + done.stderr + (out / "log.txt").read_text()
    return [json.loads(line) for line in (out / "facts.jsonl").read_text().splitlines()]


def test_a_family_goes_to_four_counters_with_one_number(tmp_path: Path) -> None:
    facts = played("moving_in", tmp_path)
    (issued,) = [fact["body"] for fact in facts if fact["kind"] == "TicketIssued"]
    assert isinstance(issued, dict)
    assert [stop["group"] for stop in issued["stops"]] == ["H", "M", "R", "W"]
    called = [fact["body"] for fact in facts if fact["kind"] == "Called"]
    assert [(one["counter"], one["service"]) for one in called if isinstance(one, dict)] == [
        (7, "move-in"),
        (11, "card-address-change"),
        (21, "health-insurance-change"),
        (25, "child-allowance"),
    ]
    assert len(list((tmp_path / "paper").glob("*.png"))) == 2
