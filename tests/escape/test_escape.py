"""Nobody gets out of the ticket machine's screen: no shortcut, no long press, no swipe, no keyboard from a pocket."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from tests.escape.lobby import COMMAND_OF_THE_UNIT, OF_THE_UNIT, Lobby, Screen, missing, share_that_differs
from tests.faults.house import ROOT, ForkServer, House, until
from ui.citizen.frame import HOLD_MS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "all is there")]
CLOSE = ("alt+F4", "ctrl+q", "ctrl+w", "ctrl+shift+w", "super+q", "alt+space", "ctrl+F4")
TERMINALS = (*(f"ctrl+alt+F{n}" for n in range(1, 13)), *(f"alt+F{n}" for n in range(1, 4)), "ctrl+alt+Delete")
DESKTOP = (
    "alt+Tab", "alt+shift+Tab", "super+Tab", "super", "super+d", "super+l", "super+r", "super+e", "super+Return",
    "ctrl+alt+t", "ctrl+alt+BackSpace", "alt+Escape", "ctrl+shift+Escape", "ctrl+alt+Escape", "alt+F2", "super+shift+q",
    "super+space", "ctrl+space", "Menu", "shift+F10", "Print", "alt+Print", "alt+Print+s",
)  # fmt: skip
PROGRAM = (
    "F1", "F5", "F10", "F11", "F12", "ctrl+n", "ctrl+t", "ctrl+o", "ctrl+p", "ctrl+s", "ctrl+l", "ctrl+f", "ctrl+u",
    "ctrl+shift+i", "ctrl+c", "ctrl+v", "ctrl+z", "ctrl+backslash", "ctrl+d", "alt+Left", "ctrl+plus", "ctrl+minus",
    "Insert", "Delete", "Pause", "Scroll_Lock", "Num_Lock", "Caps_Lock", "Caps_Lock",
)  # fmt: skip
MEDIA = (
    "XF86HomePage", "XF86WWW", "XF86Mail", "XF86Calculator", "XF86Search", "XF86Explorer", "XF86Back", "XF86Reload",
    "XF86AudioMute", "XF86AudioRaiseVolume", "XF86PowerOff", "XF86Sleep", "XF86Switch_VT_1", "XF86Switch_VT_2",
)  # fmt: skip
STICKY = ("Shift_L",) * 6 + ("Control_L",) * 6
LETTERS = (*"abcdefghijklmnopqrstuvwxyz0123456789", "minus", "comma", "slash", "asterisk")
MODIFIERS = ("", "", "shift+", "ctrl+", "alt+", "super+", "ctrl+alt+", "ctrl+shift+")
KEYS = (
    *LETTERS, "Tab", "Escape", "BackSpace", "Up", "Down", "Left", "Right", "Home", "End", "Prior", "Next", "F4", "F7",
)  # fmt: skip
WIDTH, HEIGHT = 1024, 768
CORNERS = ((2, 2), (WIDTH - 3, 2), (2, HEIGHT - 3), (WIDTH - 3, HEIGHT - 3))
TIME, HIDDEN_S = (972, 126), HOLD_MS / 1000 + 0.3
"""Where the time stands, which staff hold."""
MIDDLE = (WIDTH // 2, HEIGHT // 2)
EDGES = (
    ((0, MIDDLE[1]), MIDDLE),
    ((WIDTH - 1, MIDDLE[1]), MIDDLE),
    ((MIDDLE[0], 0), MIDDLE),
    ((MIDDLE[0], HEIGHT - 1), MIDDLE),
)  # fmt: skip


@pytest.fixture(scope="module")
def lobby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    forks = ForkServer()
    with SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as printer:
        house = House(tmp_path_factory.mktemp("house"), forks, printer)
        made = None
        try:
            made = Lobby(tmp_path_factory.mktemp("lobby"), house)
            yield made
        finally:
            if made is not None:
                made.close()
            house.kill()
            forks.close()


def test_the_screen_is_the_units_own() -> None:
    unit = (ROOT / "systemd/hitofuda-screen@.service").read_text()
    assert f"ExecStart={' '.join(COMMAND_OF_THE_UNIT)}\n" in unit
    assert all(one in unit for one in OF_THE_UNIT)


@pytest.mark.parametrize(
    "shortcuts", [CLOSE, TERMINALS, DESKTOP, PROGRAM, MEDIA, STICKY],
    ids=["close", "terminals", "desktop", "program", "media", "sticky"],
)  # fmt: skip
def test_no_shortcut_leads_out(lobby: Lobby, shortcuts: tuple[str, ...]) -> None:
    before = lobby.settled()
    lobby.screen.keys(*shortcuts)
    lobby.is_shut()
    assert lobby.view.screen == "idle", "nothing was pressed"
    assert share_that_differs(lobby.settled(), before) < 0.2, "the same screen stands there"
    lobby.still_serves()
    lobby.is_shut()


def test_no_long_press_leads_out(lobby: Lobby) -> None:
    """The hidden one asks for a code (what opens behind it: tests/kiosk_app/test_technician_at_machine.py)."""
    for x, y in CORNERS:
        lobby.screen.hold(x, y, 0.9)
    lobby.is_shut()
    assert lobby.view.screen == "idle"
    lobby.screen.hold(*TIME, HIDDEN_S)
    lobby.until(lambda: lobby.view.screen == "staff_pad", "the door of staff")
    lobby.house.press("pin:cancel")
    lobby.is_shut()
    lobby.still_serves()


def test_no_swipe_from_an_edge_shows_what_is_behind(lobby: Lobby) -> None:
    for start, end in EDGES:
        lobby.screen.drag(start, end)
        lobby.screen.drag(end, start)
    lobby.is_shut()
    lobby.still_serves()


def test_no_button_of_a_mouse_opens_a_menu(lobby: Lobby) -> None:
    before = lobby.settled()
    for button in (2, 3, 4, 5, 8, 9):
        lobby.screen.click(3, HEIGHT // 2, button, times=3)
    lobby.is_shut()
    assert share_that_differs(lobby.settled(), before) < 0.2
    lobby.still_serves()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 60))])
def test_whatever_is_typed_on_a_keyboard_nobody_is_out(lobby: Lobby, seed: int) -> None:
    """Keys that press something are left out: who presses what stands there uses the machine, and gets a ticket."""
    choose = random.Random(seed)
    typed = [choose.choice(MODIFIERS) + choose.choice(KEYS) for _ in range(80)]
    lobby.screen.keys(*typed)
    lobby.is_shut()
    lobby.still_serves()
    assert lobby.house.bodies("TicketIssued") == []


LEAKY = """
import sys
from PySide6.QtGui import QGuiApplication, QKeySequence, QRasterWindow, QPainter
from PySide6.QtCore import Qt
class Window(QRasterWindow):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), self.height(), Qt.GlobalColor.darkGreen)
        painter.end()
    def keyPressEvent(self, event):
        if event.matches(QKeySequence.StandardKey.Quit):
            sys.exit(7)
app = QGuiApplication(sys.argv); window = Window(); window.showFullScreen(); app.exec()
"""


def test_a_program_that_knows_a_shortcut_would_be_found(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    try:
        blank = screen.picture()
        leaky = screen.show(sys.executable, "-P", "-c", LEAKY)
        until(lambda: share_that_differs(screen.picture(), blank) > 0.5, "its frame", screen.said)
        screen.keys("ctrl+q")
        until(lambda: leaky.poll() is not None, "it hears the keyboard, and ends", screen.said)
        assert leaky.returncode == 7
    finally:
        screen.close()
