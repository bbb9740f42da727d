"""A display sends a picture of itself when the view asks for one, and one for each time that it asks."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtGui import QImage

from tests.ui.display.conftest import Face
from tests.ui.display.test_screens import TWO


def test_a_picture_is_sent_once_each_time_it_is_asked_for(face: Face) -> None:
    face.show(TWO)
    for asked in ("p1", "p2"):
        face.show(replace(TWO, picture_asked=asked))
        face.bot.waitUntil(
            lambda asked=asked: [one.asked for one in face.core.pictures][-1:] == [asked], timeout=30_000
        )
        face.show(replace(TWO, picture_asked=asked, time="9:01"))
    face.show(TWO)
    first, second = face.core.pictures
    assert (first.asked, second.asked) == ("p1", "p2")
    image = QImage.fromData(first.png)
    assert image.width() == face.window.width() // 2 and image.height() == face.window.height() // 2
