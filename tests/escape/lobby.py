"""The ticket machine's screen as it stands in a lobby: the real face under the real compositor.

Cage runs as its unit starts it; screen and keyboard are an X server's that nobody sees. Fingers and keys come through
XTEST, so that the compositor takes them for a mouse and a keyboard that somebody has plugged in.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED
from kiosk_app import api
from tests.faults.house import PATIENCE_S, ROOT, House, until

NEEDED = ("Xvfb", "xdotool", "cage")
PACKAGES = {"Xvfb": "xvfb", "xdotool": "xdotool", "cage": "cage"}
OF_THE_UNIT = ("WLR_RENDERER=pixman", "WLR_XWAYLAND=/bin/false", "XCURSOR_SIZE=1")
"""Of systemd/hitofuda-screen@.service; test_escape.py looks whether they stand there."""
COMMAND_OF_THE_UNIT = ("/usr/bin/cage", "-d", "--", "/usr/bin/sleep", "infinity")
KEY_EVERY_MS = "25"
SAME = 0.2
"""Share of the picture that may differ: keys may have chosen another language."""


def missing() -> str:
    """Empty where everything is there."""
    names = [PACKAGES[name] for name in NEEDED if shutil.which(name) is None]
    return f"apt-get install {' '.join(names)}" if names else ""


class Screen:
    """An X server and cage on it; `show` starts a program as its one window."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Nobody but root may look into a folder of the tests.
        self.runtime = Path(tempfile.mkdtemp(prefix="hf-"))
        self._log = (folder / "screen.txt").open("ab")
        self._server, self._display = self._start_server()
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            # Cage refuses to be root.
            os.chown(self.runtime, UNPRIVILEGED, UNPRIVILEGED)
            who = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": [], "cwd": "/"}
        self.cage = self._run(COMMAND_OF_THE_UNIT, who, **self._of_cage())
        try:
            until(lambda: bool(list(self.runtime.glob("wayland-?"))), "cage has a socket", self.said)
        except BaseException:
            self.close()
            raise

    def _start_server(self) -> tuple[subprocess.Popen[bytes], str]:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
        command += ["-fbdir", str(self._folder)]
        server = subprocess.Popen(command, stdout=self._log, stderr=self._log, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            server.wait(PATIENCE_S)
            raise AssertionError(f"no X server: {self.said()}")
        return server, f":{number}"

    def _of_cage(self) -> dict[str, str]:
        told = dict(one.split("=", 1) for one in OF_THE_UNIT)
        return told | {"WLR_BACKENDS": "x11", "DISPLAY": self._display, "XDG_RUNTIME_DIR": str(self.runtime)}

    def show(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        (socket,) = (path for path in self.runtime.glob("wayland-?"))
        told = {"QT_QPA_PLATFORM": "wayland", "QT_QUICK_BACKEND": "software", "WAYLAND_DISPLAY": str(socket)}
        told |= {"QT_WAYLAND_DISABLE_WINDOWDECORATION": "1", "XDG_RUNTIME_DIR": str(self.runtime)}
        told |= {"PYTHONPATH": str(ROOT)}
        return self._run(command, {}, **told, **environment)

    def _run(self, command: Sequence[str], who: dict[str, Any], **environment: str) -> subprocess.Popen[bytes]:
        whole = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return subprocess.Popen(command, env=whole | environment, stdout=self._log, stderr=self._log, **who)

    def said(self) -> str:
        return (self._folder / "screen.txt").read_text(errors="replace")[-3000:]

    # --- hands -------------------------------------------------------------------------------------------------------

    def keys(self, *names: str) -> None:
        """One after the other, each pressed and let go: alt+F4, Escape, a."""
        self._hand("key", "--delay", KEY_EVERY_MS, *names)

    def hold(self, x: int, y: int, seconds: float) -> None:
        self._hand("mousemove", str(x), str(y), "mousedown", "1", "sleep", str(seconds), "mouseup", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        (x, y), (to_x, to_y) = start, end
        between = [(x + (to_x - x) * n // 8, y + (to_y - y) * n // 8) for n in range(1, 9)]
        moves = [word for at in between for word in ("mousemove", str(at[0]), str(at[1]), "sleep", "0.02")]
        self._hand("mousemove", str(x), str(y), "mousedown", "1", *moves, "mouseup", "1")

    def click(self, x: int, y: int, button: int = 1, times: int = 1) -> None:
        self._hand("mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "60", str(button))

    def _hand(self, *words: str) -> None:
        environment = os.environ | {"DISPLAY": self._display}
        subprocess.run(["xdotool", *words], env=environment, check=True, capture_output=True, timeout=PATIENCE_S)

    # --- eyes --------------------------------------------------------------------------------------------------------

    def picture(self) -> Image.Image:
        """What stands there now (the X server's own memory, as an XWD file)."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", raw[:100])
        size, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
        data = raw[size + colours * 12 :][: row * height]
        return Image.frombuffer("RGB", (width, height), data, "raw", "BGRX", row, 1).convert("L")

    def close(self) -> None:
        for process in (self.cage, self._server):
            process.kill()
            process.wait()
        self._log.close()
        shutil.rmtree(self.runtime, ignore_errors=True)


class Lobby:
    """A core, its screen and its face."""

    def __init__(self, folder: Path, house: House) -> None:
        self.house = house
        house.start()
        self.screen = Screen(folder)
        core = ("--core", f"unix:{house.socket_path}")
        program = (sys.executable, "-P", "-m", "kiosk_app.main", "face", "citizen", *core, "--full-screen")
        self.face = self.screen.show(*program, "--orientation", "landscape", XDG_CACHE_HOME=str(folder / "cache"))
        blank = self.screen.picture()
        try:
            until(lambda: share_that_differs(self.screen.picture(), blank) > 0.5, "the first frame", self.said)
            # Until then it says that there are no tickets.
            until(lambda: house.client.health().printer == "ready" and not self.view.notice, "tickets", self.said)
            self._first = self.settled()
        except BaseException:
            self.close()
            raise
        self.family = family(self.face.pid)

    def said(self) -> str:
        return f"{self.screen.said()}\n{self.house.said()[-2000:]}"

    @property
    def view(self) -> api.CitizenView:
        return self.house.view()

    def settled(self) -> Image.Image:
        """The picture once nothing moves on it."""
        last = self.screen.picture()

        def still() -> bool:
            nonlocal last
            time.sleep(0.1)
            before, last = last, self.screen.picture()
            return share_that_differs(before, last) < 0.001

        until(still, "nothing moves", self.said)
        return last

    def shows_the_first_screen(self) -> None:
        """Nothing lies over it."""
        self.until(lambda: self._differs() < SAME, "the first screen is shown")

    def _differs(self) -> float:
        return share_that_differs(self.screen.picture(), self._first)

    def is_shut(self) -> None:
        """Nobody is out: the same processes, and nothing was started by any of them."""
        assert self.screen.cage.poll() is None, f"the compositor ended\n{self.said()}"
        assert self.face.poll() is None, f"the face ended\n{self.said()}"
        assert family(self.face.pid) <= self.family, "a program was started"
        assert {name for _, name in family(self.screen.cage.pid)} <= {"sleep"}

    def still_serves(self) -> None:
        """From wherever it is, back to the first screen, and on from there."""
        self.until(lambda: self._back() == "idle", "the first screen")
        before = self.view.screen_id
        self.screen.keys("Tab", "Return")
        self.until(lambda: self.view.screen_id != before, "the face hears the keypad")
        self.until(lambda: self._back() == "idle", "the first screen again")

    def _back(self) -> str:
        if self.view.screen != "idle" or self.view.sheet is not None or self.view.dialog is not None:
            self.screen.keys("Escape")
        return "" if self.view.sheet is not None or self.view.dialog is not None else self.view.screen

    def until(self, true: Callable[[], bool], what: str) -> None:
        until(true, what, self.said)

    def close(self) -> None:
        self.face.kill()
        self.face.wait()
        self.screen.close()


def family(pid: int) -> set[tuple[int, str]]:
    """Processes below this one, with their names."""
    found: set[tuple[int, str]] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            try:
                found |= {(int(child), Path(f"/proc/{child}/comm").read_text().strip()), *family(int(child))}
            except FileNotFoundError:
                continue
    return found


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    differs = ImageChops.difference(one, other).point(lambda level: level > 24 and 255)
    return sum(differs.histogram()[1:]) / (one.width * one.height)
