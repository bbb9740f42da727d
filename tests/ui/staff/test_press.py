"""A button of the console does what it says once: by finger, mouse, Space, Enter or a screen reader; else not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import ui.kit.console
from tests.ui.quiet import quiet
from tests.ui.screen_checks import control

KIT = QUrl.fromLocalFile(str(Path(ui.kit.console.__file__).parent)).toString()
PAGE = f"""
import QtQuick
import QtQuick.Window
import "{KIT}"
Window {{
    id: page
    property int times: 0
    width: 400; height: 200; visible: true
    ConsolePlate {{
        objectName: "first"
        width: 100; height: 50
        control: ({{ "id": "go", "label": "次へ" }})
        onChosen: id => page.times += id === "go" ? 1 : 100
    }}
    ConsolePlate {{
        objectName: "second"
        x: 200; width: 100; height: 50
        control: ({{ "id": "no", "label": "まだ", "state": "off" }})
        onChosen: page.times += 1000
    }}
}}
"""
ON, OFF, BESIDE = QPoint(50, 25), QPoint(250, 25), QPoint(50, 150)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[QQuickWindow]:
    with quiet():
        QAccessible.setActive(True)
        engine = QQmlApplicationEngine()
        engine.loadData(PAGE.encode())
        (window,) = engine.rootObjects()
        assert isinstance(window, QQuickWindow)
        qtbot.waitExposed(window)
        yield window
        window.close()
        engine.deleteLater()
        qtbot.wait(1)


def plate(page: QQuickWindow, name: str) -> QQuickItem:
    found = page.findChild(QQuickItem, name)
    assert isinstance(found, QQuickItem)
    return found


def test_a_click_and_nothing_that_slips_away(page: QQuickWindow) -> None:
    QTest.mouseClick(page, LEFT, NONE, ON)
    assert page.property("times") == 1
    QTest.mousePress(page, LEFT, NONE, ON)
    assert plate(page, "first").property("down")
    QTest.mouseMove(page, BESIDE)
    QTest.mouseRelease(page, LEFT, NONE, BESIDE)
    QTest.mouseClick(page, LEFT, NONE, OFF)
    assert page.property("times") == 1
    assert not plate(page, "first").hasActiveFocus(), "Enter belongs to the page"


def test_the_keyboard(page: QQuickWindow) -> None:
    first = plate(page, "first")
    first.forceActiveFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page, Qt.Key.Key_Return)
    QTest.keyClick(page, Qt.Key.Key_Enter)
    assert page.property("times") == 2
    QTest.keyPress(page, Qt.Key.Key_Space)
    assert first.property("down") and page.property("times") == 2
    QTest.keyRelease(page, Qt.Key.Key_Space)
    assert not first.property("down") and page.property("times") == 3


def test_a_button_that_is_switched_off_while_it_is_held_does_nothing(page: QQuickWindow) -> None:
    first = plate(page, "first")
    QTest.mousePress(page, LEFT, NONE, ON)
    first.setProperty("control", {"id": "go", "label": "次へ", "state": "busy"})
    QTest.mouseRelease(page, LEFT, NONE, ON)
    assert page.property("times") == 0


def test_a_screen_reader(page: QQuickWindow) -> None:
    control(page, "次へ").actionInterface().doAction("Press")
    assert page.property("times") == 1
    assert control(page, "まだ").state().disabled
    control(page, "まだ").actionInterface().doAction("Press")
    assert page.property("times") == 1
