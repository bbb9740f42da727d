"""Whether a kiosk can sell certificates now, and at which prices: asked for each view, so known before.

While nobody stands there the printer, the place to pay and central are asked now and then; a visitor should learn at
the door what does not work, and not after the PIN.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal

from drivers.payment_ports import TAKES
from kiosk_app import certificate_messages as wire
from kiosk_app.book import Book
from kiosk_app.certificate_bell import ClosedBell
from kiosk_app.certificate_central import Central
from kiosk_app.certificate_line import Trouble
from kiosk_app.certificate_stop import CertificateStopper
from kiosk_app.journeys.certificate_events import Stopped
from kiosk_app.office import fees
from kiosk_app.office.certificates import KINDS, Kind
from kiosk_app.office.fees import FeeTable, Price
from kiosk_app.sheet_desk import SheetDesk
from kiosk_app.tasks import Tasks
from kiosk_app.till import Till

LOOK_EVERY_MS = 10_000
AWAY_EVERY_MS, REACHED_EVERY_MS = 10_000, 60_000
ASK_S = 5.0
FOR_A_TECHNICIAN: Mapping[str, str] = {
    "refused": "does not know this kiosk's token (hitofuda central kiosk add)",
    "untrusted": "somebody else answers there, or certificates.ca_file is of another central",
    "garbled": "answers in no language of this kiosk: one of the two is of another version",
}
"""What does not go over by itself."""


class Readiness:
    def __init__(
        self,
        book: Book,
        stopper: CertificateStopper,
        bell: ClosedBell,
        sheets: SheetDesk,
        till: Till,
        table: FeeTable,
        site: str,
        local: Callable[[], datetime],
        tasks: Tasks,
        changed: Callable[[], None],
    ) -> None:
        """`changed`: what the door says may be another."""
        self._book, self._stopper, self._bell, self._sheets, self._till = book, stopper, bell, sheets, till
        self._table, self._site, self._local = table, site, local
        self._tasks, self._changed = tasks, changed
        self.printer = ""
        """Why it cannot print, as its status; empty: it can."""
        self.payment = ""
        """Why no money is taken, as the unit's status."""
        self.central: Trouble | Literal[""] = ""
        """Why it gives nothing now."""
        self.is_looking = False
        self._look_ms = self._ask_ms = 0
        self._priced: tuple[date, Mapping[Kind, int]] = (date.min, {})

    @property
    def prices(self) -> Mapping[Kind, int]:
        """Of today: yen of one copy. A table that has not been looked at for too long gives none."""
        today = self._local().date()
        if self._priced[0] != today:
            found = {kind: fees.price(self._table, kind, self._site, today) for kind in KINDS}
            self._priced = today, {kind: one.each_yen for kind, one in found.items() if isinstance(one, Price)}
        return self._priced[1]

    def stopped(self, is_selling: bool) -> Stopped:
        """`is_selling`: paper of somebody who has left may still come out."""
        if self._stopper.is_stopped:
            return "stopped"
        if not self.prices:
            return "fees"
        if self.printer or is_selling:
            return "printer"
        if self.payment:
            return "payment"
        return "away" if self.central else ""

    def told(self, trouble: Trouble | Literal[""]) -> None:
        """After each question to central. Whoever installed the kiosk reads the journal of the service."""
        if trouble == self.central:
            return
        if trouble in FOR_A_TECHNICIAN:
            sys.stderr.write(f"certificates: central: {FOR_A_TECHNICIAN[trouble]}\n")
            sys.stderr.flush()
        self.central = trouble
        self._changed()

    def tick(self, nobody_here: bool, central: Central) -> None:
        now = self._book.clock.now_utc_ms()
        if not nobody_here or self.is_looking or now < self._look_ms:
            return
        self._look_ms = now + LOOK_EVERY_MS
        self.is_looking = True
        self._tasks.start(self._look(central))

    async def _look(self, central: Central) -> None:
        try:
            printer = await self._sheets.why_not()
            # What stopped it is known from the facts, and may be over before the next look.
            printer = "" if printer == "stopped" else printer
            status = await self._till.preflight()
            payment = "" if status in TAKES else status
            if (printer, payment) != (self.printer, self.payment):
                self.printer, self.payment = printer, payment
                self._changed()
            self._bell.look(printer, payment)
            now = self._book.clock.now_utc_ms()
            if now >= self._ask_ms:
                await central.ask(wire.ChallengeAsked, ASK_S)
                self._ask_ms = now + (AWAY_EVERY_MS if self.central else REACHED_EVERY_MS)
        finally:
            self.is_looking = False
