"""The console's view-model: one property `state`, `clock` for what changes each second, one slot for each intent."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Property, QElapsedTimer, QObject, QTimer, QUuid, Signal, Slot

from kiosk_app.api import Reply, SignedInReply, SignIn, StaffAct, StaffView
from ui.kit.console.link import CoreLink
from ui.staff.desk import (
    Answered,
    Arrived,
    Desk,
    Dismissed,
    Event,
    Knock,
    Leave,
    Pressed,
    Reached,
    Send,
    SignedIn,
    SignInAsked,
    Typed,
    Watch,
)
from ui.staff.presentation import present, seconds_texts
from ui.staff.shortcuts import KEYS, control_for
from ui.staff.step import step

NO_CORE = SignedInReply(ok=False, message="つながりません。しばらくしてから、もう一度お試しください。")


class Console(QObject):
    """Signals: `changed` when the screen changes, `ticked` once a second while a visitor is at the counter."""

    changed = Signal()
    ticked = Signal()

    def __init__(self, core: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = Desk()
        self._state = present(self._desk)
        self._since_view = QElapsedTimer()
        self._link = CoreLink(core, self)
        self._link.arrived.connect(self._on_view)
        self._link.reachable.connect(lambda yes: self._go(Reached(yes)))
        self._link.refused.connect(lambda _status: self._go(Dismissed()))
        self._second = QTimer(self, interval=1_000)
        self._second.timeout.connect(self.ticked)
        self._second.start()

    @Property("QVariantMap", notify=changed)  # type: ignore[arg-type]
    def state(self) -> dict[str, Any]:
        return self._state

    @Property("QVariantMap", notify=ticked)  # type: ignore[arg-type]
    def clock(self) -> dict[str, str]:
        passed_ms = self._since_view.elapsed() if self._since_view.isValid() else 0
        return seconds_texts(self._desk.view, passed_ms)

    @Property("QStringList", constant=True)  # type: ignore[arg-type]
    def keys(self) -> list[str]:
        return list(KEYS)

    @Slot(str)
    def press(self, control: str) -> None:
        self._go(Pressed(control))

    @Slot(str)
    def key(self, name: str) -> None:
        if control := control_for(self._desk, name):
            self._go(Pressed(control))

    @Slot(str, str)
    def signIn(self, staff_code: str, pin: str) -> None:
        self._go(SignInAsked(staff_code, pin))

    @Slot(str)
    def find(self, text: str) -> None:
        self._go(Typed("find", text))

    @Slot(str)
    def typeNumber(self, text: str) -> None:
        self._go(Typed("number", text))

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        self._second.stop()
        self._link.leave()

    def _go(self, event: Event) -> None:
        token = self._desk.token
        self._desk, commands = step(self._desk, event)
        for command in commands:
            match command:
                case Send(act):
                    self._send(act, token)
                case Knock(request):
                    self._knock(request)
                case Watch(new_token):
                    self._link.watch("/v1/staff/events", new_token)
                case Leave():
                    self._link.leave()
        if (state := present(self._desk)) != self._state:
            self._state = state
            self.changed.emit()

    def _on_view(self, data: bytes) -> None:
        self._since_view.start()
        self._go(Arrived(msgspec.json.decode(data, type=StaffView)))
        self.ticked.emit()

    def _send(self, act: StaffAct, token: str) -> None:
        """The intent is made once here; every repeat of the request carries the same one."""
        intent = QUuid.createUuid().toString(QUuid.StringFormat.WithoutBraces)
        body = msgspec.json.encode(msgspec.structs.replace(act, intent=intent))

        def answered(status: int, reply: bytes) -> None:
            if self._desk.token != token:
                return
            if status == 401:
                self._go(Dismissed())
            elif status == 200:
                said = msgspec.json.decode(reply, type=Reply)
                self._go(Answered(said.ok, said.message))
            else:
                self._go(Answered(None))

        self._link.post("/v1/staff/act", body, answered, token)

    def _knock(self, request: SignIn) -> None:
        def answered(status: int, reply: bytes) -> None:
            self._go(SignedIn(msgspec.json.decode(reply, type=SignedInReply) if status == 200 else NO_CORE))

        self._link.post("/v1/staff/sign-in", msgspec.json.encode(request), answered, tries=1)
