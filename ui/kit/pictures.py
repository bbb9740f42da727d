"""Small pictures for QML, read by Qt's own plugins: to paint or scale one in Python names things of `Qt`, and the first
such name makes all of them, for 12 ms in the middle of a frame.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QSize
from PySide6.QtGui import QImage, QImageReader


def picture(data: bytes, kind: bytes, side: int = 0, high: int = 0) -> QImage:
    """`kind` as b"png" or b"svg"; `side` 0 is its own size, `high` 0 a square. What cannot be read is a null image."""
    # Both must outlive the reader, which holds them by address only.
    content = QByteArray(data)
    buffer = QBuffer(content)
    reader = QImageReader(buffer, QByteArray(kind))
    if side > 0:
        reader.setScaledSize(QSize(side, high if high > 0 else side))
    return reader.read()
