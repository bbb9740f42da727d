"""A clerk's session behind the window: the desk, its step, and the hands that the step's commands need.

Loaded after the first frame. It knows Qt only as the owner of its wire.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject

from ui.staff import saving
from ui.staff.desk import (
    Aged,
    Arrived,
    Desk,
    Event,
    Knock,
    Leave,
    Look,
    Pressed,
    Send,
    Settle,
    SignInAsked,
    Typed,
    Watch,
)
from ui.staff.figures_desk import AskFigures, SaveTable
from ui.staff.first import Map
from ui.staff.forms import AskForm, Copy
from ui.staff.money_desk import AskClaims, LeaveMoney, WatchMoney
from ui.staff.presentation import present, seconds_texts
from ui.staff.shortcuts import control_for
from ui.staff.slots_desk import (
    AskDays,
    AskHit,
    AskPreview,
    LeaveContacts,
    LeaveSlots,
    WatchContacts,
    WatchSlots,
)
from ui.staff.step import step
from ui.staff.wire import Wire

if TYPE_CHECKING:
    from ui.kit.console.bell import Bell
    from ui.staff.money_wire import MoneyWire
    from ui.staff.slots_wire import SlotsWire


class Session:
    """`show` takes each state of the screen, `tick` is called when a view has come."""

    def __init__(self, core: str, owner: QObject, show: Callable[[Map], None], tick: Callable[[], None]) -> None:
        self._show, self._tick = show, tick
        self._since_view = QElapsedTimer()
        self._wire = Wire(core, owner, self.go)
        self.desk = Desk(elsewhere=self._wire.is_elsewhere)
        self._owner, self._core = owner, core
        self._bell: Bell | None = None
        self._timetable: SlotsWire | None = None
        self._copied = ""
        self._money_line: MoneyWire | None = None
        show(present(self.desk))

    def press(self, control: str) -> None:
        self.go(Pressed(control))

    def key(self, name: str) -> None:
        if control := control_for(self.desk, name):
            self.go(Pressed(control))

    def sign_in(self, staff_code: str, pin: str) -> None:
        self.go(SignInAsked(staff_code, pin))

    def find(self, text: str) -> None:
        self.go(Typed("find", text))

    def type_number(self, text: str) -> None:
        self.go(Typed("number", text))

    def type_day(self, text: str) -> None:
        self.go(Typed("day", text))

    def type_span(self, end: str, text: str) -> None:
        self.go(Typed("to" if end == "to" else "from", text))

    def type_form(self, text: str) -> None:
        self.go(Typed("form", text))

    def _copy(self, text: str) -> None:
        """A person's words leave the clipboard with the form, unless somebody has put something else there."""
        # Loaded when something is copied: most desks never do.
        from PySide6.QtGui import QGuiApplication

        board = QGuiApplication.clipboard()
        if text or board.text() == self._copied:
            board.setText(text)
        self._copied = text

    def clock(self) -> dict[str, str]:
        passed_ms = self._since_view.elapsed() if self._since_view.isValid() else 0
        return seconds_texts(self.desk.view, passed_ms)

    def leave(self) -> None:
        self._wire.leave()
        self._leave_lines()
        if self._bell is not None:
            self._bell.close()

    def second(self) -> None:
        """How old is what stands there, and whether anybody still rings."""
        if not self.desk.reachable and (minutes := self._wire.silent_ms() // 60_000) != self.desk.age_min:
            self.go(Aged(minutes))
        self.ring()

    def ring(self) -> None:
        """With each news and each second. What is old does not ring: somebody may have gone long ago."""
        view = self.desk.view if self.desk.reachable else None
        ringing = frozenset(a.id for a in view.alerts if not a.accepted_by) if view else frozenset[str]()
        if view is not None and view.money is not None:
            # Somebody waits for money that this clerk has in hand.
            ringing |= {one.word for one in view.money.refused}
        if self._bell is None and ringing:
            from ui.kit.console.bell import Bell

            self._bell = Bell(self._owner)
        if self._bell is not None:
            self._bell.hear(ringing)

    def _slots(self) -> SlotsWire:
        """A line of its own, which is opened by whoever looks at the timetable first."""
        if self._timetable is None:
            from ui.staff.slots_wire import SlotsWire

            self._timetable = SlotsWire(self._core, self._owner, self.go, self._wire.link)
        return self._timetable

    def _money(self) -> MoneyWire:
        """As that of the timetable."""
        if self._money_line is None:
            from ui.staff.money_wire import MoneyWire

            self._money_line = MoneyWire(self._core, self._owner, self.go, self._wire.link)
        return self._money_line

    def _leave_lines(self) -> None:
        for line in (self._timetable, self._money_line):
            if line is not None:
                line.leave()

    def go(self, event: Event) -> None:
        if isinstance(event, Arrived):
            self._since_view.start()
        token = self.desk.token
        self.desk, commands = step(self.desk, event)
        for command in commands:
            match command:
                case Send(act):
                    self._wire.send(act, token, lambda: self.desk.token == token)
                case Settle():
                    self._wire.settle(command, self.desk.token, lambda: self.desk.token == token)
                case Look():
                    self._wire.look(command, token, lambda: self.desk.token == token)
                case AskFigures():
                    self._wire.figures(command, token, lambda: self.desk.token == token)
                case (
                    WatchSlots()
                    | LeaveSlots()
                    | WatchContacts()
                    | LeaveContacts()
                    | AskPreview()
                    | AskDays()
                    | AskHit()
                ):
                    self._slots().do(command, token, lambda: self.desk.token == token)
                case AskForm():
                    self._wire.read_form(command, token, lambda: self.desk.token == token)
                case Copy(text):
                    self._copy(text)
                case WatchMoney() | LeaveMoney() | AskClaims():
                    self._money().do(command, token, lambda: self.desk.token == token)
                case SaveTable():
                    self.go(saving.save(saving.folder(), command))
                case Knock():
                    self._wire.knock(command)
                case Watch(new_token):
                    self._wire.watch(new_token)
                case Leave():
                    self._wire.leave()
                    self._leave_lines()
        self._show(present(self.desk))
        if isinstance(event, Arrived):
            self._tick()
            self.ring()
