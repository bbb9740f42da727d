"""Line icons in any colour: `image://icons/<name>/<colour without #>`, drawn from the project's own SVG files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from ui.kit.pictures import picture

FOLDER = Path(__file__).parent.parent / "icons"
DRAWN_IN = "#1a1a1a"


class Icons(QQuickImageProvider):
    """An unknown name gives the plain mark, because an alert of a newer core must still be shown."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        name, _, colour = id.partition("/")
        path = FOLDER / f"{name}.svg"
        drawing = (path if path.exists() else FOLDER / "info.svg").read_text(encoding="utf-8")
        side = max(requestedSize.width(), 24)
        return picture(drawing.replace(DRAWN_IN, f"#{colour}").encode(), b"svg", side)
