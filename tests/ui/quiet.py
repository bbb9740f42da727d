"""The one ear for Qt and QML in the tests of the faces: a face that complains has a fault, seen or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

OF_NO_FACE = "propagateSizeHints"
"""Said by the platform plugin without a screen, about itself."""


@contextmanager
def quiet() -> Iterator[list[str]]:
    """Any message of Qt or QML above debug level fails the test; the list has them as they come."""
    said: list[str] = []

    def listen(kind: QtMsgType, _context: object, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and OF_NO_FACE not in message:
            said.append(message)

    qInstallMessageHandler(listen)
    try:
        yield said
    finally:
        qInstallMessageHandler(None)
    assert said == [], said
