"""Console, display and voice with the hub's real door: paired, at work, through its restart, and revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.api import DeviceUse
from kiosk_app.device_settings import write
from kiosk_app.office import facts as f
from tests.kiosk_app.door_house import DoorHouse
from tests.kiosk_app.house import PINS
from tests.ui.quiet import quiet
from tests.ui.screen_checks import control, is_there, texts

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[DoorHouse]:
    with SimulatedPrinter() as printer:
        house = DoorHouse(tmp_path, printer)
        yield house
        house.stop()


def paired(hub: DoorHouse, use: DeviceUse, name: str = "", zone: str = "") -> str:
    token = hub.enrol(use, name, zone)
    folder = hub.folder / f"{use}-{name}"
    write(folder, use, name or "3番窓口", [f"https://127.0.0.1:{hub.port}"], token, hub.ca_file.read_bytes())
    return f"device:{folder}"


class Windows:
    def __init__(self, bot: QtBot) -> None:
        self.bot = bot
        self.open: list[tuple[QQmlApplicationEngine, object, QQuickWindow]] = []

    def show(self, kind: str, core: str) -> tuple[object, QQuickWindow]:
        if kind == "staff":
            from ui.staff.main import build

            engine, model = build(core)
        else:
            from ui.display.main import build as build_display

            engine, model = build_display(core, "")  # type: ignore[assignment]
        (window,) = engine.rootObjects()
        assert isinstance(window, QQuickWindow)
        self.open.append((engine, model, window))
        return model, window

    def until(self, true: Callable[[], bool]) -> None:
        self.bot.waitUntil(true, timeout=60_000)

    def press(self, window: QQuickWindow, name: str) -> None:
        """As soon as it is drawn: a page may still show what was, for some frames after its state has changed."""
        self.until(lambda: is_there(window, name))
        control(window, name).actionInterface().doAction("Press")

    def close(self) -> None:
        for engine, model, window in self.open:
            model.close()  # type: ignore[attr-defined]
            window.close()
            engine.deleteLater()
        self.bot.wait(1)


@pytest.fixture
def windows(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Windows]:
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/dev/null")
    with quiet():
        QAccessible.setActive(True)
        made = Windows(qtbot)
        yield made
        made.close()


def shown(window: QQuickWindow) -> str:
    return "\n".join(str(text.property("text")) for text in texts(window))


def calls(hub: DoorHouse) -> list[f.Fact]:
    return hub.call(lambda: hub.house.facts(f.Called))


def test_a_visitor_is_called_from_another_computer_and_seen_on_a_third(hub: DoorHouse, windows: Windows) -> None:
    number = hub.take_ticket()
    console, window = windows.show("staff", paired(hub, "console"))
    board, _hall = windows.show("display", paired(hub, "display", "1階の表示"))
    windows.until(lambda: bool(board.state["ready"]))  # type: ignore[attr-defined]
    console.signIn("1001", PINS["1001"])  # type: ignore[attr-defined]
    windows.until(lambda: console.state["page"] == "counter")  # type: ignore[attr-defined]
    windows.until(lambda: "3番窓口" in shown(window) or "3番" in shown(window))
    windows.press(window, "3番窓口")
    windows.until(lambda: console.state["counter_page"]["open"]["state"] == "open")  # type: ignore[attr-defined]
    windows.press(window, "3番窓口を開ける")
    windows.until(lambda: console.state["page"] == "work" and bool(window.property("settled")))  # type: ignore[attr-defined]
    windows.until(lambda: console.state["acts"]["next"]["state"] == "open")  # type: ignore[attr-defined]
    windows.press(window, "次を呼ぶ")
    windows.until(lambda: board.state["newest"].get("number") == number)  # type: ignore[attr-defined]
    assert board.state["newest"]["swells"]  # type: ignore[attr-defined]
    windows.until(lambda: f"{number}" in shown(window) and len(calls(hub)) == 1)
    # A device that is taken out of the office shows nothing of it, and its face says whom to call.
    hub.revoke("console", "3番窓口")
    windows.until(lambda: console.state["page"] == "sign_in")  # type: ignore[attr-defined]
    windows.until(lambda: "もう一度登録してください" in console.state["message"])  # type: ignore[attr-defined]
    assert number not in shown(window)
    hub.revoke("display", "1階の表示")
    windows.until(lambda: "listen" in board.state)  # type: ignore[attr-defined]
    assert "登録が、ハブに認められていません" in board.state["listen"]["stopped"][-1]  # type: ignore[attr-defined]
