"""The slots of a timetable as one picture: three hundred items of Qt Quick cost 30 MiB and a third of a second.

`image://slots/day/<which>/<pitch px>/<lane px>/<ratio>/<width px>/<height px>` is the day that is shown,
`image://slots/form/<form>` one cell of the legend. Nothing of `Qt.` is named here (see ui/kit/pictures.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QStaticText
from PySide6.QtQuick import QQuickImageProvider

from ui.staff.timetable import BELOW, GAP_PX, WHOLE, Drawn, Form, Strip

FAMILY = "Noto Sans CJK JP"
PAPER2, SURFACE, INK, INK2, EDGE = "#f1ebde", "#ffffff", "#1a1a1a", "#4d4d4d", "#767676"
ACT, CARE, CARE_TINT, OK, OK_TINT, OK_INK, BLACK = (
    "#0017c1", "#ac3e00", "#ffeee2", "#197a4b", "#e6f5ec", "#0b4a2c", "#000000",
)  # fmt: skip
"""As ui/kit/console/Tone.qml."""
TWO_LINES_PX, LINE_SHARE = 44, 0.9
"""A lane so high has room for two lines; they stand a little closer than the font would have them."""
RADIUS_PX, ROUND_PX = 4, 14
STRIP_TEXT_PX = 14


class Look(NamedTuple):
    """What a form looks like, also without any colour: filled or not, square or round, framed, flat, struck."""

    ground: str
    ink: str
    edge: str = ""
    edge_px: int = 0
    round: bool = False
    strong: bool = True
    struck: bool = False


LOOKS: dict[Form, Look] = {
    "free": Look(SURFACE, INK, EDGE, 1, strong=False),
    "central": Look(SURFACE, INK, EDGE, 1, round=True, strong=False),
    "booked": Look(ACT, SURFACE),
    "here": Look(ACT, SURFACE, round=True),
    "unheard": Look(SURFACE, INK, ACT, 3),
    "called": Look(ACT, SURFACE, BLACK, 3),
    "done": Look(PAPER2, INK2),
    "missed": Look(PAPER2, INK2, EDGE, 1, struck=True),
    "late": Look(CARE_TINT, CARE, CARE, 3),
    "wrong": Look(CARE_TINT, CARE, CARE, 3),
    "pressed": Look(CARE_TINT, CARE, CARE, 3),
    "before": Look(SURFACE, INK, EDGE, 1, strong=False),
    "after": Look(OK_TINT, OK_INK, OK, 2),
}


class SlotsPicture(QQuickImageProvider):
    """`shown` gives the day that is on the page."""

    def __init__(self, shown: Callable[[], Drawn]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._shown = shown

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        kind, _, rest = id.partition("/")
        wide, high = max(1, requestedSize.width()), max(1, requestedSize.height())
        image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            if kind == "form":
                _box(painter, LOOKS[rest], QRectF(0, 0, wide, high))  # type: ignore[index]
            else:
                pitch, lane, ratio = (float(part) for part in rest.split("/")[1:4])
                painter.scale(ratio, ratio)
                draw(painter, self._shown(), wide / ratio, pitch, lane)
        finally:
            painter.end()
        return image


def draw(painter: QPainter, shown: Drawn, wide: float, pitch: float, lane: float) -> None:
    """Lengths in px; lanes of height `lane` stand `pitch` apart."""
    for strip in shown.strips:
        _strip(painter, strip, QRectF(strip.x * wide, strip.place * pitch, strip.width * wide, lane))
    for cell in shown.cells:
        high = lane if cell.half == WHOLE else lane / 2 - 1
        top = cell.place * pitch + (lane / 2 + 1 if cell.half == BELOW else 0)
        box = QRectF(cell.x * wide, top, max(2.0, cell.width * wide - GAP_PX), high)
        look = LOOKS[cell.form]
        _box(painter, look, box)
        text = cell.two if cell.two and lane >= TWO_LINES_PX and high >= TWO_LINES_PX / 2 else cell.line
        if text:
            _text(painter, text, box, look.ink, cell.size_px, look.strong, look.struck)


def _strip(painter: QPainter, strip: Strip, box: QRectF) -> None:
    if not strip.shut:
        _box(painter, OPEN, box)
    if strip.text:
        _text(painter, strip.text, box, INK2, STRIP_TEXT_PX, False, False)


OPEN = Look(PAPER2, INK2)


def _box(painter: QPainter, look: Look, box: QRectF) -> None:
    radius = min(box.height() / 2, ROUND_PX) if look.round else RADIUS_PX
    painter.setBrush(_colour(look.ground))
    if look.edge_px == 0:
        painter.setPen(_pen(look.ground, 0))
        painter.drawRoundedRect(box, radius, radius)
        return
    # A pen draws to both sides of its line, a frame stands within its cell.
    half = look.edge_px / 2
    painter.setPen(_pen(look.edge, look.edge_px))
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), max(0, radius - half), max(0, radius - half))


def _text(painter: QPainter, text: str, box: QRectF, ink: str, size_px: int, strong: bool, struck: bool) -> None:
    lines = text.split("\n")
    painter.setPen(_pen(ink, 1))
    painter.setFont(font(size_px, strong, struck))
    high = line_px(size_px, strong) * LINE_SHARE if len(lines) > 1 else line_px(size_px, strong)
    top = box.center().y() - high * len(lines) / 2
    for n, line in enumerate(lines):
        word = _word(line, size_px, strong, struck)
        painter.drawStaticText(QPointF(round(box.center().x() - word.size().width() / 2), round(top + n * high)), word)


@lru_cache(maxsize=32)
def _colour(name: str) -> QColor:
    return QColor(name)


@lru_cache(maxsize=64)
def _pen(colour: str, width_px: int) -> QPen:
    return QPen(_colour(colour), width_px)


@lru_cache(maxsize=16)
def font(size_px: int, strong: bool, struck: bool = False) -> QFont:
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.Bold if strong else QFont.Weight.Normal)
    made.setStrikeOut(struck)
    return made


@lru_cache(maxsize=16)
def line_px(size_px: int, strong: bool) -> float:
    return QFontMetricsF(font(size_px, strong)).height()


@lru_cache(maxsize=256)
def _word(text: str, size_px: int, strong: bool, struck: bool) -> QStaticText:
    word = QStaticText(text)
    word.prepare(font=font(size_px, strong, struck))
    return word
