"""One window for many screens: views are set on the model itself, and every screen is judged as it was painted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk_app.api import CitizenView, Control, ReaderPicture
from tests.ui.screen_checks import cut_off, faint, items, name_of, texts, tree
from ui.citizen.model import Kiosk
from ui.citizen.screens import pressable
from ui.kit.citizen.tokens import BAR, GAP, LIP, LOW_FROM, TARGET
from ui.kit.citizen.typeset import without_readings

NO_TEXT = ("spoken", "aloud", "html_language", "screen", "screen_id", "language", "icon", "tone")


@dataclass
class Still:
    """A window without a core."""

    engine: QQmlApplicationEngine
    window: QQuickWindow
    kiosk: Kiosk

    def show(self, view: CitizenView) -> None:
        session = self.kiosk.session()
        session._page = 0
        session._on_view(msgspec.json.encode(view))
        self.kiosk.finish()

    def pages(self, view: CitizenView) -> Iterator[int]:
        """Turns to each page of the screen."""
        self.show(view)
        for page in range(self.kiosk.state["pages"]):
            if page:
                self.kiosk.press("page:next")
            yield page

    def picture(self) -> QImage:
        return self.window.grabWindow()

    def layers(self) -> dict[str, QQuickItem]:
        """Those that can be seen, by what they hold."""
        found = [i for i in items(self.window.contentItem()) if _kind(i) == "Layer"]
        return dict(zip(("page", "bar", "front"), found, strict=False))

    def upright(self) -> bool:
        return bool(self.window.height() > self.window.width())


def _kind(item: QObject) -> str:
    return item.metaObject().className().split("_")[0]


def _place(item: QQuickItem) -> QRectF:
    corner = item.mapToScene(QPointF(0, 0))
    return QRectF(corner.x(), corner.y(), item.width(), item.height())


def _plates(layer: QQuickItem) -> list[QQuickItem]:
    return [i for i in layer.childItems() if _kind(i) == "Plate"]


def faults(still: Still, view: CitizenView, bar_places: dict[str, QRectF], *, contrast: bool = True) -> list[str]:
    """Everything that is wrong with a screen on any of its pages. `bar_places` is kept from screen to screen."""
    wrong: list[str] = []
    said = ""
    for page in still.pages(view):
        state = still.kiosk.state
        found = ["set without room"] if state["broken"] else []
        covered = state["covered"]
        layers = still.layers()
        looked_at = {name: layers[name] for name in (("bar", "front") if covered else ("page", "bar"))}
        for name, layer in looked_at.items():
            found += cut_off(still.window, layer)
            found += _misplaced(still, view, name, layer)
        found += _moved(layers["bar"], bar_places)
        found += _unreachable(still, view, page)
        if contrast:
            found += faint(still.window, still.picture(), [*looked_at.values()])
        said += _all_said(state)
        wrong += [f"page {page}: {fault}" for fault in found]
    wrong += [f"not on the screen: {text}" for text in _texts_of(view) if _bare(text) not in said]
    return wrong


def _misplaced(still: Still, view: CitizenView, name: str, layer: QQuickItem) -> list[str]:
    wrong: list[str] = []
    plates = [(p.objectName(), _place(p)) for p in _plates(layer)]
    width, height = still.window.width(), still.window.height()
    room = QRectF(0, height - BAR, width, BAR) if name == "bar" else QRectF(0, 0, width, height - BAR)
    for n, (control, place) in enumerate(plates):
        if min(place.width(), place.height()) < TARGET:
            wrong.append(f"{control} is {place.width():.0f} × {place.height():.0f}")
        if not room.contains(place.adjusted(0, 0, 0, LIP)):
            wrong.append(f"{control} stands outside the {name}")
        if view.low and still.upright() and place.y() < LOW_FROM:
            wrong.append(f"{control} is out of reach, at {place.y():.0f}")
        near = place.adjusted(-GAP + 0.5, -GAP + 0.5, GAP - 0.5, GAP - 0.5)
        wrong += [f"{control} is too near to {other}" for other, there in plates[n + 1 :] if near.intersects(there)]
    for text in texts(still.window, layer):
        place, words = _place(text), text.property("text")
        holder = _plate_of(text)
        inside = _place(holder).adjusted(0, 0, 0, LIP) if holder else room
        if not inside.contains(place.adjusted(0, place.height() * 0.15, 0, -place.height() * 0.15)):
            wrong.append(f"over the edge: {words}")
        if holder is None:
            wrong += [f"{words} stands on {control}" for control, there in plates if there.intersects(place)]
    return wrong


def _plate_of(item: QQuickItem) -> QQuickItem | None:
    parent: QQuickItem | None = item.parentItem()
    while parent is not None and _kind(parent) != "Plate":
        parent = parent.parentItem()
    return parent


def _moved(bar: QQuickItem, bar_places: dict[str, QRectF]) -> list[str]:
    here = {p.objectName(): _place(p) for p in _plates(bar)}
    return [
        f"{name} has moved on the bar" for name, place in here.items() if bar_places.setdefault(name, place) != place
    ]


def _unreachable(still: Still, view: CitizenView, page: int) -> list[str]:
    """What a blind person would not find: pressable, but not in the tree by its id, as a button, with its words."""
    named: dict[str, str] = {}
    for node in tree(still.window):
        if node.role() == QAccessible.Role.Button and (thing := node.object()) is not None:
            named[thing.objectName()] = name_of(node)
    expected = {c.id: c for c in pressable(view)}
    if still.kiosk.state["pages"] > 1:
        here = still.kiosk.session()._offered()
        expected = {name: c for name, c in expected.items() if name in here}
    wrong = [f"{name} is not in the tree" for name in expected if name not in named]
    wrong += [
        f"{name} is called {named[name]!r}"
        for name, c in expected.items()
        if name in named and _bare(c.label) not in _bare(named[name])
    ]
    if not set(still.kiosk.session()._offered()) >= set(expected):
        wrong.append(f"the keys do not reach {set(expected) - set(still.kiosk.session()._offered())}")
    return wrong


def _bare(text: str) -> str:
    return "".join(without_readings(text).split())


def _all_said(state: dict[str, object]) -> str:
    said = ""
    for name in ("page", "bar", "front"):
        layer = state[name]
        assert isinstance(layer, dict)
        said += " ".join(text["name"] for text in layer["texts"])
        for plate in layer["plates"]:
            said += " ".join(["", *(text["name"] for text in plate["texts"]), plate["name"], ""])
    return _bare(said)


def _texts_of(view: CitizenView) -> Iterator[str]:
    """Every text of the view that a person should see, or hear where large type leaves a note no room."""
    for name in view.__struct_fields__:
        if name not in NO_TEXT:
            yield from _strings(getattr(view, name))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for one in value:
                yield from _strings(one)
        case msgspec.Struct():
            unsaid = ("id", "icon", "state", "qr_png", "picture", "grade", "colour")
            if isinstance(value, ReaderPicture):
                unsaid = ("place", "what")
            if isinstance(value, Control) and value.why:
                unsaid = (*unsaid, "note")
            for name in value.__struct_fields__:
                if name not in unsaid:
                    yield from _strings(getattr(value, name))
