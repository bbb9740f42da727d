"""The child of test_endurance: one face lives through a long day of changes, then says how many it saw and its weight.

A binding abroad once ended a face after some hundred signals, which no test of a single screen could see. First whole
screens are drawn by the face itself; then, because that takes a hundred times as long, its view-model tells its news to
a small window that binds all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

QUARTER = 4
"""After this part of a day everything that is kept by design has been kept."""
Change = Callable[[], None]


class Result(msgspec.Struct, frozen=True):
    seen: int
    """News that reached the small window."""
    grown_drawn_kb: int
    grown_bound_kb: int


def citizen() -> tuple[QQmlApplicationEngine, QObject, Change, Change]:
    from tests.ui.citizen.office_views import view
    from ui.citizen.main import build

    engine, kiosk = build("")
    session = kiosk.session()
    kiosk.close()
    views = cycle([msgspec.json.encode(view(name)) for name in ("idle", "choose", "services", "confirm", "take")])
    states = []
    for _ in range(2):
        session._on_view(next(views))
        states.append(session.state)
    ready, focus, turns = cycle(states), cycle(("ticket", "staff")), cycle((True, *[False] * 19))

    def light() -> None:
        """Mostly the focus moves; now and then another screen is shown that was set before."""
        if next(turns):
            session.state = next(ready)
            session.changed.emit()
        else:
            session._set_focus(next(focus))

    return engine, kiosk, lambda: session._on_view(next(views)), light


def staff() -> tuple[QQmlApplicationEngine, QObject, Change, Change]:
    from tests.ui.staff.office_day import EVERY as DAY
    from ui.staff.desk import Arrived, Desk
    from ui.staff.main import build

    engine, console = build("")
    session = console.session()
    console.close()
    session.desk = Desk(page="work", token="t", staff_code="2041", view=DAY["calm"])
    views = cycle([DAY[name] for name in ("working", "nobody", "training", "between", "crowded")])
    early = replace(DAY["nobody"], counters=(), services=(), groups=(), today=(), actions=())
    minutes = cycle([replace(early, time=time) for time in ("10:43", "10:44")])
    turns = cycle((True, *[False] * 9))

    def light() -> None:
        """Mostly the seconds pass."""
        if next(turns):
            session.go(Arrived(next(minutes)))
        else:
            console.ticked.emit()

    return engine, console, lambda: session.go(Arrived(next(views))), light


def display() -> tuple[QQmlApplicationEngine, QObject, Change, Change]:
    from tests.ui.display.test_screens import EVERY as HALL
    from ui.display.main import build

    engine, board = build("", "1F")
    board.begin()
    board.close()
    views = cycle([msgspec.json.encode(HALL[name]) for name in ("two", "four", "calm", "six", "morning")])
    minutes = cycle([msgspec.json.encode(replace(HALL["two"], time=time)) for time in ("10:43", "10:44")])
    return engine, board, lambda: board._on_view(next(views)), lambda: board._on_view(next(minutes))


FACES = {
    "citizen": (citizen, ("frame", "page", "bar", "front", "touch")),
    "staff": (staff, ("state", "clock", "face.head")),
    "display": (display, ("state",)),
}


def weight_kb() -> int:
    """Resident memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def grown_kb(change: Change, times: int) -> int:
    """How much heavier the process became in the last three quarters of so many changes."""
    early = 0
    for n in range(times):
        change()
        turn()
        if n == times // QUARTER:
            early = weight_kb()
    return weight_kb() - early


def live(kind: str, drawn: int, bound: int) -> Result:
    make, bindings = FACES[kind]
    engine, model, whole, light = make()
    (window,) = engine.rootObjects()
    turn()
    grown_drawn_kb = grown_kb(whole, drawn)
    assert isinstance(window, QQuickWindow)
    window.close()
    # The model is the engine's own, and goes on without it here.
    model.setParent(None)
    engine.deleteLater()
    turn()
    small = QQmlApplicationEngine()
    small.setInitialProperties({"model": model})
    small.loadData(listening(bindings))
    (listener,) = small.rootObjects()
    before = listener.property("seen")
    grown_bound_kb = grown_kb(light, bound)
    return Result(listener.property("seen") - before, grown_drawn_kb, grown_bound_kb)


def listening(bindings: Sequence[str]) -> bytes:
    """A small window without a picture: it binds the parts of the view-model, and counts their news."""
    news = "\n".join(
        f"readonly property var part{n}: model.{part}\nonPart{n}Changed: seen++" for n, part in enumerate(bindings)
    )
    return f"import QtQml\nQtObject {{ required property var model; property int seen: 0\n{news} }}".encode()


def turn() -> None:
    """Outside a running loop Qt would keep all that is to be deleted later."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    result = live(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    print(msgspec.json.encode(result).decode(), flush=True)
