"""A screen that is made in two frames: what is pressed first comes first, and nothing of it is missing in the end."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from kiosk_app.api import CitizenView
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.office_views import view
from tests.ui.screen_checks import items
from ui.citizen.model import FIRST_PLATES


def arrives(face: Face, shown: CitizenView) -> None:
    """The view is set, and nothing else has happened yet."""
    face.kiosk.session()._on_view(msgspec.json.encode(shown))


def made(face: Face) -> set[str]:
    return {name for item in items(face.window.contentItem()) if (name := item.objectName())}


def ids(face: Face, layer: str) -> list[str]:
    return [plate["id"] for plate in face.kiosk.state[layer]["plates"]]


def test_a_long_screen_begins_with_its_first_plates(face: Face) -> None:
    arrives(face, view("choose"))
    every = ids(face, "page")
    assert len(every) > FIRST_PLATES
    assert set(every) & made(face) == set(every[:FIRST_PLATES])
    face.until(lambda: face.kiosk.is_made)
    assert set(every) <= made(face)


def test_a_finger_reaches_what_is_not_drawn_yet(face: Face) -> None:
    arrives(face, view("choose"))
    assert {target.id for target in face.kiosk.session()._targets} >= set(ids(face, "page"))


def test_the_same_screen_is_never_taken_apart(face: Face) -> None:
    face.show(view("choose"))
    later = view("choose")
    arrives(face, replace(later, groups=(replace(later.groups[0], note="混んでいます"), *later.groups[1:])))
    assert face.kiosk.is_made and set(ids(face, "page")) <= made(face)


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_page_behind_a_new_sheet_comes_after_it(face: Face, comes_back: bool) -> None:
    face.show(view("sheet-ease"))
    arrives(face, view("sheet-ease", "ja", "large"))
    assert not face.kiosk.is_made
    if comes_back:
        arrives(face, view("services", "ja", "large"))
    face.until(lambda: face.kiosk.is_made)
    drawn = {
        text.property("text"): text.property("font").pixelSize()
        for text in items(face.window.contentItem())
        if text.property("text")
    }
    words = [word for text in face.kiosk.state["page"]["texts"] for word in text["words"]]
    assert words and all(drawn[word["text"]] == word["px"] for word in words)
