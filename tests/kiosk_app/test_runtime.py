"""What outlives a killed process: replaced whole, and silently dropped only when another version wrote it."""

from pathlib import Path

import msgspec

from kiosk_app.runtime import RuntimeFile


class Place(msgspec.Struct):
    screen: str
    ordinal: int


def test_a_value_comes_back(tmp_path: Path) -> None:
    kept = RuntimeFile(tmp_path / "place.json")
    assert kept.load(Place) is None
    kept.save(Place("confirm", 3))
    kept.save(Place("printing", 4))
    assert kept.load(Place) == Place("printing", 4)
    assert [p.name for p in tmp_path.iterdir()] == ["place.json"]


def test_a_value_of_another_version_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "place.json").write_text('{"screen": 7}')
    assert RuntimeFile(tmp_path / "place.json").load(Place) is None


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    RuntimeFile(tmp_path / "place.json").save(Place("idle", 1))
    assert (tmp_path / "place.json").stat().st_mode & 0o077 == 0
