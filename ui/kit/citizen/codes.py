"""Two-dimensional codes and previews of the core as pictures: `image://codes/<png in url-safe base64>`, at once."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from ui.kit.pictures import picture


class Codes(QQuickImageProvider):
    """What cannot be decoded gives an empty picture: the words beside a code say what it is."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        return picture(urlsafe_b64decode(id), b"png", requestedSize.width(), requestedSize.height())
