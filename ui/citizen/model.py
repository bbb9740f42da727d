"""The citizen's view-model: the screen in its layers as they are drawn, and what finger and keys do on it.

Each layer tells its own news, so that a clock or a countdown does not make the whole screen anew (decision 008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from ui.citizen.first import FIRST, FRAME, UNTOUCHED, Map
from ui.citizen.pieces import drawn

if TYPE_CHECKING:
    from ui.citizen.session import Session


LAYERS = ("page", "bar", "front")
FIRST_PLATES = 6
"""Of another screen: so many plates are made with its first frame, what is beyond them with the next."""
NEXT_MS = 20
"""After a frame: what waits for the next one is made then. A page that changes behind a new sheet waits too, so that a
finger waits for neither (decision 008)."""


class Kiosk(QObject):
    """Signals: `framed` for colours and cover, one for each layer and for a page's further plates, `touched` for what
    is held, taken or focused."""

    framed = Signal()
    pageMade = Signal()
    furtherMade = Signal()
    barMade = Signal()
    frontMade = Signal()
    touched = Signal()
    pictureAsked = Signal()
    """Whoever has the window answers with `send_picture`."""

    def __init__(self, core: str, orientation: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core, self._orientation = core, orientation
        self._session: Session | None = None
        self._shown = FIRST
        self._waiting: Literal["", "page", "further"] = ""
        self._next = QTimer(self, singleShot=True, interval=NEXT_MS)
        self._next.timeout.connect(self.finish)

    @property
    def state(self) -> Map:
        """The whole screen as it was set."""
        return FIRST if self._session is None else self._session.state

    @Property("QVariantMap", notify=framed)  # type: ignore[arg-type]
    def frame(self) -> Map:
        return {name: self.state[name] for name in FRAME}

    @Property("QVariantMap", notify=pageMade)  # type: ignore[arg-type]
    def page(self) -> Map:
        page = drawn(self.state["page"])
        return {**page, "plates": page["plates"][:FIRST_PLATES]}

    @Property("QVariantList", notify=furtherMade)  # type: ignore[arg-type]
    def further(self) -> list[Map]:
        return [] if self._waiting else drawn(self.state["page"])["plates"][FIRST_PLATES:]

    @Property("QVariantMap", notify=barMade)  # type: ignore[arg-type]
    def bar(self) -> Map:
        return drawn(self.state["bar"])

    @Property("QVariantMap", notify=frontMade)  # type: ignore[arg-type]
    def front(self) -> Map:
        return drawn(self.state["front"])

    @Property("QVariantMap", notify=touched)  # type: ignore[arg-type]
    def touch(self) -> dict[str, str]:
        return UNTOUCHED if self._session is None else self._session.touch()

    @Slot(str)
    def press(self, control: str) -> None:
        self.session().press(control)

    @Slot(int, str)
    def key(self, key: int, text: str) -> None:
        self.session().key(key, text)

    @Slot(int, float, float)
    def fingerDown(self, finger: int, x: float, y: float) -> None:
        self.session().finger_down(finger, x, y)

    @Slot(int, float, float)
    def fingerMoved(self, finger: int, x: float, y: float) -> None:
        self.session().finger_moved(finger, x, y)

    @Slot(int, float, float)
    def fingerUp(self, finger: int, x: float, y: float) -> None:
        self.session().finger_up(finger, x, y)

    @Slot(int)
    def fingerLost(self, finger: int) -> None:
        self.session().finger_lost(finger)

    def begin(self) -> None:
        """Makes it work: after the first frame, or with the first touch if that comes earlier."""
        self.session()

    def session(self) -> Session:
        if self._session is None:
            from ui.citizen.session import Session

            self._session = Session(self._core, self._orientation, self)
            self._session.changed.connect(self._tell)
            self._session.touched.connect(self.touched)
            self._session.pictureAsked.connect(self.pictureAsked)
        return self._session

    def send_picture(self, png: bytes) -> None:
        self.session().send_picture(png)

    def _tell(self) -> None:
        before, self._shown = self._shown, self.state
        if any(before[name] != self._shown[name] for name in FRAME):
            self.framed.emit()
        new = {name for name in LAYERS if before[name] != self._shown[name]}
        if "page" in new and "front" in new and self._shown["covered"]:
            self._wait("page")
        elif "page" in new or ("front" in new and self._waiting == "page"):
            is_long = len(self._shown["page"]["plates"]) > FIRST_PLATES
            self._wait("further" if is_long and before["screen"] != self._shown["screen"] else "")
            self.pageMade.emit()
            self.furtherMade.emit()
        for name, made in (("bar", self.barMade), ("front", self.frontMade)):
            if name in new:
                made.emit()

    def _wait(self, what: Literal["", "page", "further"]) -> None:
        self._waiting = what
        if what:
            self._next.start()
        else:
            self._next.stop()

    @property
    def is_made(self) -> bool:
        """Nothing of the screen waits for its next frame."""
        return not self._waiting

    def finish(self) -> None:
        """What waits for the next frame is made now."""
        waited = self._waiting
        self._wait("")
        if waited == "page":
            self.pageMade.emit()
        if waited:
            self.furtherMade.emit()

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        if self._session is not None:
            self._session.close()
