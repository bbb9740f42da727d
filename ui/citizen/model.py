"""The citizen's view-model: `state` is the screen as it is drawn, `touch` what finger and keys do on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from ui.citizen.first import FIRST, UNTOUCHED, Map

if TYPE_CHECKING:
    from ui.citizen.session import Session


class Kiosk(QObject):
    """Signals: `changed` for another screen, `touched` for what is held, taken or focused."""

    changed = Signal()
    touched = Signal()

    def __init__(self, core: str, orientation: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core, self._orientation = core, orientation
        self._session: Session | None = None

    @Property("QVariantMap", notify=changed)  # type: ignore[arg-type]
    def state(self) -> Map:
        return FIRST if self._session is None else self._session.state

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
            self._session.changed.connect(self.changed)
            self._session.touched.connect(self.touched)
        return self._session

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        if self._session is not None:
            self._session.close()
