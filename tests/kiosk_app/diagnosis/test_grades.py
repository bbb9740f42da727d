"""Each thing that the core or the computer can say has a grade; what is not good is never said without a way on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from drivers.payment_ports import UnitStatus
from drivers.ports import CodeReaderStatus, PrinterStatus
from kiosk_app import api
from kiosk_app.diagnosis import computer, of_computer, of_core, show
from kiosk_app.diagnosis.finding import GRADES, Finding, bad, good, look, worst
from kiosk_app.diagnosis.whole import Report
from kiosk_app.with_central import FAILURES, SENTENCES
from tests.kiosk_app.diagnosis import healthy

WELL = api.CoreDiagnosis(
    machine="m1",
    code="m1",
    version="1.0.0",
    now_utc_ms=1_800_000_000_000,
    wall_utc_ms=1_800_000_000_500,
    driven=False,
    clock_doubt="",
    printers=(api.PrinterSays(table="printer", label="", status="ready"),),
    card_reader="ready",
    code_reader="ready",
    hub="linked",
    central="linked",
    central_pending=3,
    log="ok",
    facts=1200,
    disk_free_mib=50_000,
    fsync_ms=2.0,
    certificates_stopped=False,
    waiting_webhooks=(),
)


def findings(told: api.CoreDiagnosis, version: str = "1.0.0") -> list[Finding]:
    return list(of_core.findings(told, "RC-S300", version))


def test_a_core_that_is_well_has_nothing_but_good_grades() -> None:
    assert [one for one in findings(WELL) if one.grade != "good"] == []


@pytest.mark.parametrize(
    ("changed", "check", "grade", "word"),
    [
        ({"card_reader": "service_away"}, "card_reader", "bad", "pcscd"),
        ({"card_reader": "reader_away"}, "card_reader", "bad", "RC-S300"),
        ({"code_reader": "unknown"}, "code_reader", "bad", "まだ分かりません"),
        ({"clock_doubt": "behind the log"}, "clock", "bad", "前に戻って"),
        ({"clock_doubt": "far ahead of the log"}, "clock", "bad", "ずっと先"),
        ({"wall_utc_ms": 1_800_000_600_000}, "clock", "look", "600秒"),
        ({"wall_utc_ms": 1_799_999_400_000}, "clock", "look", "600秒"),
        ({"disk_free_mib": 700}, "disk_space", "look", "700 MiB"),
        ({"disk_free_mib": 70}, "disk_space", "bad", "番号札を出せない"),
        ({"fsync_ms": 90.0}, "disk_speed", "look", "90 ms"),
        ({"fsync_ms": 900.0}, "disk_speed", "bad", "900 ms"),
        ({"fsync_ms": -1.0}, "disk_speed", "bad", "dmesg"),
        ({"log": "damaged"}, "log", "look", "hitofuda log verify"),
        ({"log": "unreadable"}, "log", "bad", "ディスクが読めません"),
        ({"hub": "away"}, "hub", "bad", "番号札は出せます"),
        ({"hub": "token"}, "hub", "bad", "合言葉"),
        ({"central": "away"}, "central", "look", "ネットワークを確かめて"),
        ({"central": "token"}, "central", "bad", "central.token"),
        ({"central": "of a later version"}, "central", "bad", "担当者"),
        ({"central_pending": 90_000}, "central", "look", "90,000件"),
        ({"waiting_webhooks": ("board",)}, "webhooks", "look", "board"),
        ({"backup_utc_ms": 0}, "backup", "look", "journalctl -u hitofuda-backup"),
        ({"backup_utc_ms": 1_799_400_000_000}, "backup", "look", "6日前"),
        ({"cash_unit": "coin_jam"}, "cash_unit", "bad", "硬貨を取り"),
        ({"cash_unit": "no_change"}, "cash_unit", "bad", "補充"),
        ({"cash_unit": "silent"}, "cash_unit", "bad", "hitofuda diag cash-unit"),
        ({"certificates_stopped": True}, "certificates", "bad", "交付を再開"),
        ({"version": "0.9.0"}, "version", "bad", "1.0.0"),
    ],
)
def test_each_trouble_is_graded_and_named(changed: dict[str, object], check: str, grade: str, word: str) -> None:
    told = [one for one in findings(replace(WELL, **changed)) if one.grade != "good"]
    (one,) = told
    assert (one.check, one.grade) == (check, grade)
    assert word in " ".join((one.says, one.cause, one.next_step)) and one.cause and one.next_step


@pytest.mark.parametrize("status", get_args(PrinterStatus))
def test_every_status_of_a_printer_has_words(status: str) -> None:
    (one,) = (
        found
        for found in findings(replace(WELL, printers=(api.PrinterSays(table="printer_2", label="右", status=status),)))
        if found.check == "printer_2"
    )
    assert one.grade == {"ready": "good", "near_end": "look"}.get(status, "bad") and one.name == "右"
    assert one.grade == "good" or (one.cause and one.next_step)


@pytest.mark.parametrize("status", get_args(CodeReaderStatus))
def test_every_status_of_a_scanner_has_words(status: str) -> None:
    told = [one for one in findings(replace(WELL, code_reader=status)) if one.check == "code_reader"]
    assert [one.grade for one in told] == ["good" if status == "ready" else "bad"]


@pytest.mark.parametrize("status", [*get_args(UnitStatus), "selling"])
def test_every_status_of_a_coin_unit_has_words(status: str) -> None:
    told = [one for one in findings(replace(WELL, cash_unit=status)) if one.check == "cash_unit"]
    assert [one.grade for one in told] == ["good" if status in ("ready", "selling") else "bad"]


@pytest.mark.parametrize("state", [*SENTENCES, *FAILURES])
def test_whatever_central_refuses_has_a_cause_and_a_next_step(state: str) -> None:
    (one,) = (found for found in findings(replace(WELL, central=state)) if found.check == "central")
    assert one.grade in ("look", "bad") and one.cause and one.next_step and not one.next_step.endswith("。")


def test_a_computer_that_tells_nothing_has_no_fault_of_that(tmp_path: Path) -> None:
    silent = computer.measure(tmp_path)
    kinds = {"touch": False, "keys": False, "screen": False, "sound": False, "network": False, "installed": False}
    assert worst(of_computer.findings(silent, **kinds)) == "good"


def test_what_linux_shows_is_understood(tmp_path: Path) -> None:
    found = computer.measure(healthy.lay(tmp_path))
    assert found.touch == ("Touch Panel",) and found.keys == ("Tactile Pad",)
    assert found.screens == {"card0-HDMI-A-1": True, "card0-DP-1": False}
    assert found.links == {"eth0": True} and found.sound_cards == ("PCH",)
    assert (found.memory_free_mib, found.hottest_c, found.uptime_s) == (3906, 48.0, 3600.0)


def test_of_mounts_the_nearest_counts(tmp_path: Path) -> None:
    healthy.put(tmp_path, "proc/self/mounts", "a / ext4 ro 0 0\nb /var/lib/hitofuda ext4 rw 0 0\n")
    assert computer.measure(tmp_path).read_only == ()
    healthy.put(tmp_path, "proc/self/mounts", "a / ext4 rw 0 0\nb /var/lib ext4 ro,errors=remount-ro 0 0\n")
    assert computer.measure(tmp_path).read_only == ("/var/lib/hitofuda",)


def test_the_worst_grade_is_the_exit_code() -> None:
    assert GRADES.index(worst([])) == 0
    a_look = look("a", "A", "s", "c", "n")
    assert worst([good("b", "B", "s"), a_look]) == "look"
    assert worst([a_look, bad("c", "C", "s", "c", "n"), good("b", "B", "s")]) == "bad"


def test_a_person_reads_cause_next_step_and_when_it_was_good(capsys: pytest.CaptureFixture[str]) -> None:
    one = replace(
        bad("hub", "ハブ", "つながりません", "電源が切れています", "入れてください"), good_utc_ms=1_800_000_000_000
    )
    show.print_report(Report(machine="m1", at_utc_ms=1_800_000_600_000, core=True, kept=True, findings=(one,)))
    told = "".join(capsys.readouterr().out.split())
    for word in (
        "×",
        "ハブ",
        "電源が切れています",
        "→入れてください",
        "最後によかったのは1月15日17:00",
        "使えないところ",
    ):
        assert word in told


def test_settings_that_cannot_be_used_are_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show.run(tmp_path / "machine.toml", json=True) == 2
    assert "machine.toml" in capsys.readouterr().err


@pytest.mark.slow
def test_programs_get_json_and_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.kiosk_app.house import MORNING, machine_toml

    healthy.put(tmp_path, "machine.toml", machine_toml(tmp_path, 9, MORNING))
    assert show.run(tmp_path / "machine.toml", json=True) == 2, "no core answers"
    told = json.loads(capsys.readouterr().out)
    assert told["core"] is False and "core" in [one["check"] for one in told["findings"] if one["grade"] == "bad"]
