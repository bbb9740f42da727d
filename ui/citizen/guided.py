"""Where the band and the guide of practice stand, and how much of the screen is left to the screen itself."""

from __future__ import annotations

from kiosk_app.api import CitizenView
from ui.citizen.room import Parts, Room, icon_of, title_of
from ui.kit.citizen import panels
from ui.kit.citizen import plates as p
from ui.kit.citizen.drawing import Block, Drawing, Grid, Space
from ui.kit.citizen.guide import Band, GuidePanel, Numbered
from ui.kit.citizen.plates import plates
from ui.kit.citizen.tokens import CONTRAST, GUTTER, WARM, Style

SHAPES_LARGE = ((1.33, "label"), (1.18, "label"), (1.0, "label"), (1.0, "body"), (1.0, "note"))
SHAPES = ((1.0, "title"), (1.0, "label"), (1.0, "body"), (1.0, "note"))
"""Scale and type of the guide, the largest first."""
APART = 16.0


class Guided:
    """For one view and width; `high` of the whole screen's design pixels."""

    def __init__(self, view: CitizenView, width: float, margin: float, shape: tuple[float, str]) -> None:
        if view.guide is None:
            raise AssertionError("a screen without a guide")
        palette = CONTRAST if view.contrast else WARM
        scale, token = shape
        self.width, self.margin = width, margin
        self._band = Band(Style(palette, view.language, scale), view.guide.band, margin)
        self._panel = GuidePanel(Style(palette, view.language, scale), view.guide, token)

    @property
    def band_px(self) -> float:
        return self._band.height(self.width)

    @property
    def panel_px(self) -> float:
        """With the distance to what stands beside it."""
        return self._panel.height(self.width - 2 * self.margin) + APART

    def draw(self, to: Drawing, top: float, panel_top: float) -> None:
        self._band.draw(to, 0, top, self.width, self.band_px)
        room = self.width - 2 * self.margin
        self._panel.draw(to, self.margin, panel_top, room, self.panel_px - APART)


def shapes(view: CitizenView) -> tuple[tuple[float, str], ...]:
    return SHAPES_LARGE if view.large else SHAPES


def lesson(room: Room) -> Parts:
    """How it goes at a shop, numbered, and what one can take along."""
    view, s = room.view, room.style
    head = [*([] if room.variant else icon_of(room)), *title_of(room, "q", "body" if room.variant else "label")]
    steps: list[Block] = [Numbered(s, view.steps)]
    told: list[Block] = [panels.notice(s, view.notice, "printer"), Space(s.gap(20))] if view.notice else []
    paper = [c for c in view.actions if c.icon]
    others = [c for c in view.actions if not c.icon]
    foot: list[Block] = [*told]
    if paper:
        foot += [Grid(plates(s, tuple(paper), p.SLIM), 2, GUTTER, s.apart(20)), Space(s.apart(20))]
    foot.append(Grid(plates(s, tuple(others), p.GO), 2, GUTTER, s.apart(20)))
    if room.upright:
        return Parts(head=[*head, Space(s.gap(40)), *steps], choices=[], rows=[], foot=foot)
    return Parts(head=head, choices=steps, rows=[], foot=foot, left=860, foot_right=False)
