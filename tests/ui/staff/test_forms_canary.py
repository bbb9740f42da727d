"""A form that a clerk has scanned and copied leaves nothing behind: not in the console's models, pictures, clipboard or
memory, and not in the hub that opened its code. A real console and a real hub, in one process; both are looked through.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import form_code
from kiosk_app.form_settings import FormsTable
from tests.kiosk_app.door_house import DoorHouse
from tests.kiosk_app.house import PINS
from tests.ui.quiet import quiet
from tests.ui.screen_checks import control, name_of, tree
from ui.staff.main import build
from ui.staff.model import Console

pytestmark = pytest.mark.slow


def canary() -> str:
    """Made anew for each look, so that the test itself keeps none."""
    return "".join(("髙﨑", "カナリア", "９７３１"))


class FormsHub(DoorHouse):
    """A hub that opens the codes of forms."""

    async def _start(self) -> None:
        self.private = form_code.new_key()
        key = self.folder / "forms.key"
        key.write_text(self.private.hex())
        self.house.settings = replace(self.house.settings, forms=FormsTable(read_key_file=str(key)))
        await super()._start()

    def code(self) -> str:
        """As it stands on the paper."""
        rows = (("届出人 氏名", canary()), ("住所", f"小倉北区{canary()}町"))
        coded = form_code.Coded("resident-move", 1, "住民異動届", rows)
        until_min = self.house.core.clock.now_utc_ms() // 60_000 + 60
        return form_code.seal(coded, form_code.public_of(self.private), until_min)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FormsHub]:
    with SimulatedPrinter() as printer:
        house = FormsHub(tmp_path, printer)
        yield house
        house.stop()


class Clerk:
    def __init__(self, console: Console, window: QQuickWindow, bot: QtBot) -> None:
        self.console, self.window, self.bot = console, window, bot

    def until(self, true: Any) -> None:
        self.bot.waitUntil(lambda: bool(true()), timeout=60_000)

    def press(self, name: str) -> None:
        self.until(lambda: self._finds(name))
        control(self.window, name).actionInterface().doAction("Press")

    def _finds(self, name: str) -> bool:
        try:
            return not control(self.window, name).state().disabled
        except AssertionError:
            return False

    def picture(self) -> bytes:
        image = self.window.grabWindow()
        return bytes(image.constBits())

    def said(self) -> str:
        """By its models, and by what a screen reader finds."""
        return f"{self.console.state} {[name_of(node) for node in tree(self.window)]}"


@pytest.fixture
def clerk(hub: FormsHub, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/dev/null")
    with quiet():
        QAccessible.setActive(True)
        engine, console = build(str(hub.unix))
        (window,) = engine.rootObjects()
        assert isinstance(window, QQuickWindow)
        made = Clerk(console, window, qtbot)
        console.signIn("3001", PINS["3001"])
        made.until(lambda: console.state["page"] == "counter" and "counter_page" in console.state)
        console.press("roam")
        made.until(lambda: console.state["page"] == "work" and window.property("settled"))
        made.press("書類")
        made.until(lambda: console.state.get("scanned", {}).get("help"))
        yield made
        console.close()
        window.close()
        engine.deleteLater()
        qtbot.wait(1)


def holders() -> list[str]:
    """Kinds of objects of this process that have the canary's text. Of frames, which are over with their call, none."""
    gc.collect()
    word = canary()
    found = []
    for one in gc.get_objects():
        if isinstance(one, types.FrameType):
            continue
        inner = [thing for thing in gc.get_referents(one) if not gc.is_tracked(thing)]
        inner += [deeper for thing in inner if not isinstance(thing, str | bytes) for deeper in gc.get_referents(thing)]
        if any(_has(thing, word) for thing in inner if thing is not word):
            found.append(f"{type(one).__module__}.{type(one).__name__}")
    return found


def _has(thing: object, word: str) -> bool:
    if isinstance(thing, str):
        return word in thing
    return isinstance(thing, bytes | bytearray) and (word.encode() in thing or word.encode("utf-16-le") in thing)


def scan(clerk: Clerk, hub: FormsHub) -> None:
    clerk.console.typeForm(hub.code())
    clerk.console.press("read_form")
    clerk.until(lambda: len(clerk.console.state["scanned"]["rows"]) == 2)
    clerk.console.press("copy_form:all")


def test_the_look_finds_what_is_there(clerk: Clerk, hub: FormsHub) -> None:
    empty = clerk.picture()
    scan(clerk, hub)
    clerk.until(lambda: canary() in clerk.said())
    assert clerk.picture() != empty
    assert canary() in QGuiApplication.clipboard().text()
    assert holders() != []


@pytest.mark.parametrize("leaving", ["clear_form", "tab:today"])
def test_after_the_clerk_is_done_nothing_is_left(clerk: Clerk, hub: FormsHub, leaving: str) -> None:
    empty = clerk.picture()
    scan(clerk, hub)
    clerk.until(lambda: canary() in clerk.said())
    clerk.console.press(leaving)
    if leaving != "clear_form":
        clerk.press("書類")
    clerk.until(lambda: clerk.console.state.get("scanned", {}).get("help"))
    clerk.until(lambda: canary() not in clerk.said())
    assert QGuiApplication.clipboard().text() == ""
    clerk.until(lambda: clerk.picture() == empty)
    clerk.until(lambda: holders() == [])
    for path in hub.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert canary().encode() not in raw and ascii(canary())[1:-1].encode() not in raw, path
