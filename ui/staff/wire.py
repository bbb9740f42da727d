"""What crosses between a console and its core: views and answers become events of the desk, its commands requests.

Loaded after the first frame, because it takes as long to load as that to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from PySide6.QtCore import QObject, QTimer, QUuid

from kiosk_app.api import (
    ActionsPage,
    Failure,
    FormScan,
    FormSheet,
    IntentAsked,
    IntentSettled,
    Reply,
    SignedInReply,
    SignIn,
    StaffAct,
    StaffView,
    Statistics,
)
from ui.kit.console.link import CoreLink
from ui.staff.away import without_answer
from ui.staff.desk import (
    Answered,
    Arrived,
    Dismissed,
    Event,
    Knock,
    Look,
    Looked,
    Reached,
    Settle,
    Settled,
    SignedIn,
    Unanswered,
)
from ui.staff.figures_desk import AskFigures, FiguresTold
from ui.staff.forms import AskForm, FormTold

LOOKS = 3
SETTLE_AGAIN_MS = 500
"""An act that is still being done is asked about again after this."""

NO_ANSWER = "返事がありませんでした。もう一度お試しください。"
CROWDED = "いま込み合っています。少し待ってから、もう一度押してください。"


class Wire:
    """`go` takes each event, in the thread and for the life of `owner`."""

    def __init__(self, core: str, owner: QObject, go: Callable[[Event], None]) -> None:
        self._go = go
        self._link = self.link = CoreLink(core, owner, "console")
        self._link.arrived.connect(lambda data: go(Arrived(msgspec.json.decode(data, type=StaffView))))
        self._link.troubled.connect(lambda trouble: go(Reached(not trouble, trouble)))
        self._link.refused.connect(lambda _status: go(Dismissed()))

    @property
    def is_elsewhere(self) -> bool:
        """Whether the hub is another computer."""
        return self._link.is_elsewhere

    def silent_ms(self) -> int:
        return self._link.silent_ms()

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
                self._go(Unanswered(intent, act.verb))

        self._link.post("/v1/staff/act", body, answered, token)

    def settle(self, wish: Settle, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        """Until the hub has said what became of it, or cannot be asked."""
        body = msgspec.json.encode(IntentAsked(intent=wish.intent))

        def ask() -> None:
            if is_still_signed_in():
                self._link.post("/v1/staff/settle", body, answered, token)

        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
                return
            found = msgspec.json.decode(reply, type=IntentSettled) if status == 200 else None
            if status == 0:
                self._go(Settled(wish.intent, None))
            elif found is None or found.state == "under_way":
                QTimer.singleShot(SETTLE_AGAIN_MS, self._link, ask)
            else:
                self._go(Settled(wish.intent, found.state == "answered", found.ok, found.message))

        ask()

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

    def read_form(self, ask: AskForm, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
            else:
                self._go(FormTold(ask, msgspec.json.decode(reply, type=FormSheet) if status == 200 else None))

        self._link.post("/v1/staff/forms/read", msgspec.json.encode(FormScan(text=ask.text)), answered, token)

    def knock(self, wish: Knock) -> None:
        request = SignIn(staff_code=wish.staff_code, pin=wish.pin, training=wish.training)

        def answered(status: int, reply: bytes) -> None:
            no_hub = SignedInReply(ok=False, message=without_answer(self._link.trouble))
            self._go(SignedIn(msgspec.json.decode(reply, type=SignedInReply) if status == 200 else no_hub))

        self._link.post("/v1/staff/sign-in", msgspec.json.encode(request), answered, tries=1)
