"""Sets one view for one window: the largest type and the widest distances at which everything stands whole.

The result is the face's `state`: two layers of pieces at fixed places (page and front), for QML to draw as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from kiosk_app.api import CitizenView, Control
from ui.citizen import frame, guided, technician
from ui.citizen.first import LYING_PX, UPRIGHT_PX
from ui.citizen.own_words import AWAY, NEXT, PREVIOUS
from ui.citizen.room import Parts, Room
from ui.citizen.screens import parts, variants
from ui.kit.citizen import tokens as t
from ui.kit.citizen.drawing import Block, Drawing, Grid, Map, Space, Stack, Words
from ui.kit.citizen.plates import GO, Plate, spaced
from ui.kit.citizen.tokens import CONTRAST, WARM, Palette, Style

SCALES = (1.0,)
SCALES_LARGE = (1.33, 1.25, 1.18)
"""The best first. Large type that does not fit goes on to another page before it shrinks further."""
SMALLER_STILL = (1.1, 1.0)
AIRS = (1.0, 0.8, 0.6, 0.45, 0.3)
GUIDE_GAP = 16
MOST_KEPT = 64
"""Pages remembered as they were set, so that a countdown or a clock sets only what changes."""


class Size(msgspec.Struct, frozen=True):
    width: int
    height: int
    upright: bool
    top: int
    margin: int
    foot: int
    """Between the last choice and the bar."""
    under: int = 0
    """Taken by what stands on the bar."""


PORTRAIT = Size(*UPRIGHT_PX, True, t.TOP, t.MARGIN, 40)
LANDSCAPE = Size(*LYING_PX, False, t.TOP_LANDSCAPE, 48, 28)


def size_of(orientation: str) -> Size:
    return LANDSCAPE if orientation == "landscape" else PORTRAIT


def palette_of(view: CitizenView) -> Palette:
    return CONTRAST if view.contrast else WARM


def present(view: CitizenView, size: Size, page: int = 0) -> Map:
    """`page` counts from 0; beyond the last it is the last."""
    palette = palette_of(view)
    back = Drawing()
    is_painted = view.check is not None and bool(view.check.colour)
    if view.check is not None and is_painted:
        technician.paint(back, view.check, size.width, size.height)
    else:
        head = size.top if view.check is None else technician.head(back, palette, size.width, size.top)
        frame.draw_top(back, view, size.width, head, size.margin, is_dark=view.check is not None)
    body, pages, page = _body(view, size, page) if view.guide is None else _guided(back, view, size, page)
    for name in ("boxes", "texts", "icons", "pictures", "plates"):
        getattr(back, name).extend(getattr(body, name))
    covered = view.sheet is not None or view.dialog is not None
    bar = Drawing()
    if not is_painted:
        frame.draw_bar(bar, view, size.width, size.height, size.margin, size.upright)
    front = Drawing()
    if covered:
        frame.draw_front(front, view, size.width, size.height, size.upright)
    return {
        "screen": view.screen,
        "screen_id": view.screen_id,
        "paper": palette.paper if view.check is None else palette.surface,
        "page": back.as_map(),
        "covered": covered,
        "scrim": palette.scrim,
        "scrim_height": size.height - t.BAR,
        "front": front.as_map(),
        "bar": bar.as_map(),
        "pages": pages,
        "page_number": page,
        "broken": body.broken or front.broken or bar.broken or back.broken,
    }


def _guided(to: Drawing, view: CitizenView, size: Size, page: int) -> tuple[Drawing, int, int]:
    """With the band under the top line. The guide stands there too, or in low position on the bar, where its key is
    within reach."""
    for shape in (shapes := guided.shapes(view)):
        guide = guided.Guided(view, size.width, size.margin, shape)
        band, panel, low = round(guide.band_px), round(guide.panel_px), view.low and size.upright
        left = (
            replace(size, top=size.top + band, under=panel)
            if low
            else replace(size, top=size.top + band + panel + GUIDE_GAP)
        )
        trial = Drawing()
        guide.draw(trial, size.top, size.height - t.BAR - panel if low else size.top + band + GUIDE_GAP)
        body, pages, shown = _body(view, left, page)
        if shape == shapes[-1] or not (trial.broken or body.broken):
            break
    for name in ("boxes", "texts", "icons", "pictures", "plates"):
        getattr(to, name).extend(getattr(trial, name))
    to.broken = to.broken or trial.broken
    return body, pages, shown


def _body(view: CitizenView, size: Size, page: int) -> tuple[Drawing, int, int]:
    plain = {"screen_id": "", "time": "", "date": "", "bar": (), "hint": "", "spoken": "", "picture_asked": ""}
    same = replace(view, sheet=None, dialog=None, **plain)
    return _kept_body(same, size, page)


@lru_cache(maxsize=MOST_KEPT)
def _kept_body(view: CitizenView, size: Size, page: int) -> tuple[Drawing, int, int]:
    scales = SCALES_LARGE if view.large else SCALES
    if (drawing := _on_one_page(view, size, scales)) is not None:
        return drawing, 1, 0
    for rooms in (_rooms(view, size, scales, most_pages=2), _rooms(view, size, SMALLER_STILL, most_pages=99)):
        for room, most_pages in rooms:
            if most_pages > 2 and (drawing := _try(room, parts(room), size)) is not None:
                return drawing, 1, 0
            if (found := _try_pages(room, parts(room), size, page, most_pages)) is not None:
                return found
    # Nothing fits: everything is drawn all the same, and `broken` says so to whoever tests a catalogue.
    room = Room(view, Style(palette_of(view), view.language, 1.0, AIRS[-1]), size.upright)
    drawing = _draw(room, parts(room), size)
    drawing.broken = True
    return drawing, 1, 0


def _on_one_page(view: CitizenView, size: Size, scales: Sequence[float]) -> Drawing | None:
    for scale in scales:
        for variant in range(variants(view)):
            for air in AIRS if _fits_at_all(view, size, scale, variant) else ():
                room = Room(view, Style(palette_of(view), view.language, scale, air), size.upright, variant)
                if (drawing := _try(room, parts(room), size)) is not None:
                    return drawing
    return None


def _fits_at_all(view: CitizenView, size: Size, scale: float, variant: int) -> bool:
    room = Room(view, Style(palette_of(view), view.language, scale, AIRS[-1]), size.upright, variant)
    return _try(room, parts(room), size) is not None


def _rooms(view: CitizenView, size: Size, scales: Sequence[float], most_pages: int) -> Iterator[tuple[Room, int]]:
    for scale in scales:
        for variant in range(variants(view)):
            for air in (0.8, 0.45, 0.3):
                yield Room(view, Style(palette_of(view), view.language, scale, air), size.upright, variant), most_pages


def _try(room: Room, made: Parts, size: Size) -> Drawing | None:
    if not _fits(room, made, size):
        return None
    drawing = _draw(room, made, size)
    return None if drawing.broken else drawing


def _bottom(room: Room, size: Size) -> float:
    return size.height - t.BAR - size.under - max(16.0, room.style.gap(size.foot))


def _rows(room: Room, made: Parts) -> list[Block]:
    if not made.rows:
        return []
    if made.row_columns > 1:
        return [Grid(made.rows, made.row_columns, t.GUTTER, room.style.apart(20))]
    return [spaced(list(made.rows), room.style.apart(20))]


def _upright(room: Room, made: Parts) -> tuple[list[Block], list[Block]]:
    """What stands at the top, and what stands lower with everything pressable in it."""
    gap = Space(room.style.gap(32))
    reach: list[Block] = []
    for blocks in (made.choices, _rows(room, made), made.foot):
        if blocks:
            reach += [Space(room.style.gap(32), grows=blocks is made.foot and not room.view.low), *blocks]
    return [Space(room.style.gap(16)), *made.head], reach or [gap]


def _lying(room: Room, made: Parts) -> tuple[list[Block], list[Block]]:
    grow = Space(room.style.apart(24), grows=True)
    left: list[Block] = [Space(room.style.gap(24)), *made.head]
    right: list[Block] = [Space(room.style.gap(24))]
    for blocks in (made.choices, _rows(room, made)):
        right += blocks
    if made.foot:
        (right if made.foot_right else left).extend([grow, *made.foot])
    return left, right


def _lying_widths(made: Parts, size: Size) -> tuple[float, float]:
    return made.left, size.width - 2 * size.margin - made.left - t.GUTTER


def _fits(room: Room, made: Parts, size: Size) -> bool:
    have = _bottom(room, size) - size.top
    if not size.upright:
        one, two = _lying_widths(made, size)
        left, right = _lying(room, made)
        return Stack(left).height(one) <= have and (two <= 0 or Stack(right).height(two) <= have)
    head, reach = _upright(room, made)
    width = size.width - 2 * size.margin
    lower = Stack(reach).height(width)
    if room.view.low and lower > _bottom(room, size) - t.LOW_FROM:
        return False
    return Stack(head).height(width) + lower <= have


def _draw(room: Room, made: Parts, size: Size) -> Drawing:
    drawing = Drawing()
    top, bottom = float(size.top), _bottom(room, size)
    if not size.upright:
        one, two = _lying_widths(made, size)
        left, right = _lying(room, made)
        Stack(left).draw(drawing, size.margin, top, one, bottom - top)
        if two > 0:
            Stack(right).draw(drawing, size.margin + one + t.GUTTER, top, two, bottom - top)
        return drawing
    head, reach = _upright(room, made)
    width = size.width - 2 * size.margin
    if room.view.low:
        lower = Stack(reach).height(width)
        above = Stack(head).height(width)
        Stack(head).draw(drawing, size.margin, bottom - lower - above, width, above)
        Stack(reach).draw(drawing, size.margin, bottom - lower, width, lower)
    else:
        Stack([*head, *reach]).draw(drawing, size.margin, top, width, bottom - top)
    return drawing


def _try_pages(room: Room, made: Parts, size: Size, page: int, most: int) -> tuple[Drawing, int, int] | None:
    """As many rows on each page as fit above the two plates that turn it."""
    for on_page in range(len(made.rows) - 1, 0, -1):
        pages = -(-len(made.rows) // on_page)
        if pages > most:
            return None
        shown = max(0, min(page, pages - 1))
        every = [made.rows[n : n + on_page] for n in range(0, len(made.rows), on_page)]
        turned = [_with_turner(room, made, rows, n, pages) for n, rows in enumerate(every)]
        if all(_fits(room, one, size) for one in turned):
            drawing = _draw(room, turned[shown], size)
            return None if drawing.broken else (drawing, pages, shown)
    return None


def _with_turner(room: Room, made: Parts, rows: Sequence[Block], page: int, pages: int) -> Parts:
    language = room.view.language
    keys = [
        Control(id="page:previous", label=PREVIOUS[language], icon="up", state="open" if page else "off"),
        Control(id="page:next", label=NEXT[language], icon="down", state="open" if page + 1 < pages else "off"),
    ]
    turner = Grid([Plate(room.style, key, GO) for key in keys], 2, t.GUTTER, 0)
    foot: list[Block] = [turner, *([Space(room.style.apart(24)), *made.foot] if made.foot else [])]
    return Parts(made.head, made.choices, rows, foot, made.left, True, made.row_columns)


def away(view: CitizenView | None, size: Size, *, empty: bool = False) -> Map:
    """A calm screen while the core cannot be heard: in the last language, and in Japanese. `empty`: not even that."""
    palette = palette_of(view) if view else WARM
    large = view.large if view else False
    languages = [view.language if view else "en"]
    if "ja" not in languages:
        languages.insert(0, "ja")
    blocks: list[Block] = []
    for n, language in enumerate(languages):
        style = Style(palette, language, 1.33 if large else 1.0)
        title, hurry = AWAY[language]
        blocks += [
            *([Space(96)] if n else []),
            Words(style, title, "hero", True, align="centre", heading=True),
            Space(24),
            Words(style, hurry, "title", align="centre"),
        ]
    stack = Stack(blocks)
    width = size.width - 2 * size.margin
    drawing = Drawing()
    high = stack.height(width)
    if not empty:
        stack.draw(drawing, size.margin, (size.height - high) / 2, width, high)
    nothing = Drawing().as_map()
    return {
        "screen": "away",
        "screen_id": "",
        "paper": palette.paper,
        "page": drawing.as_map(),
        "covered": False,
        "scrim": palette.scrim,
        "scrim_height": size.height - t.BAR,
        "front": nothing,
        "bar": nothing,
        "pages": 1,
        "page_number": 0,
        "broken": drawing.broken,
    }
