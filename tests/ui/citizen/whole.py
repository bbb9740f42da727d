"""What every group of screens must satisfy, in one place: its hardest screens stand whole, with --long each in every
language and mode; controls are pressed through the accessibility tree; choices are counted as the keys count them.

A group names the function that makes its views, its screens and the hardest of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QRectF

from kiosk_app.api import LANGUAGES, CitizenView, Language
from kiosk_app.words import spoken
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.still import Still, faults
from ui.citizen.screens import pressable

MODES = ("normal", "large", "contrast", "low")
PICTURES = os.environ.get("HITOFUDA_PICTURES", "")
"""A folder for whoever wants to look at what `whole` judges."""
Screen = tuple[str, Language, str]
"""Name, language and one of MODES."""

each_language_and_mode = pytest.mark.parametrize(("mode", "language"), [*itertools.product(MODES, LANGUAGES)])


class MakeView(Protocol):
    def __call__(self, name: str, language: Language = "ja", /, *modes: str) -> CitizenView: ...


def wrong(still: Still, view: MakeView, screens: Iterable[Screen]) -> list[str]:
    """What is wrong with each; what stands on the bar keeps its place from the first to the last."""
    places: dict[str, QRectF] = {}
    return [
        f"{name} {language} {mode}: {fault}"
        for name, language, mode in screens
        for fault in faults(still, view(name, language, *(() if mode == "normal" else (mode,))), places)
    ]


def whole(still: Still, view: CitizenView, picture: str) -> list[str]:
    """What is wrong with one screen of no group; `picture` is the name under which it can be looked at."""
    if PICTURES:
        still.show(view)
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        still.picture().save(f"{PICTURES}/{picture}-{'up' if still.upright() else 'lying'}.png")
    return faults(still, view, {})


def press_alone(face: Face, view: CitizenView, control: str) -> None:
    """Shows the screen and presses one control through the accessibility tree: it is sent, and nothing else."""
    face.show(view)
    face.press(control)
    face.until(lambda: face.sent() == [control])


def miscounted(view: CitizenView, most: int | None = None) -> list[str]:
    """Choices (the first `most`) that are not said with the number that chooses them. The bar has keys of its own, and
    where there is a keypad, digits are digits."""
    bar = {control.id for control in (*view.bar, *view.languages)}
    counted = [] if view.keypad is not None else [control for control in pressable(view) if control.id not in bar]
    said = [spoken(f"{n}、{control.label}") for n, control in enumerate(counted[:most], 1)]
    return [one for one in said if one not in view.spoken]
