"""A running display with a small real core behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from kiosk_app.api import DisplayView
from tests.ui.quiet import quiet
from tests.ui.small_core import SmallCore
from ui.display.main import build
from ui.display.model import Board


@dataclass
class Face:
    core: SmallCore
    window: QQuickWindow
    board: Board
    bot: QtBot

    def show(self, view: DisplayView) -> None:
        self.core.publish(view)
        self.bot.waitUntil(lambda: self.board._view == view, timeout=30_000)


@pytest.fixture
def face(tmp_path: Path, qtbot: QtBot) -> Iterator[Face]:
    """Any message of Qt or QML at warning level fails the test that caused it."""
    core = SmallCore(tmp_path / "core.sock")
    core.start()
    with quiet() as said:
        QAccessible.setActive(True)
        engine, board = build(str(core.socket), "1F")
        roots = engine.rootObjects()
        assert roots, said
        window = roots[0]
        assert isinstance(window, QQuickWindow)
        qtbot.waitUntil(lambda: core.zones == ["1F"], timeout=30_000)
        yield Face(core, window, board, qtbot)
        board.close()
        window.close()
        engine.deleteLater()
        qtbot.wait(1)
        core.stop()
