"""The first frame is what the page module would set without a view: nothing jumps when the rest has been loaded."""

from __future__ import annotations

import pytest

from ui.citizen.first import FIRST, size_px
from ui.citizen.page import away, size_of


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.usefixtures("qapp")
def test_the_first_frame_is_an_empty_page(orientation: str) -> None:
    size = size_of(orientation)
    assert (size.width, size.height) == size_px(orientation)
    assert {**away(None, size, empty=True), "scrim_height": 0} == FIRST
