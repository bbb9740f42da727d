"""The least that any face must do: Python, Qt Quick and one window with nothing in it. Faces are measured beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import PySide6.QtQuick  # noqa: F401 - a face cannot do without it either
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    engine = QQmlApplicationEngine()
    engine.load(str(Path(__file__).with_suffix(".qml")))
    sys.exit(application.exec())
