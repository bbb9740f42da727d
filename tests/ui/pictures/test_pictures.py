"""Every face looks as it did when somebody last looked at it; and the comparison sees what a person would see."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication

from tests.ui.citizen.office_views import view
from tests.ui.pictures.compare import compare
from tests.ui.pictures.scenes import FACES, SHEETS, citizen, picture, put_away
from tests.ui.pictures.sheets import STORED, differing, store
from ui.citizen.first import Map

OUT = Path(os.environ.get("HITOFUDA_PICTURES") or Path(__file__).parents[3] / "out" / "pictures")


@pytest.mark.slow
@pytest.mark.parametrize("face", FACES)
def test_a_face_looks_as_it_did(face: str) -> None:
    command = [sys.executable, "-P", "-m", "tests.ui.pictures", face, "--out", str(OUT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_language_and_mode_has_its_sheet() -> None:
    assert {path.stem for path in STORED.glob("*.png")} == set(SHEETS)
    assert sum(path.stat().st_size for path in STORED.glob("*.png")) < 5_000_000


Show = Callable[[Callable[[Map], None]], Image.Image]


@pytest.fixture(scope="module")
def show(qapp: QCoreApplication) -> Iterator[Show]:
    """The screen of services, changed before it is drawn."""
    kiosk, window = citizen("portrait")
    session = kiosk.session()
    session._on_view(msgspec.json.encode(view("services")))
    kiosk.finish()
    unchanged = session.state

    def draw(change: Callable[[Map], None]) -> Image.Image:
        session.state = deepcopy(unchanged)
        change(session.state)
        session.changed.emit()
        return picture(window, 4)

    yield draw
    put_away()


def _no_icon(state: Map) -> None:
    state["page"]["plates"][0]["icons"].pop()


def _moved(state: Map) -> None:
    state["page"]["plates"][1]["y"] += 12


def _another_tint(state: Map) -> None:
    state["page"]["plates"][1]["fill"] = "#e8f1fe"


def _another_word(state: Map) -> None:
    word = state["page"]["plates"][2]["texts"][0]["words"][0]
    word["text"] = word["text"].replace("戸籍", "住民")


def _another_minute(state: Map) -> None:
    (word,) = (w for t in state["page"]["texts"] for w in t["words"] if w["text"] == "10:12")
    word["text"] = "10:13"


def _no_note(state: Map) -> None:
    state["page"]["plates"][2]["texts"].pop()


def _larger(state: Map) -> None:
    word = state["page"]["plates"][2]["texts"][0]["words"][0]
    word["px"] = round(word["px"] * 1.1)


@pytest.mark.parametrize("change", [_no_icon, _moved, _another_tint, _another_word, _another_minute, _no_note, _larger])
def test_a_real_difference_is_seen(show: Show, change: Callable[[Map], None]) -> None:
    before = show(lambda state: None)
    assert compare(before, show(change)).share > 0.08
    assert not compare(before, show(lambda state: None)).seen


def test_what_differs_is_left_to_be_looked_at(show: Show, tmp_path: Path) -> None:
    stored, out = tmp_path / "stored", tmp_path / "out"
    before, after = show(lambda state: None), show(_no_icon)
    assert "no stored sheet" in differing("some", {"services": before}, stored, out)[0]
    store("some", [before, before], stored)
    assert differing("some", {"one": before, "other": before}, stored, out) == []
    (said,) = differing("some", {"one": before, "other": after}, stored, out)
    assert "other by" in said
    assert "one by" not in said
    assert str(out / "some.png") in said
    assert str(out / "some-difference.png") in said
    assert (out / "some-difference.png").exists()
