"""The story of a family that moves in: what it left proves what is promised of forms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.player import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long]
STORY_WITHIN_S = 110


def test_a_family_of_four_moves_in_with_five_procedures_and_six_forms(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--story", "write_free", "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert played.returncode == 0, played.stdout + played.stderr + (tmp_path / "log.txt").read_text()
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["visits"], told["procedures"], told["forms"], told["wrongs"], told["kept"]) == (1, 5, 6, [], 0)
    seen = {file.stem.split("-")[2] for file in (tmp_path / "screens").glob("*-citizen-*.png")}
    assert seen >= {
        "proc_list", "proc_forms", "proc_visit", "take",
        "form_choose", "form_people", "form_way", "form_check", "form_ask", "form_confirm", "form_take", "card_pin",
    }  # fmt: skip
    facts = [json.loads(line) for line in (tmp_path / "facts.jsonl").read_text().splitlines()]
    assert [fact["body"]["printed"] for fact in facts if fact["kind"] == "FormsEnded"] == [6]
