"""An office on one desktop: each face is seen whole, with the bar to move and close it by, and covers no other."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect, QSize

from kiosk_app.face import PLACES
from scripts import office
from ui.kit import start

PANELS = {"citizen": QSize(1080, 1920), "staff": QSize(1280, 800), "display": QSize(1920, 1080)}
LEAST = {"staff": QSize(1280, 720)}


def all_on(desktop: QRect) -> dict[str, QRect]:
    least = QSize(0, 0)
    return {k: start.placed(desktop, PANELS[k], LEAST.get(k, least), place) for k, place in office.PLACES.items()}


@pytest.mark.parametrize("desktop", [QRect(0, 0, 1920, 1080), QRect(64, 27, 1856, 1053), QRect(0, 0, 3840, 2160)])
def test_no_face_covers_another(desktop: QRect) -> None:
    places = all_on(desktop)
    for one, other in combinations(places.values(), 2):
        assert not one.adjusted(-start.SIDE_PX, -start.TITLE_BAR_PX, 0, 0).intersects(other)


@pytest.mark.parametrize("desktop", [QRect(0, 0, 1920, 1080), QRect(1920, 30, 1366, 768), QRect(0, 0, 1440, 900)])
def test_every_face_is_on_the_desktop_with_its_frame(desktop: QRect) -> None:
    for place in all_on(desktop).values():
        assert desktop.contains(place.adjusted(-start.SIDE_PX, -start.TITLE_BAR_PX, start.SIDE_PX, start.SIDE_PX))


def test_the_command_line_knows_the_places_without_loading_qt() -> None:
    assert set(PLACES) == set(start.PLACES) == set(office.PLACES.values())
