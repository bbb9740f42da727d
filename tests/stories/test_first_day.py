"""The default story, played whole: what lies in the folder afterwards is what the README promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from drivers.escpos_printer.commands import text_of
from tests.judges.npos import lines, needs_node_judges, take_apart
from tests.stories.player import ROOT

pytestmark = pytest.mark.slow
STORY_WITHIN_S = 60


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the story left."""
    out = tmp_path_factory.mktemp("story")
    command = [sys.executable, "-P", "-m", "tests.stories.player", "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=STORY_WITHIN_S)
    assert played.returncode == 0, played.stdout + played.stderr + (out / "log.txt").read_text()
    return out


def decoded(file: Path) -> list[str]:
    data = text_of(file.read_bytes())
    read = subprocess.run(["iconv", "-f", "CP932", "-t", "UTF-8"], input=data, capture_output=True, check=True)
    return [line.strip() for line in read.stdout.decode().splitlines()]


def facts(left: Path, kind: str) -> list[dict[str, object]]:
    lines = (left / "facts.jsonl").read_text().splitlines()
    return [fact["body"] for fact in map(json.loads, lines) if fact["kind"] == kind]


def test_every_ticket_reads_as_its_number_in_japanese(left: Path) -> None:
    whole = [decoded(file) for file in sorted((left / "paper").glob("???.bin"))]
    numbers = [next(line for line in lines if line.startswith("A-")) for lines in whole]
    assert numbers == ["A-001", "A-002", "A-003", "A-004", "A-005", "A-006"]
    assert all("小倉北区役所" in lines and "証明書" in lines for lines in whole)
    assert ["再発行" in lines for lines in whole] == [False, False, False, True, False, False]


def test_the_ticket_on_which_the_paper_ran_out_is_torn_and_has_the_same_number(left: Path) -> None:
    (torn,) = (left / "paper").glob("*-torn.bin")
    assert "A-004" in decoded(torn)


@needs_node_judges
def test_a_parser_that_is_not_ours_reads_the_same(left: Path) -> None:
    """Whole tickets, and the one on which the paper ran out."""
    files = sorted((left / "paper").glob("*.bin"))
    assert len(files) == 7
    read = take_apart(file.read_bytes() for file in files)
    assert [lines(parts) for parts in read] == [decoded(file) for file in files]


def test_every_qr_code_names_its_own_ticket(left: Path) -> None:
    issued = [str(body["ticket"]) for body in facts(left, "TicketIssued")]
    read = []
    for picture in sorted((left / "paper").glob("???.png")):
        found = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True)
        read.append(found.stdout.strip())
    assert [text.rsplit("/", 1)[-1] for text in read] == issued


def test_each_call_was_spoken(left: Path) -> None:
    called = len(facts(left, "Called")) + len(facts(left, "Recalled"))
    sounds = sorted((left / "sound").glob("*.wav"))
    assert len(sounds) == called
    for sound in sounds:
        with wave.open(str(sound)) as spoken:
            assert 3 < spoken.getnframes() / spoken.getframerate() < 30


def test_every_face_was_looked_at_in_order(left: Path) -> None:
    names = [file.stem.split("-", 2) for file in sorted((left / "screens").iterdir())]
    assert [int(number) for number, *_ in names] == list(range(1, len(names) + 1))
    citizen = {rest[0] for _, kind, *rest in names if kind == "citizen"}
    assert citizen >= {"idle", "choose", "services", "confirm", "printing", "take", "doubt", "trouble", "closed"}
    assert {kind for _, kind, *_ in names} == {"citizen", "display", "staff"}


def test_the_report_counts_what_the_facts_say(left: Path) -> None:
    report = json.loads((left / "report.json").read_text())
    assert report["issued"] == len(facts(left, "TicketIssued")) == 6
    assert report["completed"] == len(facts(left, "Completed")) == 5
    assert report["untrue"] == ""
    # The fourth waited for paper: that is no time of the machine's.
    assert report["timings"]["take_to_ticket_ms"]["count"] == 5
