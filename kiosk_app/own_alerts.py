"""How a machine's own bells end: somebody comes, or the visitor who rang is gone."""

from __future__ import annotations

from kiosk_app.book import Book
from kiosk_app.clock_doubt import DoubtedClock
from kiosk_app.journeys import messages as m
from kiosk_app.lobby import Lobby
from kiosk_app.office.alert_words import ENDED_BY_THE_MACHINE
from kiosk_app.office.facts import AlertCleared, StaffAccepted
from kiosk_app.office.state import open_alerts

ACTOR = "core"


class OwnAlerts:
    """Those of one machine. Others end theirs themselves."""

    def __init__(self, book: Book, lobby: Lobby, clock: DoubtedClock, machine_code: str) -> None:
        self._book = book
        self._lobby = lobby
        self._clock = clock
        self._machine_code = machine_code

    def accepted(self, fact: StaffAccepted) -> None:
        alert = self._book.state.alerts.get(fact.alert)
        if alert is None or alert.machine_code != self._machine_code:
            return
        self._lobby.handle(m.AlertAccepted(alert=fact.alert))
        self._clock.accepted(alert.cause)
        if not self._lobby.rings(fact.alert) and alert.cause not in ENDED_BY_THE_MACHINE:
            # Nobody would end it later: that somebody goes is all that it asked for.
            self._book.settle(ACTOR, [AlertCleared(alert=fact.alert)])

    def clear_forgotten(self) -> None:
        """Calls of a journey that is gone: the visitor has left, and nobody would ever end them."""
        lasting = ENDED_BY_THE_MACHINE | {"log_damaged"}
        forgotten = [
            AlertCleared(alert=key)
            for key, alert in open_alerts(self._book.state)
            if alert.machine_code == self._machine_code and alert.cause not in lasting and not self._lobby.rings(key)
        ]
        self._book.settle(ACTOR, forgotten)
