"""A running citizen's face with a small real core behind it, and fingers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kiosk_app.api import CitizenView
from tests.ui.citizen.still import Still
from tests.ui.quiet import quiet
from tests.ui.screen_checks import items, tree
from tests.ui.small_core import SmallCore
from ui.citizen.main import build
from ui.citizen.model import Kiosk


@dataclass
class Face:
    """A running face with its window, and the core that it speaks to."""

    core: SmallCore
    window: QQuickWindow
    kiosk: Kiosk
    bot: QtBot

    def show(self, view: CitizenView) -> None:
        self.core.publish(view)
        self.until(lambda: self.kiosk.session().view == view and self.kiosk.state["screen"] == view.screen)
        self.until(lambda: self.kiosk.is_made)
        self.bot.wait(1)

    def until(self, true: Callable[[], bool]) -> None:
        self.bot.waitUntil(true, timeout=30_000)

    def picture(self) -> QImage:
        return self.window.grabWindow()

    def plate(self, control: str) -> QQuickItem:
        (found,) = [i for i in items(self.window.contentItem()) if i.objectName() == control]
        return found

    def middle(self, control: str) -> QPoint:
        plate = self.plate(control)
        corner = plate.mapToScene(QPoint(0, 0))
        return QPoint(int(corner.x() + plate.width() / 2), int(corner.y() + plate.height() / 2))

    def node(self, control: str) -> QAccessibleInterface:
        """The way of an outside robot: through the accessibility tree, by object name."""
        found = [n for n in tree(self.window) if n.object() and n.object().objectName() == control]
        assert len(found) == 1, f"{control}: {len(found)} in the accessibility tree"
        return found[0]

    def press(self, control: str) -> None:
        self.node(control).actionInterface().doAction("Press")

    def sent(self) -> list[str]:
        return [press.control for press in self.core.presses]


@pytest.fixture
def make_face(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[str], Face]]:
    """Any message of Qt or QML at warning level fails the test that caused it."""
    core = SmallCore(tmp_path / "core.sock")
    core.start()
    with quiet() as said:
        QAccessible.setActive(True)
        made = []

        def make(orientation: str) -> Face:
            engine, kiosk = build(str(core.socket), orientation)
            roots = engine.rootObjects()
            assert roots, said
            window = roots[0]
            assert isinstance(window, QQuickWindow)
            qtbot.waitExposed(window)
            made.append((engine, kiosk, window))
            return Face(core, window, kiosk, qtbot)

        yield make
        for engine, kiosk, window in made:
            kiosk.close()
            window.close()
            engine.deleteLater()
        qtbot.wait(1)
        core.stop()


@pytest.fixture(scope="module", params=["portrait", "landscape"])
def still(request: pytest.FixtureRequest, qapp: QCoreApplication) -> Iterator[Still]:
    """One window for all screens of a module."""
    with quiet():
        QAccessible.setActive(True)
        engine, kiosk = build("", request.param)
        kiosk.begin()
        # Closed at once, or the face would say after a while that it cannot reach its core.
        kiosk.close()
        (window,) = engine.rootObjects()
        assert isinstance(window, QQuickWindow)
        deadline = QDeadlineTimer(5_000)
        while not window.isExposed() and not deadline.hasExpired():
            qapp.processEvents()
        yield Still(engine, window, kiosk)
        window.close()
        engine.deleteLater()
        # Now, and not with the next test's events: nothing here turns an event loop of its own, which would do it.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(engine)


@pytest.fixture
def face(make_face: Callable[[str], Face]) -> Face:
    return make_face("portrait")
