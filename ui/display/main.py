"""Starts the call display of one zone: one window over one view-model, restarted by the system whenever it ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.display.model import Board
from ui.kit.console.icons import Icons
from ui.kit.first_frame import after_first_frame
from ui.kit.start import Start, run

SCREEN = Path(__file__).parent / "Display.qml"


def build(core: str, zone: str) -> tuple[QQmlApplicationEngine, Board]:
    """The engine with its window shown. The caller keeps the engine alive; the model is the engine's."""
    engine = QQmlApplicationEngine()
    # Its child: the window reads the model until the engine has put the window away.
    board = Board(core, zone, engine)
    engine.addImageProvider("icons", Icons())
    engine.setInitialProperties({"model": board})
    engine.load(str(SCREEN))
    for window in engine.rootObjects():
        assert isinstance(window, QQuickWindow)
        after_first_frame(window, board.begin)
        board.pictureAsked.connect(partial(_picture, window, board))
    return engine, board


def _picture(window: QQuickWindow, board: Board) -> None:
    # Loaded by the first that is asked for.
    from ui.kit.screen_picture import png_of

    board.send_picture(png_of(window))


def main(core: str, start: Start, *, zone: str) -> int:
    """Runs until the window is closed. `core` is the path of the core's socket or its address."""
    return run(lambda: build(core, zone), start)
