"""Starts the citizen's face: one window over one view-model, in a process that may be killed at any moment."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.citizen.first import size_px
from ui.citizen.model import Kiosk
from ui.kit.citizen.codes import Codes
from ui.kit.console.icons import Icons
from ui.kit.first_frame import after_first_frame
from ui.kit.start import Start, run

SCREEN = Path(__file__).parent / "Citizen.qml"


def build(core: str, orientation: str = "portrait") -> tuple[QQmlApplicationEngine, Kiosk]:
    """The engine with its window shown. The caller keeps the engine alive; the model is the engine's."""
    width, height = size_px(orientation)
    engine = QQmlApplicationEngine()
    # Its child: the window reads the model until the engine has put the window away.
    kiosk = Kiosk(core, orientation, engine)
    engine.addImageProvider("icons", Icons())
    engine.addImageProvider("codes", Codes())
    engine.setInitialProperties({"model": kiosk, "designWidth": width, "designHeight": height})
    engine.load(str(SCREEN))
    for window in engine.rootObjects():
        assert isinstance(window, QQuickWindow)
        after_first_frame(window, kiosk.begin)
        kiosk.pictureAsked.connect(partial(_picture, window, kiosk))
    return engine, kiosk


def _picture(window: QQuickWindow, kiosk: Kiosk) -> None:
    # Loaded by the first that is asked for.
    from ui.kit.screen_picture import png_of

    kiosk.finish()
    kiosk.send_picture(png_of(window))


def main(core: str, start: Start, *, orientation: str = "portrait") -> int:
    """Runs until the window is closed. `core` is the path of the core's socket or its address."""
    return run(lambda: build(core, orientation), start)
