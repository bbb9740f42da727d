"""Tells that a face's event loop turns, from its first frame on; a frozen face is then found and started again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtQuick import QQuickWindow

from ui.kit.first_frame import after_first_frame

EVERY_MS = 1_000


def keep_telling(window: QQuickWindow, alive: Callable[[], None]) -> None:
    """Calls `alive` once a second, beginning with the first frame on the screen."""
    timer = QTimer(window, interval=EVERY_MS)
    timer.timeout.connect(alive)

    def begin() -> None:
        alive()
        timer.start()

    after_first_frame(window, begin)
