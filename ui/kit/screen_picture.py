"""A window as a small picture, for the file that is sent to whoever helps from afar."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImageWriter
from PySide6.QtQuick import QQuickWindow


def png_of(window: QQuickWindow) -> bytes:
    """Half as wide: every word can still be read. Empty where no picture could be made."""
    smooth = Qt.TransformationMode.SmoothTransformation
    image = window.grabWindow().scaledToWidth(max(1, window.width() // 2), smooth)
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    is_made = QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(raw.data()) if is_made else b""
