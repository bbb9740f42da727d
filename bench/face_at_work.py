"""One real face in its own process: takes view after view, times the frame that each leads to, and weighs itself.

python -m bench.face_at_work KIND CORE < steps, one a line; prints {"frames": [[name, ms]], "pss_mib": n, "rss_mib": n}.
A step is {"name": …} with one of "view" (as the core sends it), "slots" or "money" (a timetable, the page of kiosks,
likewise), "press" (a control's id) or "sign_in" (a token).
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQuick import QQuickWindow

PATIENCE_S = 5.0
SETTLES_S = 0.08
IDLE_S = 0.0005
FURTHER = {"display": {"zone": ""}}


class Frames:
    """Times of swaps, and for how long the loop was busy before each since the one before it (an animation's later
    frames, and what is made in several)."""

    def __init__(self, window: QQuickWindow) -> None:
        self.swapped_s: list[float] = []
        self.busy_s: list[float] = []
        self._busy_s = 0.0
        self._turn_s = time.monotonic()
        window.frameSwapped.connect(self._end)

    def turn(self) -> None:
        """What is due now. A loop that only looks whether there is anything is not busy."""
        self._turn_s = time.monotonic()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        # Which the loop of a real face does by itself: else nothing that a page has put away would ever go.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if (took_s := time.monotonic() - self._turn_s) > IDLE_S:
            self._busy_s += took_s

    def _end(self) -> None:
        now_s = time.monotonic()
        self.swapped_s.append(now_s)
        self.busy_s.append(self._busy_s + now_s - self._turn_s)
        self._busy_s, self._turn_s = 0.0, now_s

    def of_change(self, changed_s: float) -> float:
        """Seconds of the slowest frame: the first one counts from the change, because it waits for all of it."""
        if not self.swapped_s:
            raise RuntimeError("nothing was drawn")
        return max(self.swapped_s[0] - changed_s, *self.busy_s[1:], 0.0)

    def forget(self) -> None:
        self.swapped_s.clear()
        self.busy_s.clear()
        self._busy_s = 0.0


def pump(frames: Frames, until_s: float, to_first: bool = False) -> None:
    """Turns the loop until then, or until the first frame."""
    while time.monotonic() < until_s and not (to_first and frames.swapped_s):
        frames.turn()
        time.sleep(0.0002)


def do(step: dict[str, Any], model: Any) -> None:
    from ui.kit.console.link import CoreLink

    link = model.findChild(CoreLink)
    if "view" in step:
        link.arrived.emit(json.dumps(step["view"], ensure_ascii=False).encode())
    elif "press" in step:
        model.press(step["press"])
    elif "slots" in step:
        from msgspec import convert

        from kiosk_app.api import SlotsView
        from ui.staff.slots_desk import SlotsArrived

        session = model.session()
        session.go(SlotsArrived(session.desk.slots.watched, convert(step["slots"], SlotsView)))
    elif "money" in step:
        from msgspec import convert

        from kiosk_app.api import MoneyView
        from ui.staff.money_desk import MoneyArrived

        session = model.session()
        session.go(MoneyArrived(session.desk.money.watched, convert(step["money"], MoneyView)))
    else:
        from kiosk_app.api import SignedInReply
        from ui.staff.desk import SignedIn

        model.session().go(SignedIn(SignedInReply(ok=True, token=step["sign_in"], staff_code="3001", role="leader")))
        # The views come from the steps and not from the core.
        link.leave()


def weight_mib() -> dict[str, float]:
    kib = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        kib[name] = int(rest.split()[0])
    return {"pss_mib": kib["Pss"] / 1024, "rss_mib": kib["Rss"] / 1024}


def main(kind: str, core: str) -> None:
    application = QGuiApplication(sys.argv[:1])
    application.setFont(QFont("Noto Sans CJK JP"))
    engine, model = importlib.import_module(f"ui.{kind}.main").build(core, **FURTHER.get(kind, {}))
    (window,) = engine.rootObjects()
    assert isinstance(window, QQuickWindow)
    frames = Frames(window)
    pump(frames, time.monotonic() + PATIENCE_S, to_first=True)
    pump(frames, time.monotonic() + 10 * SETTLES_S)
    if kind != "staff":
        from ui.kit.console.link import CoreLink

        model.findChild(CoreLink).leave()
    measured = []
    for line in sys.stdin.buffer:
        # One after the other: together they would weigh several MiB of what is weighed here.
        step = json.loads(line)
        frames.forget()
        before, changed_s = model.state, time.monotonic()
        do(step, model)
        pump(frames, changed_s + PATIENCE_S, to_first=True)
        if model.state == before:
            raise RuntimeError(f"{step['name']} changes nothing, and what was timed is the clock")
        pump(frames, time.monotonic() + SETTLES_S)
        while window.property("settled") is False and time.monotonic() < changed_s + PATIENCE_S:
            # A page that is made bit by bit.
            pump(frames, time.monotonic() + SETTLES_S)
        measured.append([step["name"], 1000 * frames.of_change(changed_s)])
    print(json.dumps({"frames": measured, **weight_mib()}))
    model.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
