"""The citizen's view-model: `state` is the screen as it is drawn, `touch` what finger and keys do on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from ui.citizen.first import FIRST, UNTOUCHED, Map

if TYPE_CHECKING:
    from ui.citizen.visit import Visit


class Kiosk(QObject):
    """Signals: `changed` for another screen, `touched` for what is held, taken or focused."""

    changed = Signal()
    touched = Signal()

    def __init__(self, core: str, orientation: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core, self._orientation = core, orientation
        self._visit: Visit | None = None

    @Property("QVariantMap", notify=changed)  # type: ignore[arg-type]
    def state(self) -> Map:
        return FIRST if self._visit is None else self._visit.state

    @Property("QVariantMap", notify=touched)  # type: ignore[arg-type]
    def touch(self) -> dict[str, str]:
        return UNTOUCHED if self._visit is None else self._visit.touch()

    @Slot(str)
    def press(self, control: str) -> None:
        self.visit().press(control)

    @Slot(int, str)
    def key(self, key: int, text: str) -> None:
        self.visit().key(key, text)

    @Slot(int, float, float)
    def fingerDown(self, finger: int, x: float, y: float) -> None:
        self.visit().finger_down(finger, x, y)

    @Slot(int, float, float)
    def fingerMoved(self, finger: int, x: float, y: float) -> None:
        self.visit().finger_moved(finger, x, y)

    @Slot(int, float, float)
    def fingerUp(self, finger: int, x: float, y: float) -> None:
        self.visit().finger_up(finger, x, y)

    @Slot(int)
    def fingerLost(self, finger: int) -> None:
        self.visit().finger_lost(finger)

    def begin(self) -> None:
        """Listens to the core: after the first frame, or with the first touch if that comes earlier."""
        self.visit()

    def visit(self) -> Visit:
        if self._visit is None:
            from ui.citizen.page import size_of
            from ui.citizen.visit import Visit

            self._visit = Visit(self._core, size_of(self._orientation), self)
            self._visit.changed.connect(self.changed)
            self._visit.touched.connect(self.touched)
        return self._visit

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        if self._visit is not None:
            self._visit.close()
