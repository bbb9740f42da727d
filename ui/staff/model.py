"""The console's view-model: one property `state`, `clock` for what changes each second, one slot for each intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtQml import QQmlPropertyMap

from ui.staff.first import FIRST, PARTS, Map

if TYPE_CHECKING:
    from ui.staff.session import Session
    from ui.staff.timetable import Drawn

PAINTED = "slot_cells"
"""A part of which QML gets only how often it has changed, and the cells by themselves where something reads them aloud:
it is painted in Python (ui/staff/slots_picture.py)."""
OF_PERSONS = ("slots", "scanned")
FORGOTTEN_MS = 1_000
"""So long after its page has gone what was shown of it is kept: there may be telephone numbers in it."""


class Console(QObject):
    """Signals: `changed` when the screen changes, `ticked` once a second, `begun` when it can be worked."""

    changed = Signal()
    ticked = Signal()
    begun = Signal()

    def __init__(self, core: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._state: Map = {}
        self._shown: Map = {}
        self._held = False
        self._paintings = 0
        self._read_aloud = False
        self._face = QQmlPropertyMap.create(self)
        for part in (*PARTS, "slot_names"):
            self._face.insert(part, None)
        self._show(FIRST)
        self._session: Session | None = None
        self._second = QTimer(self, interval=1_000)
        self._second.timeout.connect(self.ticked)
        self._second.timeout.connect(self._listen)

    @Property("QVariantMap", notify=changed)  # type: ignore[arg-type]
    def state(self) -> Map:
        return self._state

    @Property(QObject, constant=True)
    def face(self) -> QObject:
        """The state in its parts, each with its own news: what has not changed is neither converted nor bound again."""
        return self._face

    @Property("QVariantMap", notify=ticked)  # type: ignore[arg-type]
    def clock(self) -> dict[str, str]:
        return self.session().clock()

    @Property("QStringList", notify=begun)  # type: ignore[arg-type]
    def keys(self) -> list[str]:
        if self._session is None:
            return []
        from ui.staff.shortcuts import KEYS

        return list(KEYS)

    @Slot(str)
    def press(self, control: str) -> None:
        self.session().press(control)

    @Slot(str)
    def key(self, name: str) -> None:
        self.session().key(name)

    @Slot(int, float, float)
    def touchSlot(self, place: int, x: float, y: float) -> None:
        """In the lane at `place`; `x` a share of the timetable's width, `y` of the lane's height."""
        from ui.staff.timetable import touched

        control = touched(self.drawn.cells, place, x, y)
        if control:
            self.press(control)

    @property
    def drawn(self) -> Drawn:
        """The slots that are on the page."""
        drawn: Drawn = self._shown[PAINTED]
        return drawn

    @Slot(str, str)
    def signIn(self, staff_code: str, pin: str) -> None:
        self.session().sign_in(staff_code, pin)

    @Slot(str)
    def find(self, text: str) -> None:
        self.session().find(text)

    @Slot(str)
    def typeNumber(self, text: str) -> None:
        self.session().type_number(text)

    @Slot(str)
    def typeDay(self, text: str) -> None:
        self.session().type_day(text)

    @Slot(str, str)
    def typeSpan(self, end: str, text: str) -> None:
        """`end` is "from" or "to"."""
        self.session().type_span(end, text)

    @Slot(str)
    def typeForm(self, text: str) -> None:
        self.session().type_form(text)

    def begin(self) -> None:
        """Makes it work: after the first frame, or with the first press if that comes earlier."""
        self.session()

    def session(self) -> Session:
        if self._session is None:
            from ui.staff.session import Session

            self._session = Session(self._core, self, self._show, self.ticked.emit)
            self._second.timeout.connect(self._session.second)
            self._second.start()
            self.begun.emit()
        return self._session

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        self._second.stop()
        if self._session is not None:
            self._session.leave()

    def _show(self, state: Map) -> None:
        if state == self._state:
            return
        self._state = state
        self._draw()
        self.changed.emit()

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """While a page is made bit by bit nothing that is drawn changes. Its layouts count their items before they are
        whole, and do not notice that one of those is taken away meanwhile: Qt then ends the process."""
        self._held = held
        self._draw()

    def _draw(self) -> None:
        # A part that is no longer shown stays as it was: its page may live for one more turn of the loop.
        state = self._state
        for part in PARTS:
            if not self._held and part in state and state[part] != self._shown.get(part):
                self._shown[part] = state[part]
                if part == PAINTED:
                    self._paint()
                else:
                    self._face.insert(part, state[part])
        if any(part not in state and self._shown.get(part) for part in OF_PERSONS):
            QTimer.singleShot(FORGOTTEN_MS, self, self._forget_persons)

    def _forget_persons(self) -> None:
        if self._held:
            QTimer.singleShot(FORGOTTEN_MS, self, self._forget_persons)
            return
        for part in OF_PERSONS:
            if part not in self._state and self._shown.pop(part, None):
                self._face.insert(part, None)

    def _paint(self) -> None:
        self._paintings += 1
        self._face.insert(PAINTED, self._paintings)
        self._face.insert("slot_names", [list(cell) for cell in self.drawn.cells] if self._read_aloud else [])

    def _listen(self) -> None:
        """Somebody may begin to have the screen read aloud at any time."""
        if QAccessible.isActive() != self._read_aloud:
            self._read_aloud = not self._read_aloud
            if PAINTED in self._shown:
                self._paint()
