"""Runs one face until its window is closed: the part that all faces share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.kit.alive import keep_telling

ROOM_ON_A_DESKTOP = 0.9
"""Of the screen, for a face in a window: frame and panels of the desktop need the rest."""

Built = tuple[QQmlApplicationEngine, QObject]


@dataclass(frozen=True)
class Start:
    """How a face is started. `alive` is called once a second from the first frame on."""

    full_screen: bool = False
    fit: bool = False
    """Shrink the window to the desktop that it is tried out on."""
    alive: Callable[[], None] = lambda: None


def run(build: Callable[[], Built], start: Start) -> int:
    """1: the face could not be loaded."""
    existing = QGuiApplication.instance()
    application = existing if isinstance(existing, QGuiApplication) else QGuiApplication(sys.argv[:1])
    application.setFont(QFont("Noto Sans CJK JP"))
    engine, _model = build()
    if not engine.rootObjects():
        return 1
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    keep_telling(window, start.alive)
    if start.full_screen:
        window.showFullScreen()
    elif start.fit:
        _fit(window)
    return application.exec()


def _fit(window: QQuickWindow) -> None:
    """A face is drawn for its own panel; on a smaller desktop all of it must still be seen."""
    room = window.screen().availableSize() * ROOM_ON_A_DESKTOP
    ratio = min(1.0, room.width() / window.width(), room.height() / window.height())
    window.resize(round(window.width() * ratio), round(window.height() * ratio))
