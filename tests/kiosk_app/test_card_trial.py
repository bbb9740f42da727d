"""`hitofuda sim card` as a person types it: the card lies at a real pcscd, and `hitofuda diag card` reads it there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_app import card_trial
from tests.drivers.pcsc_card.desk import TODAY
from tests.kiosk_app.house import MORNING, machine_toml

ROOT = Path(__file__).parents[2]
HITOFUDA = [sys.executable, "-P", "-m", "kiosk_app.main"]


@pytest.mark.parametrize(("kind", "person"), [("licence", "takasaki"), ("my_number", "nobody")])
def test_what_does_not_exist_is_refused_with_what_does(
    kind: str, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert card_trial.run(kind, person, 0, TODAY) == 2
    told = capsys.readouterr().err
    assert "my_number" in told and "takasaki" in told


def test_a_port_without_a_reader(capsys: pytest.CaptureFixture[str]) -> None:
    assert card_trial.run("my_number", "takasaki", 1, TODAY) == 2
    assert "port 1: Connection refused" in capsys.readouterr().err


@pytest.mark.slow
def test_a_card_is_laid_exchanged_and_taken(tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING) + '\n[card_reader]\nkind = "pcsc"\n')
    trial = subprocess.Popen(
        [*HITOFUDA, "sim", "card", "--kind", "locked"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert trial.stdin is not None and trial.stdout is not None
    place = re.match(r"export PCSCLITE_CSOCK_NAME=(\S+)", trial.stdout.readline())
    assert place is not None
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": place[1]}

    def typed(words: str, answer: str) -> None:
        assert trial.stdin is not None and trial.stdout is not None
        trial.stdin.write(f"{words}\n")
        trial.stdin.flush()
        while answer not in (line := trial.stdout.readline()):
            assert line

    def looked(wanted: str) -> str:
        """Until pcscd, which looks every 0.4 s, has seen it."""
        for _ in range(30):
            command = [*HITOFUDA, "diag", "card", "--machine", str(machine)]
            said = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
            if wanted in said.stdout:
                return said.stdout
        raise AssertionError(said)

    assert "マイナンバーカード" in looked("ロックされています")
    typed("driving_licence", "置きました")
    assert "運転免許証" in looked("運転免許証")
    typed("t", "取りました")
    looked("カードがありません")
    typed("?", "種類の名前")
    trial.stdin.write("q\n")
    trial.stdin.close()
    assert trial.wait(60) == 0
    trial.stdout.close()
    assert not Path(place[1]).exists()
