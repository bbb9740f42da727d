"""Synthetic office for the console's tests: the day of the mock-ups."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from kiosk_app.api import Role, StaffView
from tests.ui.quiet import quiet
from tests.ui.screen_checks import control, is_there
from tests.ui.small_core import PIN, TOKEN, SignedInReply, SmallCore
from ui.staff.main import build
from ui.staff.model import Console


@pytest.fixture(autouse=True)
def no_sound_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred consoles that ring would be heard next door."""
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/dev/null")


@dataclass
class Face:
    """A running console with its window, and the core that it speaks to."""

    core: SmallCore
    window: QQuickWindow
    console: Console
    bot: QtBot

    def sign_in(self, view: StaffView, role: Role = "clerk") -> None:
        self.core.signed_in = SignedInReply(ok=True, token=TOKEN, staff_code="2041", role=role)
        self.core.view = view
        self.console.signIn("2041", PIN)
        self.until(lambda: "visit" in self.console.state and self.window.property("settled"))

    def until(self, true: Callable[[], bool]) -> None:
        self.bot.waitUntil(true, timeout=30_000)

    def press(self, name: str) -> None:
        self.bot.wait(30)
        # A page that is made bit by bit shows what was for some frames more.
        self.until(lambda: is_there(self.window, name))
        control(self.window, name).actionInterface().doAction("Press")


@pytest.fixture
def face(core: SmallCore, qtbot: QtBot) -> Iterator[Face]:
    """Any message of Qt or QML at warning level fails the test that caused it."""
    with quiet() as said:
        QAccessible.setActive(True)
        engine, console = build(str(core.socket))
        roots = engine.rootObjects()
        assert roots, said
        window = roots[0]
        assert isinstance(window, QQuickWindow)
        qtbot.waitExposed(window)
        yield Face(core, window, console, qtbot)
        console.close()
        window.close()
        engine.deleteLater()
        qtbot.wait(1)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[SmallCore]:
    small = SmallCore(tmp_path / "core.sock")
    small.start()
    yield small
    small.stop()
