"""The timetable of a console with a real core: tried, changed, taken back, booked and closed, all by what is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickWindow
from pytestqt.exceptions import TimeoutError as Late
from pytestqt.qtbot import QtBot

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.office import facts as f
from tests.kiosk_app.door_house import DoorHouse
from tests.kiosk_app.house import PINS
from tests.ui.quiet import quiet
from tests.ui.screen_checks import control, cut_off
from ui.staff.main import build
from ui.staff.model import Console

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[DoorHouse]:
    with SimulatedPrinter() as printer:
        house = DoorHouse(tmp_path, printer)
        yield house
        house.stop()


class Leader:
    """At the console, without a counter."""

    def __init__(self, hub: DoorHouse, console: Console, window: QQuickWindow, bot: QtBot) -> None:
        self.hub, self.console, self.window, self.bot = hub, console, window, bot

    def until(self, true: Callable[[], Any]) -> None:
        try:
            self.bot.waitUntil(lambda: bool(true()), timeout=60_000)
        except Late as late:
            state = self.console.state
            shown = {part: state.get(part) for part in ("message", "said", "stale", "dialog", "slots")}
            raise AssertionError(str(shown)[:4_000]) from late

    def press(self, name: str) -> None:
        self.until(lambda: self._finds(name))
        control(self.window, name).actionInterface().doAction("Press")

    def _finds(self, name: str) -> bool:
        try:
            return not control(self.window, name).state().disabled
        except AssertionError:
            return False

    @property
    def slots(self) -> Any:
        return self.console.state["slots"]

    def facts(self, kind: type[f.Fact]) -> list[f.Fact]:
        return self.hub.call(lambda: self.hub.house.facts(kind))


@pytest.fixture
def leader(hub: DoorHouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leader]:
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/dev/null")
    with quiet():
        QAccessible.setActive(True)
        engine, console = build(str(hub.unix))
        (window,) = engine.rootObjects()
        assert isinstance(window, QQuickWindow)
        made = Leader(hub, console, window, qtbot)
        code = "3001"
        console.signIn(code, PINS[code])
        made.until(lambda: console.state["page"] == "counter" and "counter_page" in console.state)
        console.press("roam")
        made.until(lambda: console.state["page"] == "work" and window.property("settled"))
        made.press("枠")
        made.until(lambda: made.slots["mode"] == "day")
        yield made
        console.close()
        window.close()
        engine.deleteLater()
        qtbot.wait(1)


def test_a_leaders_morning(leader: Leader) -> None:
    planned = len(leader.facts(f.SlotsPlanned))
    leader.press("1枠を10分にする")
    leader.until(lambda: leader.slots["mode"] == "compared")
    gain = leader.slots["side"]["gain"]
    assert int(gain["after"]) > int(gain["before"])
    assert cut_off(leader.window) == []
    assert len(leader.facts(f.SlotsPlanned)) == planned, "a preview changes nothing"
    leader.press("10分に変える")
    leader.until(
        lambda: leader.slots["side"]["kind"] == "day" and "10分" in str(leader.slots["side"]["acts"][2]["note"])
    )
    assert len(leader.facts(f.SlotsPlanned)) == planned + 1
    leader.press("窓口で予約")
    leader.until(lambda: (leader.console.state["dialog"] or {}).get("kind") == "slot_service")
    leader.console.press("choose:0")
    leader.console.press("choose:3")
    leader.console.press("submit")
    leader.press("この内容で予約する")
    leader.until(lambda: (leader.console.state["dialog"] or {}).get("kind") == "slot_booked")
    (made,) = leader.facts(f.BookingMade)
    assert isinstance(made, f.BookingMade) and made.source == "counter"
    leader.press("閉じる")
    # Pressed before the timetable has the booking, it would be refused: the day is another one than was seen.
    leader.until(lambda: made.booking in str(leader.console.state["slot_cells"]))
    leader.press("元に戻す")
    leader.until(lambda: len(leader.facts(f.SlotsPlanned)) == planned + 2)
    leader.until(lambda: leader.slots["side"]["acts"][2]["state"] == "off")
    leader.press("休止する")
    leader.press("H")
    leader.console.press("choose:1")
    leader.until(lambda: leader.console.state["dialog"]["kind"] == "slot_starts")
    leader.console.press("submit")
    leader.console.press("submit")
    leader.press("1人の予約を取り消して休止する")
    leader.until(lambda: len(leader.slots["hit"].get("rows", ())) == 1)
    assert [one.booking for one in leader.facts(f.BookingCancelled)] == [made.booking]  # type: ignore[attr-defined]
    assert leader.facts(f.NoShow) == []
