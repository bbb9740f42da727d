"""What a technician's screens at the ticket machine have besides those of a visitor: grades, counts, colours.

Faces import it through kiosk_app/api.py. Its words are Japanese, which staff read.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.api_base import View
from kiosk_app.api_technician import CheckGrade

Colour = Literal["white", "black", "red", "green", "blue", "greys", "lines"]


class CheckCount(View, frozen=True, kw_only=True):
    """「× 要対応 1」."""

    grade: CheckGrade
    label: str


class CheckMark(View, frozen=True, kw_only=True):
    """How the row of this id stands."""

    id: str
    grade: CheckGrade


class CheckScreen(View, frozen=True, kw_only=True):
    """`grade`: of what title and summary tell. `grades`: of the rows that have one. `colour`: the whole screen is
    painted so, and everything else but one control is left out."""

    counts: tuple[CheckCount, ...] = ()
    looked: str = ""
    """「8:05に調べました」"""
    grade: CheckGrade = "good"
    grades: tuple[CheckMark, ...] = ()
    colour: Literal[Colour, ""] = ""
