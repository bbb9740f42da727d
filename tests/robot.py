"""A visitor or a clerk for stories and tests: one real face in its own process, pressed through the accessibility tree.

Speaks JSON lines. In, done in this order: {"press": control, "times": n}, {"keys": text, "allow": how a refusal may
begin}, {"until": {path: value}}, {"picture": file}, {"tell": [paths]}; out: {"ok": true} or {"ok": false, "why": …},
after {"ready": true}, with {"told": {path: value}} where it was asked. A path is of the view-model's state, as
visit.number. What a blind person cannot find, it cannot press.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEventLoop, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFont, QGuiApplication
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest

from tests.ui.screen_checks import PRESSABLE, tree

PATIENCE_S = 30.0
"""Reached only by what hangs, also on a machine that does other things."""
KEYS = {"\r": Qt.Key.Key_Return, "\x09": Qt.Key.Key_F9, "\x1b": Qt.Key.Key_Escape}


class NotThere(Exception):
    """What was looked for did not come in time."""


class Robot:
    """One face and the hand before it."""

    def __init__(self, window: QQuickWindow, model: QObject) -> None:
        self.window, self.model = window, model

    def do(self, order: dict[str, Any]) -> dict[str, Any]:
        if "press" in order:
            self._press(order["press"], order.get("times", 1))
        if "keys" in order:
            for key in order["keys"]:
                QTest.keyClick(self.window, KEYS.get(key, key))
                pump(0.005)
            self._until(lambda: not is_waiting(self._state()), "the answer came")
            said, allowed = self._state().get("message"), order.get("allow")
            if said and not (allowed and said.startswith(allowed)):
                raise NotThere(f"the face says: {said}")
        for path, value in order.get("until", {}).items():
            self._until(lambda path=path, value=value: self._at(path) == value, f"{path} is {value}")  # type: ignore[misc]
        if "picture" in order:
            pump(0.02)
            self.window.grabWindow().save(order["picture"])
        return {"told": {path: self._at(path) for path in order["tell"]}} if "tell" in order else {}

    def _press(self, control: str, times: int) -> None:
        found: list[QAccessibleInterface] = []

        def there() -> bool:
            found[:] = [n for n in tree(self.window) if n.role() in PRESSABLE and is_control(n, control)]
            return bool(found)

        self._until(there, f"{control} can be pressed")
        for _ in range(times):
            found[0].actionInterface().doAction("Press")

    def _state(self) -> Any:
        # Of each face's own class; not of each as a property of Qt.
        return self.model.state  # type: ignore[attr-defined]

    def _at(self, path: str) -> Any:
        found = self._state()
        for name in path.split("."):
            if isinstance(found, list):
                found = found[int(name)] if int(name) < len(found) else None
            else:
                found = found.get(name) if isinstance(found, dict) else None
        return found

    def _until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > deadline:
                raise NotThere(f"waited {PATIENCE_S} s in vain until {what}")
            pump(0.005)


def is_waiting(state: Any) -> bool:
    """Whether any control of the face waits for its answer."""
    if isinstance(state, dict):
        return ("id" in state and state.get("state") == "busy") or any(map(is_waiting, state.values()))
    return isinstance(state, list) and any(map(is_waiting, state))


def is_control(node: QAccessibleInterface, control: str) -> bool:
    item = node.object()
    return item.objectName() == control or node.text(QAccessible.Text.Name).startswith(control)


def pump(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.monotonic() >= deadline:
            return
        time.sleep(0.001)


def listen(loop: QAbstractEventDispatcher) -> queue.Queue[str]:
    """Wakes the loop with each line."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
            loop.wakeUp()
        lines.put("")
        loop.wakeUp()

    threading.Thread(target=read, daemon=True).start()
    return lines


def answer(**words: Any) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("face", choices=("citizen", "staff", "display"))
    parser.add_argument("core")
    parser.add_argument("--orientation", default="portrait")
    parser.add_argument("--zone", default="")
    arguments = parser.parse_args()
    application = QGuiApplication(sys.argv[:1])
    application.setFont(QFont("Noto Sans CJK JP"))
    QAccessible.setActive(True)
    further = {"citizen": (arguments.orientation,), "display": (arguments.zone,), "staff": ()}[arguments.face]
    engine, model = importlib.import_module(f"ui.{arguments.face}.main").build(arguments.core, *further)
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    robot = Robot(window, model)
    # Or it would work in the thread that listens, while Qt draws what it takes away.
    gc.disable()
    lines = listen(QAbstractEventDispatcher.instance())
    answer(ready=True)
    while True:
        try:
            line = lines.get_nowait()
        except queue.Empty:
            # Asleep until Qt has something to do or somebody speaks: an office has a dozen faces that mostly wait.
            application.processEvents(
                QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
            )
            continue
        if not line:
            break
        try:
            told = robot.do(json.loads(line))
            answer(ok=True, **told)
        except NotThere as error:
            answer(ok=False, why=str(error))
        gc.collect(1)
    model.close()  # type: ignore[attr-defined]
    window.close()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
