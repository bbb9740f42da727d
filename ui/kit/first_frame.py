"""What a face does not need for its first frame is loaded after it: somebody waits before a dark screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtQuick import QQuickWindow


class _Once(QObject):
    """An object of the window's own thread, whatever thread draws."""

    def __init__(self, window: QQuickWindow, do: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._do = do
        window.frameSwapped.connect(self._shown)

    def _shown(self) -> None:
        self._window.frameSwapped.disconnect(self._shown)
        # Not within the swap: the frame is not done before its handlers are.
        QTimer.singleShot(0, self, self._do)


def after_first_frame(window: QQuickWindow, do: Callable[[], None]) -> None:
    """Calls `do` once, when the first frame is on the screen."""
    _Once(window, do)
