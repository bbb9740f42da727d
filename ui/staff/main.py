"""Starts the console: one window over one view-model, in a process that may be killed at any moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.kit.console.icons import Icons
from ui.kit.first_frame import after_first_frame
from ui.kit.memory import stay_small
from ui.kit.start import Start, run
from ui.staff.model import Console

SCREEN = Path(__file__).parent / "Staff.qml"


def build(core: str) -> tuple[QQmlApplicationEngine, Console]:
    """The engine with its window shown. The caller keeps the engine alive; the model is the engine's."""
    engine = QQmlApplicationEngine()
    # Its child: the window reads the model until the engine has put the window away.
    console = Console(core, engine)

    def begin() -> None:
        from ui.staff.slots_picture import SlotsPicture

        stay_small()
        console.begin()
        engine.addImageProvider("slots", SlotsPicture(lambda: console.drawn))

    engine.addImageProvider("icons", Icons())
    engine.setInitialProperties({"model": console})
    engine.load(str(SCREEN))
    for window in engine.rootObjects():
        assert isinstance(window, QQuickWindow)
        after_first_frame(window, begin)
    return engine, console


def main(core: str, start: Start) -> int:
    """Runs until the window is closed. `core` is the path of the core's socket or its address."""
    return run(lambda: build(core), start)
