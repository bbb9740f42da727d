"""Runs one face until its window is closed: the part that all faces share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, QSize
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.kit.alive import keep_telling

TITLE_BAR_PX, SIDE_PX, FRAME_PX = 36, 4, 44
"""What a desktop puts around a window. It is not known before the window is shown, and then the window has moved."""
PLACES = {"left": (0.0, 0.0, 0.3, 1.0), "top-right": (0.3, 0.0, 0.7, 0.7), "bottom-right": (0.3, 0.7, 0.7, 0.3)}
"""Left, top, width and height in shares of a desktop: all faces of an office are seen at once."""

Built = tuple[QQmlApplicationEngine, QObject]


@dataclass(frozen=True)
class Start:
    """How a face is started. `alive` is called once a second from the first frame on."""

    full_screen: bool = False
    place: str | None = None
    """One of PLACES, on the desktop that it is tried out on."""
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
    elif start.place:
        desktop = window.screen().availableGeometry()
        window.setGeometry(placed(desktop, window.size(), window.minimumSize(), start.place))
    return application.exec()


def placed(desktop: QRect, panel: QSize, least: QSize, place: str) -> QRect:
    """A face is drawn for its own panel; on a smaller desktop all of it must still be seen, and the other faces too."""
    left, top, width, height = PLACES[place]
    room = (desktop.width() * width - FRAME_PX, desktop.height() * height - FRAME_PX)
    ratio = min(1.0, room[0] / panel.width(), room[1] / panel.height())
    # Where a window has a least size, it covers a part of its neighbour and does not leave the desktop.
    size = QSize(round(panel.width() * ratio), round(panel.height() * ratio)).expandedTo(least)
    x = min(round(desktop.width() * left), desktop.width() - size.width() - FRAME_PX)
    y = min(round(desktop.height() * top), desktop.height() - size.height() - FRAME_PX)
    return QRect(desktop.topLeft() + QPoint(max(0, x) + SIDE_PX, max(0, y) + TITLE_BAR_PX), size)
