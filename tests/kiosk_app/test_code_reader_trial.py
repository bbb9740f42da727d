"""The technician's two commands at each other: what `sim code-reader` shows, `diag code-reader` reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app import code_reader_check, code_reader_trial, settings
from kiosk_app.settings import SerialScanner, SettingsError
from tests.kiosk_app.house import MORNING, machine_toml

CODE = "0126000123456789"


def machine(folder: Path, table: str) -> Path:
    path = folder / "machine.toml"
    path.write_text(machine_toml(folder, 9100, MORNING) + f"\n[code_reader]\n{table}\n")
    return path


def test_what_one_shows_the_other_reads(tmp_path: Path) -> None:
    from drivers.code_reader.simulator import SimulatedCodeReader

    said: list[str] = []
    with SimulatedCodeReader(tmp_path / "scanner") as scanner:

        def say(line: str) -> None:
            said.append(line)
            if "かざしてください" in line:
                scanner.faults.fail_next("garbage")
                scanner.show(CODE)
                for code in (CODE, CODE[::-1], "1"):
                    scanner.show(code)

        found = machine(tmp_path, f'kind = "serial"\ndevice = "{scanner.device}"')
        assert code_reader_check.check(found, say, 60.0) == 0
    assert [line for line in said if line.startswith("読みました")] == [
        f"読みました（16文字）：{CODE}",
        f"読みました（16文字）：{CODE[::-1]}",
        "読みました（1文字）：1",
    ]
    assert any("baud" in line for line in said)


def test_a_reader_that_is_not_there(tmp_path: Path) -> None:
    said: list[str] = []
    found = machine(tmp_path, f'kind = "serial"\ndevice = "{tmp_path}/none"')
    assert code_reader_check.check(found, said.append, 0.2) == 1
    assert "/dev/serial/by-id" in said[0]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('kind = "none"', "kind"),
        ('kind = "serial"', "device"),
        ('kind = "serial"\ndevice = "/dev/x"\nbaud = 1', "baud"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, table: str, words: str) -> None:
    said: list[str] = []
    assert code_reader_check.check(machine(tmp_path, table), said.append) == 2
    assert "code_reader" in said[0] and words in said[0]


def test_the_line_of_the_printer_is_not_the_scanner_s(tmp_path: Path) -> None:
    path = machine(tmp_path, 'kind = "serial"\ndevice = "/dev/ttyS0"')
    assert settings.load_machine(path).code_reader == SerialScanner(device="/dev/ttyS0")
    text = path.read_text().replace('kind = "tcp"', 'kind = "file"\ndevice = "/dev/ttyS0"')
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("host =", "port =")))
    with pytest.raises(SettingsError, match=r"code_reader\.device: expected another device"):
        settings.parse_machine(text, "machine.toml")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    lines = io.StringIO()
    monkeypatch.setattr("sys.stdin", lines)
    monkeypatch.setattr(code_reader_trial, "HOLD_S", 0.1)
    yield lines


def test_the_simulated_one_obeys(tmp_path: Path, typed: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    typed.write(f"{CODE}\ng\ng\nu\nu\n\nq\nnever\n")
    typed.seek(0)
    device = tmp_path / "folder" / "scanner"
    assert code_reader_trial.run(device, line_feed=True) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"device {device}"
    assert said[2:] == [
        "かざしました",
        "文字になりません：始まり",
        "文字になりません：終わり",
        "抜きました",
        "差しました",
        code_reader_trial.HELP,
    ]
    assert not device.is_symlink()


def test_a_name_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").touch()
    assert code_reader_trial.run(tmp_path / "there", line_feed=False) == 2
    assert "another --device" in capsys.readouterr().err
