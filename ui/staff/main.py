"""Starts the console: one window over one view-model, in a process that may be killed at any moment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.kit.alive import keep_telling
from ui.kit.console.icons import Icons
from ui.kit.first_frame import after_first_frame
from ui.staff.model import Console

SCREEN = Path(__file__).parent / "Staff.qml"


def build(core: str) -> tuple[QQmlApplicationEngine, Console]:
    """The engine with its window shown. The caller keeps both alive."""
    console = Console(core)
    engine = QQmlApplicationEngine()
    engine.addImageProvider("icons", Icons())
    engine.setInitialProperties({"model": console})
    engine.load(str(SCREEN))
    for window in engine.rootObjects():
        assert isinstance(window, QQuickWindow)
        after_first_frame(window, console.begin)
    return engine, console


def main(core: str, *, full_screen: bool = False, alive: Callable[[], None] = lambda: None) -> int:
    """Runs until the window is closed. `core` is the path of the core's socket or its address."""
    existing = QGuiApplication.instance()
    application = existing if isinstance(existing, QGuiApplication) else QGuiApplication(sys.argv[:1])
    application.setFont(QFont("Noto Sans CJK JP"))
    engine, _console = build(core)
    if not engine.rootObjects():
        return 1
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    keep_telling(window, alive)
    if full_screen:
        window.showFullScreen()
    return application.exec()
