"""A face may be killed at any moment: the next one stands on the same screen, in the same language, to the eye."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from scripts.office import PYTHON, core_address
from tests.stories.house import House, Lines, until

pytestmark = pytest.mark.slow
WAY = ("language:en", "ticket", "group:A", "service:resident-record-copy")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with tempfile.TemporaryDirectory(prefix="hitofuda-") as work:
        made = House(datetime(2026, 4, 6, 10), Path(work), tmp_path, ())
        yield made
        made.close()


def picture(house: House, path: Path) -> Image.Image:
    house.citizen.say(until={"screen_id": house.client.citizen_view().screen_id}, picture=str(path))
    return Image.open(path).convert("L")


def same(one: Image.Image, other: Image.Image) -> bool:
    """A glyph may begin a fraction of a dot further on; of another screen a tenth and more differs."""
    differs = ImageChops.difference(one, other).point(lambda level: level > 64 and 255)
    return sum(differs.histogram()[1:]) < one.width * one.height * 0.005


def press(house: House, control: str) -> None:
    before = house.client.citizen_view().screen_id
    house.citizen.say(until={"screen_id": before})
    house.citizen.say(press=control)
    until(lambda: house.client.citizen_view().screen_id != before, f"{control} changes the screen")


def test_a_killed_face_comes_back_to_the_same_screen_and_goes_on(house: House, tmp_path: Path) -> None:
    for control in WAY:
        press(house, control)
    before = picture(house, tmp_path / "before.png")
    os.kill(house.citizen.process.pid, signal.SIGKILL)
    house.citizen.end()
    house.citizen = Lines((*PYTHON, "tests.robot", "citizen", core_address(house.work)), house.log)
    house.citizen.hear()
    assert same(picture(house, tmp_path / "after.png"), before)
    press(house, "take")
    until(lambda: house.client.citizen_view().screen == "take", "the ticket is taken")
    assert not same(picture(house, tmp_path / "taken.png"), before)


def test_a_killed_core_comes_back_under_the_faces(house: House, tmp_path: Path) -> None:
    for control in WAY:
        press(house, control)
    before = picture(house, tmp_path / "before.png")
    house.core.kill()
    house.core.wait(10)
    house.core = house.run("core", "--machine", str(house.work / "machine.toml"))
    until(lambda: house.client.health().printer == "ready", "the core is back")
    assert same(picture(house, tmp_path / "after.png"), before)
    press(house, "take")
    until(lambda: house.client.citizen_view().screen == "take", "the ticket is taken")
