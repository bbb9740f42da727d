"""A kiosk that was about to print what was not bound sells no more certificates, and rings until a technician came.

Tickets go on: they bind nobody's papers. What stops is a fact, so a restart does not forget it.
"""

from __future__ import annotations

from kiosk_app.book import Book
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.facts import AlertCleared, CertificatesStopped, Fact, StaffCalled
from kiosk_app.office.sheets import stops_of
from kiosk_app.office.state import ringing_for

ACTOR = "core"
STOPPED = "certificates_stopped"
PAPER = "certificate_paper"


class CertificateStopper:
    """Of one machine. `look` whenever facts were written or heard."""

    def __init__(self, book: Book, machine_code: str) -> None:
        self._book = book
        self._machine_code = machine_code

    @property
    def is_stopped(self) -> bool:
        return bool(stops_of(self._book.state.certificate_stops, self._machine_code))

    def stop(self, job: str, why: str) -> None:
        """Never refused. `why` is in words for the technician, and says nothing of anybody."""
        stop = CertificatesStopped(stop=self._book.clock.new_id(), machine_code=self._machine_code, job=job, why=why)
        self._book.settle(ACTOR, [stop, *self._ring(STOPPED, "")])

    def look(self) -> None:
        """The bell follows the facts: it rings again after a day, and is over when a technician has said so."""
        rings = ringing_for(self._book.state, self._machine_code, STOPPED)
        if self.is_stopped and rings is None:
            self._book.settle(ACTOR, self._ring(STOPPED, ""))
        elif not self.is_stopped and rings is not None:
            self._book.settle(ACTOR, [AlertCleared(alert=rings)])

    def printer_is(self, status: str, *, rings: bool) -> None:
        """A visitor waits for the printer (`rings`), or it is known how it is."""
        known = ringing_for(self._book.state, self._machine_code, PAPER)
        if rings:
            over: list[Fact] = [] if known is None else [AlertCleared(alert=known)]
            self._book.settle(ACTOR, [*over, *self._ring(PAPER, trouble_words(status))])
        elif known is not None and status in ("ready", "near_end"):
            self._book.settle(ACTOR, [AlertCleared(alert=known)])

    def _ring(self, cause: str, detail: str) -> list[Fact]:
        alert = self._book.clock.new_id()
        return [StaffCalled(alert=alert, machine_code=self._machine_code, cause=cause, detail=detail)]


def trouble_words(status: str) -> str:
    """What is the matter with a printer of certificates, for staff."""
    return _OF_A_TRAY.get(status) or alert_words(status, "").title


_OF_A_TRAY = {
    "jam": "紙がつまっています",
    "toner_out": "トナーがありません",
    "busy": "ほかの印刷が終わりません",
    "queue_missing": "プリンターの登録がありません",
    "queue_unsafe": "プリンターの設定が書類に使えません",
}
"""What a printer of tickets never says."""
