"""The wire of a face: a press goes through at once, whatever became of the attempts before the core was there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.small_core import SmallCore
from ui.kit.console import link as wire
from ui.kit.console.link import CONNECT_TIMEOUT_MS, CoreLink


@pytest.mark.parametrize("late_ms", [0, CONNECT_TIMEOUT_MS - 50, CONNECT_TIMEOUT_MS + 50])
@pytest.mark.slow
def test_a_face_that_was_there_before_its_core_is_answered_at_once(
    qtbot: QtBot, tmp_path: Path, late_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_TIMEOUT_MS", 20_000)
    link, core = CoreLink(str(tmp_path / "core.sock")), SmallCore(tmp_path / "core.sock")
    link.watch("/v1/display/events?zone=")
    opening = threading.Timer(late_ms / 1000, core.start)
    opening.start()
    qtbot.waitUntil(lambda: bool(core.zones), timeout=30_000)
    answers: list[int] = []
    link.post("/v1/staff/act", b"{}", lambda status, _: answers.append(status), tries=1)
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    link.leave()
    opening.join()
    core.stop()
    link.deleteLater()
    qtbot.wait(1)
    assert answers == [401], "with the first try, which would else be given up"
