"""English calls: the right sounds, by Flite's own phones; and what happens where Flite is not, fails or hangs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk_app.voice import check, english
from kiosk_app.voice.phrases import english_sentence
from kiosk_app.voice.synthesiser import duration_s
from tests.kiosk_app.house import MORNING, ROOT, machine_toml

CALL = check.SAMPLE
LETTERS = {
    "A": "ey", "H": "ey ch", "M": "eh m", "R": "aa r", "W": "d ah b ax l y uw", "Y": "w ay", "S": "eh s", "Z": "z iy",
}  # fmt: skip


def phones(text: str) -> str:
    command = ("flite", "-voice", "slt", "-ps", "-t", text, "none")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_sentence_is_the_agreed_one_with_its_number_digit_by_digit() -> None:
    assert english_sentence(CALL) == "Number A; one zero five; counter 3."
    assert english_sentence(replace(CALL, number=15, counter=12)) == "Number A; zero one five; counter 12."
    late = replace(CALL, letter="M", number=1104, stage="handover")
    assert english_sentence(late) == "Number M; one one zero four; ready at counter 3."


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_said_by_its_name(letter: str) -> None:
    said = phones(english_sentence(replace(CALL, letter=letter)))
    assert said.startswith(f"pau n ah m b er {LETTERS[letter]} pau w ah n z ih r ow f ay v pau k aw n t er th r iy")


def test_a_call_is_short_enough_to_stand_behind_the_japanese_one() -> None:
    samples, trouble = english.samples(english_sentence(CALL))
    assert trouble == ""
    assert 2.5 < duration_s(samples) < 4.0


def program(folder: Path, lines: str) -> None:
    path = folder / "flite"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("echo 'no such voice' >&2; exit 1", "flite: no sound, code 1: no such voice"),
        ("exec sleep 60", "flite: no answer within 0 s"),
        ("printf RIFF", "flite: no sound, code 0: "),
    ],
)
def test_a_program_that_fails_or_hangs_is_a_value(
    lines: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, lines)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(english, "ANSWER_S", 0.3 if "sleep" in lines else 30.0)
    assert english.samples("Number A.") == (b"", why)


def test_where_it_is_absent_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert english.missing() == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert english.missing() == english.MISSING
    assert english.samples("Number A.") == (b"", english.MISSING)
    assert "apt-get install flite" in english.MISSING


def test_the_check_says_what_can_be_spoken_and_how_loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING, "[sound]\nvolume = 60\n"))
    told: list[str] = []
    assert check.check(machine, told.append) == 0
    assert any(line.startswith("英語: 話せます") for line in told)
    assert "音量: この機械 60%" in told
    assert "音量: 1階 100%、12:00〜13:00 80%" in told
    assert "音量: 3階 70%" in told
    monkeypatch.setenv("PATH", str(tmp_path))
    told.clear()
    assert check.check(machine, told.append) == 1
    assert english.MISSING in told
    assert any(line.startswith("日本語: 話せます") for line in told)
    machine.write_text(machine_toml(tmp_path, 9100, MORNING, "[sound]\ndevice = 'hw:0'\n"))
    told.clear()
    assert check.check(machine, told.append, cards=tmp_path / "none") == 1
    assert told[0].startswith("スピーカー hw:0 へ出す音声装置が見つかりません")
    assert check.check(tmp_path / "nowhere.toml", told.append) == 2


def test_flite_and_its_reason_stand_among_the_packages() -> None:
    lines = (ROOT / "scripts/system-packages.txt").read_text().splitlines()
    assert "flite" in lines
