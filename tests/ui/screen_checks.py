"""What every screen must satisfy: nothing cut off, nothing unnamed, every text readable against what lies behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image
from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtQml import QQmlEngine, QQmlExpression
from PySide6.QtQuick import QQuickItem, QQuickWindow


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    if not root.isVisible():
        return
    yield root
    for child in root.childItems():
        yield from items(child)


def texts(window: QQuickWindow, within: QQuickItem | None = None) -> list[QQuickItem]:
    """Those of one item, else of the dialog that is open, else of the whole window."""
    dialog = within or next((i for i in items(window.contentItem()) if i.objectName() == "dialog"), None)
    return [i for i in items(dialog or window.contentItem()) if i.inherits("QQuickText") and i.property("text")]


def cut_off(window: QQuickWindow, within: QQuickItem | None = None) -> list[str]:
    """Texts that are elided, wider or taller than their place, outside the window, or over another text."""
    wrong = []
    boxes: list[tuple[str, float, float, float, float]] = []
    for text in texts(window, within):
        said = str(text.property("text"))
        wide, high = float(text.property("paintedWidth")), float(text.property("paintedHeight"))
        corner = text.mapToScene(QPointF(0, 0))
        if _clipped_away(text):
            continue
        if text.property("truncated"):
            wrong.append(f"elided: {said}")
        if wide > text.width() + 1.5:
            wrong.append(f"too wide ({wide:.0f} > {text.width():.0f}): {said}")
        ratio = text.mapToScene(QPointF(1, 0)).x() - corner.x()
        wide, high, room = wide * ratio, high * ratio, text.width() * ratio
        if corner.x() < -0.5 or corner.x() + wide > window.width() + 1 or corner.y() + high > window.height() + 4:
            wrong.append(f"outside: {said}")
        if (plate := _plate(text)) and not plate.contains(plate.mapFromScene(QPointF(corner.x() + wide, corner.y()))):
            wrong.append(f"over the edge of its plate: {said}")
        align = _alignment(text)
        left = corner.x() + (room - wide if align == 2 else (room - wide) / 2 if align == 4 else 0)
        boxes.append((said, left, corner.y() + high * 0.25, left + wide, corner.y() + high * 0.75))
    for n, (a, x1, y1, x2, y2) in enumerate(boxes):
        for b, u1, v1, u2, v2 in boxes[n + 1 :]:
            if min(x2, u2) - max(x1, u1) > 1 and min(y2, v2) - max(y1, v1) > 1:
                wrong.append(f"over each other: {a} / {b}")
    return wrong


def _plate(text: QQuickItem) -> QQuickItem | None:
    parent = text.parentItem()
    while parent is not None and not parent.metaObject().className().startswith("ConsolePlate"):
        parent = parent.parentItem()
    return parent


def drawn_size(text: QQuickItem) -> int:
    """The pixel size after Qt fitted the text into its place."""
    value, _undefined = QQmlExpression(QQmlEngine.contextForObject(text), text, "fontInfo.pixelSize").evaluate()
    return int(value)


def _alignment(text: QQuickItem) -> int:
    value, _undefined = QQmlExpression(QQmlEngine.contextForObject(text), text, "horizontalAlignment").evaluate()
    return int(value)


def _clipped_away(item: QQuickItem) -> bool:
    parent = item.parentItem()
    while parent is not None:
        if parent.clip():
            corner = item.mapToItem(parent, QPointF(0, 0))
            if corner.y() + item.height() <= 0.5 or corner.y() >= parent.height() - 0.5:
                return True
        parent = parent.parentItem()
    return False


def luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(v) for v in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def faint(window: QQuickWindow, picture: QImage, within: Sequence[QQuickItem] = ()) -> list[str]:
    """Texts whose colour has less than 4.5:1 against the picture's colour just beside them."""
    wrong = []
    ratio = picture.width() / window.width()
    # As a window is grabbed: blue, green, red and a fourth byte, read where they lie and not copied.
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    size = (picture.width(), picture.height())
    pixels = Image.frombuffer("RGBX", size, picture.constBits(), "raw", "RGBX", picture.bytesPerLine(), 1)
    for text in [t for root in within for t in texts(window, root)] if within else texts(window):
        if _clipped_away(text):
            continue
        corner = text.mapToScene(QPointF(0, 0))
        x1, x2 = max(0, int(corner.x() * ratio)), min(size[0], int((corner.x() + text.width()) * ratio))
        y1, y2 = max(0, int(corner.y() * ratio)), min(size[1], int((corner.y() + text.height()) * ratio))
        if x1 >= x2 or y1 >= y2:
            continue
        colours = pixels.crop((x1, y1, x2, y2)).getcolors(maxcolors=(x2 - x1) * (y2 - y1))
        assert colours is not None
        _, most = max(colours)
        assert isinstance(most, tuple)
        blue, green, red, _ = most
        ground = QColor(red, green, blue)
        if (seen := contrast(QColor(text.property("color")), ground)) < 4.5:
            wrong.append(f"{seen:.1f}:1 {text.property('text')}")
    return wrong


def accessible(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield node
    for n in range(node.childCount()):
        child = node.child(n)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from accessible(child)


def tree(window: QObject) -> list[QAccessibleInterface]:
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    return list(accessible(root))


PRESSABLE = (
    QAccessible.Role.Button,
    QAccessible.Role.PageTab,
    QAccessible.Role.EditableText,
    QAccessible.Role.CheckBox,
)


def name_of(node: QAccessibleInterface) -> str:
    """Qt withholds the name of a password field, so there the description says it."""
    kind = QAccessible.Text.Description if node.state().passwordEdit else QAccessible.Text.Name
    return node.text(kind).strip()


def unnamed(window: QObject) -> list[str]:
    return [str(n.object()) for n in tree(window) if n.role() in PRESSABLE and not name_of(n)]


def is_there(window: QObject, name: str) -> bool:
    """A control whose name begins so."""
    return any(n.role() in PRESSABLE and n.text(QAccessible.Text.Name).startswith(name) for n in tree(window))


def control(window: QObject, name: str) -> QAccessibleInterface:
    found = [n for n in tree(window) if n.role() in PRESSABLE and n.text(QAccessible.Text.Name).startswith(name)]
    assert found, f"no control {name!r} in {[n.text(QAccessible.Text.Name) for n in tree(window)]}"
    return found[0]
