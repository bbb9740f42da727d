"""A face's first frame waits for nothing that it does not draw: what is named here takes as long to load as that."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from kiosk_app.face import KINDS
from ui.kit.first_frame import after_first_frame
from ui.staff.desk import Desk
from ui.staff.first import FIRST, PARTS
from ui.staff.presentation import present

LATER = ("msgspec", "kiosk_app.api", "PySide6.QtSvg", "ui.kit.console.link", "typer", "asyncio", "socket")
STARTS = """
import sys
import kiosk_app.face
import ui.{kind}.main
print(" ".join(name for name in {later!r} if name in sys.modules))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_first_frame_does_not_need_is_not_loaded_for_it(kind: str) -> None:
    program = STARTS.format(kind=kind, later=LATER)
    loaded = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_a_consoles_first_frame_is_what_the_rules_say_of_an_empty_desk() -> None:
    state = present(Desk())
    assert {key: state[key] for key in FIRST} == FIRST
    assert set(FIRST) | set(state) <= set(PARTS)


def test_the_collector_does_not_take_what_waits_for_the_first_frame(qtbot: QtBot) -> None:
    """Collected before the window was shown, the face would stay an empty page until somebody touched it."""
    engine = QQmlApplicationEngine()
    engine.loadData(b"import QtQuick\nWindow { width: 40; height: 40 }")
    done: list[bool] = []
    after_first_frame(_window_of(engine), lambda: done.append(True))
    gc.collect()
    _window_of(engine).show()
    qtbot.waitUntil(lambda: done == [True], timeout=30_000)
    _window_of(engine).close()
    engine.deleteLater()
    qtbot.wait(1)


def _window_of(engine: QQmlApplicationEngine) -> QQuickWindow:
    (window,) = engine.rootObjects()
    assert isinstance(window, QQuickWindow)
    return window
