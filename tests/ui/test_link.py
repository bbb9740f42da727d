"""The wire of a face: a press goes through at once, whatever became of the attempts before the core was there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer
from pytestqt.qtbot import QtBot

from tests.ui.small_core import SmallCore
from ui.kit.console.link import CONNECT_TIMEOUT_MS, CoreLink

ANSWERED_WITHIN_MS = 1_000


@pytest.mark.parametrize("late_ms", [0, CONNECT_TIMEOUT_MS - 50, CONNECT_TIMEOUT_MS + 50])
@pytest.mark.slow
def test_a_face_that_was_there_before_its_core_is_answered_at_once(qtbot: QtBot, tmp_path: Path, late_ms: int) -> None:
    link, core = CoreLink(str(tmp_path / "core.sock")), SmallCore(tmp_path / "core.sock")
    link.watch("/v1/display/events?zone=")
    opening = threading.Timer(late_ms / 1000, core.start)
    opening.start()
    qtbot.waitUntil(lambda: bool(core.zones), timeout=30_000)
    answers: list[int] = []
    asked = QElapsedTimer()
    asked.start()
    link.post("/v1/staff/act", b"{}", lambda status, _: answers.append(status))
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    took_ms = asked.elapsed()
    link.leave()
    opening.join()
    core.stop()
    link.deleteLater()
    qtbot.wait(1)
    assert answers == [401]
    assert took_ms < ANSWERED_WITHIN_MS
