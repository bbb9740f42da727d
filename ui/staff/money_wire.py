"""What crosses about certificate kiosks' money between a console and its core: the page while it is looked at, and
claims that are looked for.

A line of its own, opened by whoever looks at the page first.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from PySide6.QtCore import QObject

from kiosk_app.api import ClaimsFound, Failure, MoneyView
from ui.kit.console.link import CoreLink
from ui.staff.desk import Dismissed, Event
from ui.staff.money_desk import AskClaims, ClaimsTold, LeaveMoney, MoneyArrived, WatchMoney
from ui.staff.wire import CROWDED, LOOKS, NO_ANSWER


class MoneyWire:
    """`go` takes each event, in the thread and for the life of `owner`."""

    def __init__(self, core: str, owner: QObject, go: Callable[[Event], None], beside: CoreLink) -> None:
        self._go = go
        self._watched: WatchMoney | None = None
        self._link = CoreLink(core, owner, "console", beside)
        self._link.arrived.connect(self._arrived)

    def do(self, wish: WatchMoney | LeaveMoney | AskClaims, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        match wish:
            case WatchMoney(date):
                self._watched = wish
                self._link.watch(f"/v1/staff/money/events?{urlencode({'date': date})}", token)
            case LeaveMoney():
                self.leave()
            case AskClaims():
                self._ask(wish, token, is_still_signed_in)

    def leave(self) -> None:
        self._watched = None
        self._link.leave()

    def _arrived(self, data: bytes) -> None:
        if self._watched is not None:
            self._go(MoneyArrived(self._watched, msgspec.json.decode(data, type=MoneyView)))

    def _ask(self, ask: AskClaims, token: str, is_still_signed_in: Callable[[], bool]) -> None:
        def answered(status: int, reply: bytes) -> None:
            if not is_still_signed_in():
                return
            if status == 401:
                self._go(Dismissed())
            elif status == 200:
                self._go(ClaimsTold(ask, msgspec.json.decode(reply, type=ClaimsFound)))
            elif status == 403:
                self._go(ClaimsTold(ask, cause=msgspec.json.decode(reply, type=Failure).error))
            else:
                self._go(ClaimsTold(ask, cause=CROWDED if status == 503 else NO_ANSWER))

        self._link.get(f"/v1/staff/money/claims?{urlencode({'typed': ask.typed})}", answered, token, LOOKS)
