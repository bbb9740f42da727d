"""What crosses between a console and its core: views and answers become events of the desk, its commands requests.

Loaded after the first frame, because it takes as long to load as that to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from PySide6.QtCore import QObject, QUuid

from kiosk_app.api import ActionsPage, Failure, Reply, SignedInReply, SignIn, StaffAct, StaffView, Statistics
from ui.kit.console.link import CoreLink
from ui.staff.desk import Answered, Arrived, Dismissed, Event, Knock, Look, Looked, Reached, SignedIn
from ui.staff.figures_desk import AskFigures, FiguresTold

LOOKS = 3
NO_CORE = SignedInReply(ok=False, message="つながりません。しばらくしてから、もう一度お試しください。")

NO_ANSWER = "返事がありませんでした。もう一度お試しください。"
CROWDED = "いま込み合っています。少し待ってから、もう一度押してください。"


class Wire:
    """`go` takes each event, in the thread and for the life of `owner`."""

    def __init__(self, core: str, owner: QObject, go: Callable[[Event], None]) -> None:
        self._go = go
        self._link = CoreLink(core, owner)
        self._link.arrived.connect(lambda data: go(Arrived(msgspec.json.decode(data, type=StaffView))))
        self._link.reachable.connect(lambda yes: go(Reached(yes)))
        self._link.refused.connect(lambda _status: go(Dismissed()))

    def watch(self, token: str) -> None:
        self._link.watch("/v1/staff/events", token)

    def leave(self) -> None:
        self._link.leave()

    def send(self, act: StaffAct, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        """The intent is made once here; every repeat of the request carries the same one."""
        intent = QUuid.createUuid().toString(QUuid.StringFormat.WithoutBraces)
        body = msgspec.json.encode(msgspec.structs.replace(act, intent=intent))

        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
            elif status == 200:
                said = msgspec.json.decode(reply, type=Reply)
                self._go(Answered(said.ok, said.message, said.needs))
            else:
                self._go(Answered(None))

        self._link.post("/v1/staff/act", body, answered, token)

    def look(self, look: Look, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        asked = urlencode({"date": look.date, "number": look.number, "before": look.before})

        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
            else:
                self._go(Looked(look, msgspec.json.decode(reply, type=ActionsPage) if status == 200 else None))

        # A long day may take longer than one wait; the core has it ready for the next try.
        self._link.get(f"/v1/staff/actions?{asked}", answered, token, LOOKS)

    def figures(self, ask: AskFigures, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        asked = urlencode({"from": ask.since, "to": ask.to})

        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
            elif status == 200 and ask.table:
                self._go(FiguresTold(ask, data=reply))
            elif status == 200:
                self._go(FiguresTold(ask, msgspec.json.decode(reply, type=Statistics)))
            elif status == 403:
                self._go(FiguresTold(ask, cause=msgspec.json.decode(reply, type=Failure).error))
            else:
                self._go(FiguresTold(ask, cause=CROWDED if status == 503 else NO_ANSWER))

        path = "/v1/statistics.csv" if ask.table else "/v1/statistics"
        self._link.get(f"{path}?{asked}", answered, token, LOOKS)

    def knock(self, wish: Knock) -> None:
        request = SignIn(staff_code=wish.staff_code, pin=wish.pin, training=wish.training)

        def answered(status: int, reply: bytes) -> None:
            self._go(SignedIn(msgspec.json.decode(reply, type=SignedInReply) if status == 200 else NO_CORE))

        self._link.post("/v1/staff/sign-in", msgspec.json.encode(request), answered, tries=1)
