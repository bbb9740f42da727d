"""What a face does not need for its first frame is loaded after it: somebody waits before a dark screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtQuick import QQuickWindow


class _Once(QObject):
    """An object of the window's own thread, whatever thread draws."""

    def __init__(self, window: QQuickWindow, do: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._do = do
        window.frameSwapped.connect(self._shown)

    @Slot()
    def _shown(self) -> None:
        self._window.frameSwapped.disconnect(self._shown)
        _waiting.discard(self)
        # Not within the swap: the frame is not done before its handlers are.
        QTimer.singleShot(0, self, self._do)


_waiting: set[_Once] = set()
"""Held here, because Python's collector takes a window and its child away when nothing else names them."""


def after_first_frame(window: QQuickWindow, do: Callable[[], None]) -> None:
    """Calls `do` once, when the first frame is on the screen."""
    _waiting.add(_Once(window, do))
