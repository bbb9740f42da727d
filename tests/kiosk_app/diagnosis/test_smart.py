"""What disks say of themselves has a grade; one that says nothing has no fault of that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.diagnosis import smart
from kiosk_app.diagnosis.finding import Finding
from tests.kiosk_app.diagnosis.healthy import put

# As smartctl 7.3 prints them, cut to what is read.
ATA: dict[str, Any] = {
    "device": {"name": "/dev/sda", "type": "sat"},
    "smart_status": {"passed": True},
    "ata_smart_attributes": {
        "table": [
            {"id": 5, "name": "Reallocated_Sector_Ct", "raw": {"value": 0, "string": "0"}},
            {"id": 9, "name": "Power_On_Hours", "raw": {"value": 21400, "string": "21400"}},
            {"id": 197, "name": "Current_Pending_Sector", "raw": {"value": 0, "string": "0"}},
        ]
    },
}
NVME: dict[str, Any] = {
    "device": {"name": "/dev/nvme0n1", "type": "nvme"},
    "smart_status": {"passed": True, "nvme": {"value": 0}},
    "nvme_smart_health_information_log": {"percentage_used": 12, "media_errors": 0, "available_spare": 100},
}


def with_sectors(number: int, count: int) -> dict[str, Any]:
    return ATA | {"ata_smart_attributes": {"table": [{"id": number, "raw": {"value": count}}]}}


def with_log(**values: int) -> dict[str, Any]:
    log = NVME["nvme_smart_health_information_log"]
    return NVME | {"nvme_smart_health_information_log": log | values}


@pytest.mark.parametrize(
    ("told", "grade", "word"),
    [
        (ATA, "good", "合格"),
        (NVME, "good", "寿命の12％"),
        (ATA | {"smart_status": {"passed": False}}, "bad", "不合格"),
        (with_sectors(5, 8), "look", "代替処理済みセクター8"),
        (with_sectors(197, 1), "look", "代替処理保留中セクター1"),
        (with_sectors(9, 90_000), "good", "合格"),
        (with_log(media_errors=3), "look", "3回"),
        (with_log(percentage_used=80), "look", "寿命の80％"),
        (with_log(percentage_used=104), "bad", "寿命の104％"),
    ],
)
def test_each_word_of_a_disk_has_its_grade(told: dict[str, Any], grade: str, word: str) -> None:
    found = smart.of_disk("sda", json.dumps(told))
    assert isinstance(found, Finding) and (found.check, found.grade) == ("smart_sda", grade)
    assert word in " ".join((found.says, found.cause))
    assert grade == "good" or (found.cause and found.next_step)


@pytest.mark.parametrize(
    "told", ["", "not json", "[]", "7", "{}", '{"smart_status": {}}', '{"smart_status": {"passed": "yes"}}']
)
def test_a_disk_that_says_nothing_has_no_fault_of_that(told: str) -> None:
    assert smart.of_disk("sda", told) is None


def test_what_is_nonsense_in_a_table_is_passed_over() -> None:
    told = ATA | {"ata_smart_attributes": {"table": [7, {"id": "five"}, {"id": 5, "raw": {"value": "many"}}]}}
    found = smart.of_disk("sda", json.dumps(told))
    assert found is not None and found.grade == "good"


def test_only_disks_that_stay_in_the_machine_are_asked(tmp_path: Path) -> None:
    for name, removable in (("sda", "0"), ("sdb", "1"), ("nvme0n1", "0"), ("loop0", "0"), ("vda", "0"), ("sr0", "1")):
        put(tmp_path, f"sys/block/{name}/removable", f"{removable}\n")
    assert smart.disks(tmp_path) == ["nvme0n1", "sda"]
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return json.dumps(NVME if name == "nvme0n1" else {})

    assert [one.check for one in smart.findings(tmp_path, ask)] == ["smart_nvme0n1"]
    assert asked == ["nvme0n1", "sda"]


def test_of_another_root_no_disk_of_this_computer_is_asked(tmp_path: Path) -> None:
    put(tmp_path, "sys/block/sda/removable", "0\n")
    assert list(smart.findings(tmp_path)) == []
